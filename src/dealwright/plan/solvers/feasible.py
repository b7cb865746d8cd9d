"""Whether limits can hold together: how little soft ones must give up, and which hard ones contradict."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack, vstack

from dealwright.plan.constraints import Constraint, Soft
from dealwright.plan.constraints.building import promotes
from dealwright.plan.constraints.check import indicator
from dealwright.plan.problem import PlanningProblem
from dealwright.plan.solvers.cross import incidence, widen
from dealwright.plan.solvers.highs import Programme, solve_integer, solve_linear
from dealwright.plan.solvers.rows import RowSystem, Slack, row_system
from dealwright.plan.words import sentence

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

NODES = 100_000
_ROUNDING = 1e-6


def settle(problem: PlanningProblem, system: RowSystem) -> RowSystem | None:
    """The system with its priorities decided, the highest first; None if the hard limits leave no plan.

    Each priority is a problem of its own: give up as little of it as any plan can that gives up no more of the
    higher ones. What was found binds all that follows, so no gain below can ever buy a loss above, whatever the
    penalties: weights could not promise that for limits that count money or pieces.
    """
    for priority in sorted({int(p) for p in system.priority[system.is_soft] if p > 0}, reverse=True):
        cost = np.where(system.priority == priority, system.penalty, 0.0)
        choice = least_given_up(problem, system, cost)
        if choice is None:
            return None
        lost = float(system.outside(indicator(problem, choice)) @ cost)
        system = system.hardened(priority, lost * (1 + _ROUNDING) + _ROUNDING if lost > _ROUNDING else 0.0)
    return system


def any_choice(problem: PlanningProblem, system: RowSystem) -> Ints | None:
    """Some plan that obeys what must hold, with only the promotions that limits ask for; None if there is none."""
    return least_given_up(problem, system, np.zeros(len(system.low)))


def least_given_up(problem: PlanningProblem, system: RowSystem, cost: Floats) -> Ints | None:
    """The plan (n, T) that breaks the soft rows least, each unit at its `cost` (R,); None if there is no plan."""
    n, n_weeks, n_offers = problem.shape
    cells = _helpful(problem, system)
    soft = np.isin(system.priority, [priority for priority, _ in system.most_given_up])
    slack = Slack.of(system, system.is_soft & ((cost > 0) | soft))
    is_bound = ~system.is_soft
    is_bound[slack.row] = True
    matrix, low, high = system.matrix[:, cells], system.low, system.high
    one_each = incidence(cells // n_offers, np.ones(len(cells)), n * n_weeks)
    caps, most = given_up_rows(system, slack, len(cells))
    n_columns = len(cells) + len(slack.row)
    if n_columns == 0:
        nothing = np.zeros((n, n_weeks), dtype=np.int64)
        return nothing if system.keeps(indicator(problem, nothing)) else None
    rows = csr_array(
        vstack([csr_array(hstack([matrix, slack.matrix]))[is_bound, :], widen(one_each, len(slack.row)), caps])
    )
    programme = Programme(
        cost=np.concatenate([np.zeros(len(cells)), cost[slack.row]]),
        matrix=rows,
        low=np.concatenate([low[is_bound], np.full(n * n_weeks + len(most), -np.inf)]),
        high=np.concatenate([high[is_bound], np.ones(n * n_weeks), most]),
        upper=np.concatenate([np.ones(len(cells)), slack.upper]),
    )
    answer = solve_integer(programme, np.arange(n_columns) < len(cells), relative_gap=0.0, node_limit=NODES)
    return None if answer is None else choice_of(cells[answer.x[: len(cells)] > 0.5], problem)


def given_up_rows(system: RowSystem, slack: Slack, n_before: int) -> tuple[csr_array, Floats]:
    """One row for each settled priority over `n_before` columns and the slack: what it gives up, and the most."""
    of = [system.priority[slack.row] == priority for priority, _ in system.most_given_up]
    weights = np.array([np.where(flags, system.penalty[slack.row], 0.0) for flags in of])
    padded = np.hstack([np.zeros((len(of), n_before)), weights.reshape(len(of), len(slack.row))])
    return csr_array(padded), np.array([most for _, most in system.most_given_up])


def smallest_conflict(problem: PlanningProblem, constraints: Sequence[Constraint]) -> list[str]:
    """Hard constraints that cannot hold together, none of which can be left out, in words.

    First a linear programme that lets rows give way at equal prices: those with a price at its optimum are enough
    for a contradiction. Then one after another is left out, and stays out if the rest contradict still.
    """
    parts = _Parts(problem, constraints)
    every = [index for index, constraint in enumerate(constraints) if not isinstance(constraint, Soft)]
    priced = parts.priced(every)
    needed = priced if priced and parts.contradict(priced) else every
    for index in list(needed):
        trial = [other for other in needed if other != index]
        if parts.contradict(trial):
            needed = trial
    return [sentence(constraints[index].code, constraints[index].params()) for index in needed]


class _Parts:
    """The constraints assembled once, to try sets of them."""

    def __init__(self, problem: PlanningProblem, constraints: Sequence[Constraint]) -> None:
        self._problem = problem
        self._system = row_system(problem, constraints)
        found = [constraint.forbids(problem) for constraint in constraints]
        self._forbidden = [None if flags is None else flags.ravel() for flags in found]

    def contradict(self, indices: Sequence[int]) -> bool:
        """Whether no plan obeys these constraints."""
        return any_choice(self._problem, self._of(indices)) is None

    def priced(self, indices: Sequence[int]) -> list[int]:
        """The constraints that a linear proof of contradiction uses; empty if only whole choices contradict."""
        problem, system = self._problem, self._of(indices)
        n, n_weeks, n_offers = problem.shape
        everything = np.tile(promotes(problem), n * n_weeks)
        cells = np.flatnonzero(everything & _asked_for(system))
        cells = _unlike(problem, system, cells, self._forbidden_by(indices)[cells])
        slack = Slack.of(system, np.ones(len(system.low), dtype=np.bool_))
        if len(slack.row) == 0:
            return []
        one_each = incidence(cells // n_offers, np.ones(len(cells)), n * n_weeks)
        # Money and promotions give way at one price for each row's largest weight.
        scale = np.maximum(np.asarray(abs(system.matrix).max(axis=1).todense()).ravel(), 1e-9)
        beside = hstack([system.matrix[:, cells], slack.matrix])
        answer = solve_linear(
            Programme(
                cost=np.concatenate([np.zeros(len(cells)), 1.0 / scale[slack.row]]),
                matrix=csr_array(vstack([beside, widen(one_each, len(slack.row))])),
                low=np.concatenate([system.low, np.full(n * n_weeks, -np.inf)]),
                high=np.concatenate([system.high, np.ones(n * n_weeks)]),
                # A forbidden cell has no room; its reduced cost tells whether the proof needs that.
                upper=np.concatenate([system.is_allowed[cells].astype(np.float64), slack.upper]),
            )
        )
        if answer is None or answer.value < _ROUNDING:
            return []
        is_priced = answer.row_price[: len(scale)] * scale > _ROUNDING
        used = {owner for owner, flag in zip(system.owner, is_priced, strict=True) if flag}
        missed = cells[answer.reduced_cost[: len(cells)] < -_ROUNDING]
        for index in indices:
            flags = self._forbidden[index]
            if flags is not None and flags[missed].any():
                used.add(index)
        return sorted(used)

    def _forbidden_by(self, indices: Sequence[int]) -> Floats:
        """A number for each set of constraints that forbid a cell; cells alike share it."""
        number = np.zeros(self._problem.value.size)
        for index in indices:
            flags = self._forbidden[index]
            if flags is not None:
                number += np.sqrt(index + 2.0) * flags
        return number

    def _of(self, indices: Sequence[int]) -> RowSystem:
        is_allowed = np.ones(self._problem.value.size, dtype=np.bool_)
        for index in indices:
            flags = self._forbidden[index]
            if flags is not None:
                is_allowed &= ~flags
        return self._system.only(set(indices), is_allowed)


def _asked_for(system: RowSystem) -> Flags:
    """Cells that help to keep some limit."""
    asked = np.zeros(system.matrix.shape[1], dtype=np.bool_)
    burden = system.burden().tocoo()
    asked[burden.col[burden.data < 0]] = True
    return asked


def _helpful(problem: PlanningProblem, system: RowSystem) -> Ints:
    """Flat promotions that are allowed and asked for; of those alike in every limit only the first of a place.

    Leaving out any other cell breaks nothing that was kept, so if there is a plan there is one with these alone.
    """
    n, n_weeks, _ = problem.shape
    cells = np.flatnonzero(system.is_allowed & np.tile(promotes(problem), n * n_weeks) & _asked_for(system))
    return _unlike(problem, system, cells, np.zeros(len(cells)))


def _unlike(problem: PlanningProblem, system: RowSystem, cells: Ints, kind: Floats) -> Ints:
    """The first of the cells of each place (product and week) that are of one kind and alike in every limit."""
    # Columns alike have the same product with any vector, and others hardly ever with one of square roots.
    image = (system.matrix.T @ np.sqrt(np.arange(2.0, len(system.low) + 2.0)))[cells]
    order = np.lexsort((kind, image, cells // problem.shape[2]))
    keys = np.stack([cells // problem.shape[2], image, kind])[:, order]
    is_first = np.ones(len(cells), dtype=np.bool_)
    is_first[1:] = (keys[:, 1:] != keys[:, :-1]).any(axis=0)
    return np.asarray(np.sort(cells[order[is_first]]), dtype=np.int64)


def choice_of(cells: Ints, problem: PlanningProblem) -> Ints:
    """Flat cells as the offer of every product and week, (n, T)."""
    n, n_weeks, n_offers = problem.shape
    choice = np.zeros((n, n_weeks), dtype=np.int64)
    choice[cells // (n_weeks * n_offers), (cells // n_offers) % n_weeks] = cells % n_offers
    return choice
