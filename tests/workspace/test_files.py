"""Small files of a workspace."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from dealwright.core.errors import InputError
from dealwright.workspace.files import read_rows, read_text, save_tables
from dealwright.workspace.prices import read_stock


def test_rows_are_text_so_that_leading_zeros_survive(tmp_path: Path) -> None:
    path = tmp_path / "terms.csv"
    path.write_text("\ufeffsku, pack\n007, 12\n", encoding="utf-8")
    assert read_rows(path, what="the terms") == [{"sku": "007", "pack": "12"}]


def test_a_row_longer_than_the_header_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "terms.csv"
    path.write_text("sku\ntea,4\n")
    with pytest.raises(InputError, match="line 2 has more cells than the header"):
        read_rows(path, what="the terms")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"the terms .*nowhere\.yaml cannot be read"):
        read_text(tmp_path / "nowhere.yaml", what="the terms")


def test_tables_without_columns_are_not_written_and_formulas_are_not_run(tmp_path: Path) -> None:
    tables = {"orders": pd.DataFrame({"name": ["=1+1"], "units": [3]}), "deals": pd.DataFrame()}
    (path,) = save_tables(tables, tmp_path / "out")
    assert path.name == "orders.csv"
    assert path.read_text("utf-8-sig").splitlines() == ["name,units", "'=1+1,3"]


def test_stock_of_a_file_is_whole_units_by_product(tmp_path: Path) -> None:
    path = tmp_path / "stock.csv"
    path.write_text("sku,units\n007,12\n")
    assert read_stock(path) == {"007": 12}
    path.write_text("sku,amount\n007,12\n")
    with pytest.raises(InputError, match="needs the columns sku and units"):
        read_stock(path)
    path.write_text("sku,units\n007,-2\ntea,1.5\n")
    with pytest.raises(InputError) as refusal:
        read_stock(path)
    assert len(refusal.value.problems) == 2
