"""The planner against every possible plan of small shops, and against its own bound."""

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
    LeastPerWeek,
    MarginFloor,
    MostPerProduct,
    MustRun,
    NotBeyondData,
    SlotsPerCategory,
    VehicleSlots,
    violations,
)
from dealwright.plan.solvers import SOLVERS, Greedy, Milp
from small_plan import WEEK_ONE, best_of_all, promote, small_problem

LARGE_GAP = 0.01


@pytest.mark.parametrize("seed", range(8))
def test_no_plan_is_better_than_the_bound_and_the_best_is_found(seed: int) -> None:
    problem = small_problem(seed=seed)
    constraints: list[Constraint] = [MostPerProduct(2), Gap(1), SlotsPerCategory(2)]
    best = best_of_all(problem, constraints)
    solution = Milp().solve(problem, constraints)
    assert not violations(constraints, problem, solution.choice)
    assert solution.bound >= best - 1e-6
    assert solution.objective == pytest.approx(problem.objective(solution.choice))
    assert solution.objective >= best * (1 - 6e-4) - 1e-6


@pytest.mark.parametrize("seed", range(4))
def test_a_budget_is_kept_and_the_best_within_it_is_found(seed: int) -> None:
    problem = small_problem(n=3, n_weeks=2, depths=(0.1, 0.3), seed=seed)
    free = Milp().solve(problem, [Gap(1)])
    i, t = np.ogrid[: problem.shape[0], : problem.shape[1]]
    limit = int(problem.spend[i, t, free.choice].sum() / 2)
    constraints: list[Constraint] = [Gap(1), Budget(limit, "half")]
    solution = Milp().solve(problem, constraints)
    spent = problem.spend[i, t, solution.choice].sum()
    assert spent <= limit + 1e-6
    assert solution.objective >= best_of_all(problem, constraints) * (1 - 6e-4) - 1e-6
    assert solution.bound >= best_of_all(problem, constraints) - 1e-6


@pytest.mark.parametrize("seed", range(5))
def test_the_bound_holds_and_is_close_on_a_shop_too_large_to_enumerate(seed: int) -> None:
    problem = small_problem(n=12, n_weeks=4, depths=(0.1, 0.3), seed=seed, vehicles=True)
    constraints: list[Constraint] = [
        MostPerProduct(2),
        Gap(1),
        SlotsPerCategory(2),
        VehicleSlots("display", 2),
        VehicleSlots("mailer", 2),
    ]
    exact = Milp(relative_gap=LARGE_GAP, node_limit=200)
    solution, greedy = exact.solve(problem, constraints), Greedy().solve(problem, constraints)
    assert not violations(constraints, problem, solution.choice)
    assert not violations(constraints, problem, greedy.choice)
    assert greedy.objective <= solution.bound + 1e-6
    assert solution.objective >= greedy.objective - 1e-6
    assert greedy.objective > 0
    assert solution.gap <= LARGE_GAP


def test_promotions_of_one_category_together_are_worth_more_than_apart_by_what_both_gave_up() -> None:
    problem = small_problem(n=2, n_weeks=1)
    both, first, second = (np.array(c, dtype=np.int64) for c in ([[1], [1]], [[1], [0]], [[0], [1]]))
    together = problem.given_up[0, 1] * problem.taken[1, 0, 1] + problem.given_up[1, 1] * problem.taken[0, 0, 1]
    assert problem.interaction(both) == pytest.approx(together)
    assert problem.objective(both) == pytest.approx(problem.objective(first) + problem.objective(second) + together)
    assert problem.interaction(first) == pytest.approx(0.0, abs=1e-9)


def test_one_promotion_that_only_takes_and_one_that_only_gives_up_are_worth_more_together() -> None:
    # Product 0 gives up 20 a unit and takes nothing, product 1 takes 35 units and gives up nothing: 700 together.
    problem = replace(
        small_problem(n=2, n_weeks=1),
        value=np.array([[[0.0, -100.0]], [[0.0, 500.0]]]),
        given_up=np.array([[0.0, 20.0], [0.0, 0.0]]),
        taken=np.array([[[0.0, 0.0]], [[0.0, 35.0]]]),
    )
    solution = Milp().solve(problem, [Gap(1)])
    assert solution.choice.tolist() == [[1], [1]]
    assert [solution.objective, solution.bound] == pytest.approx([1100.0, 1100.0])


PROBLEM = small_problem(n=4, n_weeks=3, depths=(0.1, 0.3), vehicles=True)
DISPLAY, MAILER, DEEP = 2, 1, 8  # indices into the catalogue: display alone, mailer alone, 30 % off


