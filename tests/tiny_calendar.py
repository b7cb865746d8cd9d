"""Calendars so small that every one of them can be looked at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from dealwright.plan.calendar import CalendarProblem, CouplingRows, ExtraColumns, ItemRules, Past
from dealwright.plan.calendar.incumbent import Incumbent, admitted, better

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def a_problem(
    plain: Floats,
    *,
    scaled: Floats | None = None,
    factor: Floats | None = None,
    rules: ItemRules | None = None,
    past: Past | None = None,
    rows: list[tuple[Floats, float, float]] | None = None,
) -> CalendarProblem:
    """Everything allowed and nothing bound but what is given; a row is (weights (n, T, K), low, high)."""
    n, _, n_offers = plain.shape
    given = rows or []
    weights = np.array([weight.ravel() for weight, _, _ in given]).reshape(len(given), plain.size)
    return CalendarProblem(
        plain=plain,
        scaled=np.zeros_like(plain) if scaled is None else scaled,
        factor=np.ones((n, 0, n_offers)) if factor is None else factor,
        is_allowed=np.ones(plain.shape, dtype=np.bool_),
        rules=rules or ItemRules.same(n),
        past=past or Past.none(n),
        rows=CouplingRows(
            csr_array(weights), np.array([low for _, low, _ in given]), np.array([high for _, _, high in given])
        ),
        extra=ExtraColumns.none(len(given)),
    )


def random_items(
    rng: np.random.Generator, shape: tuple[int, int, int], memory: int, rules: ItemRules
) -> CalendarProblem:
    """Random rewards, dips, pasts and forbidden cells; two offers may leave the same behind."""
    n, n_periods, n_offers = shape
    factor = rng.uniform(0.4, 1.1, (n, memory, n_offers))
    factor[:, :, 0] = 1.0
    if n_offers > 2:
        factor[0, :, 2] = factor[0, :, 1]
    n_past = int(rng.integers(0, 4))
    past = Past(rng.integers(0, n_offers, (n, n_past)) * (rng.random((n, n_past)) < 0.5), rng.integers(0, 2, n))
    is_allowed = rng.random(shape) < 0.9
    is_allowed[:, :, 0] |= rng.random((n, n_periods)) < 0.9
    made = a_problem(
        rng.normal(0, 1, shape), scaled=rng.uniform(0, 5, shape), factor=factor, rules=rules, past=past
    )
    return replace(made, is_allowed=is_allowed)


def random_calendar(seed: int) -> CalendarProblem:
    """Up to three items and periods, up to three rows with upper and lower limits, up to two extra columns."""
    rng = np.random.default_rng(seed)
    shape = (int(rng.integers(1, 4)), int(rng.integers(1, 4)), int(rng.integers(2, 4)))
    most_length = (1, 2, None)[rng.integers(3)]
    rules = ItemRules.same(
        shape[0],
        most=(1, 2, None)[rng.integers(3)],
        gap=int(rng.integers(0, 4)),
        least_length=1 if most_length == 1 else int(rng.integers(1, 3)),
        most_length=most_length,
    )
    problem = random_items(rng, shape, int(rng.integers(0, 4)), rules)
    n_rows = int(rng.integers(0, 4))
    weights = rng.uniform(0, 2, (n_rows, *shape)) * (rng.random((n_rows, *shape)) < 0.7)
    weights[:, :, :, 0] *= rng.random() < 0.2
    if rng.random() < 0.5:
        weights = np.round(weights)
    low = np.where(rng.random(n_rows) < 0.4, rng.uniform(0, 3, n_rows), -np.inf)
    high = np.where(rng.random(n_rows) < 0.8, np.maximum(low, 0) + rng.uniform(0, 3, n_rows), np.inf)
    n_extra = int(rng.integers(0, 3)) if n_rows else 0
    return replace(
        problem,
        rows=CouplingRows(csr_array(weights.reshape(n_rows, problem.plain.size)), low, high),
        extra=ExtraColumns(
            rng.uniform(-1, 3, n_extra), rng.uniform(0, 2, n_extra), csr_array(rng.normal(0, 1, (n_rows, n_extra)))
        ),
    )


def best_of_all(problem: CalendarProblem) -> Incumbent | None:
    """The best calendar by looking at every one of them."""
    schedules = [list(schedules_of(problem, item)) for item in range(problem.shape[0])]
    best: Incumbent | None = None
    for calendar in product(*schedules):
        best = better(best, admitted(problem, np.array(calendar)))
    return best


def schedules_of(problem: CalendarProblem, item: int) -> Iterator[tuple[int, ...]]:
    """All schedules that the rules of an item admit, read literally."""
    _, n_periods, n_offers = problem.shape
    rules = problem.rules
    gap, least, longest = (int(x[item]) for x in (rules.gap, rules.least_length, rules.most_length))
    left = int(rules.most[item] - problem.past.used[item])
    before = problem.past.offers[item, ::-1].tolist()
    for schedule in product(range(n_offers), repeat=n_periods):
        allowed = all(problem.is_allowed[item, t, k] for t, k in enumerate(schedule))
        if allowed and sum(k > 0 for k in schedule) <= max(left, 0):
            is_on = [k > 0 for k in [*before, *schedule]]
            if _events_are_fine(is_on, len(before), gap=gap, least=least, longest=longest):
                yield schedule


def _events_are_fine(is_on: list[bool], start: int, *, gap: int, least: int, longest: int) -> bool:
    """Whether the events that reach into the horizon, which begins at `start`, have the right length and gap."""
    events: list[tuple[int, int]] = []
    for t, on in enumerate(is_on):
        if on and events and events[-1][1] == t:
            events[-1] = (events[-1][0], t + 1)
        elif on:
            events.append((t, t + 1))
    for number, (begin, end) in enumerate(events):
        if end < start or (end == start and begin < start and _is_over(is_on, end) and end - begin >= least):
            continue
        if end - begin < least or (end > start and end - begin > longest):
            return False
        if number and begin >= start and begin - events[number - 1][1] < gap:
            return False
    return True


def _is_over(is_on: list[bool], end: int) -> bool:
    return end < len(is_on) and not is_on[end]
