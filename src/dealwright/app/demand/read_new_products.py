"""Read a file of products that are not sold yet: what they are, and what they will cost."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from dealwright.app.ports import Landing
from dealwright.app.shop.judge_rows import judge_rows
from dealwright.app.shop.read_columns import read_columns
from dealwright.core.errors import InputError
from dealwright.data import columns as c
from dealwright.data.delivery import Delivery, Source
from dealwright.data.guess import guess_mapping
from dealwright.data.mapping import Mapping
from dealwright.data.tables import PRODUCTS, Column, Kind, TableContract

NEW_PRODUCTS = TableContract(
    "new products",
    "products that are not sold yet: the columns of the catalogue, and the price they will have",
    "a forecast of products without history",
    (
        *(
            replace(column, is_required=True) if column.name == c.CATEGORY else column
            for column in PRODUCTS.columns
        ),
        Column(c.REGULAR_PRICE, Kind.MONEY, is_required=True, least=1),
    ),
    key=PRODUCTS.key,
)
"""Read like a table of the shop, and never kept."""


def read_new_products(source: Source, *, landing: Landing, currency: str, time_zone: str) -> pd.DataFrame:
    """One row per product with the columns of `NEW_PRODUCTS`, in the order of the file; prices in minor units.

    Columns are found by their names, as in an import. InputError, all at once, for columns that are missing, and
    then for rows that cannot be used: a forecast of half a launch is none.
    """
    with landing.receive(source) as delivery:
        mapping = _mapping(delivery)
        read = read_columns(
            NEW_PRODUCTS, delivery, mapping, landing=landing, currency=currency, time_zone=time_zone
        )
        judged = judge_rows(NEW_PRODUCTS, mapping, read, landing)
        # A row that only repeats another is no contradiction.
        wrong = [one for one in judged.problems if not one.is_note and one.code != "duplicated"]
        if wrong:
            raise InputError(*(f"{delivery.name}, {one}" for one in wrong))
        rows: pd.DataFrame = judged.good.order_by(c.ROW).select(*NEW_PRODUCTS.names).to_pandas()
    return rows


def _mapping(delivery: Delivery) -> Mapping:
    stored = {delivery.stored(name): name for name in delivery.columns}
    rows = delivery.rows.select(*stored).to_pyarrow()
    mapping = guess_mapping(NEW_PRODUCTS, {name: rows.column(held).to_pylist() for held, name in stored.items()})
    missing = [name for name in NEW_PRODUCTS.required if name not in mapping.entries]
    if missing:
        given = ", ".join(map(repr, delivery.columns))
        optional = ", ".join(name for name in NEW_PRODUCTS.names if name not in NEW_PRODUCTS.required)
        raise InputError(
            *(f"{delivery.name} has no column {name!r} (its columns are {given}); add it" for name in missing),
            f"{', '.join(NEW_PRODUCTS.required)} are needed; {optional} make the forecast better",
        )
    return mapping
