"""How products are bought: counted exactly, or assumed in closed form."""

from __future__ import annotations

import math

import numpy as np
import pytest

from dealwright.core.errors import InputError
from dealwright.plan.mechanics import AssumedBaskets, Baskets, Purchases, Shopping


def test_purchases_are_counted_by_quantity() -> None:
    seen = Purchases.observed([3, 1, 2, 3])
    assert seen.quantities.tolist() == [1, 2, 3]
    assert seen.times.tolist() == [1.0, 1.0, 2.0]
    assert (seen.mean, seen.source) == (2.25, "data")


def test_unseen_purchases_are_geometric_with_the_mean_of_groceries() -> None:
    assumed = Purchases.assumed()
    assert assumed.mean == pytest.approx(1.3, rel=1e-12)
    assert assumed.source == "assumed"
    again = 0.3 / 1.3
    assert assumed.times[1] / assumed.times[0] == pytest.approx(again)
    # Of a geometric number at least n: again^(n - 1).
    assert assumed.share(assumed.quantities >= 3) == pytest.approx(again**2, rel=1e-12)


def test_customers_who_always_take_one_need_no_tail() -> None:
    assert Purchases.assumed(1.0).quantities.tolist() == [1]


def test_a_product_is_where_the_money_is_unless_its_units_are_counted() -> None:
    # A cost of 100 per order is spread over 1000 + 3000 of money: 5 %.
    assert 100 / Baskets.observed([1000, 3000]).mean_minor == 0.05
    # One unit in each: it bears 10 % in the small basket and 3.33 % in the large one.
    assert 100 / Baskets.observed([1000, 3000], units=[1, 1]).mean_minor == pytest.approx((0.1 + 0.1 / 3) / 2)


def test_the_share_of_large_orders_counts_orders_not_money() -> None:
    assert Baskets.observed([1000, 1000, 1000, 9000]).share_at_least(5000) == 0.25
    assert AssumedBaskets(5000).share_at_least(5000) == math.exp(-1)


def test_baskets_nobody_saw_are_taken_to_reach_the_threshold_on_average() -> None:
    assert Shopping("tea", 400).spending(2000) == AssumedBaskets(2000)
    assert Shopping("tea", 400).spending(0) == AssumedBaskets(400)
    seen = Baskets.observed([100])
    assert Shopping("tea", 400, baskets=seen).spending(2000) is seen


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ([], "at least one"),
        ([[1]], r"shape \(1, 1\)"),
        ([1.5], "no whole number"),
        ([1, np.nan], "no whole number"),
        (["2"], "no whole number"),
        ([2, 0], "hold 0; leave out returns"),
        ([-1], "hold -1; leave out returns"),
    ],
)
def test_quantities_and_values_are_whole_numbers_of_at_least_one(given: list[object], told: str) -> None:
    with pytest.raises(InputError, match=told):
        Purchases.observed(given)  # type: ignore[arg-type]
    with pytest.raises(InputError, match=told):
        Baskets.observed(given)  # type: ignore[arg-type]


def test_each_basket_says_how_many_units_it_holds() -> None:
    with pytest.raises(InputError, match="2 basket values and 1 units in them"):
        Baskets.observed([100, 200], units=[1])


@pytest.mark.parametrize("mean", [0.5, -1.0, float("nan"), float("inf")])
def test_an_assumed_mean_is_possible(mean: float) -> None:
    with pytest.raises(InputError, match="units at once"):
        Purchases.assumed(mean)
    with pytest.raises(InputError, match="the mean basket"):
        AssumedBaskets(mean if mean != 0.5 else 0.0)
