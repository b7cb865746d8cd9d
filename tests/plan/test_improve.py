"""Plans made better by what they truly add."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from dealwright.plan.constraints import Constraint, MostPerProduct, SlotsPerCategory, violations
from dealwright.plan.improve import improve
from dealwright.plan.problem import PlanningProblem
from dealwright.plan.solvers import Milp
from two_products import all_plans, drawn_shop

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LIMITS: list[Constraint] = [MostPerProduct(2), SlotsPerCategory(2)]


@dataclass(frozen=True)
class Crowded:
    """Promotions of one category and week lose `lost` for each pair of them, where the problem sees a gain."""

    problem: PlanningProblem
    lost: float

    def by_category(self, choice: Ints) -> Floats:
        i, t = np.nonzero(choice)
        out = np.zeros(len(self.problem.categories))
        np.add.at(out, self.problem.category_of[i], self.problem.value[i, t, choice[i, t]])
        together = self._in_category_and_week(choice)
        return np.asarray(out - self.lost * (together * (together - 1) / 2).sum(axis=1))

    def beside(self, choice: Ints) -> Floats:
        others = self._in_category_and_week(choice)[self.problem.category_of] - (choice > 0)
        value = self.problem.value - self.lost * others[:, :, None]
        value[:, :, 0] = 0.0
        return value

    def _in_category_and_week(self, choice: Ints) -> Floats:
        out = np.zeros((len(self.problem.categories), choice.shape[1]))
        np.add.at(out, self.problem.category_of, (choice > 0).astype(np.float64))
        return out


def worth(truth: Crowded, choice: Ints) -> float:
    return float(truth.by_category(choice).sum())


@pytest.mark.parametrize("seed", [1, 3, 5])
def test_where_promotions_that_meet_are_worth_less_a_better_plan_is_found_that_no_single_change_improves(
    seed: int,
) -> None:
    problem, _ = drawn_shop(seed=seed)
    truth = Crowded(problem, lost=float(np.quantile(problem.value[:, :, 1:], 0.8)))
    start = Milp().solve(problem, LIMITS).choice
    best = improve(problem, LIMITS, [start], truth, Milp(), most_rounds=20)
    assert not violations(LIMITS, problem, best.choice)
    assert best.objective == pytest.approx(worth(truth, best.choice))
    assert best.objective > worth(truth, start)
    near = [plan for plan in all_plans(problem, LIMITS) if (plan != best.choice).sum() == 1]
    assert near
    assert best.objective >= max(worth(truth, plan) for plan in near) - 1e-6


def test_without_rounds_the_best_start_stays_and_the_order_of_starts_does_not_matter() -> None:
    problem, _ = drawn_shop(seed=1)
    truth = Crowded(problem, lost=0.0)
    nothing = np.zeros(problem.shape[:2], dtype=np.int64)
    good = Milp().solve(problem, LIMITS).choice
    for starts in ([nothing, good], [good, nothing]):
        kept = improve(problem, LIMITS, starts, truth, Milp(), most_rounds=0)
        assert (kept.choice == good).all()


def test_where_the_truth_is_the_problem_itself_nothing_changes() -> None:
    problem, _ = drawn_shop(seed=2)
    truth = Crowded(problem, lost=0.0)
    best = max(all_plans(problem, LIMITS), key=lambda plan: worth(truth, plan))
    assert (improve(problem, LIMITS, [best], truth, Milp()).choice == best).all()
