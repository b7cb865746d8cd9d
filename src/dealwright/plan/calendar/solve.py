"""The best calendar and its proof: columns and a bound, then calendars from them, harder until the gap is met."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dealwright.plan.calendar.answer import CalendarAnswer
from dealwright.plan.calendar.bound import Priced, Pricer
from dealwright.plan.calendar.columns import Relaxed, find_feasible, generate
from dealwright.plan.calendar.compact import compact
from dealwright.plan.calendar.dive import dived
from dealwright.plan.calendar.histories import Histories, Schedules
from dealwright.plan.calendar.incumbent import Incumbent, activity_of, admitted, better
from dealwright.plan.calendar.integer import optimise
from dealwright.plan.calendar.linearised import is_exact, linearised_problem
from dealwright.plan.calendar.master import Master
from dealwright.plan.calendar.neighbours import families, groups
from dealwright.plan.calendar.problem import TOLERANCE, CalendarProblem
from dealwright.plan.calendar.refine import refined
from dealwright.plan.calendar.restricted import Search, chosen_by_groups, pick
from dealwright.plan.calendar.rounding import polish, rounded

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Effort:
    """One try: how near the mix comes to the bound, in shares of the gap allowed, and how many items share a
    programme that chooses whole schedules (0: only small neighbourhoods do), with how many times the nodes.
    """

    mix_gap: float
    group_size: int
    node_factor: int


_EFFORTS = (_Effort(0.05, 0, 1), _Effort(0.01, 250, 1), _Effort(0.0, 500, 4))
_LAST_NODES = 10_000
_MOST_SCHEDULES = 20_000
"""Beyond so many, choosing among all schedules that could matter takes too long."""
_CLOSING_FACTOR = 100


def solve_calendar(
    problem: CalendarProblem,
    *,
    relative_gap: float = 1e-3,
    seed: int = 0,
    node_limit: int = 100,
    start: Sequence[Ints] = (),
) -> CalendarAnswer:
    """The best calendar found and a proven bound, at most `relative_gap` apart if that can be reached.

    `start` are calendars (n, T) known before; each counts if it is admissible. The plan of the linearisation is
    always among them, so the answer is never worth less. `node_limit` bounds every branch and bound; no decision
    depends on the clock.
    """
    options = _Options(relative_gap, seed, node_limit)
    if is_exact(problem).all():
        return _solved(linearised_problem(problem), options, start=start)
    alone = _solved(linearised_problem(problem), options)
    if alone.is_impossible:
        return alone
    calendars = list(start) if alone.choice is None else [*start, alone.choice]
    return _solved(problem, options, start=calendars, price=alone.row_price)


def solve_linearised(
    problem: CalendarProblem, *, relative_gap: float = 1e-3, seed: int = 0, node_limit: int = 100
) -> CalendarAnswer:
    """The plan of the linearisation (POP); its objective and bound count every promotion as if it were alone."""
    return _solved(linearised_problem(problem), _Options(relative_gap, seed, node_limit))


@dataclass(frozen=True, slots=True)
class _Options:
    """As `solve_calendar` has them."""

    relative_gap: float
    seed: int
    node_limit: int


def _solved(
    problem: CalendarProblem, options: _Options, *, start: Sequence[Ints] = (), price: Floats | None = None
) -> CalendarAnswer:
    """The answer, from calendars and prices of the rows known before."""
    n_rows = len(problem.rows.low)
    base = _base(problem)
    if base is None:
        return CalendarAnswer.impossible(n_rows, items=np.flatnonzero(~np.isfinite(_fewest(problem).worth)))
    master = Master(problem, base)
    if master.base_misses_rows:
        contradiction = find_feasible(master)
        if contradiction is not None:
            return CalendarAnswer.impossible(n_rows, rows=contradiction.rows)
    best: Incumbent | None = None
    for choice in start:
        master.add(np.arange(len(choice)), choice)
        best = better(best, admitted(problem, choice))
    pricer = Pricer.of(problem)
    search = _Search(problem, master, pricer, families(problem), options)
    return search.run(best, None if price is None else pricer.at(price))


@dataclass(frozen=True, slots=True)
class _Search:
    """Effort after effort until the gap is met."""

    problem: CalendarProblem
    master: Master
    pricer: Pricer
    family: Ints
    options: _Options

    def run(self, best: Incumbent | None, priced: Priced | None) -> CalendarAnswer:
        """The best of all efforts needed; `best` and `priced` are what is known already."""
        n_rounds = 0
        for effort in _EFFORTS:
            mix_gap = effort.mix_gap * self.options.relative_gap
            relaxed = generate(self.master, self.pricer, relative_gap=mix_gap, best=priced)
            priced, n_rounds = relaxed.best, n_rounds + relaxed.n_rounds
            best = self._try(relaxed, effort, best)
            if self._is_met(best, priced):
                break
        assert priced is not None
        bound = priced.bound
        if best is None:
            best, bound = self._last_resort(relaxed)
        if bound > -np.inf and not self._is_met(best, priced):
            best, bound = self._close(best, priced)
        if bound == -np.inf:
            rows = np.flatnonzero((self.problem.rows.low > -np.inf) | (priced.price != 0))
            return CalendarAnswer.impossible(len(priced.price), rows=rows)
        return CalendarAnswer.found(best, bound=bound, row_price=priced.price, n_rounds=n_rounds)

    def _is_met(self, best: Incumbent | None, priced: Priced) -> bool:
        return best is not None and priced.bound - best.objective <= self.options.relative_gap * abs(best.objective)

    def _try(self, relaxed: Relaxed, effort: _Effort, best: Incumbent | None) -> Incumbent | None:
        """Calendars from the mix, cheap ways first, until the gap is met."""
        if not self._is_met(best, relaxed.best):
            # Lagrangian rounding, repair and local improvement.
            draft = rounded(self.master, relaxed.mix)
            best = better(best, admitted(self.problem, draft))
            if not self._is_met(best, relaxed.best):
                best = better(best, self._polish(draft, relaxed))
        if not self._is_met(best, relaxed.best):
            best = better(best, self._polish(dived(self.master, self.pricer, relaxed.mix), relaxed))
        if best is not None and not self._is_met(best, relaxed.best):
            best = self._refine(relaxed, effort, best)
        if effort.group_size and not self._is_met(best, relaxed.best):
            best = self._choose(relaxed, effort, best)
        return best

    def _refine(self, relaxed: Relaxed, effort: _Effort, best: Incumbent) -> Incumbent:
        """Small neighbourhoods of the best calendar so far."""
        return refined(
            self.master,
            relaxed.mix,
            best,
            priced=relaxed.best,
            family=self.family,
            search=self._search(effort, best.objective),
            enough=relaxed.best.bound - self.options.relative_gap * abs(best.objective),
        )

    def _choose(self, relaxed: Relaxed, effort: _Effort, best: Incumbent | None) -> Incumbent | None:
        """Mixed-integer programmes over the columns at hand, polished; from the mix, then from the calendar."""
        search = self._search(effort, relaxed.best.bound)
        loss = np.inf if best is None else relaxed.best.bound - best.objective
        now: Ints | None = None
        for shuffle in (None, self.options.seed):
            parts = groups(self.family, effort.group_size, seed=shuffle)
            now = chosen_by_groups(self.master, relaxed.mix, parts, search=search, loss=loss, now=now)
            best = better(best, self._polish(now, relaxed))
            if self._is_met(best, relaxed.best) or len(parts) == 1:
                break
            now = now if best is None else best.choice
        return best

    def _search(self, effort: _Effort, value: float) -> Search:
        gap = 0.1 * self.options.relative_gap * abs(value) / len(self.family)
        return Search(gap, self.options.node_limit * effort.node_factor, self.options.seed)

    def _polish(self, choice: Ints, relaxed: Relaxed) -> Incumbent | None:
        return polish(self.problem, self.pricer.histories, choice, price=relaxed.best.price, family=self.family)

    def _close(self, best: Incumbent | None, priced: Priced) -> tuple[Incumbent | None, float]:
        """If few enough schedules could be part of a better calendar, choose among all of them.

        A schedule that is worth less than its item's best, at the prices of the bound, by more than the gap is in
        no better calendar (Baldacci, Christofides, Mingozzi 2008).
        """
        problem, master = self.problem, self.master
        loss = np.inf if best is None else (1 + 1e-9) * (priced.bound - best.objective)
        charges = self.pricer.charges(priced.price)
        every = self.pricer.histories.near_best(charges, loss=loss, most=_MOST_SCHEDULES)
        if every is None:
            return best, priced.bound
        columns = master.columns_of(every.item, every.choice)
        rest = activity_of(problem, master.base)
        search = Search(0.0, self.options.node_limit * _CLOSING_FACTOR, self.options.seed)
        picked = pick(problem, columns, np.arange(len(columns)), rest, search)
        if picked.columns is not None:
            choice = master.base.copy()
            choice[columns.item[picked.columns]] = columns.choice[picked.columns]
            best = better(best, admitted(problem, choice))
        # HiGHS keeps rows and bounds within a tolerance.
        bound = picked.bound + float(master.base_value.sum())
        bound = min(priced.bound, bound + TOLERANCE * abs(bound)) if np.isfinite(bound) else bound
        return best, bound if best is None else max(best.objective, min(priced.bound, bound))

    def _last_resort(self, relaxed: Relaxed) -> tuple[Incumbent | None, float]:
        """Any calendar at all from the compact programme, polished; a bound of -inf if it proves there is none."""
        model = compact(self.problem)
        point = optimise(model.programme, absolute_gap=np.inf, node_limit=_LAST_NODES, seed=self.options.seed)
        if point.is_impossible:
            return None, -np.inf
        best = None if point.x is None else self._polish(model.choice_of(point.x), relaxed)
        return best, relaxed.best.bound


def _base(problem: CalendarProblem) -> Ints | None:
    """Every item's schedule with the fewest promotions; None if an item has no schedule at all."""
    n, n_periods, _ = problem.shape
    nothing = np.zeros((n, n_periods), dtype=np.int64)
    if problem.is_within_rules(nothing).all():
        return nothing
    found = _fewest(problem)
    return found.choice if np.isfinite(found.worth).all() else None


def _fewest(problem: CalendarProblem) -> Schedules:
    n, n_periods, n_offers = problem.shape
    cost = np.zeros((n, n_periods, n_offers))
    cost[:, :, 1:] = -1.0
    counted = replace(problem, plain=cost, scaled=np.zeros_like(cost), factor=np.ones((n, 0, n_offers)))
    return Histories.of(counted).best()
