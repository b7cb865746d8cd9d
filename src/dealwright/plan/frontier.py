"""Two objectives at once: the best of the second that the first allows, and what a little less of one buys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dealwright.core.errors import InputError
from dealwright.plan.at_least import ROUNDING
from dealwright.plan.explore import Explored, Met, SolveWithin
from dealwright.plan.problem import PlanningProblem

Ints = NDArray[np.int64]

Progress = Callable[[str, float], None]
"""Called with what is being done and the share done so far (0 to 1)."""


@dataclass(frozen=True, slots=True)
class Lexicographic:
    """The plan, what it has of both objectives, and the `least` that it had to have of the first.

    No plan with at least that has more of the second than `bound` (infinite if the solver proves nothing).
    """

    choice: Ints
    first: float
    second: float
    least: float
    bound: float

    @property
    def gap(self) -> float:
        """By how much the second could be more at most, relative."""
        return _gap(self.bound, self.second)


@dataclass(frozen=True, slots=True)
class TradeOff:
    """A plan with what it has of both objectives.

    No plan with at least as much of the second has more of the first than `first_bound`, and none with at least as
    much of the first more of the second than `second_bound` (infinite if the solver proves nothing).
    """

    choice: Ints
    first: float
    second: float
    first_bound: float
    second_bound: float

    @property
    def gap(self) -> float:
        """By how much one objective could be more at no cost to the other, relative; the tighter of the two."""
        return min(_gap(self.first_bound, self.first), _gap(self.second_bound, self.second))


def lexicographic(
    first: PlanningProblem,
    second: PlanningProblem,
    solve: SolveWithin,
    *,
    tolerance: float = 0.01,
    most_rounds: int = 5,
    progress: Progress = lambda _what, _share: None,
) -> Lexicographic:
    """The most of the second objective among plans with at least (1 - `tolerance`) of the best of the first found.

    `first` and `second` are one problem with two objectives (`problem.pursue`). `solve` must keep the same limits
    for both; soft ones without priority are weighed against whichever is solved for, and bounds are then on plans
    that give up no more. At most `most_rounds` weighted sums are solved for the bound, and as many searches for
    the plan.
    """
    if not 0 <= tolerance < 1:
        raise InputError(f"the tolerance is 0 or more and below 1, not {tolerance}")
    progress("each objective alone", 0.0)
    explored = Explored.from_ends(first, second, solve)
    best = explored.plans[0].first
    least = best - tolerance * abs(best)
    for step in range(most_rounds):
        progress("both objectives weighed", 0.2 + 0.4 * step / most_rounds)
        edge = next((edge for edge in explored.edges() if edge.spans(least)), None)
        if edge is None:
            break
        explored.weighed(edge.weights)
    for step in range(most_rounds):
        progress("the second objective, with enough of the first", 0.6 + 0.4 * step / most_rounds)
        before = explored.best_second(least).second
        if before >= explored.second_bound(least) - ROUNDING * abs(before):
            break
        # Near the best plan so far more of what promotions bring each other counts: a better plan, a better row.
        explored.most_second(least, again=step > 0)
        if step > 0 and explored.best_second(least).second <= before:
            break
    found = explored.best_second(least)
    bound = max(explored.second_bound(least), found.second)
    return Lexicographic(found.choice, found.first, found.second, least, bound)


def frontier(
    first: PlanningProblem,
    second: PlanningProblem,
    solve: SolveWithin,
    *,
    n_points: int = 7,
    progress: Progress = lambda _what, _share: None,
) -> tuple[TradeOff, ...]:
    """At most `n_points` plans, none worse than another in both objectives, the most of the first first.

    The ends are the best plans met for each objective alone. Between them levels are asked for at equal steps, from
    each end half the way: the first is maximised near its own end, the second near its. Then as many weighted sums
    are solved where least is known, for the bounds; plans that they find count as well. For `solve` see
    `lexicographic`.
    """
    if n_points < 2:
        raise InputError(f"a frontier has at least its two ends, not {n_points} points")
    explored = Explored.from_ends(first, second, solve)
    levels = _levels(explored, n_points)
    for done, level in enumerate(levels):
        progress("points of the frontier", done / (2 * len(levels)))
        if level.is_of_second:
            explored.most_first(level.least)
        else:
            explored.most_second(level.least)
    for done in range(len(levels)):
        progress("bounds of the frontier", 0.5 + done / (2 * len(levels)))
        edges = explored.edges()
        if not edges:
            break
        # What no line excludes yet is a triangle on the edge: its size goes with both sides.
        explored.weighed(max(edges, key=lambda edge: edge.rise * edge.run).weights)
    best = [explored.best_first(-np.inf), explored.best_second(-np.inf)]
    best += [(explored.best_first if level.is_of_second else explored.best_second)(level.least) for level in levels]
    points = {(plan.first, plan.second): plan for plan in best}
    return tuple(_trade_off(explored, points[both]) for both in sorted(points, reverse=True))


@dataclass(frozen=True, slots=True)
class _Level:
    """At least so much of one objective, while the other is maximised."""

    least: float
    is_of_second: bool


def _levels(explored: Explored, n_points: int) -> list[_Level]:
    """Between the ends, from that of the first objective to that of the second; none if one plan is both."""
    start, end = explored.best_first(-np.inf), explored.best_second(-np.inf)
    if start.second >= end.second - ROUNDING * abs(end.second):
        return []
    steps = np.linspace(0.0, 1.0, n_points)[1:-1]
    return [
        _Level(start.second + step * (end.second - start.second), is_of_second=True)
        if step <= 0.5
        else _Level(start.first + step * (end.first - start.first), is_of_second=False)
        for step in steps
    ]


def _trade_off(explored: Explored, plan: Met) -> TradeOff:
    return TradeOff(
        choice=plan.choice,
        first=plan.first,
        second=plan.second,
        first_bound=max(explored.first_bound(plan.second), plan.first),
        second_bound=max(explored.second_bound(plan.first), plan.second),
    )


def _gap(bound: float, value: float) -> float:
    return 0.0 if bound == value else (bound - value) / max(abs(value), ROUNDING)
