"""What to ask with so many units left: exact on tiny shops, and the laws of the stock left."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealwright.core.errors import InputError
from dealwright.core.rng import stream
from dealwright.price.given import Floats
from dealwright.price.ladder import Ladder
from dealwright.price.policy import ChanceDemand, PricePolicy, best_policy

TWO_RUNGS = Ladder.of([6, 10])
# One buyer for certain at 6, with probability a half at 10.
COIN = ChanceDemand(np.array([[[0.0, 1.0], [0.5, 0.5]]] * 2))


def test_with_two_periods_to_sell_one_unit_the_first_asks_more() -> None:
    # Last period: 6 for certain beats 10 / 2. First: 10 / 2 + 6 / 2 = 8 beats 6.
    policy = best_policy(TWO_RUNGS, COIN, stock=1)
    assert policy.value == 8.0
    assert (policy.price(0, 1), policy.price(1, 1)) == (10, 6)


def test_the_best_single_price_stands_beside_the_policy() -> None:
    # 10 all the time sells with probability 3 / 4.
    policy = best_policy(TWO_RUNGS, COIN, stock=1)
    assert (TWO_RUNGS.prices[policy.single_rung], policy.single_value) == (10, 7.5)


def test_salvage_makes_waiting_cheaper() -> None:
    # Last period: 10 / 2 + 4 / 2 = 7 beats 6.
    policy = best_policy(TWO_RUNGS, COIN, stock=1, salvage=4)
    assert (policy.value, policy.price(1, 1)) == (8.5, 10)


def test_without_changes_the_policy_is_the_best_single_price() -> None:
    policy = best_policy(TWO_RUNGS, COIN, stock=1, n_changes=0)
    assert policy.value == policy.single_value == 7.5


def test_a_price_that_may_not_rise_stays_low() -> None:
    # Demand at 10 appears only in the second period.
    rises = ChanceDemand(np.array([[[0.0, 1.0], [1.0, 0.0]], [[1.0, 0.0], [0.0, 1.0]]]))
    free = best_policy(TWO_RUNGS, rises, stock=1)
    falling = best_policy(TWO_RUNGS, rises, stock=1, never_rises=True)
    assert free.value == falling.value == 10.0
    assert falling.price(1, 1, last=6) == 6
    assert free.price(1, 1, last=6) == 10


def test_futures_played_agree_with_the_expected_value() -> None:
    demand = ChanceDemand.poisson(np.outer([1.0, 1.5, 2.0], [3.0, 2.0, 1.0]), most=8)
    policy = best_policy(Ladder.of([5, 8, 12]), demand, stock=8, never_rises=True, n_changes=1, salvage=1)
    played = policy.play(stream(1, "futures"), n=20_000, salvage=1)
    assert played.value == pytest.approx(policy.value, rel=0.01)
    assert played.low < played.value < played.high


def test_poisson_demand_counts_the_rest_as_that_many_or_more() -> None:
    chance = ChanceDemand.poisson(np.array([[1.0]]), most=1).probability[0, 0]
    assert chance == pytest.approx([np.exp(-1), 1 - np.exp(-1)])


def test_uncertain_rates_are_mixed() -> None:
    chance = ChanceDemand.poisson(np.array([[[1.0]], [[3.0]]]), most=1).probability[0, 0, 0]
    assert chance == pytest.approx((np.exp(-1) + np.exp(-3)) / 2)


def test_drawn_demand_is_counted() -> None:
    chance = ChanceDemand.from_draws(np.array([[[0]], [[2]], [[5]], [[2]]]), most=3).probability[0, 0]
    assert chance.tolist() == [0.25, 0.0, 0.5, 0.25]


def test_demand_that_does_not_fit_the_ladder_or_the_stock_is_refused() -> None:
    with pytest.raises(InputError) as told:
        best_policy(Ladder.of([1, 2, 3]), COIN, stock=5)
    assert told.value.problems == (
        "demand is given for 2 prices and the ladder has 3; make them agree",
        "demand is counted up to 1 units and the stock is 5; count up to 5",
    )


def test_a_state_outside_the_policy_is_refused() -> None:
    with pytest.raises(InputError, match="asked for period 2 with 1 units"):
        best_policy(TWO_RUNGS, COIN, stock=1).price(2, 1)


def test_negative_rates_are_refused() -> None:
    with pytest.raises(InputError, match="rates is -1"):
        ChanceDemand.poisson(np.array([[-1.0]]), most=3)


def by_recursion(demand: ChanceDemand, ladder: Ladder, stock: int, salvage: float, rises: bool) -> float:
    """The definition, state by state."""
    n_periods, n_rungs, _ = demand.probability.shape

    @cache
    def worth(t: int, left: int, last: int) -> float:
        if t == n_periods:
            return salvage * left
        best: float = max(
            sum(
                chance * (ladder.prices[k] * min(units, left) + worth(t + 1, left - min(units, left), k))
                for units, chance in enumerate(demand.probability[t, k])
            )
            for k in range(n_rungs)
            if rises or k <= last
        )
        return best

    return worth(0, stock, n_rungs)


rates = st.lists(st.lists(st.floats(0, 4), min_size=2, max_size=2), min_size=1, max_size=3).map(np.array)


@given(rates=rates, stock=st.integers(0, 4), salvage=st.floats(0, 5), rises=st.booleans())
@settings(max_examples=50, deadline=None)
def test_the_policy_equals_its_definition(rates: Floats, stock: int, salvage: float, rises: bool) -> None:
    demand = ChanceDemand.poisson(rates, most=4)
    policy = best_policy(TWO_RUNGS, demand, stock=stock, salvage=salvage, never_rises=not rises)
    assert policy.value == pytest.approx(by_recursion(demand, TWO_RUNGS, stock, salvage, rises))


@given(rates=rates, salvage=st.floats(0, 5), never_rises=st.booleans())
@settings(max_examples=50, deadline=None)
def test_a_policy_keeps_the_laws(rates: Floats, salvage: float, never_rises: bool) -> None:
    def solved(n_changes: int | None) -> PricePolicy:
        return best_policy(
            TWO_RUNGS,
            ChanceDemand.poisson(rates, most=6),
            stock=6,
            salvage=salvage,
            never_rises=never_rises,
            n_changes=n_changes,
        )

    free, bound = solved(None), solved(1)
    assert (np.diff(free.worth[:, 0, -1], axis=-1) >= -1e-9).all()  # more stock is never worth less
    assert free.value >= bound.value - 1e-9
    assert bound.value >= bound.single_value - 1e-9
    if never_rises:
        low_before = bound.rung[:, :, 0]
        assert (low_before == 0).all()
