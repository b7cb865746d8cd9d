"""A calendar that keeps all rules and rows, and what it truly earns."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

from dealwright.plan.calendar.integer import Programme, optimise
from dealwright.plan.calendar.problem import CalendarProblem

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Incumbent:
    """`choice` (n, T), the extra columns `extra` (E,) at their best for it, and the objective of both."""

    choice: Ints
    extra: Floats
    objective: float


def admitted(problem: CalendarProblem, choice: Ints) -> Incumbent | None:
    """The choice with its objective; None if it breaks a rule or a row."""
    if not problem.is_within_rules(choice).all():
        return None
    activity = activity_of(problem, choice)
    extra = best_extra(problem, activity)
    if extra is None or len(problem.missed_rows(activity + problem.extra.matrix @ extra)):
        return None
    own = problem.values(choice).tolist()
    return Incumbent(choice.copy(), extra, math.fsum([*own, *(problem.extra.value * extra).tolist()]))


def better(one: Incumbent | None, other: Incumbent | None) -> Incumbent | None:
    """The one that earns more, the first of equals."""
    if one is None or (other is not None and other.objective > one.objective):
        return other
    return one


def activity_of(problem: CalendarProblem, choice: Ints) -> Floats:
    """What the cells chosen add up to in each row, (R,)."""
    return np.asarray(problem.uses(choice).sum(axis=0)).ravel()


def best_extra(problem: CalendarProblem, activity: Floats) -> Floats | None:
    """The extra columns worth most beside these cells, None if no values of them keep the rows."""
    extra, rows = problem.extra, problem.rows
    if len(extra.value) == 0:
        return np.zeros(0)
    touched = np.flatnonzero(np.diff(extra.matrix.indptr))
    programme = Programme(
        value=extra.value,
        matrix=csc_array(extra.matrix[touched]),
        low=rows.low[touched] - activity[touched],
        high=rows.high[touched] - activity[touched],
        upper=extra.upper,
        n_whole=0,
    )
    return optimise(programme, absolute_gap=0.0, node_limit=1, seed=0).x
