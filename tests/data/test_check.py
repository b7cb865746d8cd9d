"""What is wrong in the rows is found, counted and shown."""

from __future__ import annotations

from datetime import date

import ibis
import pandas as pd

from dealwright.adapters.memory import MemoryTables
from dealwright.data.check import (
    check_customers,
    check_duplicates,
    check_keys,
    check_lines,
    check_missing,
    check_products,
)
from dealwright.data.finding import Finding, Severity


def a_shop(*lines: dict[str, object], **others: pd.DataFrame) -> MemoryTables:
    """Order lines that differ from an ordinary one as given, and other tables."""
    ordinary = {"sold_at": pd.Timestamp("2024-03-01 10:00"), "sku": "tea", "quantity": 1, "net_amount": 100}
    rows = [{**ordinary, "order_id": f"{i:03}", **line} for i, line in enumerate(lines)]
    return MemoryTables({"sales": pd.DataFrame(rows), **others})


def sales_of(*lines: dict[str, object]) -> ibis.Table:
    return a_shop(*lines).table("sales")


def by_code(findings: list[Finding]) -> dict[str, Finding]:
    found = {finding.code: finding for finding in findings}
    assert len(found) == len(findings)
    return found


def test_clean_lines_give_no_finding() -> None:
    sales = sales_of({}, {"discount_amount": 20}, {"quantity": 3, "net_amount": 300})
    assert check_lines(sales, today=date(2024, 3, 1)) == []
    assert check_duplicates(sales) == []
    assert check_products(sales, None) == []


def test_each_kind_of_impossible_line_is_counted_on_its_own() -> None:
    found = by_code(
        check_lines(
            sales_of(
                {"quantity": -1, "net_amount": -100},
                {"quantity": 0, "net_amount": 0},
                {"net_amount": -5, "discount_amount": 105},
                {"net_amount": -5},
                {"quantity": -1, "net_amount": 100},
                {"discount_amount": -1},
                {"net_amount": 0, "discount_amount": 100},
                {"sold_at": pd.Timestamp("2024-03-02 00:00")},
                {},
                {},
            ),
            today=date(2024, 3, 1),
        )
    )
    assert {code: finding.count for code, finding in found.items()} == {
        "returns": 2,
        "zero_quantity": 1,
        "discount_above_value": 1,
        "negative_amount": 1,
        "paid_return": 1,
        "negative_discount": 1,
        "free_goods": 1,
        "future_dates": 1,
    }
    assert found["returns"].share == 0.2
    assert found["returns"].severity is Severity.INFO
    assert found["discount_above_value"].severity is Severity.SERIOUS
    assert found["discount_above_value"].examples == ("order 002, product tea: quantity 1, amount -5",)


def test_the_future_is_not_judged_without_a_today() -> None:
    assert check_lines(sales_of({"sold_at": pd.Timestamp("2124-03-02")})) == []


def test_lines_alike_in_every_column_are_duplicates() -> None:
    found = by_code(check_duplicates(sales_of({"order_id": "1"}, {"order_id": "1"}, {"order_id": "1"}, {})))
    assert found["duplicated_lines"].count == 2
    assert found["duplicated_lines"].share == 0.5


def test_lines_of_one_order_with_their_own_line_number_are_no_duplicates() -> None:
    assert check_duplicates(sales_of({"order_id": "1", "line_id": "1"}, {"order_id": "1", "line_id": "2"})) == []


def test_a_product_listed_twice_repeats_its_key() -> None:
    shop = a_shop({}, products=pd.DataFrame({"sku": ["tea", "tea", "jam", "rum"]}))
    assert check_keys("products", shop.table("products")) == [
        Finding("duplicated_keys", Severity.WARNING, "products", 1, 0.25, ("tea",), subject="sku")
    ]


def test_tables_without_a_key_cannot_repeat_one() -> None:
    assert check_keys("sales", sales_of({"order_id": "1"}, {"order_id": "1"})) == []


def test_gaps_are_told_by_column_and_empty_columns_in_one_finding() -> None:
    findings = check_missing("sales", sales_of({"store_id": "1"}, {"store_id": None}))
    gap, empty = findings
    assert (gap.code, gap.subject, gap.count, gap.share) == ("missing_values", "store_id", 1, 0.5)
    assert (empty.code, empty.subject) == (
        "columns_not_given",
        "discount_amount, channel, promotion_id, line_id",
    )


def test_customers_missing_here_and_there_are_no_reason_to_worry() -> None:
    found = by_code(check_customers(sales_of({"customer_id": "ann"}, {}, {}, {})))
    assert found["customers_missing"].count == 3
    assert found["customers_missing"].severity is Severity.INFO


def test_no_customer_at_all_says_what_naming_them_unlocks() -> None:
    found = by_code(check_customers(sales_of({}, {})))
    assert "unlock customer profiles" in found["customers_not_given"].remedy


def test_all_customers_named_give_no_finding() -> None:
    assert check_customers(sales_of({"customer_id": "ann"})) == []


def test_outlying_quantities_and_prices_are_counted_by_line_and_shown_by_product() -> None:
    ordinary: list[dict[str, object]] = [{}] * 8
    found = by_code(
        check_products(sales_of(*ordinary, {"quantity": 500, "net_amount": 50000}, {"net_amount": 1001}), None)
    )
    assert found["outlying_quantity"].count == 1
    assert found["outlying_quantity"].share == 0.1
    assert found["outlying_quantity"].examples == ("product tea: up to 500 in a line, usually 1",)
    assert found["outlying_price"].count == 1
    assert found["outlying_price"].examples == ("product tea: 1 to 10 times its usual price",)


def test_a_price_ten_times_the_usual_one_is_just_not_outlying() -> None:
    assert check_products(sales_of(*[{}] * 8, {"net_amount": 1000}), None) == []


def test_free_goods_are_no_outlying_price() -> None:
    assert check_products(sales_of(*[{}] * 8, {"net_amount": 0}), None) == []


def test_a_product_sold_by_the_thousand_is_measured_not_outlying() -> None:
    fuel: list[dict[str, object]] = [
        {"sku": "fuel", "quantity": units, "net_amount": units} for units in (9000, 10000, 11000)
    ]
    found = by_code(check_products(sales_of(*fuel, {}), None))
    assert set(found) == {"measured_products"}
    assert found["measured_products"].examples == ("product fuel",)
    assert found["measured_products"].share == 0.5


def test_products_sold_but_not_listed_and_listed_without_category_are_told_apart() -> None:
    products = pd.DataFrame({"sku": ["tea", "jam"], "category": ["DRINKS", None]})
    shop = a_shop({}, {"sku": "jam"}, {"sku": "rum"}, {"sku": "rum"}, products=products)
    found = by_code(check_products(shop.table("sales"), shop.table("products")))
    assert found["not_in_catalogue"].examples == ("product rum",)
    assert found["not_in_catalogue"].table == "sales"
    assert found["no_category"].examples == ("product jam",)
    assert found["no_category"].table == "products"


def test_without_a_catalogue_nothing_is_missing_from_it() -> None:
    assert check_products(sales_of({}), None) == []


def test_returns_alone_can_be_checked() -> None:
    sales = sales_of({"quantity": -1, "net_amount": -100})
    assert check_products(sales, None) == []
    assert set(by_code(check_lines(sales))) == {"returns"}
