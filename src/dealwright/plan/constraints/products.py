"""Which products and weeks a limit is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from dealwright.core.errors import InputError
from dealwright.plan.constraints.protocol import Flags
from dealwright.plan.problem import PlanningProblem
from dealwright.plan.words import ALL


@dataclass(frozen=True, slots=True)
class Products:
    """Some products under one name: those of a brand, a supplier, a category; `skus` None means all.

    A product that is not planned cannot be promoted, so a name that the problem does not know is refused.
    """

    name: str = ALL
    skus: tuple[str, ...] | None = None

    @classmethod
    def of(cls, *skus: str) -> Products:
        """Products by their numbers, which are also their name."""
        return cls(", ".join(skus), skus)

    def flags(self, problem: PlanningProblem) -> Flags:
        """Which products of the problem are meant, (n,)."""
        if self.skus is None:
            return np.ones(len(problem.skus), dtype=np.bool_)
        known("sku", self.skus, problem.skus)
        meant = set(self.skus)
        return np.array([sku in meant for sku in problem.skus], dtype=np.bool_)


EVERYTHING = Products()


def place_of(problem: PlanningProblem, sku: str) -> int:
    """Which product of the problem `sku` is; InputError with the nearest name if there is none."""
    known("sku", (sku,), problem.skus)
    return problem.skus.index(sku)


def week_places(problem: PlanningProblem, days: Sequence[date]) -> list[int]:
    """Which week of the problem each day falls in; InputError naming the days outside."""
    places = [_week_of(problem, day) for day in days]
    outside = [str(day) for day, place in zip(days, places, strict=True) if place is None]
    known("week", outside, [str(week) for week in problem.weeks])
    return [place for place in places if place is not None]


def week_flags(problem: PlanningProblem, days: Sequence[date], *, may_be_outside: bool = False) -> Flags:
    """Which weeks of the problem hold one of the days, (T,); no day given means all weeks.

    A day outside the plan is refused, unless it may be there: a list of holidays serves many plans.
    """
    if not days:
        return np.ones(len(problem.weeks), dtype=np.bool_)
    inside = [day for day in days if _week_of(problem, day) is not None] if may_be_outside else list(days)
    flags = np.zeros(len(problem.weeks), dtype=np.bool_)
    flags[week_places(problem, inside)] = True
    return flags


def _week_of(problem: PlanningProblem, day: date) -> int | None:
    behind = (day - problem.weeks[0]).days
    return behind // 7 if 0 <= behind < 7 * len(problem.weeks) else None


def shown_weeks(weeks: Sequence[date]) -> str:
    """The weeks as the parameter of a sentence."""
    return ", ".join(map(str, weeks)) or ALL


def known(kind: str, given: Iterable[str], allowed: Sequence[str]) -> None:
    """InputError naming every name that is not allowed, each with the nearest that is."""
    missing = sorted(set(given) - set(allowed))
    if missing:
        told = [InputError.unknown(f"{kind} in the plan", name, allowed) for name in missing]
        raise InputError(*(problem for error in told for problem in error.problems))
