"""A file of products that are not sold yet: how it is read, and everything that is refused at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dealwright.adapters.warehouse import Warehouse, open_warehouse
from dealwright.app.demand.read_new_products import read_new_products
from dealwright.core.errors import InputError
from dealwright.data.delivery import Source


@pytest.fixture
def landing(tmp_path: Path) -> Iterator[Warehouse]:
    (tmp_path / "shop").mkdir()
    opened = open_warehouse(tmp_path / "shop")
    yield opened
    opened.close()


def read(text: str, landing: Warehouse, folder: Path) -> list[dict[str, object]]:
    path = folder / "launch.csv"
    path.write_text(text, "utf-8")
    rows = read_new_products(Source(str(path)), landing=landing, currency="EUR", time_zone="UTC")
    return [{str(name): value for name, value in row.items()} for row in rows.to_dict("records")]


def test_columns_are_found_by_their_names_and_prices_become_minor_units(landing: Warehouse, tmp_path: Path) -> None:
    (row,) = read("SKU;Category;Brand;Price;Size\n007;tea;Acme;2,49;100 g\n", landing, tmp_path)
    told = {name: row[name] for name in ("sku", "category", "brand", "regular_price", "pack_size")}
    assert told == {"sku": "007", "category": "tea", "brand": "Acme", "regular_price": 249, "pack_size": "100 g"}
    assert row["subcategory"] is None


def test_chinese_names_of_columns_are_known(landing: Warehouse, tmp_path: Path) -> None:
    (row,) = read("商品编码,品类,价格\nA1,茶,2.49\n", landing, tmp_path)
    assert (row["sku"], row["category"], row["regular_price"]) == ("A1", "茶", 249)


def test_rows_stay_in_the_order_of_the_file_and_a_repeated_one_counts_once(
    landing: Warehouse, tmp_path: Path
) -> None:
    rows = read("sku,category,price\nB,tea,2\nA,tea,1\nB,tea,2\n", landing, tmp_path)
    assert [row["sku"] for row in rows] == ["B", "A"]


def test_all_columns_that_are_missing_are_named_with_those_that_are_there(
    landing: Warehouse, tmp_path: Path
) -> None:
    with pytest.raises(InputError) as refused:
        read("sku,brand\nA,Acme\n", landing, tmp_path)
    assert list(refused.value.problems) == [
        "launch.csv has no column 'category' (its columns are 'sku', 'brand'); add it",
        "launch.csv has no column 'regular_price' (its columns are 'sku', 'brand'); add it",
        "sku, category, regular_price are needed; name, department, subcategory, brand, supplier, is_own_label, "
        "pack_size make the forecast better",
    ]


def test_all_rows_that_cannot_be_used_are_told_at_once(landing: Warehouse, tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        read("sku,category,price\nA,tea,cheap\n,tea,2\nC,,3\nD,tea,0\nE,tea,1\nE,tea,2\n", landing, tmp_path)
    assert [(p.split(": ")[0], p.split(": ")[2].split(".")[0]) for p in refused.value.problems] == [
        ("launch.csv, sku", "row 3"),
        ("launch.csv, category", "row 4"),
        ("launch.csv, regular_price", "row 2"),
        ("launch.csv, regular_price", "row 5"),
        ("launch.csv, sku", "2 rows, first 6, 7"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "launch.csv is empty"), ("sku,category,price\n", "launch.csv has a header and no rows")],
)
def test_an_empty_file_is_refused(text: str, said: str, landing: Warehouse, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=said):
        read(text, landing, tmp_path)


def test_nothing_of_the_file_is_kept(landing: Warehouse, tmp_path: Path) -> None:
    read("sku,category,price\nA,tea,2\n", landing, tmp_path)
    assert landing.present() == []
