"""What counts as demand, and when the shelf was probably empty."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright.adapters.memory import MemoryTables
from dealwright.core.errors import InputError
from dealwright.data.clean import active_life, demand_lines, probable_stock_outs, product_bounds, stock_out_periods
from dealwright.data.tables import SALES


def a_shop(*lines: tuple[str, int, int]) -> MemoryTables:
    """Lines are (sku, quantity, net amount), one order each."""
    sales = pd.DataFrame(
        {
            "order_id": [f"{i:03}" for i in range(len(lines))],
            "sold_at": pd.Timestamp("2024-03-01 10:00"),
            "sku": [sku for sku, _, _ in lines],
            "quantity": [quantity for _, quantity, _ in lines],
            "net_amount": [amount for _, _, amount in lines],
        }
    )
    products = pd.DataFrame({"sku": ["tea", "fuel"], "department": ["GROCERY", "FUEL"]})
    return MemoryTables({"sales": sales, "products": products})


def quantities_kept(shop: MemoryTables, *excluded: str) -> list[int]:
    kept = demand_lines(shop.table("sales"), products=shop.table("products"), excluded_departments=excluded)
    return sorted(int(quantity) for quantity in kept.execute()["quantity"])


def test_returns_zero_quantities_and_negative_amounts_are_not_demand() -> None:
    assert quantities_kept(a_shop(("tea", 1, 100), ("tea", -1, -100), ("tea", 0, 0), ("tea", 2, -5))) == [1]


def test_free_goods_are_demand() -> None:
    assert quantities_kept(a_shop(("tea", 1, 0))) == [1]


def test_a_line_far_above_what_the_product_sells_is_out() -> None:
    assert quantities_kept(a_shop(*[("tea", 1, 100)] * 9, ("tea", 31, 3100))) == [1] * 9


def test_a_line_at_the_floor_stays() -> None:
    assert quantities_kept(a_shop(*[("tea", 1, 100)] * 9, ("tea", 30, 3000))) == [1] * 9 + [30]


def test_a_product_that_always_sells_by_the_thousand_keeps_its_lines() -> None:
    litres = [9_000, 10_000, 11_000, 12_000]
    assert quantities_kept(a_shop(*[("fuel", units, units // 4) for units in litres])) == litres


def test_bounds_are_the_upper_quartile_and_ten_interquartile_ranges() -> None:
    bounds = product_bounds(a_shop(*[("tea", n, 10 * n) for n in (10, 20, 30, 40, 50)]).table("sales"))
    row = bounds.execute().iloc[0]
    assert row["most_units"] == 40 + 10 * (40 - 20)
    assert row["typical_quantity"] == 30
    assert (row["least_price"], row["typical_price"], row["most_price"]) == (1, 10, 100)


def test_departments_named_by_the_caller_are_out() -> None:
    shop = a_shop(("tea", 1, 100), ("fuel", 7, 20), ("unlisted", 3, 30))
    assert quantities_kept(shop) == [1, 3, 7]
    assert quantities_kept(shop, "FUEL") == [1, 3]


def test_leaving_departments_out_needs_the_catalogue() -> None:
    with pytest.raises(InputError, match="departments FUEL needs the products table"):
        demand_lines(a_shop(("tea", 1, 100)).table("sales"), excluded_departments=["FUEL"])


def test_demand_has_the_columns_of_sales() -> None:
    assert list(demand_lines(a_shop(("tea", 1, 100)).table("sales")).columns) == SALES.names


def test_bounds_that_mean_nothing_are_refused() -> None:
    with pytest.raises(InputError, match="price_factor > 1"):
        product_bounds(a_shop(("tea", 1, 100)).table("sales"), price_factor=1.0)


STEADY = [20.0, 18, 22, 19, 21, 20, 17, 23, 20, 19]


def test_an_empty_week_between_good_ones_is_a_probable_stock_out() -> None:
    flags = probable_stock_outs(np.array([[*STEADY, 0, *STEADY]]))
    assert np.flatnonzero(flags[0]).tolist() == [10]


def test_a_week_that_sold_the_last_unit_is_a_stock_out_too() -> None:
    assert probable_stock_outs(np.array([[*STEADY, 1, *STEADY]]))[0, 10]


def test_a_quiet_week_is_no_stock_out() -> None:
    assert not probable_stock_outs(np.array([[*STEADY, 6, *STEADY]])).any()


def test_a_slow_seller_may_have_empty_weeks() -> None:
    assert not probable_stock_outs(np.array([[6.0, 6, 6, 6, 6, 0, 6, 6, 6, 6, 6]])).any()


def test_zero_is_implausible_from_a_mean_of_seven_on() -> None:
    # exp(-6.9) = 0.00101, exp(-7) = 0.00091
    assert probable_stock_outs(np.array([[7.0, 7, 7, 7, 7, 0, 7, 7, 7, 7, 7]]))[0, 5]
    assert not probable_stock_outs(np.array([[6.9, 6.9, 6.9, 6.9, 6.9, 0, 6.9, 6.9, 6.9, 6.9, 6.9]])).any()


def test_weeks_before_the_launch_and_after_the_end_are_no_stock_outs() -> None:
    assert not probable_stock_outs(np.array([[0, 0, 0, *STEADY, 0, 0, 0]])).any()


def test_a_product_that_runs_out_for_good_is_not_flagged_in_its_last_week() -> None:
    assert not probable_stock_outs(np.array([[*STEADY, 1, 0, 0]])).any()


def test_a_product_bought_in_lumps_has_empty_weeks_by_nature() -> None:
    assert not probable_stock_outs(np.array([[20.0, 0, 24, 0, 18, 22, 0, 20, 0, 26, 19, 0, 21, 0, 25]])).any()


def test_promotion_peaks_do_not_hide_a_stock_out() -> None:
    peaks = [20.0, 18, 90, 19, 21, 20, 110, 23, 20, 19]
    assert probable_stock_outs(np.array([[*peaks, 0, *peaks]]))[0, 10]


def test_no_products_and_no_weeks_have_no_stock_outs() -> None:
    assert probable_stock_outs(np.zeros((0, 5))).shape == (0, 5)
    assert not probable_stock_outs(np.zeros((3, 5))).any()


@given(st.lists(st.integers(15, 25), min_size=8, max_size=20), st.integers(0, 5))
def test_only_low_weeks_are_ever_flagged(units: list[int], left: int) -> None:
    series = np.array([[*units, left, *units]], dtype=np.float64)
    assert (series[probable_stock_outs(series)] <= 2.5).all()


def test_days_are_compared_with_the_same_weekday() -> None:
    weeks = np.tile([20.0, 21, 19, 20, 30, 40, 0], (10, 1))
    weeks[5, 4] = 0  # a Friday
    flags = stock_out_periods(weeks.reshape(1, -1), period_days=1)
    assert np.argwhere(flags).tolist() == [[0, 39]]


def test_weeks_are_compared_with_the_weeks_around() -> None:
    series = np.array([[*STEADY, 0, *STEADY]])
    assert (stock_out_periods(series, period_days=7) == probable_stock_outs(series)).all()


def life_of(units: list[int]) -> list[int]:
    return np.flatnonzero(active_life(np.array([units], dtype=np.float64))[0]).tolist()


def test_a_good_seller_that_stops_is_gone_after_its_last_sale() -> None:
    # Sold in 10 of 10 weeks, so in 10 of 11 to be careful: one empty week happens, two do not (1/121 < 0.01).
    assert life_of([5] * 10 + [0]) == list(range(11))
    assert life_of([5] * 10 + [0, 0]) == list(range(10))


def test_a_slow_seller_that_sold_nothing_lately_is_no_dead_one() -> None:
    # Sold in 5 of 9 weeks, so in 5 of 10: six empty weeks happen (1/64), seven do not (1/128).
    slow = [1, 0, 1, 0, 1, 0, 1, 0, 1]
    assert life_of(slow + [0] * 6) == list(range(15))
    assert life_of(slow + [0] * 7) == list(range(9))
    assert life_of([0] * 6 + slow) == list(range(15))
    assert life_of([0] * 7 + slow) == list(range(7, 16))


def test_what_never_sold_never_lived() -> None:
    assert life_of([0] * 5) == []
    assert active_life(np.zeros((2, 0))).shape == (2, 0)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=30))
def test_life_has_no_gap_and_holds_every_sale(units: list[int]) -> None:
    alive = life_of(units)
    assert {t for t, sold in enumerate(units) if sold} <= set(alive)
    assert not alive or alive == list(range(alive[0], alive[-1] + 1))
