"""The plan that truly adds most of those a solver leads to, with a bound on what any plan truly adds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from dealwright.app.plan.plan_bound import at_most
from dealwright.app.plan.plan_truth import TrueWorth
from dealwright.plan.constraints import Constraint, violations
from dealwright.plan.improve import Judged, improve
from dealwright.plan.solvers import Solution, Solver
from dealwright.plan.solvers.milp import Milp
from dealwright.plan.solvers.start import given_up

Ints = NDArray[np.int64]


def truly_best(
    truth: TrueWorth,
    constraints: Sequence[Constraint],
    found: Solution,
    solver: Solver,
    *,
    starts: Sequence[Ints],
    most_rounds: int,
) -> Solution:
    """`found` by the solver, an admissible one of `starts` or a plan that these lead to, valued by the truth.

    A solver that proves nothing is one whose choices are to be explained: its plan stays as it is, without bound.
    """
    problem = truth.problem
    known = [choice for choice in starts if not violations(constraints, problem, choice)]
    proves = bool(np.isfinite(found.bound))
    rounds = most_rounds if proves else 0
    best = improve(problem, constraints, [found.choice, *known], truth, solver, most_rounds=rounds)
    bound = _bound(truth, constraints, best, solver) if proves else np.inf
    return Solution(best.choice, best.objective, bound, found.shadow_prices)


def _bound(truth: TrueWorth, constraints: Sequence[Constraint], best: Judged, solver: Solver) -> float:
    """No plan that gives up no more than this one truly adds more."""
    proven = _in_haste(solver).solve(at_most(truth, constraints), list(constraints))
    lost, lost_there = (given_up(truth.problem, constraints, choice) for choice in (best.choice, proven.choice))
    return max(proven.bound - lost_there + lost, best.objective)


def _in_haste(solver: Solver) -> Solver:
    """The solver, for a problem of which only the bound counts: it is loose, branching would tighten it little."""
    return replace(solver, node_limit=1, most_rounds=0) if isinstance(solver, Milp) else solver
