"""Tables in memory hold what the contract promises."""

from __future__ import annotations

import pandas as pd
import pytest

from dealwright.adapters.memory import MemoryTables
from dealwright.core.errors import InputError
from dealwright.data.tables import SALES


def one_sale(**changes: object) -> pd.DataFrame:
    line = {
        "order_id": "1",
        "sold_at": pd.Timestamp("2024-03-01 10:00"),
        "sku": "007",
        "quantity": 2,
        "net_amount": 300,
    }
    return pd.DataFrame([{**line, **changes}])


def test_optional_columns_left_out_are_nulls_of_the_contracts_type() -> None:
    sales = MemoryTables({"sales": one_sale()}).table("sales")
    assert list(sales.columns) == SALES.names
    assert sales["discount_amount"].type().is_int64()
    assert sales["discount_amount"].count().execute() == 0


def test_a_leading_zero_survives() -> None:
    assert MemoryTables({"sales": one_sale()}).table("sales").execute()["sku"].tolist() == ["007"]


def test_whole_numbers_with_gaps_keep_their_gaps() -> None:
    lines = pd.concat([one_sale(discount_amount=50.0), one_sale(discount_amount=None)])
    sales = MemoryTables({"sales": lines}).table("sales")
    assert sales["discount_amount"].sum().execute() == 50
    assert sales["discount_amount"].isnull().sum().execute() == 1


def test_present_tables_come_in_the_order_of_the_contracts_and_empty_ones_are_absent() -> None:
    empty = pd.DataFrame({"store_id": pd.Series([], dtype=object)})
    shop = MemoryTables({"products": pd.DataFrame({"sku": ["a"]}), "sales": one_sale(), "stores": empty})
    assert shop.present() == ["sales", "products"]
    assert not shop.has("stores")


def test_asking_for_an_absent_table_says_what_it_would_unlock() -> None:
    with pytest.raises(InputError, match=r"'stock' holds no rows.*stock projection.*Present: sales"):
        MemoryTables({"sales": one_sale()}).table("stock")


def test_all_problems_are_told_at_once() -> None:
    frame = one_sale().rename(columns={"order_id": "ordr_id"}).drop(columns="sku")
    with pytest.raises(InputError) as told:
        MemoryTables({"sales": frame})
    assert len(told.value.problems) == 3
    assert "has no column 'order_id'" in told.value.problems[0]
    assert "has no column 'sku'" in told.value.problems[1]
    assert "'ordr_id'; did you mean 'order_id'?" in told.value.problems[2]


@pytest.mark.parametrize(("column", "value"), [("sku", 7), ("quantity", 1.5), ("net_amount", "a dozen")])
def test_a_value_of_the_wrong_kind_is_refused_by_column(column: str, value: object) -> None:
    with pytest.raises(InputError, match=f"column '{column}' of table 'sales' does not fit"):
        MemoryTables({"sales": one_sale(**{column: value})})


def test_a_table_that_is_no_canonical_one_is_refused() -> None:
    with pytest.raises(InputError, match="did you mean 'sales'"):
        MemoryTables({"sale": one_sale()})
