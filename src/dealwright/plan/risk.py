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
    that gave the bound.

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


@dataclass(frozen=True, slots=True)
class _Question:
    """The problem, its draws, and how to solve it under other chances."""

    problem: PlanningProblem
    response: OfferResponse
    risk: RiskAversion
    solve: Solve
    penalty: Callable[[Ints], float]

    def ask(self, chances: Floats) -> _Round:
        """The best plan under these chances."""
        return self._judged(chances, self.solve(reweigh(self.problem, self.response, chances)))

    def ask_near(self, choice: Ints, chances: Floats, pull: float) -> _Round:
        """The same with a bonus on every cell that stays as in `choice`, relative to what its promotions earn.

        What the solver then proves is about another objective, so that there is no bound.
        """
        problem = reweigh(self.problem, self.response, chances)
        n, n_weeks, n_offers = problem.shape
        i, t = np.ogrid[:n, :n_weeks]
        typical = float(np.abs(problem.value[i, t, choice])[choice > 0].mean())
        stays = np.where(np.arange(n_offers) == choice[:, :, None], pull * typical, -pull * typical)
        solution = self.solve(replace(problem, value=problem.value + stays - stays[:, :, :1]))
        return self._judged(chances, replace(solution, bound=np.inf))

    def worth(self, plan: _Round) -> float:
        """What a plan is judged by."""
        return self.risk.of(plan.draws) - plan.lost

    def _judged(self, chances: Floats, solution: Solution) -> _Round:
        draws = self.problem.objective_draws(self.response, solution.choice)
        return _Round(chances, solution, draws, self.penalty(solution.choice))


def plan_with_risk(
    problem: PlanningProblem,
    response: OfferResponse,
    risk: RiskAversion,
    solve: Solve,
    *,
    penalty: Callable[[Ints], float] = lambda _: 0.0,
    relative_gap: float = 1e-3,
    most_rounds: int = 20,
    most_steps: int = 12,
    progress: Progress = lambda _what, _share: None,
) -> RiskPlan:
    """The best plan met, with a bound on every plan; draws are alike likely.

    `solve` is called with the problem under other chances and must keep the same limits; `penalty` is what a plan
    (n, T) pays for the soft ones among them. The first round is the plan for the mean alone, so that a weight of 0
    gives that. Rounds end when the gap is closed, when no chances can lower the bound any further (what is left is
    because plans cannot be mixed), or after `most_rounds`. If there is a gap, `most_steps` from the best plan to
    better ones near to it follow.
    """
    question = _Question(problem, response, risk, solve, penalty)
    rounds = _weigh_luck(question, relative_gap, most_rounds, progress)
    if risk.weight > 0:
        rounds += _step_near(question, rounds, relative_gap, most_steps, progress)
    return _answer(question, rounds)


def _weigh_luck(question: _Question, relative_gap: float, most_rounds: int, progress: Progress) -> list[_Round]:
    """Chances that leave the best plan less and less: Kelley's cutting planes, half a step at a time."""
    n_draws = question.response.baseline.shape[0]
    rounds: list[_Round] = []
    chances = np.full(n_draws, 1.0 / n_draws)
    while len(rounds) < most_rounds and not _was_tried(chances, rounds):
        progress("weighing luck", 0.7 * len(rounds) / most_rounds)
        rounds.append(question.ask(chances))
        lowest = _lowest(rounds, question.risk)
        settled = relative_gap * abs(max(question.worth(one) for one in rounds))
        if min(one.bound for one in rounds) - lowest.value <= settled:
            break
        chances = _next_chances(rounds, lowest.chances)
    return rounds


def _step_near(
    question: _Question, rounds: list[_Round], relative_gap: float, most_steps: int, progress: Progress
) -> list[_Round]:
    """Plans near the best one, then near the better one found so, until the gap is closed or steps are in vain."""
    bound, hard = min(one.bound for one in rounds), _lowest(rounds, question.risk).chances
    best = max(rounds, key=question.worth)
    pull, in_vain = _FIRST_PULL, 0
    steps: list[_Round] = []
    while len(steps) < most_steps and in_vain < _PATIENCE and best.solution.choice.any():
        reached = question.worth(best)
        if bound - reached <= relative_gap * abs(reached):
            break
        progress("better plans near the best", 0.7 + 0.3 * len(steps) / most_steps)
        worst = question.risk.worst_chances(best.draws)
        # In turn against draws that are hard for all plans, and against its own worst ones alone.
        against = worst if len(steps) % 2 else 0.3 * worst + 0.7 * hard
        steps.append(question.ask_near(best.solution.choice, against, pull))
        if question.worth(steps[-1]) > reached:
            best, in_vain = steps[-1], 0
        else:
            is_same = (steps[-1].solution.choice == best.solution.choice).all()
            pull, in_vain = pull * (_LOOSER if is_same else _TIGHTER), in_vain + 1
    return steps


_FIRST_PULL = 0.1
_LOOSER, _TIGHTER = 1 / 3, 1.7
_PATIENCE = 5  # steps that find nothing better


@dataclass(frozen=True, slots=True)
class _Lowest:
    chances: Floats
    value: float


def _lowest(rounds: list[_Round], risk: RiskAversion) -> _Lowest:
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
    return _Lowest(np.asarray(chances), float(answer.fun) * scale)


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


def _answer(question: _Question, rounds: list[_Round]) -> RiskPlan:
    best, tightest = max(rounds, key=question.worth), min(rounds, key=lambda one: one.bound)
    reached, tail = question.risk.of(best.draws), question.risk.tail
    solution = Solution(
        best.solution.choice,
        objective=reached,
        bound=max(tightest.bound + best.lost, reached),
        shadow_prices=tightest.solution.shadow_prices,
    )
    profile, neutral = (RiskProfile.of(one.draws, tail) for one in (best, rounds[0]))
    return RiskPlan(solution, profile, neutral, n_rounds=len(rounds))
