"""Limits that may be broken: what is given up, in which order, and at what cost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dealwright.core.errors import InfeasibleError, InputError
from dealwright.plan.constraints import (
    Blackout,
    Budget,
    Constraint,
    Gap,
    Keep,
    LeastPerWeek,
    MostChanged,
    MostPerProduct,
    MustRun,
    Soft,
    soft_outcomes,
    violations,
)
from dealwright.plan.problem import Offer
from dealwright.plan.solvers import Greedy, Milp
from dealwright.plan.solvers.feasible import settle
from dealwright.plan.solvers.rows import row_system
from dealwright.plan.words import sentence
from small_plan import WEEK_ONE, Ints, every_choice, promote, small_problem

TWO = small_problem(n=2, n_weeks=3, depths=(0.1, 0.3), seed=4)
CHOICES = every_choice(TWO)
# Two products, one week, one offer: alone they earn 500 and 300, nothing together beyond that.
PLAIN = replace(
    small_problem(n=2, n_weeks=1),
    value=np.array([[[0.0, 500.0]], [[0.0, 300.0]]]),
    spend=np.array([[[0.0, 100.0]], [[0.0, 100.0]]]),
    given_up=np.zeros((2, 2)),
    taken=np.zeros((2, 1, 2)),
)


def penalties(constraints: list[Constraint], choice: Ints) -> float:
    return sum(outcome.cost_minor for outcome in soft_outcomes(constraints, TWO, choice))


def test_a_soft_limit_is_kept_if_breaking_it_costs_more_than_it_brings() -> None:
    limits: list[Constraint] = [Soft(Budget(100, "1.00"), 4.0)]
    solution = Milp().solve(PLAIN, limits)
    assert solution.choice.tolist() == [[1], [0]]
    (outcome,) = soft_outcomes(limits, PLAIN, solution.choice)
    assert (outcome.is_kept, outcome.broken_by, outcome.cost_minor) == (True, 0.0, 0.0)
    assert (solution.objective, solution.bound) == pytest.approx((500.0, 500.0))


def test_a_soft_limit_is_given_up_if_that_brings_more_than_it_costs() -> None:
    limits: list[Constraint] = [Soft(Budget(100, "1.00"), 2.0)]
    solution = Milp().solve(PLAIN, limits)
    assert solution.choice.tolist() == [[1], [1]]
    (outcome,) = soft_outcomes(limits, PLAIN, solution.choice)
    assert (outcome.is_kept, outcome.broken_by, outcome.cost_minor) == (False, 100.0, 200.0)
    assert outcome.worst == "all weeks"
    assert (solution.objective, solution.bound) == pytest.approx((800.0, 800.0))
    assert violations(limits, PLAIN, solution.choice) == []


def test_a_priority_is_kept_whatever_profit_is_lost_however_small_its_penalty() -> None:
    solution = Milp().solve(PLAIN, [Soft(Budget(100, "1.00"), 1e-3, priority=1)])
    assert solution.choice.tolist() == [[1], [0]]


@pytest.mark.parametrize("first", [0, 1])
def test_of_two_limits_that_contradict_the_one_of_higher_priority_is_kept(first: int) -> None:
    dark, wanted = Blackout(skus=("sku-0",)), LeastPerWeek(2)
    limits: list[Constraint] = [
        Soft(dark, 1.0, priority=2 - first),
        Soft(wanted, 1e6, priority=1 + first),
    ]
    outcomes = soft_outcomes(limits, TWO, Milp().solve(TWO, limits).choice)
    assert [outcome.is_kept for outcome in outcomes] == [first == 0, first == 1]
    assert outcomes[1 - first].broken_by > 0


@pytest.mark.parametrize("penalty", [1.0, 1_000.0, 30_000.0])
def test_profit_less_penalties_is_the_best_there_is(penalty: float) -> None:
    limits: list[Constraint] = [
        Gap(1),
        Soft(MostPerProduct(1), penalty),
        Soft(Budget(int(TWO.spend.max()), "some"), penalty / 1e3),
        Soft(LeastPerWeek(1), penalty),
    ]
    keeps = [choice for choice in CHOICES if not violations(limits, TWO, choice)]
    best = max(TWO.objective(choice) - penalties(limits, choice) for choice in keeps)
    solution = Milp(relative_gap=0.0).solve(TWO, limits)
    lost = penalties(limits, solution.choice)
    assert solution.objective - lost == pytest.approx(best, rel=1e-6)
    assert solution.bound - lost >= best - 1e-6 * abs(best)


def test_a_higher_priority_is_broken_as_little_as_any_plan_can_before_a_lower_one_is_looked_at() -> None:
    limits: list[Constraint] = [
        MustRun("sku-0", WEEK_ONE, 0.3),
        Soft(Budget(0, "nothing"), 1.0, priority=2),
        Soft(LeastPerWeek(2), 1e9, priority=1),
    ]
    choice = Milp().solve(TWO, limits).choice
    keeps = [plan for plan in CHOICES if not violations(limits, TWO, plan)]
    budget = [soft_outcomes(limits, TWO, plan)[0].broken_by for plan in keeps]
    assert soft_outcomes(limits, TWO, choice)[0].broken_by == pytest.approx(min(budget))
    settled = settle(TWO, row_system(TWO, limits))
    assert settled is not None
    (priority, most), *_ = settled.most_given_up
    assert priority == 2
    assert most == pytest.approx(min(budget), rel=1e-5)


def test_what_is_soft_is_in_no_conflict() -> None:
    hard: list[Constraint] = [Blackout(skus=("sku-0",)), MustRun("sku-0", WEEK_ONE)]
    with pytest.raises(InfeasibleError) as caught:
        Milp().solve(TWO, [*hard, Soft(LeastPerWeek(2), 1.0), Soft(Gap(1), 1.0, priority=3)])
    assert len(caught.value.conflict) == 2
    assert Milp().solve(TWO, [Soft(hard[0], 1.0), hard[1]]).choice[0, 0] > 0


def test_a_change_to_the_approved_plan_is_made_only_if_it_earns_its_penalty() -> None:
    approved = (Keep("sku-1", WEEK_ONE, Offer(0.2)),)
    stays = Milp().solve(PLAIN, [MostPerProduct(1), Soft(MostChanged(approved, 0), 501.0)])
    moves = Milp().solve(PLAIN, [MostPerProduct(1), Soft(MostChanged(approved, 0), 499.0)])
    assert (stays.choice.tolist(), moves.choice.tolist()) == ([[0], [1]], [[1], [1]])


def test_greedy_breaks_a_soft_limit_only_where_that_pays_and_a_priority_never() -> None:
    cheap, dear = ([Soft(Budget(100, "1.00"), price)] for price in (2.0, 4.0))
    assert Greedy().solve(PLAIN, list(cheap)).choice.tolist() == [[1], [1]]
    assert Greedy().solve(PLAIN, list(dear)).choice.tolist() == [[1], [0]]
    first: list[Constraint] = [Soft(Budget(100, "1.00"), 1e-3, priority=1)]
    assert Greedy().solve(PLAIN, first).choice.tolist() == [[1], [0]]
    assert Greedy().solve(PLAIN, [Soft(LeastPerWeek(1), 5.0)]).choice.tolist() == [[1], [1]]


def test_the_sentence_of_a_soft_limit_says_what_breaking_it_costs() -> None:
    soft = Soft(Budget(100, "1.00 EUR"), 2.0, shown="2 EUR / EUR")
    assert sentence(soft.code, soft.params()) == (
        "own discounts and support cost at most 1.00 EUR (soft: 2 EUR / EUR for each by which it is broken)"
    )


@pytest.mark.parametrize(
    ("penalty", "priority", "said"),
    [(0.0, 0, "an amount above 0, not 0.0"), (float("inf"), 0, "not inf"), (1.0, -1, "0 or above, not -1")],
)
def test_a_penalty_of_nothing_or_a_negative_priority_is_refused(penalty: float, priority: int, said: str) -> None:
    with pytest.raises(InputError, match=said):
        Soft(Gap(1), penalty, priority)


def test_softened_twice_is_refused() -> None:
    with pytest.raises(InputError, match="cannot be softened again"):
        Soft(Soft(Gap(1), 1.0), 1.0)


def test_what_a_soft_blackout_forbids_may_be_chosen_at_its_price() -> None:
    soft = Soft(Blackout(skus=("sku-0",)), 7.0)
    assert soft.forbids(TWO) is None
    (outcome,) = soft_outcomes([soft], TWO, promote(TWO, (0, 1, 2), (1, 1, 2)))
    assert (outcome.broken_by, outcome.cost_minor, outcome.worst) == (1.0, 7.0, "sku-0, week of 2024-01-08")
