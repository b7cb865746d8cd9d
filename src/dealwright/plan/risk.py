"""Plans for those who fear bad luck: the best mean of what is expected and what the worst draws bring.

Maximises (1 - w) * mean + w * CVaR over draws of demand. The CVaR is itself the least mean under any chances that
count no draw more than 1 / (1 - tail) times as often as it is likely (Rockafellar and Uryasev 2000), and for fixed
chances the problem is an ordinary one. So chances are sought that leave the best plan least: each ordinary solution
bounds what any plan can reach, and is a plan to judge by its own worst draws.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from dealwright.core.errors import InputError
from dealwright.core.estimate import Estimate
from dealwright.plan.problem import OfferResponse, PlanningProblem, reweigh
from dealwright.plan.solvers.protocol import Solution

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

Solve = Callable[[PlanningProblem], Solution]
"""A solver with its limits."""

Progress = Callable[[str, float], None]
"""Called with what is being done and the share done so far (0 to 1)."""


@dataclass(frozen=True, slots=True)
class RiskAversion:
    """How much bad luck counts: `weight` 0 (not at all) to 1 (nothing else does).

    Bad luck is the worst 1 - `tail` of draws: with a `tail` of 0.9 the worst tenth.
    """

    weight: float
    tail: float = 0.9

    def __post_init__(self) -> None:
        mistakes = []
        if not 0 <= self.weight <= 1:
            mistakes.append(f"the weight of risk is 0 to 1, not {self.weight}")
        if not 0 < self.tail < 1:
            mistakes.append(f"tail is above 0 and below 1 (0.9 counts the worst tenth of draws), not {self.tail}")
        if mistakes:
            raise InputError(*mistakes)

    def of(self, draws: Floats) -> float:
        """(1 - w) * mean + w * CVaR of draws (D,)."""
        return float(self.worst_chances(draws) @ draws)

    def worst_chances(self, draws: Floats) -> Floats:
        """The chances (D,) under which these draws have that mean; no others admitted leave less."""
        return np.asarray((1 - self.weight) / len(draws) + self.weight * tail_chances(draws, self.tail))


def cvar(draws: Floats, tail: float) -> float:
    """Mean of the worst 1 - `tail` of draws (D,), a draw on the edge counted in part.

    >>> cvar(np.array([10.0, 40.0, 20.0, 30.0]), 0.5)
    15.0
    """
    return float(tail_chances(draws, tail) @ draws)


def tail_chances(draws: Floats, tail: float) -> Floats:
    """Chances (D,) that fall on the worst 1 - `tail` of draws alone."""
    most = 1.0 / (len(draws) * (1 - tail))
    order = np.argsort(draws, kind="stable")
    chances = np.empty(len(draws))
    chances[order] = np.clip(1.0 - most * np.arange(len(draws)), 0.0, most)
    return chances


@dataclass(frozen=True, slots=True)
class RiskProfile:
    """What a plan adds in good luck and bad: mean with its 80 % range, median, and mean of the worst draws."""

    gain: Estimate
    median: float
    cvar: float
    tail: float

    @classmethod
    def of(cls, draws: Floats, tail: float) -> RiskProfile:
        """From draws (D,) of the objective."""
        return cls(Estimate.from_draws(draws), float(np.median(draws)), cvar(draws, tail), tail)


@dataclass(frozen=True, slots=True)
class RiskPlan:
    """`solution`: objective and bound are (1 - w) * mean + w * CVaR; prices of limits are those under the chances
    for which the plan was found.

    `profile` is what the plan adds, `neutral` what the plan for the mean alone would have. `n_rounds` problems
    were solved.
    """

    solution: Solution
    profile: RiskProfile
    neutral: RiskProfile
    n_rounds: int


@dataclass(frozen=True, slots=True)
class _Round:
    """Chances that were tried, the solution under them, its draws, and what limits it gave up (minor units)."""

    chances: Floats
    solution: Solution
    draws: Floats
    lost: float

    @property
    def bound(self) -> float:
        """No plan reaches more, what it gives up taken off."""
        return self.solution.bound - self.lost


def plan_with_risk(
    problem: PlanningProblem,
    response: OfferResponse,
    risk: RiskAversion,
    solve: Solve,
    *,
    penalty: Callable[[Ints], float] = lambda _: 0.0,
    relative_gap: float = 1e-3,
    most_rounds: int = 20,
    progress: Progress = lambda _what, _share: None,
) -> RiskPlan:
    """The best plan met, with a bound on every plan; draws are alike likely.

    `solve` is called with the problem under other chances and must keep the same limits; `penalty` is what a plan
    (n, T) pays for the soft ones among them. The first round is the plan for the mean alone, so that a weight of 0
    gives that. Stops when the gap is closed, when no chances can lower the bound any further (what is left is
    because plans cannot be mixed), or after `most_rounds`.
    """
    n_draws = response.baseline.shape[0]
    rounds: list[_Round] = []
    chances = np.full(n_draws, 1.0 / n_draws)
    while len(rounds) < most_rounds and not _was_tried(chances, rounds):
        progress("weighing luck", len(rounds) / most_rounds)
        solution = solve(reweigh(problem, response, chances))
        draws = problem.objective_draws(response, solution.choice)
        rounds.append(_Round(chances, solution, draws, penalty(solution.choice)))
        reached = max(risk.of(one.draws) - one.lost for one in rounds)
        bound = min(one.bound for one in rounds)
        least = _least_chances(rounds, risk)
        settled = relative_gap * max(abs(reached), 1e-9)
        if bound - reached <= settled or bound - least.value <= settled:
            break
        chances = _next_chances(rounds, least.chances)
    return _answer(rounds, risk)


@dataclass(frozen=True, slots=True)
class _Least:
    chances: Floats
    value: float


def _least_chances(rounds: list[_Round], risk: RiskAversion) -> _Least:
    """The chances that leave the best plan met so far least, and how much: a linear programme.

    min z over r: z >= plan's mean under (1 - w) / D + w * r for every plan; r is a distribution below
    1 / (D * (1 - tail)). No chances can lower the bound below z, because all plans met are plans.
    """
    draws = np.stack([one.draws for one in rounds])
    lost = np.array([one.lost for one in rounds])
    n_plans, n_draws = draws.shape
    # In units of the largest draw, so that tolerances mean the same for all objectives.
    scale = max(float(np.abs(draws).max()), 1e-9)
    fixed = (1 - risk.weight) * draws.mean(axis=1) - lost
    answer = linprog(
        c=np.concatenate([np.zeros(n_draws), [1.0]]),
        A_ub=np.column_stack([risk.weight * draws / scale, -np.ones(n_plans)]),
        b_ub=-fixed / scale,
        A_eq=np.concatenate([np.ones(n_draws), [0.0]])[None, :],
        b_eq=[1.0],
        bounds=[(0.0, min(1.0, 1.0 / (n_draws * (1 - risk.tail))))] * n_draws + [(None, None)],
    )
    assert answer.status == 0, f"the chances have a least: {answer.message}"
    tail = np.maximum(answer.x[:-1], 0.0)
    chances = (1 - risk.weight) / n_draws + risk.weight * tail / tail.sum()
    return _Least(np.asarray(chances), float(answer.fun) * scale)


def _next_chances(rounds: list[_Round], least: Floats) -> Floats:
    """Halfway from the best chances so far to the least ones, which jump about.

    All the way if the last step taught nothing.
    """
    *before, last = rounds
    if any((last.solution.choice == one.solution.choice).all() for one in before):
        return least
    best = min(rounds, key=lambda one: one.bound)
    return np.asarray((best.chances + least) / 2)


def _was_tried(chances: Floats, rounds: list[_Round]) -> bool:
    return any(np.abs(chances - one.chances).max() <= 1e-9 for one in rounds)


def _answer(rounds: list[_Round], risk: RiskAversion) -> RiskPlan:
    best = max(rounds, key=lambda one: risk.of(one.draws) - one.lost)
    reached = risk.of(best.draws)
    bound = min(one.bound for one in rounds) + best.lost
    return RiskPlan(
        solution=replace(best.solution, objective=reached, bound=max(bound, reached)),
        profile=RiskProfile.of(best.draws, risk.tail),
        neutral=RiskProfile.of(rounds[0].draws, risk.tail),
        n_rounds=len(rounds),
    )
