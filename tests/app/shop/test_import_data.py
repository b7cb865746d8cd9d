"""What an import takes, what it refuses, and what it says."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dealwright.adapters.files import MappingFolder
from dealwright.adapters.warehouse import Warehouse, open_warehouse
from dealwright.app.shop.import_data import import_data
from dealwright.app.shop.import_report import ImportReport
from dealwright.core.errors import InputError
from dealwright.data.delivery import Source
from dealwright.data.mapping import read_mapping
from dealwright.data.tables import TABLES

HEADER = "order_id,sold_at,sku,quantity,net_amount"


class AShop:
    """A shop in a folder, and the imports a test does into it."""

    def __init__(self, folder: Path, warehouse: Warehouse) -> None:
        self.folder, self.warehouse = folder, warehouse

    def imports(self, place: Path, table: str = "sales", **more: Any) -> ImportReport:
        settings = {"currency": "EUR", "time_zone": "Europe/Berlin"} | more
        if "mapping" in settings:
            settings["mapping"] = read_mapping({"table": table, "columns": settings["mapping"]})
        return import_data(
            Source(str(place)),
            table=table,
            shop=self.warehouse,
            mappings=MappingFolder(self.folder),
            **settings,
        )

    def refuses(self, place: Path, table: str = "sales", **more: Any) -> str:
        had = {name: self.rows(name) for name in self.warehouse.present()}
        with pytest.raises(InputError) as refusal:
            self.imports(place, table, **more)
        assert {name: self.rows(name) for name in self.warehouse.present()} == had
        assert list(self.folder.glob("quarantine/*")) == []
        return str(refusal.value)

    def rows(self, table: str = "sales") -> list[dict[str, Any]]:
        if not self.warehouse.has(table):
            return []
        rows = self.warehouse.table(table).to_pyarrow().to_pylist()
        return sorted(({k: v for k, v in row.items() if v is not None} for row in rows), key=repr)

    def column(self, name: str, table: str = "sales") -> list[Any]:
        return [row.get(name) for row in self.rows(table)]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[AShop]:
    folder = tmp_path / "shop"
    with open_warehouse(folder) as warehouse:
        yield AShop(folder, warehouse)


@pytest.fixture
def a_file(tmp_path: Path) -> Callable[..., Path]:
    def write(text: str | bytes, name: str = "sales.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return path

    return write


AFile = Callable[..., Path]


def sales(*rows: str, header: str = HEADER) -> str:
    return "\n".join([header, *rows]) + "\n"


def quarantined(report: ImportReport) -> list[dict[str, str]]:
    assert report.quarantine is not None
    with report.quarantine.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def problem(report: ImportReport) -> tuple[str, str, int, tuple[int, ...], tuple[str, ...]]:
    (only,) = report.problems
    return only.code, only.column, only.count, only.rows, only.examples


# What is taken


def test_a_single_row_is_an_import(shop: AShop, a_file: AFile) -> None:
    report = shop.imports(a_file(sales("B1,2017-01-02 10:30,007,2,3.98")))
    assert (report.rows_read, report.rows_accepted, report.rows_quarantined) == (1, 1, 0)
    assert report.quarantine is None
    assert shop.rows() == [
        {
            "order_id": "B1",
            "sold_at": datetime.datetime(2017, 1, 2, 10, 30),
            "sku": "007",
            "quantity": 2,
            "net_amount": 398,
        }
    ]


def test_columns_are_guessed_in_chinese_shown_and_saved_for_the_next_file(shop: AShop, a_file: AFile) -> None:
    header = "订单号;下单时间;商品编码;数量;实付金额"
    first = shop.imports(
        a_file(sales("1;2017年1月2日;001;１;¥１，２３４.５０", header=header), encoding="gb18030"), currency="CNY"
    )
    assert first.read_as == "text, ';' between values, GB18030"
    assert first.mapping.guessed == ("order_id", "sold_at", "sku", "quantity", "net_amount")
    assert "net_amount <- 实付金额 (guessed)" in str(first)
    assert shop.column("net_amount") == [123450]
    assert first.saved_mapping == shop.folder / "mappings/sales.yaml"

    again = shop.imports(a_file(sales("2;2017年1月3日;001;1;5.00", header=header), "more.csv"))
    assert again.mapping.guessed == ()
    assert shop.column("net_amount") == [123450, 500]


def test_unit_price_times_quantity_is_guessed_if_there_is_no_amount(shop: AShop, a_file: AFile) -> None:
    report = shop.imports(a_file(sales("1,2017-01-02,A,3,0.335", header="order_id,date,sku,qty,unit_price")))
    assert str(report.mapping.entries["net_amount"]) == "unit_price x qty (guessed)"
    assert shop.column("net_amount") == [100]  # 1.005 is a half, and goes to the even cent
    assert report.problems == ()


def test_a_date_column_with_an_odd_name_is_recognised_by_its_values(shop: AShop, a_file: AFile) -> None:
    report = shop.imports(a_file(sales("1,2017-01-02,A,3,1", header="order_id,wann,sku,qty,amount")))
    assert str(report.mapping.entries["sold_at"]) == "wann (guessed)"


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("1,234.56", 123456),
        ("1 234.50", 123450),
        ("€ 12.30", 1230),
        ("€12.30-", -1230),
        ("12,34,567.50", 123456750),
        ("(12.30)", -1230),
        ("-0.05", -5),
        (".5", 50),
        ("1'000.10", 100010),
        ("12", 1200),
        ("1.25e2", 12500),
    ],
)
def test_amounts_are_understood_however_they_are_dressed(text: str, cents: int, shop: AShop, a_file: AFile) -> None:
    quantity = -1 if cents < 0 else 1
    shop.imports(a_file(sales("1\t2017-01-02\tA\t1\t0.01", f"1\t2017-01-02\tB\t{quantity}\t{text}", header=TABS)))
    assert {row["sku"]: row["net_amount"] for row in shop.rows()} == {"A": 1, "B": cents}


TABS = HEADER.replace(",", "\t")


def test_a_decimal_comma_is_found_out(shop: AShop, a_file: AFile) -> None:
    header = HEADER.replace(",", ";")
    report = shop.imports(a_file(sales("1;2017-01-02;A;1;1.234,56", "1;2017-01-02;B;1;1.234", header=header)))
    assert sorted(shop.column("net_amount")) == [123400, 123456]
    assert "net_amount: numbers with the decimal mark ','" in report.formats


def test_a_thousand_in_a_column_of_whole_units_needs_no_telling(shop: AShop, a_file: AFile) -> None:
    shop.imports(a_file("sku;counted_on;units\nA;2017-01-02;1,234\n", "stock.csv"), "stock")
    assert shop.column("units", "stock") == [1234]


def test_three_ways_of_writing_days_are_all_understood_and_reported(shop: AShop, a_file: AFile) -> None:
    rows = ("1,2017-01-02,A,1,1", "2,2017/1/3,A,1,1", "3,2017年1月4日,A,1,1", "4,20170105,A,1,1", "5,42741,A,1,1")
    report = shop.imports(
        a_file(sales(*rows, "6,2017.01.07 18:30,A,1,1", "7,8 PM,A,1,1", "7,2017-01-08T08:05:00 PM,A,1,1"))
    )
    assert [moment.isoformat(" ", "minutes") for moment in shop.column("sold_at")] == [
        "2017-01-02 00:00",
        "2017-01-03 00:00",
        "2017-01-04 00:00",
        "2017-01-05 00:00",
        "2017-01-06 00:00",
        "2017-01-07 18:30",
        "2017-01-08 20:05",
    ]
    assert report.formats == ("sold_at: days as year-month-day and spreadsheet day numbers and yyyymmdd",)
    assert problem(report) == ("not_a_day", "sold_at", 1, (8,), ("8 PM",))


def test_day_and_month_are_told_apart_by_a_day_above_12(shop: AShop, a_file: AFile) -> None:
    shop.imports(a_file(sales("1,01/02/2017,A,1,1", "2,13/02/2017,A,1,1")))
    assert shop.column("sold_at") == [datetime.datetime(2017, 2, 1), datetime.datetime(2017, 2, 13)]


def test_month_and_day_are_told_apart_by_a_day_above_12(shop: AShop, a_file: AFile) -> None:
    shop.imports(a_file(sales("1,01/02/2017,A,1,1", "2,02/13/2017,A,1,1")))
    assert shop.column("sold_at") == [datetime.datetime(2017, 1, 2), datetime.datetime(2017, 2, 13)]


def test_moments_in_utc_become_the_clock_of_the_shop_in_winter_and_in_summer(shop: AShop, a_file: AFile) -> None:
    rows = ("1,2017-01-01 12:00:00,A,1,1", "2,2017-07-01 12:00:00,A,1,1", "3,2017-03-12 06:59:59,A,1,1")
    mapping = {name: name for name in HEADER.split(",")} | {"sold_at": {"column": "sold_at", "time_zone": "UTC"}}
    shop.imports(a_file(sales(*rows, "4,2017-03-12 07:00:00,A,1,1")), mapping=mapping, time_zone="America/New_York")
    assert [moment.isoformat(" ") for moment in shop.column("sold_at")] == [
        "2017-01-01 07:00:00",
        "2017-07-01 08:00:00",
        "2017-03-12 01:59:59",
        "2017-03-12 03:00:00",
    ]


def test_moments_with_an_offset_become_the_clock_of_the_shop(shop: AShop, a_file: AFile) -> None:
    rows = ("1,2017-01-01T00:30:00Z,A,1,1", "2,2017-01-01T00:30:00+08:00,A,1,1", "3,2017-01-01T00:30:00,A,1,1")
    shop.imports(a_file(sales(*rows)))
    assert [moment.isoformat(" ") for moment in shop.column("sold_at")] == [
        "2017-01-01 01:30:00",
        "2016-12-31 17:30:00",
        "2017-01-01 00:30:00",
    ]


def test_week_numbers_become_days_and_flags_are_read_from_codes(shop: AShop, a_file: AFile) -> None:
    week = {"column": "week", "unit": "week", "week_one": "2016-12-26"}
    mapping = {
        "sku": "sku",
        "starts_on": week,
        "ends_on": week | {"plus_days": 7},
        "is_on_display": {"column": "display", "false_when": ["0"]},
        "mechanic": {"value": "display"},
    }
    shop.imports(a_file("sku,week,display\nA,1,0\nA,53,7A\n", "promo.csv"), "promotions", mapping=mapping)
    assert shop.rows("promotions") == [
        {
            "sku": "A",
            "starts_on": datetime.date(2016, 12, 26),
            "ends_on": datetime.date(2017, 1, 2),
            "mechanic": "display",
            "is_on_display": False,
        },
        {
            "sku": "A",
            "starts_on": datetime.date(2017, 12, 25),
            "ends_on": datetime.date(2018, 1, 1),
            "mechanic": "display",
            "is_on_display": True,
        },
    ]


def test_columns_in_a_list_are_added_up_or_joined(shop: AShop, a_file: AFile) -> None:
    header = HEADER + ",card,coupon"
    mapping = {name: name for name in HEADER.split(",")} | {"discount_amount": ["card", "coupon"]}
    shop.imports(
        a_file(sales("1,2017-01-02,A,1,1,0.10,0.25", "1,2017-01-02,B,1,1,,0.25", header=header)), mapping=mapping
    )
    assert sorted(shop.column("discount_amount")) == [25, 35]
    names = {"sku": "sku", "name": ["type", "size"]}
    shop.imports(a_file("sku,type,size\nA,TEA,20 BAGS\nB,TEA,\n", "products.csv"), "products", mapping=names)
    assert shop.column("name", "products") == ["TEA 20 BAGS", "TEA"]


def test_leading_zeros_of_identifiers_stay_and_whole_floats_lose_their_point(shop: AShop, tmp_path: Path) -> None:
    path = tmp_path / "coupons.parquet"
    pq.write_table(pa.table({"coupon_id": ["007", "7"], "sku": [1001.0, None], "campaign_id": [1.5, 2.0]}), path)
    report = shop.imports(path, "coupons")
    assert shop.rows("coupons") == [{"coupon_id": "007", "sku": "1001", "campaign_id": "1.5"}]
    assert problem(report) == ("missing", "sku", 1, (2,), ())


def test_a_return_is_a_negative_quantity_with_an_amount_of_zero_or_less(shop: AShop, a_file: AFile) -> None:
    report = shop.imports(a_file(sales("1,2017-01-02,A,-1,-1.50", "1,2017-01-02,B,-1,0", "1,2017-01-02,C,-1,1")))
    assert sorted(shop.column("net_amount")) == [-150, 0]
    assert problem(report) == ("return_with_amount", "net_amount", 1, (4,), ("1",))


def test_what_binary_fractions_leave_is_rounded_without_a_word_but_a_tenth_of_a_cent_is_told(
    shop: AShop, a_file: AFile, tmp_path: Path
) -> None:
    path = tmp_path / "sales.parquet"
    columns = {"order_id": [1], "sold_at": [datetime.datetime(2017, 1, 2)], "sku": [1], "quantity": [1]}
    pq.write_table(pa.table(columns | {"net_amount": [1.2999999]}), path)
    assert shop.imports(path).problems == ()
    report = shop.imports(a_file(sales("2,2017-01-02,A,1,1.2345")))
    assert shop.column("net_amount") == [130, 123]
    assert problem(report) == ("rounded", "net_amount", 1, (2,), ("1.2345",))
    assert report.rows_accepted == 1


# What goes to quarantine


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("2,2017-01-02,A,0,1", ("zero_quantity", "quantity", 1, (3,), ("0",))),
        ("2,2017-01-02,A,1.5,1", ("not_whole", "quantity", 1, (3,), ("1.5",))),
        ("2,2017-01-02,A,two,1", ("not_a_number", "quantity", 1, (3,), ("two",))),
        ("2,2017-01-02,A,,1", ("missing", "quantity", 1, (3,), ())),
        ("2,2017-01-02,A,NaN,1", ("missing", "quantity", 1, (3,), ("NaN",))),
        ("2,2017-01-02,A,1,inf", ("not_finite", "net_amount", 1, (3,), ("inf",))),
        ("2,2017-01-02,A,1,1e300", ("too_large", "net_amount", 1, (3,), ("1e300",))),
        ('2,2017-01-02,A,1,"1,5"', ("other_decimal_mark", "net_amount", 1, (3,), ("1,5",))),
        ("2,2017-02-30,A,1,1", ("not_a_day", "sold_at", 1, (3,), ("2017-02-30",))),
        ("2,9999-12-31,A,1,1", ("unlikely_day", "sold_at", 1, (3,), ("9999-12-31",))),
        ("2,1900-01-01,A,1,1", ("unlikely_day", "sold_at", 1, (3,), ("1900-01-01",))),
        ("2,2017-01-02,A,1,20%", ("not_a_number", "net_amount", 1, (3,), ("20%",))),
        ("2,2017-01-02,A,1,(-5)", ("not_a_number", "net_amount", 1, (3,), ("(-5)",))),
        ("2,2017-01-02,A,1,$20", ("other_currency", "net_amount", 1, (3,), ("$20",))),
        ("2,2017-01-02,A,1,89999999999999.99", ("too_large", "net_amount", 1, (3,), ("89999999999999.99",))),
        ("2,yesterday,A,1,1", ("not_a_day", "sold_at", 1, (3,), ("yesterday",))),
        ("2,2017-01-02, ,1,1", ("missing", "sku", 1, (3,), (" ",))),
        ("2,2017-01-02,A,1", ("broken_line", "line", 1, (3,), ("2,2017-01-02,A,1",))),
        ("2,2017-01-02,A,1,1,1", ("broken_line", "line", 1, (3,), ("2,2017-01-02,A,1,1,1",))),
    ],
)
def test_a_bad_row_is_kept_out_with_its_row_column_and_value(
    row: str, expected: tuple[Any, ...], shop: AShop, a_file: AFile
) -> None:
    report = shop.imports(a_file(sales("1,2017-01-02,A,1,0.99", row, "3,2017-01-02,A,1,0.99")))
    assert (report.rows_read, report.rows_accepted, report.rows_quarantined) == (3, 2, 1)
    assert problem(report) == expected
    assert [line["row"] for line in quarantined(report)] == ["3"]
    assert shop.column("order_id") == ["1", "3"]


def test_a_problem_says_what_was_given_and_what_to_do(shop: AShop, a_file: AFile) -> None:
    report = shop.imports(a_file(sales("1,2017-01-02,A,1,0.99", "2,2017-01-02,A,two,1")))
    assert str(report.problems[0]) == (
        "quantity: not a number (such as 'two'): row 3. "
        "To do: write digits with at most one decimal mark, such as 1234.50"
    )


def test_of_a_very_long_value_only_the_start_is_told(shop: AShop, a_file: AFile) -> None:
    report = shop.imports(a_file(sales("1,2017-01-02,A,1,0.99", f"2,2017-01-02,A,{'x' * 9000},1")))
    assert problem(report)[-1] == ("x" * 79 + "…",)
    assert quarantined(report)[0]["quantity"] == "x" * 9000


def test_prices_may_be_valid_until_the_end_of_time(shop: AShop, a_file: AFile) -> None:
    shop.imports(a_file("sku,starts_on,ends_on,regular_price\nA,1900-01-01,9999-12-31,5\n", "p.csv"), "prices")
    assert shop.column("ends_on", "prices") == [datetime.date(9999, 12, 31)]


def test_a_discount_in_percent_is_not_taken_for_an_amount(shop: AShop, a_file: AFile) -> None:
    report = shop.imports(a_file(sales("1,2017-01-02,A,1,0.99,20%", header=HEADER + ",discount")))
    assert "discount_amount" not in report.mapping.entries
    assert report.rows_accepted == 1


def test_a_dollar_sign_is_welcome_in_a_shop_that_counts_in_dollars(shop: AShop, a_file: AFile) -> None:
    shop.imports(a_file(sales("1,2017-01-02,A,1,$0.99")), currency="CAD")
    assert shop.column("net_amount") == [99]


def test_all_faults_of_a_row_are_told_at_once(shop: AShop, a_file: AFile) -> None:
    report = shop.imports(a_file(sales("1,2017-01-02,A,1,0.99", "2,soon,,two,")))
    (line,) = quarantined(report)
    assert line["reason"] == (
        "sold_at: not a day; sku: a required value is missing; quantity: not a number; "
        "net_amount: a required value is missing"
    )
    assert line | {"row": "", "reason": ""} == {
        "row": "",
        "reason": "",
        "order_id": "2",
        "sold_at": "soon",
        "sku": "",
        "quantity": "two",
        "net_amount": "",
    } | {"broken_line": ""}


def test_negative_discounts_and_shares_above_one_are_kept_out(shop: AShop, a_file: AFile) -> None:
    header = HEADER + ",discount_amount"
    report = shop.imports(a_file(sales("1,2017-01-02,A,1,1,0.5", "1,2017-01-02,B,1,1,-0.5", header=header)))
    assert problem(report) == ("too_small", "discount_amount", 1, (3,), ("-0.5",))
    days = "2017-01-02,2017-01-09"
    text = f"sku,starts_on,ends_on,depth\nA,{days},0.3\nB,{days},30%\nC,{days},30\n"
    report = shop.imports(a_file(text, "promotions.csv"), "promotions")
    assert problem(report) == ("not_a_share", "depth", 1, (4,), ("30",))
    assert shop.column("depth", "promotions") == [0.3, 0.3]


def test_a_period_that_ends_before_it_starts_is_kept_out(shop: AShop, a_file: AFile) -> None:
    text = "campaign_id,starts_on,ends_on\n1,2017-01-02,2017-01-01\n2,2017-01-02,2017-01-03\n"
    report = shop.imports(a_file(text, "campaigns.csv"), "campaigns")
    assert problem(report) == ("empty_period", "ends_on", 1, (2,), ("2017-01-01",))


def test_of_rows_that_are_alike_one_is_kept(shop: AShop, a_file: AFile) -> None:
    report = shop.imports(a_file(sales(*["1,2017-01-02,A,1,0.99"] * 3, "1,2017-01-02,A,2,0.99")))
    assert problem(report) == ("duplicated", "all columns", 2, (3, 4), ())
    assert shop.column("quantity") == [1, 2]


def test_rows_with_one_key_that_contradict_each_other_are_all_kept_out(shop: AShop, a_file: AFile) -> None:
    text = "sku,name\nA,Tea\nB,Milk\nA,Coffee\nB,Milk\nC,Rice\n"
    report = shop.imports(a_file(text, "products.csv"), "products")
    assert [(p.code, p.column, p.count, p.rows) for p in report.problems] == [
        ("duplicated", "sku", 1, (5,)),
        ("conflicting", "sku", 2, (2, 4)),
    ]
    assert shop.rows("products") == [{"sku": "B", "name": "Milk"}, {"sku": "C", "name": "Rice"}]


def test_days_that_cannot_be_told_apart_among_mixed_ones_are_kept_out(shop: AShop, a_file: AFile) -> None:
    rows = ("1,13/02/2017,A,1,1", "2,02/14/2017,A,1,1", "3,01/02/2017,A,1,1", "4,05/05/2017,A,1,1")
    report = shop.imports(a_file(sales(*rows)))
    assert problem(report) == ("undecided_day", "sold_at", 1, (4,), ("01/02/2017",))
    assert [moment.date().isoformat() for moment in shop.column("sold_at")] == [
        "2017-02-13",
        "2017-02-14",
        "2017-05-05",
    ]


def test_lines_in_another_encoding_are_kept_out_with_their_numbers(shop: AShop, a_file: AFile) -> None:
    good = sales("1,2017-01-02,茶叶,1,1", "2,2017-01-02,牛奶,1,1").encode()
    report = shop.imports(a_file(good + "3,2017-01-02,咖啡,1,1\n".encode("gb18030")))
    assert report.read_as == "text, ',' between values, UTF-8"
    assert [(p.code, p.rows) for p in report.problems] == [("lost_text", (4,))]
    assert shop.column("sku") == ["茶叶", "牛奶"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "gb18030"])
def test_text_in_every_common_encoding_arrives_as_it_was(encoding: str, shop: AShop, a_file: AFile) -> None:
    text = sales(*[f"{n},2017-01-02,绿茶“特级”{n},1,1" for n in range(5)], header="订单号,日期,商品编码,数量,金额")
    report = shop.imports(a_file(text, encoding=encoding))
    assert report.rows_accepted == 5
    assert shop.column("sku") == [f"绿茶“特级”{n}" for n in range(5)]


def test_quarantine_keeps_the_original_cells_but_no_formula(shop: AShop, a_file: AFile) -> None:
    rows = ("1,2017-01-02,A,1,0.99", '2,2017-01-02,"=HYPERLINK(""x"")",-0,-5', "3,2017-01-02,@SUM,0,1")
    report = shop.imports(a_file(sales(*rows)))
    assert [(line["sku"], line["quantity"], line["net_amount"]) for line in quarantined(report)] == [
        ('\'=HYPERLINK("x")', "-0", "-5"),
        ("'@SUM", "0", "1"),
    ]


# What is refused, with nothing changed


def test_every_required_column_that_is_missing_is_named(shop: AShop, a_file: AFile) -> None:
    message = shop.refuses(a_file("order_id,colour\n1,red\n"))
    assert message == (
        "table 'sales' needs 'sold_at', 'sku', 'quantity', 'net_amount', which no source column fills. "
        "Columns given: order_id, colour. If one of them does, say so in a mapping, with its name in place of "
        "the dots: {table: sales, "
        "columns: {sold_at: ..., sku: ..., quantity: ..., net_amount: ..., order_id: order_id}}"
    )


def test_a_stock_file_given_as_sales_is_recognised(shop: AShop, a_file: AFile) -> None:
    message = shop.refuses(a_file("sku,stock_date,on_hand\nA,2017-01-02,5\n"))
    assert (
        "this looks like the table 'stock' (units on hand, counted on a day): it has sku from 'sku', "
        "counted_on from 'stock_date', units from 'on_hand'. If that is what it is, import it as 'stock'"
    ) in message


@pytest.mark.parametrize(("table", "units"), [("stock", "quantity"), ("products", None)])
def test_a_sales_file_given_as_something_else_is_recognised(
    table: str, units: str | None, shop: AShop, a_file: AFile
) -> None:
    path = a_file(sales("1,2017-01-02,A,1,0.99"))
    message = shop.refuses(path, table)
    assert "this looks like the table 'sales'" in message
    assert f"if it is {table!r} all the same, say so in a mapping: {{table: {table}, columns: {{sku: sku" in message
    mapping = {"sku": "sku"} | ({"units": units, "counted_on": "sold_at"} if units else {})
    assert shop.imports(path, table, mapping=mapping).rows_accepted == 1


def test_a_catalogue_may_be_taken_from_a_sales_file_that_says_more_of_products(shop: AShop, a_file: AFile) -> None:
    path = a_file(sales("1,2017-01-02,A,1,0.99,Tea", header=HEADER + ",name"))
    assert shop.imports(path, "products").rows_accepted == 1
    assert shop.rows("products") == [{"sku": "A", "name": "Tea"}]


@pytest.mark.parametrize(
    ("above", "said"),
    [
        ("\n", "the first line of sales.csv names no column; remove all lines above the one with the names"),
        ("My shop\n", "the first line of sales.csv ('My shop') does not name the columns; remove all lines above"),
        ("sep=,\n", "the first line of sales.csv ('sep=,') does not name the columns; remove all lines above"),
        ("1,2,1,3\n", "if the first line holds values, put a line with names above it"),
    ],
)
def test_lines_above_the_header_are_refused(above: str, said: str, shop: AShop, a_file: AFile) -> None:
    assert said in shop.refuses(a_file(above + sales("1,2017-01-02,A,1,0.99")))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "sales.csv is empty; it needs a header and at least one row"),
        ("\n\n", "sales.csv is empty; it needs a header and at least one row"),
        (HEADER + "\n", "sales.csv has a header and no rows; it needs at least one row"),
        (
            "sku,SKU\n1,2\n",
            "sales.csv has more than one column called 'SKU', 'sku'; each name may stand once in the header "
            "(capitals do not count): rename or remove one of them",
        ),
    ],
)
def test_a_file_without_rows_or_with_a_doubtful_header_is_refused(
    text: str, message: str, shop: AShop, a_file: AFile
) -> None:
    assert shop.refuses(a_file(text)) == message


def test_a_file_that_is_not_there_or_of_an_unknown_kind_is_refused(shop: AShop, a_file: AFile) -> None:
    assert shop.refuses(Path("nowhere.csv")).startswith("there is no file 'nowhere.csv'; give the path of a file")
    assert shop.refuses(a_file("x", "sales.xls")).startswith(
        "sales.xls ends in '.xls', which is not known; allowed: .csv"
    )
    assert shop.refuses(a_file("no parquet", "sales.parquet")).startswith("sales.parquet cannot be read: ")


def test_no_row_that_can_be_accepted_is_an_error_that_names_the_problems(shop: AShop, a_file: AFile) -> None:
    message = shop.refuses(a_file(sales("1,2017-01-02,A,0,1", "2,2017-01-02,A,0,1")))
    assert "none of the 2 rows of sales.csv can go into 'sales'; nothing has changed." in message
    assert "quantity: quantity 0 (such as '0'): 2 rows, first 2, 3." in message


def test_amounts_that_could_be_thousands_or_fractions_are_asked_about(shop: AShop, a_file: AFile) -> None:
    path = a_file(sales("1;2017-01-02;A;1;1,234", header=HEADER.replace(",", ";")))
    assert shop.refuses(path) == (
        "column 'net_amount' has only values like '1,111', which can be a thousand or a fraction. "
        "Allowed: one decimal mark. Say which in the mapping: {column: net_amount, decimal: '.'} or "
        "{column: net_amount, decimal: ','}"
    )
    mapping: dict[str, Any] = {name: name for name in HEADER.split(",")}
    shop.imports(path, mapping=mapping | {"net_amount": {"column": "net_amount", "decimal": "."}})
    assert shop.column("net_amount") == [123400]


def test_days_that_could_be_months_are_asked_about_together_with_everything_else(
    shop: AShop, a_file: AFile
) -> None:
    path = a_file(sales("1;01/02/2017;A;1;1,234", header=HEADER.replace(",", ";")))
    message = shop.refuses(path)
    assert message.startswith("2 problems:")
    assert (
        "column 'sold_at' has 1 days like 01/02/2017 and none whose day is above 12, so day and month cannot be "
        "told apart. Allowed: dmy, mdy. Say which in the mapping: {column: sold_at, date_order: dmy}"
    ) in message


def test_a_mapping_that_names_unknown_columns_is_refused_with_the_nearest(shop: AShop, a_file: AFile) -> None:
    mapping = {name: name for name in HEADER.split(",")} | {"sku": "skuu"}
    message = shop.refuses(a_file(sales("1,2017-01-02,A,1,1")), mapping=mapping)
    assert message == (
        "sales.sku: no source column is called 'skuu'; did you mean 'sku'? "
        "Allowed: net_amount, order_id, quantity, sku, sold_at"
    )


# Again


def test_the_same_file_again_changes_nothing_and_says_so(shop: AShop, a_file: AFile) -> None:
    path = a_file(sales("1,2017-01-02,A,1,1", "1,2017-01-02,B,0,1"))
    first = shop.imports(path)
    had = shop.rows()
    again = shop.imports(path)
    assert again.is_repeat
    assert (again.rows_accepted, again.rows_quarantined, again.rows_already_present) == (0, 1, 1)
    assert again.quarantine == first.quarantine
    assert "nothing has changed" in str(again)
    assert shop.rows() == had


def test_an_overlapping_export_adds_only_what_is_new(shop: AShop, a_file: AFile) -> None:
    shop.imports(a_file(sales("1,2017-01-02,A,1,1", "2,2017-01-02,A,1,1")))
    report = shop.imports(a_file(sales("2,2017-01-02,A,1,1", "3,2017-01-02,A,1,1"), "february.csv"))
    assert (report.rows_accepted, report.rows_already_present) == (1, 1)
    assert shop.column("order_id") == ["1", "2", "3"]


def test_the_same_file_with_a_better_mapping_replaces_what_it_brought_before(shop: AShop, a_file: AFile) -> None:
    path = a_file(sales("1,2017-01-02,A,1,1,0.2", header=HEADER + ",off"))
    shop.imports(path)
    mapping = {name: name for name in HEADER.split(",")} | {"discount_amount": "off"}
    report = shop.imports(path, mapping=mapping)
    assert report.rows_accepted == 1
    assert shop.column("discount_amount") == [20]


def test_a_newer_row_replaces_the_one_with_the_same_key(shop: AShop, a_file: AFile) -> None:
    shop.imports(a_file("sku,name\nA,Tea\nB,Milk\n", "products.csv"), "products")
    report = shop.imports(a_file("sku,name\nA,Green tea\nB,Milk\nC,Rice\n", "new.csv"), "products")
    assert (report.rows_accepted, report.rows_replacing, report.rows_already_present) == (2, 1, 1)
    assert "1 of the accepted rows replace an older row with the same key" in str(report)
    assert shop.column("name", "products") == ["Green tea", "Milk", "Rice"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["1", "2", "", "NaN"]),
            st.sampled_from(["2017-01-02", "2017/1/3 10:00", "13.01.2017", "02/14/2017", "01/02/2017", "?", ""]),
            st.sampled_from(["A", "00A", '"x""y"', '"a\nb"', " ", "=1+1"]),
            st.sampled_from(["1", "0", "-1", "2.0", "1.5", "x", "", "1e20", "inf", "１"]),
            st.sampled_from(["1.00", "1234.5", '"1,5"', '"1,234"', "-1", "NaN", "", "€ 3.10", "1.234", "1,2"]),
        ),
        min_size=1,
        max_size=12,
    )
)
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_row_is_ever_lost(shop: AShop, a_file: AFile, rows: list[tuple[str, ...]]) -> None:
    path = a_file(sales(*(",".join(row) for row in rows)))
    before = len(shop.rows())
    try:
        report = shop.imports(path)
    except InputError:
        assert len(shop.rows()) == before
        return
    assert report.rows_read == len(rows)
    assert report.rows_accepted + report.rows_quarantined + report.rows_already_present == len(rows)
    assert len(shop.rows()) == before + report.rows_accepted
    if report.quarantine is not None:
        assert len(quarantined(report)) == report.rows_quarantined


def test_every_canonical_table_can_be_filled_under_its_own_column_names(shop: AShop, a_file: AFile) -> None:
    values = {
        "name": "x",
        "units": "1",
        "money": "1.50",
        "share": "0.5",
        "day": "2017-01-02",
        "instant": "2017-01-02",
        "flag": "yes",
    }
    for table in TABLES.values():
        row = ["2017-01-09" if col.name == "ends_on" else values[col.kind.value] for col in table.columns]
        report = shop.imports(
            a_file(f"{','.join(table.names)}\n{','.join(row)}\n", f"{table.name}.csv"), table.name
        )
        assert report.rows_accepted == 1, table.name
        assert list(report.mapping.entries) == table.names
    assert set(shop.warehouse.present()) == set(TABLES)
