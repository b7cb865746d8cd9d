"""What is odd in the course of time is found, by day and by product-week."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import ibis
import pandas as pd
import pytest

from dealwright.adapters.memory import MemoryTables
from dealwright.data.check_history import check_dates, check_prices
from dealwright.data.finding import Finding, Severity

MONDAY = date(2024, 1, 1)


def sold_on(*days: date) -> ibis.Table:
    lines = [{"order_id": f"{i}", "sold_at": pd.Timestamp(day)} for i, day in enumerate(days)]
    frame = pd.DataFrame(lines).assign(sku="tea", quantity=1, net_amount=100)
    return MemoryTables({"sales": frame}).table("sales")


def days_from(start: date, n: int) -> list[date]:
    return [start + timedelta(days=day) for day in range(n)]


def weekly_shop(
    paid: Mapping[str, Sequence[int]],
    *,
    mondays: Mapping[str, Sequence[int]] | None = None,
    promoted: Sequence[dict[str, object]] = (),
) -> MemoryTables:
    """Each product sells one unit a day at the week's price; the discount is what is missing to 100.

    Products in `mondays` sell so many units on Monday of each week instead.
    """
    lines = []
    for sku, prices in paid.items():
        for week, price in enumerate(prices):
            units = [mondays[sku][week]] if mondays and sku in mondays else [1] * 7
            lines += [_line(sku, week, day, n, price) for day, n in enumerate(units) if n]
    tables = {"sales": pd.DataFrame(lines)}
    if promoted:
        tables["promotions"] = pd.DataFrame(promoted)
    return MemoryTables(tables)


def _line(sku: str, week: int, day: int, units: int, price: int) -> dict[str, object]:
    return {
        "order_id": f"{sku}-{week}-{day}",
        "sold_at": pd.Timestamp(MONDAY + timedelta(days=7 * week + day)),
        "sku": sku,
        "quantity": units,
        "net_amount": units * price,
        "discount_amount": units * (100 - price),
        "store_id": "1",
    }


def promotion(sku: str, week: int, **more: object) -> dict[str, object]:
    start = MONDAY + timedelta(days=7 * week)
    return {"sku": sku, "starts_on": start, "ends_on": start + timedelta(days=6), **more}


def found_in(shop: MemoryTables) -> dict[str, Finding]:
    promotions = shop.table("promotions") if shop.has("promotions") else None
    return {finding.code: finding for finding in check_prices(shop.table("sales"), promotions)}


def test_a_year_without_a_gap_gives_no_finding() -> None:
    assert check_dates(sold_on(*days_from(MONDAY, 366))) == []


def test_a_bank_holiday_is_information() -> None:
    days = days_from(MONDAY, 366)
    (finding,) = check_dates(sold_on(*[day for day in days if day != date(2024, 12, 25)]))
    assert (finding.code, finding.severity, finding.count) == ("missing_days", Severity.INFO, 1)
    assert finding.subject == "2024-12-25"


def test_a_week_without_sales_is_a_serious_gap() -> None:
    days = [*days_from(MONDAY, 200), *days_from(MONDAY + timedelta(days=207), 200)]
    found = {finding.code: finding for finding in check_dates(sold_on(*days))}
    assert found["missing_days"].count == 7
    assert found["long_gap"].severity is Severity.SERIOUS
    assert found["long_gap"].count == 7
    assert found["long_gap"].subject == "2024-07-19 to 2024-07-25"


def test_six_days_in_a_row_are_no_long_gap() -> None:
    days = [*days_from(MONDAY, 200), *days_from(MONDAY + timedelta(days=206), 200)]
    assert [finding.code for finding in check_dates(sold_on(*days))] == ["missing_days"]


@pytest.mark.parametrize(
    ("n_days", "codes"),
    [(55, ["short_history"]), (56, ["under_a_year"]), (359, ["under_a_year"]), (360, [])],
)
def test_a_short_history_is_told_by_how_short_it_is(n_days: int, codes: list[str]) -> None:
    assert [finding.code for finding in check_dates(sold_on(*days_from(MONDAY, n_days)))] == codes


def test_one_single_row_is_told_as_such() -> None:
    (finding,) = check_dates(sold_on(MONDAY))
    assert (finding.code, finding.severity) == ("single_row", Severity.SERIOUS)


def test_no_price_variation_at_all_is_serious() -> None:
    found = found_in(weekly_shop({"tea": [100] * 8, "jam": [100] * 8}))
    assert found["no_price_variation"].severity is Severity.SERIOUS
    assert found["no_price_variation"].count == 2
    assert "fixed_prices" not in found


def test_one_product_with_a_fixed_price_among_others_is_information() -> None:
    found = found_in(weekly_shop({"tea": [100] * 8, "jam": [100] * 7 + [80]}))
    assert found["fixed_prices"].severity is Severity.INFO
    assert found["fixed_prices"].examples == ("product tea",)
    assert found["fixed_prices"].share == 0.5


def test_a_price_that_moves_by_a_cent_is_rounding() -> None:
    assert "no_price_variation" in found_in(weekly_shop({"tea": [100, 99] * 4}))


def test_every_product_always_on_promotion_is_serious() -> None:
    found = found_in(weekly_shop({"tea": [70, 80] * 4, "jam": [60, 50] * 4}))
    assert found["all_always_promoted"].severity is Severity.SERIOUS
    assert found["all_always_promoted"].count == 2


def test_one_product_always_on_promotion_is_information() -> None:
    found = found_in(weekly_shop({"tea": [70, 80] * 4, "jam": [100] * 7 + [50]}))
    assert found["always_promoted"].examples == ("product tea",)


def test_products_seen_for_seven_weeks_are_not_judged() -> None:
    assert found_in(weekly_shop({"tea": [100] * 7})) == {}


def test_a_promotion_without_a_price_cut_is_found() -> None:
    shop = weekly_shop(
        {"tea": [100] * 7 + [80]}, promoted=[promotion("tea", 2, store_id="1"), promotion("tea", 7, store_id="1")]
    )
    found = found_in(shop)
    assert found["promotion_without_price_cut"].count == 1
    assert found["promotion_without_price_cut"].share == 0.5
    assert found["promotion_without_price_cut"].examples == (
        "product tea, week of 2024-01-15: 100 % of its usual price",
    )
    assert "price_cut_without_promotion" not in found


def test_a_promotion_in_another_store_does_not_explain_sales_here() -> None:
    shop = weekly_shop({"tea": [100] * 7 + [80]}, promoted=[promotion("tea", 7, store_id="2")])
    found = found_in(shop)
    assert "promotion_without_price_cut" not in found
    assert found["price_cut_without_promotion"].count == 1


def test_a_promotion_without_a_store_holds_in_all_of_them() -> None:
    shop = weekly_shop({"tea": [100] * 7 + [80]}, promoted=[promotion("tea", 7)])
    assert not {"promotion_without_price_cut", "price_cut_without_promotion"} & set(found_in(shop))


def test_a_price_cut_without_a_promotion_is_found() -> None:
    shop = weekly_shop(
        {"tea": [100, 100, 70] + [100] * 4 + [80]}, promoted=[promotion("tea", 1), promotion("tea", 7)]
    )
    found = found_in(shop)
    assert found["price_cut_without_promotion"].count == 1
    assert found["price_cut_without_promotion"].share == 0.5
    assert found["price_cut_without_promotion"].examples == (
        "product tea, week of 2024-01-15: 70 % of its usual price",
    )


def test_a_price_cut_outside_the_time_of_the_promotions_table_is_not_held_against_it() -> None:
    shop = weekly_shop({"tea": [70] + [100] * 6 + [80]}, promoted=[promotion("tea", 7)])
    assert "price_cut_without_promotion" not in found_in(shop)


def test_without_a_promotions_table_no_price_cut_lacks_a_promotion() -> None:
    assert "price_cut_without_promotion" not in found_in(weekly_shop({"tea": [100] * 7 + [80]}))


def test_an_empty_week_between_good_ones_is_a_probable_stock_out() -> None:
    mondays = {"tea": [20] * 6 + [0] + [20] * 6}
    found = found_in(weekly_shop({"tea": [100] * 13, "jam": [100] * 13}, mondays=mondays))
    assert found["probable_stock_outs"].count == 1
    assert found["probable_stock_outs"].examples == ("product tea, week of 2024-02-12",)


def test_a_shop_that_was_closed_is_not_out_of_stock() -> None:
    mondays = {"tea": [20] * 6 + [0] + [20] * 6}
    assert "probable_stock_outs" not in found_in(weekly_shop({"tea": [100] * 13}, mondays=mondays))


def test_fuel_sold_by_the_millilitre_is_not_judged_by_its_price() -> None:
    lines = [
        {
            "order_id": str(week),
            "sold_at": pd.Timestamp(MONDAY + timedelta(days=7 * week)),
            "sku": "fuel",
            "quantity": 10_000,
            "net_amount": 2_600,
        }
        for week in range(9)
    ]
    assert check_prices(MemoryTables({"sales": pd.DataFrame(lines)}).table("sales"), None) == []
