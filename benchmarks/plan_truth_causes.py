"""Why a plan promised more or less than it truly earns: by cause, in major units that sum to the difference.

By coefficient where the truth has some (`coefficient_causes`); where it has none, by what each promotion does alone
and what comes of promotions that meet (`single_causes`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dealwright.plan.plan import cell_draws
from dealwright.plan.problem import OfferResponse
from plan_truth_alone import Alone
from plan_truth_ways import PER_MAJOR, Given

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

COEFFICIENTS = {
    "level": ("baseline",),
    "answer to offers": ("gain",),
    "switching": ("switching", "shares", "rest_shares"),
    "own pull-forward": ("pull_forward",),
    "rivals' pull-forward": ("rival_pull",),
    "halo": ("halo",),
}
"""In the order in which the truth takes the estimate's place."""


def coefficient_causes(
    given: Given, choice: Ints, truth: OfferResponse, *, promised: float, true: float
) -> dict[str, float]:
    """By what was thought wrong. `truth` has one draw."""
    response, causes = given.response, {}
    thought = _worth(given, response, choice)
    causes["parts that do not add up"] = promised - thought
    for cause, names in COEFFICIENTS.items():
        known: dict[str, Any] = {name: _as(getattr(response, name), getattr(truth, name)) for name in names}
        response = replace(response, **known)
        corrected = _worth(given, response, choice)
        causes[cause] = thought - corrected
        thought = corrected
    causes["parts that do not add up"] += thought - true
    return causes


def _as(estimated: Floats, true: Floats) -> Floats:
    spread = true.reshape(true.shape + (1,) * (estimated.ndim - true.ndim))
    return np.asarray(np.broadcast_to(spread, estimated.shape))


def _worth(given: Given, response: OfferResponse, choice: Ints) -> float:
    return float(given.problem.objective_draws(response, choice).mean() / PER_MAJOR)


def single_causes(
    given: Given, choice: Ints, alone: Mapping[tuple[int, int], Alone], *, promised: float, true: float
) -> dict[str, float]:
    """By what the chosen promotions do alone; `alone` has each by product and week."""
    names = ("level", "answer to offers", "other products at once", "complements", "weeks after")
    missed, claimed, real = np.zeros(len(names)), 0.0, 0.0
    e = given.economics
    margins = given.problem.worth.offered
    for (i, t), a in alone.items():
        k = int(choice[i, t])
        cell = cell_draws(given.problem, given.response, i, t, k)
        margin, regular = margins[i, k], e.regular_margin[i]
        base, uplift = cell.baseline.mean(), cell.uplift.mean()
        missed += [
            (margin * (1 + a.uplift / a.base) - regular) * (base - a.base),
            margin * base * (uplift / base - a.uplift / a.base),
            -cell.neighbours_loss.mean() - a.others,
            cell.halo_margin.mean() - a.complements,
            -cell.next_week_loss.mean() - a.later,
        ]
        claimed += float(cell.profit.mean())
        real += margin * (a.base + a.uplift) - regular * a.base + a.others + a.complements + a.later - cell.support
    causes = dict(zip(names, (missed / PER_MAJOR).tolist(), strict=True))
    causes["promotions that meet"] = (promised - claimed / PER_MAJOR) - (true - real / PER_MAJOR)
    return causes
