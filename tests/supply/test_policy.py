"""When to reorder: published optima, brute force, and the same cost when followed through demand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from dealwright.core.errors import InputError
from dealwright.supply.follow import PolicyCourse, Unmet, follow_policy
from dealwright.supply.laws import DemandLaw, DrawnDemand, NegativeBinomialDemand, PoissonDemand
from dealwright.supply.policy import (
    FixedLot,
    OrderUpTo,
    Policy,
    best_fixed_lot,
    best_order_up_to,
    economic_lot,
    reorder_for_service,
)


def followed(policy: Policy, *demand: float, opening: float, lead: int, unmet: Unmet) -> PolicyCourse:
    return follow_policy(
        policy,
        np.array([[demand]]),
        opening_units=opening,
        lead_time_periods=lead,
        unmet=unmet,
        holding_cost=1,
        shortage_cost=10,
        order_cost=5,
    )


def mean_cost(law: DemandLaw, policy: Policy, *, lead: int, costs: tuple[float, float, float]) -> float:
    """Long-run cost of a period by following four long courses of demand."""
    rng = np.random.default_rng(3)
    draws = law.quantile(rng.random((4, 1, 20_000)))
    holding, shortage, order = costs
    course = follow_policy(
        policy,
        draws,
        opening_units=5,
        lead_time_periods=lead,
        unmet=Unmet.OWED,
        holding_cost=holding,
        shortage_cost=shortage,
        order_cost=order,
        n_warm_up=100,
    )
    return float(course.cost.mean())


def test_stock_is_what_was_there_plus_received_less_sold() -> None:
    # Order up to 10 at 4 or less, a week later it comes. Week 1: 10 - 7 = 3. Week 2: position 3, order 7;
    # 2 asked, 1 left. Week 3: 7 come, 8; 9 asked, 1 lost. Week 4: position 0, order 10; 4 asked, 4 lost.
    course = followed(OrderUpTo(4, 10), 7, 2, 9, 4, opening=10, lead=1, unmet=Unmet.LOST)
    assert_array_equal(course.ordered[0, 0], [0, 7, 0, 10])
    assert_array_equal(course.received[0, 0], [0, 0, 7, 0])
    assert_array_equal(course.closing[0, 0], [3, 1, 0, 0])
    assert_array_equal(course.short[0, 0], [0, 0, 1, 4])
    assert course.cost[0, 0] == (4 * 1 + 5 * 10 + 2 * 5) / 4
    assert course.fill_rate[0, 0] == 1 - 5 / 22
    assert course.service[0, 0] == 0.5


def test_customers_who_wait_are_served_first_when_stock_comes() -> None:
    # As above, but week 3 leaves 1 owed; week 4: position -1, order 11; 5 owed.
    course = followed(OrderUpTo(4, 10), 7, 2, 9, 4, opening=10, lead=1, unmet=Unmet.OWED)
    assert_array_equal(course.ordered[0, 0], [0, 7, 0, 11])
    assert_array_equal(course.short[0, 0], [0, 0, 1, 5])
    # Of the 5 owed after week 4, 4 were asked for in it.
    assert course.fill_rate[0, 0] == 1 - (1 + 4) / 22


def test_an_order_without_lead_time_serves_the_same_week() -> None:
    course = followed(OrderUpTo(4, 10), 7, 7, opening=4, lead=0, unmet=Unmet.LOST)
    assert_array_equal(course.received[0, 0], [6, 7])
    assert_array_equal(course.closing[0, 0], [3, 3])


def test_fixed_lots_are_as_many_as_lift_the_position_above_the_point() -> None:
    lots = FixedLot([4, 4, 4, 4], [6, 6, 6, 6])
    assert_array_equal(lots.order(np.array([5.0, 4.0, -2.0, -3.0])), [0, 6, 12, 12])
    assert_array_equal(lots.n_orders(np.array([0.0, 6.0, 12.0, 12.0])), [0, 1, 2, 2])


@given(
    demand=st.lists(st.integers(0, 12), min_size=1, max_size=15),
    opening=st.integers(0, 20),
    lead=st.integers(0, 3),
    unmet=st.sampled_from(Unmet),
)
def test_units_are_never_made_nor_lost_on_the_way(demand: list[int], opening: int, lead: int, unmet: Unmet) -> None:
    course = followed(FixedLot(6, 5), *demand, opening=opening, lead=lead, unmet=unmet)
    lost = course.short.sum() if unmet is Unmet.LOST else 0
    owed = course.short[0, 0, -1] if unmet is Unmet.OWED else 0
    assert opening + course.received.sum() == course.closing[0, 0, -1] - owed + sum(demand) - lost
    assert (course.closing >= 0).all()
    assert not ((course.closing > 0) & (course.short > 0)).any()


def test_a_published_order_up_to_policy() -> None:
    # Snyder and Shen, Fundamentals of Supply Chain Theory, example 4.7.
    best = best_order_up_to(PoissonDemand(6), holding_cost=1, shortage_cost=4, order_cost=5)
    assert (best.reorder_point, best.order_up_to) == (4, 10)
    assert best.expected_cost == pytest.approx(8.034111561471642)


def test_a_published_fixed_lot_policy() -> None:
    # Snyder and Shen, example 5.8.
    best = best_fixed_lot(PoissonDemand(3), period_mean=1.5, holding_cost=20, shortage_cost=150, order_cost=100)
    assert (best.reorder_point, best.lot_units) == (3, 5)
    assert best.expected_cost == pytest.approx(107.92358063314975)


@settings(max_examples=15, deadline=None)
@given(
    draws=st.lists(st.integers(0, 6), min_size=2, max_size=6).filter(any),
    holding=st.integers(1, 3),
    shortage=st.integers(2, 20),
    order=st.integers(0, 30),
)
def test_no_other_order_up_to_policy_costs_less(draws: list[int], holding: int, shortage: int, order: int) -> None:
    law = DrawnDemand(np.array(draws))
    best = best_order_up_to(law, holding_cost=holding, shortage_cost=shortage, order_cost=order)
    assert best.expected_cost == pytest.approx(_least_by_markov_chains(draws, holding, shortage, order))


def _least_by_markov_chains(draws: list[int], holding: int, shortage: int, order: int) -> float:
    """The cost of the best (s, S) with 0 <= S < 30 and S - s < 22: stationary shares of the position."""
    most, least = 30, np.inf
    asked = np.array(draws)
    for up_to in range(most):
        for span in range(1, 22):
            chain = np.zeros((span, span))  # the position is up_to - j when customers come
            for demand in draws:
                for j in range(span):
                    after = j + demand
                    chain[j, after if after < span else 0] += 1 / len(draws)
            system = np.vstack([(chain.T - np.eye(span)), np.ones(span)])
            share = np.linalg.lstsq(system, np.append(np.zeros(span), 1.0), rcond=None)[0]
            net = up_to - np.arange(span)[:, None] - asked
            held = (holding * np.maximum(net, 0) + shortage * np.maximum(-net, 0)).mean(axis=1)
            orders = (np.arange(span)[:, None] + asked >= span).mean(axis=1)
            least = min(least, float(share @ (held + order * orders)))
    return least


@pytest.mark.parametrize("lead", [0, 2])
def test_the_order_up_to_cost_is_what_following_the_policy_shows(lead: int) -> None:
    law, exposed = NegativeBinomialDemand(4, 3), NegativeBinomialDemand(4 * (lead + 1), 3 * (lead + 1))
    best = best_order_up_to(law, holding_cost=1, shortage_cost=9, order_cost=20, exposed=exposed)
    cost = mean_cost(law, OrderUpTo(best.reorder_point, best.order_up_to), lead=lead, costs=(1, 9, 20))
    assert cost == pytest.approx(best.expected_cost, rel=0.02)


def test_the_fixed_lot_cost_is_what_following_the_policy_shows() -> None:
    best = best_fixed_lot(PoissonDemand(12), period_mean=4, holding_cost=1, shortage_cost=9, order_cost=20)
    cost = mean_cost(PoissonDemand(4), FixedLot(best.reorder_point, best.lot_units), lead=2, costs=(1, 9, 20))
    assert cost == pytest.approx(best.expected_cost, rel=0.02)


def test_a_dearer_order_makes_orders_rarer_and_costs_more() -> None:
    lots = [
        best_order_up_to(PoissonDemand(6), holding_cost=1, shortage_cost=9, order_cost=cost)
        for cost in (0, 5, 20, 80)
    ]
    assert [lot.lot_units for lot in lots] == sorted(lot.lot_units for lot in lots)
    assert [lot.expected_cost for lot in lots] == sorted(lot.expected_cost for lot in lots)
    assert lots[0].lot_units == 1


def test_a_service_level_sets_the_point_and_costs_set_the_lot() -> None:
    reorder = reorder_for_service(
        PoissonDemand(12), service_level=0.95, period_mean=4, holding_cost=1, order_cost=50
    )
    assert (reorder.reorder_point, reorder.lot_units) == (18, 20)
    assert economic_lot(4, holding_cost=1, order_cost=50) == 20


def test_several_products_are_followed_at_once() -> None:
    draws = np.random.default_rng(0).poisson(5.0, (3, 2, 30)).astype(float)

    def cost(policy: Policy, demand: np.ndarray, opening: list[float]) -> np.ndarray:
        return follow_policy(
            policy,
            demand,
            opening_units=opening,
            lead_time_periods=1,
            unmet=Unmet.LOST,
            holding_cost=1,
            shortage_cost=9,
            order_cost=10,
        ).cost

    together = cost(OrderUpTo([5, 8], [15, 30]), draws, [10, 20])
    apart = [cost(OrderUpTo(5, 15), draws[:, :1], [10]), cost(OrderUpTo(8, 30), draws[:, 1:], [20])]
    assert_allclose(together, np.concatenate(apart, axis=1))


def test_the_table_has_a_row_for_each_product_with_bounds() -> None:
    course = followed(OrderUpTo(4, 10), 7, 2, 9, 4, opening=10, lead=1, unmet=Unmet.LOST)
    table = course.to_frame(["tea"])
    assert table[["sku", "cost", "service", "closing"]].to_numpy().tolist() == [["tea", 16.0, 0.5, 1.0]]
    assert course.cost_of(0).value == 16.0


def test_every_mistake_is_told_at_once() -> None:
    with pytest.raises(InputError) as caught:
        follow_policy(
            OrderUpTo(1, 2),
            np.array([[[1.0, math.nan]]]),
            opening_units=-1,
            lead_time_periods=-1,
            unmet=Unmet.LOST,
            holding_cost=math.inf,
            shortage_cost=1,
            order_cost=1,
            n_warm_up=2,
        )
    assert len(caught.value.problems) == 5
    with pytest.raises(InputError, match="above reorder_point"):
        OrderUpTo([4], [4])
    with pytest.raises(InputError, match="lot_units"):
        FixedLot([4], [0])
    with pytest.raises(InputError, match="no demand"):
        best_order_up_to(DrawnDemand(np.zeros(2)), holding_cost=1, shortage_cost=1, order_cost=1)
    with pytest.raises(InputError, match="3 problems"):
        best_fixed_lot(PoissonDemand(3), period_mean=0, holding_cost=0, shortage_cost=1, order_cost=-1)
