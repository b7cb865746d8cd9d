"""What the demo shop is made of."""

from pathlib import Path

import pyarrow.parquet as pq

from dealwright.data.mapping import check_mapping
from dealwright.data.samples import complete_journey
from dealwright.data.tables import TABLES


def test_every_file_of_the_demo_shop_fills_its_table() -> None:
    tables = []
    for sample in complete_journey():
        columns = pq.read_schema(sample.source.place).names
        assert check_mapping(sample.mapping, TABLES[sample.mapping.table], columns) == []
        assert Path(sample.source.place).suffix == ".parquet"
        tables.append(sample.mapping.table)
    assert tables == [
        "sales",
        "products",
        "customers",
        "promotions",
        "campaigns",
        "exposures",
        "coupons",
        "redemptions",
    ]
