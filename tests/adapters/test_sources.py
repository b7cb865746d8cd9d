"""Workbooks, databases and text files of every encoding arrive."""

from __future__ import annotations

import datetime
import sqlite3
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from dealwright.adapters.database import ask
from dealwright.adapters.encoding import as_utf8
from dealwright.adapters.files import layout_of, load_mapping, open_workbook
from dealwright.adapters.warehouse import open_warehouse
from dealwright.core.errors import InputError
from dealwright.data.delivery import Delivery, Source


def received(source: Source, folder: Path) -> tuple[Delivery, list[dict[str, Any]]]:
    with open_warehouse(folder / "shop") as shop, shop.receive(source) as delivery:
        rows = delivery.rows.order_by("row").to_pyarrow().to_pylist()
    return delivery, [
        {name: row[delivery.stored(name)] for name in delivery.columns} | {"row": row["row"]} for row in rows
    ]


def a_workbook(path: Path, *rows: list[Any], sheet: str = "Sales") -> Path:
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for row in rows:
        page.append(row)
    book.save(path)
    return path


def test_a_workbook_arrives_with_the_numbers_of_its_rows(tmp_path: Path) -> None:
    path = a_workbook(
        tmp_path / "sales.xlsx",
        ["sku", "day", "price"],
        ["007", datetime.datetime(2017, 1, 2), 3],
        [],
        [8.0, None, 1.5],
    )
    delivery, rows = received(Source(str(path)), tmp_path)
    assert delivery.read_as == "Excel, sheet 'Sales'"
    assert rows == [
        {"sku": "007", "day": "2017-01-02", "price": "3", "row": 2},
        {"sku": "8", "day": None, "price": "1.5", "row": 4},
    ]


def test_a_sheet_that_is_not_there_is_refused_with_the_nearest(tmp_path: Path) -> None:
    path = a_workbook(tmp_path / "sales.xlsx", ["sku"], ["A"])
    with pytest.raises(InputError, match=r"no sheet of sales.xlsx is called 'sale'; .* Allowed: Sales"):
        open_workbook(path, sheet="sale")


def test_a_sheet_that_is_empty_or_no_workbook_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r"sheet 'Sales' of sales.xlsx is empty; it needs a header and at least one row"
    ):
        open_workbook(a_workbook(tmp_path / "sales.xlsx"), sheet=None)
    (tmp_path / "not.xlsx").write_text("no workbook")
    with pytest.raises(InputError, match=r"not.xlsx cannot be read as an Excel workbook"):
        open_workbook(tmp_path / "not.xlsx", sheet=None)


def test_a_value_without_a_header_is_refused_rather_than_lost(tmp_path: Path) -> None:
    book = open_workbook(a_workbook(tmp_path / "sales.xlsx", ["sku"], ["A", "stray"]), sheet=None)
    with pytest.raises(InputError, match="row 2: a value stands right of the last header"):
        list(book.rows)


@pytest.fixture
def database(tmp_path: Path) -> str:
    path = tmp_path / "till.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE lines (sku TEXT, units INTEGER, price NUMERIC)")
        connection.executemany("INSERT INTO lines VALUES (?, ?, ?)", [("007", 2, 1.5), ("8", None, 2)])
    connection.close()
    return f"sqlite:///{path}"


@pytest.mark.parametrize("query", ["lines", "SELECT sku, units, price FROM lines ORDER BY rowid"])
def test_a_table_or_a_query_of_a_database_arrives(query: str, database: str, tmp_path: Path) -> None:
    delivery, rows = received(Source(database, query=query), tmp_path)
    assert delivery.read_as == f"database, {query}"
    assert rows == [
        {"sku": "007", "units": "2", "price": "1.5", "row": 1},
        {"sku": "8", "units": None, "price": "2", "row": 2},
    ]


def test_a_database_that_refuses_is_quoted(database: str) -> None:
    with (
        pytest.raises(InputError, match="cannot answer 'lorries': no such table: lorries"),
        ask(Source(database, query="lorries")),
    ):
        pass


def test_a_database_needs_to_be_asked_something(database: str) -> None:
    with pytest.raises(InputError, match="a database needs a table's name or a SELECT"), ask(Source(database)):
        pass