@pytest.mark.parametrize(
    ("constraint", "breaking", "keeping"),
    [
        (MostPerProduct(1), [(0, 0, DEEP), (0, 2, DEEP)], [(0, 0, DEEP), (1, 2, DEEP)]),
        (Gap(1), [(0, 0, DEEP), (0, 1, DEEP)], [(0, 0, DEEP), (0, 2, DEEP)]),
        (SlotsPerCategory(1), [(0, 0, DEEP), (2, 0, DEEP)], [(0, 0, DEEP), (1, 0, DEEP)]),
        (VehicleSlots("display", 1), [(0, 0, DISPLAY), (1, 0, DISPLAY)], [(0, 0, DISPLAY), (1, 0, MAILER)]),
        (VehicleSlots("mailer", 1), [(0, 0, MAILER), (1, 0, MAILER)], [(0, 0, MAILER), (1, 1, MAILER)]),
        (Budget(0, "nothing"), [(0, 0, DEEP)], []),
        (MarginFloor(0.99), [(0, 0, DEEP)], []),
        (Blackout(skus=("sku-0",)), [(0, 1, DEEP)], [(1, 1, DEEP)]),
        (Blackout(categories=("category 1",), weeks=(WEEK_ONE,)), [(1, 0, DEEP)], [(1, 1, DEEP)]),
        (MustRun("sku-0", WEEK_ONE, 0.2), [(0, 0, DISPLAY)], [(0, 0, DEEP)]),
        (LeastPerWeek(1), [(0, 0, DEEP)], [(0, 0, DEEP), (0, 1, DEEP), (0, 2, DEEP)]),
        (
            NotBeyondData((0.2,) * 4, (True,) * 4, (True,) * 4, frozenset()),
            [(0, 0, DEEP)],
            [(0, 0, DISPLAY)],
        ),
        (NotBeyondData((0.5,) * 4, (False,) * 4, (True,) * 4, frozenset()), [(0, 0, DISPLAY)], [(0, 0, MAILER)]),
        (
            NotBeyondData((0.5,) * 4, (True,) * 4, (True,) * 4, frozenset({"sku-0"})),
            [(0, 0, DEEP)],
            [(0, 0, DISPLAY), (1, 0, DEEP)],
        ),
    ],
)
def test_each_limit_rejects_a_plan_that_breaks_it_and_only_that(
    constraint: Constraint, breaking: list[tuple[int, int, int]], keeping: list[tuple[int, int, int]]
) -> None:
    assert violations([constraint], PROBLEM, promote(PROBLEM, *breaking))
    assert violations([constraint], PROBLEM, promote(PROBLEM, *keeping)) == []


def test_contradicting_limits_are_named_and_the_innocent_are_not() -> None:
    constraints: list[Constraint] = [
        MostPerProduct(2),
        SlotsPerCategory(2),
        Blackout(skus=("sku-0",)),
        MustRun("sku-0", WEEK_ONE),
        Budget(10**9, "plenty"),
    ]
    with pytest.raises(InfeasibleError) as caught:
        Milp().solve(PROBLEM, constraints)
    assert set(caught.value.conflict) == {
        "no promotion of sku-0 (weeks: all)",
        "sku-0 must be promoted in the week of 2024-01-01, at 0% off or deeper",
    }


def test_a_budget_too_small_for_what_must_run_is_a_conflict_of_two() -> None:
    constraints: list[Constraint] = [Gap(1), LeastPerWeek(2), Budget(1, "0.01 EUR")]
    with pytest.raises(InfeasibleError) as caught:
        Milp().solve(PROBLEM, constraints)
    assert len(caught.value.conflict) == 2


def test_what_must_run_runs_even_at_a_loss() -> None:
    costly = small_problem(n=4, n_weeks=3, depths=(0.1, 0.3), cost=0.95)
    assert costly.value[0, 0, 2] < 0
    solution = Milp().solve(costly, [MustRun("sku-0", WEEK_ONE, 0.3)])
    assert costly.offers[solution.choice[0, 0]].depth >= 0.3


def test_nothing_to_promote_is_a_plan_with_nothing_in_it() -> None:
    solution = Milp().solve(PROBLEM, [Blackout(categories=("category 0", "category 1"))])
    assert solution.choice.sum() == 0
    assert solution.objective == solution.bound == 0.0
    assert solution.gap == 0.0


def test_the_price_of_a_slot_is_what_one_more_would_bring() -> None:
    problem = small_problem(n=3, n_weeks=1, seed=1)
    one, two = (Milp().solve(problem, [SlotsPerCategory(limit)]) for limit in (1, 2))
    assert one.shadow_prices[0].label == "category 0, week of 2024-01-01"
    gained = two.objective - one.objective
    assert gained > 0
    assert one.shadow_prices[0].price_minor == pytest.approx(gained, rel=0.2)


def test_the_greedy_plan_cannot_promise_what_must_run() -> None:
    with pytest.raises(InputError, match="use the solver 'milp'"):
        Greedy().solve(PROBLEM, [MustRun("sku-0", WEEK_ONE)])


def test_the_same_problem_gives_the_same_plan() -> None:
    problem = small_problem(n=12, n_weeks=4, depths=(0.1, 0.2), seed=2, vehicles=True)
    limits: list[Constraint] = [Gap(1), SlotsPerCategory(2), VehicleSlots("display", 2)]
    first, second = (Milp().solve(problem, limits) for _ in range(2))
    assert (first.choice == second.choice).all()


def test_solvers_are_found_by_name() -> None:
    assert list(SOLVERS) == ["columns", "greedy", "milp"]
    with pytest.raises(InputError, match="did you mean 'milp'"):
        SOLVERS.make("mlip")


def test_a_gap_of_zero_weeks_is_refused_because_the_week_after_must_be_free() -> None:
    with pytest.raises(InputError, match="min_gap_weeks is 0; at least 1 is needed"):
        Gap(0)


def test_a_limit_on_an_unknown_product_names_the_nearest() -> None:
    with pytest.raises(InputError, match=r"no sku in the plan is called 'sku-9'"):
        violations([Blackout(skus=("sku-9",))], PROBLEM, promote(PROBLEM))
