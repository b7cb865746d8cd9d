"""Bundles: when together earns more than one by one, and mixed more than either."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealwright.core.errors import InputError
from dealwright.price.bundle import Bundling, Willingness, best_bundle
from dealwright.price.ladder import Ladder

TENS = Ladder.of(range(10, 101, 10))
TO_200 = Ladder.of(range(10, 201, 10))


def sold(
    worth: Sequence[Sequence[float]], *, costs: tuple[float, float] = (0, 0), together: float | None = None
) -> Bundling:
    alone = np.array(worth, dtype=np.float64)
    willingness = Willingness(alone, None if together is None else np.full(len(alone), together))
    return best_bundle([TENS, TENS], TO_200, willingness, unit_costs=costs)


def test_opposite_tastes_are_best_sold_together() -> None:
    # One by one: 20 each to both, or 90 each to one: 180 in all, 90 a head. Together both pay 110.
    bundling = sold([[90, 20], [20, 90]])
    assert (bundling.separate.prices, bundling.separate.profit.value) == ((90, 90), 90.0)
    assert (bundling.pure.bundle_price, bundling.pure.profit.value) == (110, 110.0)
    assert bundling.pure.bundle_share == 1.0
    assert bundling.best is bundling.pure


def test_mixed_tastes_are_best_sold_both_ways() -> None:
    # 90 for one product from each who wants only it, 100 for both from the two between.
    worth = [[90, 10], [10, 90], [50, 50], [60, 40]]
    bundling = sold(worth, costs=(20, 20))
    # One by one at 50 or 90; pure at 100 earns 60 a head; mixed earns 70 from the outer and 60 from the inner two.
    assert bundling.pure.profit.value == 60.0
    assert bundling.mixed.prices == (90, 90)
    assert (bundling.mixed.bundle_price, bundling.mixed.profit.value) == (100, 65.0)
    assert bundling.mixed.bundle_share == 0.5
    assert bundling.best is bundling.mixed


def test_complements_are_worth_more_together() -> None:
    assert sold([[10, 10]], together=100).mixed.profit.value == 100.0


def test_the_profit_of_one_customer_says_nothing_of_its_error() -> None:
    profit = sold([[50, 50]]).separate.profit
    assert profit.low == profit.value == profit.high


def test_what_does_not_fit_together_is_refused() -> None:
    willingness = Willingness(np.ones((3, 2)))
    with pytest.raises(InputError, match="2 products, 1 ladders and 2 unit costs"):
        best_bundle([TENS], TO_200, willingness, unit_costs=[0, 0])
    with pytest.raises(InputError, match="willingness is -1"):
        Willingness(-np.ones((3, 2)))
    with pytest.raises(InputError, match="another number of customers"):
        Willingness(np.ones((3, 2)), np.ones(2))
    with pytest.raises(InputError, match="combinations of prices are too many"):
        best_bundle([Ladder.of(range(1, 600))] * 2, TO_200, willingness, unit_costs=[0, 0])


@given(worth=st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100)), min_size=1, max_size=6))
@settings(max_examples=20, deadline=None)
def test_mixed_bundling_never_loses_to_one_by_one_and_takes_no_more_than_is_paid(
    worth: list[tuple[int, int]],
) -> None:
    bundling = sold(worth)
    assert bundling.mixed.profit.value >= bundling.separate.profit.value
    assert bundling.best.profit.value <= np.sum(worth) / len(worth) + 1e-9
    if bundling.mixed.prices and bundling.mixed.bundle_price:
        assert bundling.mixed.bundle_price <= sum(bundling.mixed.prices)