def test_an_unknown_kind_of_database_is_refused_without_showing_the_password() -> None:
    with pytest.raises(InputError) as refusal, ask(Source("nosuch://me:secret@host/shop", query="lines")):
        pass
    assert str(refusal.value).startswith(
        "'nosuch' is not a database address that is known; write it like sqlite:///"
    )
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize(
    ("raw", "encoding", "text", "lost"),
    [
        ("a,茶\n".encode(), "UTF-8", "a,茶\n", False),
        ("\ufeffa,茶\n".encode(), "UTF-8", "a,茶\n", False),
        ("a,茶\n".encode("utf-16"), "UTF-16", "a,茶\n", False),
        ("a,b,c,d,e\n1,2,3,4,5\n".encode("utf-16-le"), "UTF-16", "a,b,c,d,e\n1,2,3,4,5\n", False),
        ("a,绿茶\n".encode("gb18030"), "GB18030", "a,绿茶\n", False),
        ("a,Müller,Café\n".encode("cp1252"), "Windows-1252", "a,Müller,Café\n", False),
        (b"a,b\r\n1,2\n3,4\r5,6\n", "UTF-8", "a,b\n1,2\n3,4\n5,6\n", False),
        ("茶\n茶\n".encode() + b"\xff\n", "UTF-8", "茶\n茶\n\ufffd\n", True),
    ],
)
def test_the_encoding_of_a_file_is_found_out(
    raw: bytes, encoding: str, text: str, lost: bool, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(raw)
    file = as_utf8(path, copy=tmp_path / "copy.csv")
    assert (file.encoding, file.has_lost_text) == (encoding, lost)
    assert file.path.read_bytes().decode("utf-8-sig") == text
    assert path.read_bytes() == raw


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a;b\n1,5;2,5\n", ";"),
        ("a,b\n1;5,2;5\n", ","),
        ("a\tb,c\n1\t2\n", "\t"),
        ("a|b|c\n1|2|3\n", "|"),
        ("a\n1\n", ","),
        ('"a, or b",c\n1,2\n', ","),
    ],
)
def test_the_delimiter_of_a_file_is_found_out(text: str, delimiter: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text)
    assert layout_of(path).delimiter == delimiter


def test_rows_keep_their_place_although_lines_between_them_are_broken(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('a,b\n2,x\n3\n4\n5,"two\nlines"\n6,x,x\n7,x\n')
    _, rows = received(Source(str(path)), tmp_path)
    assert [(row["row"], row["a"]) for row in rows] == [
        (2, "2"),
        (3, None),
        (4, None),
        (5, "5"),
        (6, None),
        (7, "7"),
    ]


def test_a_mapping_that_is_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"the mapping file '.*' cannot be read: Is a directory"):
        load_mapping(tmp_path)


def test_a_database_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    path = tmp_path / "nowhere.db"
    with (
        pytest.raises(InputError, match=r"there is no file '.*nowhere.db'"),
        ask(Source(f"sqlite:///{path}", query="t")),
    ):
        pass
    assert not path.exists()


@pytest.mark.parametrize("query", [None, "", "  "])
def test_a_database_needs_a_query(query: str | None) -> None:
    with (
        pytest.raises(InputError, match="a database needs a table's name or a SELECT to read"),
        ask(Source("sqlite://", query=query)),
    ):
        pass


def test_a_file_on_the_web_must_be_downloaded_first() -> None:
    with (
        pytest.raises(InputError, match=r"'https' is not a database address .* must be downloaded first"),
        ask(Source("https://example.org/sales.csv")),
    ):
        pass


def test_a_mapping_file_names_itself_in_its_mistakes(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("table: sales\ncolumns: {skuu: a}\n")
    with pytest.raises(
        InputError, match=r"^mine.yaml: sales.skuu: no column of table 'sales' is called 'skuu'; did you mean"
    ):
        load_mapping(path)
    path.write_text("table: [")
    with pytest.raises(InputError, match=r"^mine.yaml is not YAML in UTF-8"):
        load_mapping(path)
    with pytest.raises(InputError, match="there is no mapping file"):
        load_mapping(tmp_path / "none.yaml")
