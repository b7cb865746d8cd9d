"""Column generation: the linear programme over all schedules of all items, and a bound that is proven every round.

Dantzig and Wolfe: the master mixes the schedules at hand, its row prices tell the dynamic programmes what each
cell costs, and these return schedules that would improve the mix. Prices are smoothed towards those of the best
bound (Wentges 1997), which saves rounds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dealwright.plan.calendar.bound import Priced, Pricer
from dealwright.plan.calendar.master import Master, MasterAnswer
from dealwright.plan.calendar.problem import CalendarProblem, slack_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SMOOTHING = 0.5
"""Weight of the prices that proved the best bound."""
MOST_ROUNDS = 200
_LITTLE = 1e-9


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The mix reached, the prices that proved the least bound with their schedules, and the rounds it took."""

    mix: MasterAnswer
    best: Priced
    n_rounds: int


@dataclass(frozen=True, slots=True)
class Contradiction:
    """No mix of schedules keeps the rows; `rows` are those that take part in the proof."""

    rows: Ints


def generate(master: Master, pricer: Pricer, *, relative_gap: float, best: Priced | None = None) -> Relaxed:
    """Add columns until mix and bound are this close, or no column would help; `best` is what is known already."""
    best = best or pricer.at(np.zeros(len(pricer.problem.rows.low)))
    master.add(np.arange(len(master.base)), best.schedules.choice)
    n_rounds = 0
    while True:
        mix = master.solve()
        n_rounds += 1
        n_new = 0
        for weight in (SMOOTHING, 0.0):
            found = pricer.at(weight * best.price + (1 - weight) * mix.row_price)
            best = min(best, found, key=lambda priced: priced.bound)
            n_new = master.add_better(found.schedules.choice, mix)
            if n_new:
                break
        if n_new == 0 or n_rounds == MOST_ROUNDS or best.bound - mix.value <= relative_gap * abs(mix.value):
            return Relaxed(mix, best, n_rounds)


def find_feasible(master: Master) -> Contradiction | None:
    """Add columns until some mix keeps all rows; the contradiction if none does."""
    pricer = Pricer.of(_worthless(master.problem))
    rows = master.problem.rows
    slack = np.maximum(slack_of(rows.low), slack_of(rows.high))
    master.seek_feasibility(is_on=True)
    while True:
        mix = master.solve()
        if (mix.missed <= 0.1 * slack).all():
            break
        found = pricer.at(master.capped(mix.row_price))
        if found.bound < -slack.sum() or master.add_better(found.schedules.choice, mix) == 0:
            return Contradiction(np.flatnonzero(np.abs(found.price) > _LITTLE))
    master.seek_feasibility(is_on=False)
    return None


def _worthless(problem: CalendarProblem) -> CalendarProblem:
    """The same rules and rows, nothing to earn."""
    n, n_periods, n_offers = problem.shape
    nothing = np.zeros((n, n_periods, n_offers))
    extra = replace(problem.extra, value=np.zeros(len(problem.extra.value)))
    return replace(problem, plain=nothing, scaled=nothing, factor=np.ones((n, 0, n_offers)), extra=extra)
