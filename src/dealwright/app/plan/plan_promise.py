"""How much less a plan earns than the model expects of it, and how much less surely, because it was chosen by it.

A plan takes the promotions that look best, so it takes more of those that the model overrates than of those that it
underrates. As long as sales come about by the model's own formula, its posterior allows for that. Where people
decide otherwise, products differ in ways that no coefficient tells: most of all in how much of their uplift is won
from neighbours and taken from later weeks. Past sales show whether that is so: then single promotions lift sales by
more or by less than the model expects, beyond chance.

How much choosing flatters is tried out (the parametric bootstrap, Efron 1979): products are made to stray from what
is believed as far as they are thought to, a plan is made from that, and what it promises is held against what it is
worth by the belief itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dealwright.app.demand.forecast_demand import DemandForecast
from dealwright.app.plan.plan_promotions import PlannedPromotions
from dealwright.app.plan.promotion_scatter import promotion_scatter
from dealwright.core.rng import stream
from dealwright.demand.decompose import without_own
from dealwright.demand.response import MOST_PULLED
from dealwright.plan.constraints import Constraint
from dealwright.plan.constraints.check import indicator
from dealwright.plan.objective import PROFIT
from dealwright.plan.problem import OfferResponse, PlanningProblem, pursue
from dealwright.plan.solvers import Greedy
from dealwright.plan.solvers.rows import row_system

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

N_TRIES = 20
LIFT_STRAY, SWITCHING_STRAY, PULL_STRAY = 0.12, 0.12, 0.10
"""By how much a product's uplift is larger or smaller than the model says, in proportion, and by how much of it the
product takes more or less from neighbours, and from its own later weeks, where promotions stray from the model;
standard deviations. A shop's sales show that there is such a thing, but too little of it to learn how much: set on
simulated shops (seeds 100 to 111 of benchmarks/plan_truth.py), judged on others."""
CLEAR_SCATTER = 0.1
"""Standard deviation of the logarithm of a lift around the one expected, from which on promotions clearly stray."""


@dataclass(frozen=True, slots=True)
class Stray:
    """How far single products are from what the model says of them, standard deviations: of the logarithm of their
    uplift, of the shares of it that are won from neighbours and taken from own later weeks."""

    lift: float
    switching: float
    pull: float

    @property
    def is_any(self) -> bool:
        """Whether there is anything that choosing could fall for."""
        return self.lift > 0 or self.switching > 0 or self.pull > 0


@dataclass(frozen=True, slots=True)
class Promise:
    """What the draws of a plan's extra profit lack, in minor units.

    `flattery` is what was expected too much of it because it was chosen; `strays` (D,), of mean zero, is how far it
    may be off because its products stray.
    """

    flattery: float
    strays: Floats

    @property
    def correction(self) -> Floats:
        """To be added to the draws, (D,)."""
        return np.asarray(self.strays - self.flattery)

    def shared(self, expected: Floats, *, of: Floats) -> Floats:
        """The correction of another plan's draws `expected` (D,): the part that its mean is of this plan's, `of`.

        What flatters is the same demand for both; tried out for each plan by itself, it would differ by more than
        the plans do. A plan that is expected to lose has nothing of it.
        """
        whole = float(of.mean())
        part = max(float(expected.mean()), 0.0) / whole if whole > 0 else 0.0
        return part * self.correction


def promise_of(demand: DemandForecast, planned: PlannedPromotions, *, seed: int) -> Promise:
    """What is to be taken off what the model expects of a plan, and what makes it less sure.

    A plan that pursues something else than profit was not chosen for its profit, and nothing flatters that.
    """
    problem, plan = planned.by_profit, planned.plan
    promise = promise_of_choice(
        problem, planned.response, plan.solution.choice, list(plan.constraints), learn_stray(demand), seed=seed
    )
    pursues_profit = np.array_equal(plan.problem.value, problem.value)
    return promise if pursues_profit else replace(promise, flattery=0.0)


def promise_of_choice(
    problem: PlanningProblem,
    response: OfferResponse,
    choice: Ints,
    constraints: list[Constraint],
    stray: Stray,
    *,
    seed: int,
) -> Promise:
    """The same for a choice (n, T) of a problem that is valued by money."""
    if not stray.is_any or not choice.any():
        return Promise(0.0, np.zeros(response.baseline.shape[0]))
    rng = stream(seed, "promise")
    moved = problem.objective_draws(strayed(response, stray, rng), choice)
    moved = moved - problem.objective_draws(response, choice)
    return Promise(flattery(problem, response, constraints, stray, rng), moved - moved.mean())


def learn_stray(demand: DemandForecast) -> Stray:
    """None where promotions did what the model expects, but for chance."""
    scatter = promotion_scatter(demand, without_own(demand.fit, demand.panel))
    strength = min(scatter.lift / CLEAR_SCATTER, 1.0)
    return Stray(LIFT_STRAY * strength, SWITCHING_STRAY * strength, PULL_STRAY * strength)


def strayed(response: OfferResponse, stray: Stray, rng: np.random.Generator) -> OfferResponse:
    """The response with every product astray in every draw, each in its own way and with all its offers alike."""
    shape = response.pull_forward.shape
    lift, switching, pull = (sd * rng.standard_normal(shape) for sd in (stray.lift, stray.switching, stray.pull))
    if response.switching.ndim == 3:
        switching = switching[:, :, None]
    return replace(
        response,
        gain=response.gain * np.exp(lift - stray.lift**2 / 2)[:, :, None],
        switching=np.clip(response.switching + switching, 0.0, 1.0),
        pull_forward=np.minimum(response.pull_forward + pull, MOST_PULLED),
    )


def flattery(
    problem: PlanningProblem,
    response: OfferResponse,
    constraints: list[Constraint],
    stray: Stray,
    rng: np.random.Generator,
) -> float:
    """What plans that are chosen by beliefs astray of `response` promise beyond their worth by it, minor units.

    Limits that ask for promotions (locked ones, at least so many) are left out: what they ask for is not chosen.
    """
    believed = _expected(response)
    free = [one for one in constraints if _allows_none(problem, one)]
    excess = []
    for _ in range(N_TRIES):
        astray = pursue(problem, strayed(believed, stray, rng), PROFIT)
        choice = Greedy().solve(astray, free).choice
        excess.append(astray.objective(choice) - problem.objective(choice))
    # That choosing can also understate is chance of a few tries.
    return max(float(np.mean(excess)), 0.0)


def _allows_none(problem: PlanningProblem, constraint: Constraint) -> bool:
    """Whether a plan without promotions keeps it."""
    nothing = np.zeros(problem.shape[:2], dtype=np.int64)
    return row_system(problem, [constraint]).keeps(indicator(problem, nothing))


def _expected(response: OfferResponse) -> OfferResponse:
    """The response as its mean, one draw."""
    names = ("baseline", "gain", "switching", "pull_forward", "rival_pull")
    return replace(response, **{name: getattr(response, name).mean(axis=0, keepdims=True) for name in names})
