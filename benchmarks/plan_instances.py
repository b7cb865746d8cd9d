"""Promotion calendars of made-up shops, for measuring: seeded, with known structure, no market evidence.

Categories of 25 items; lognormal baselines with a season, isoelastic demand, depths in even steps up to 35 %,
a fixed cost per promotion, and a dip of the next weeks that grows with depth. At most a number of promotions per
item, caps per category and week, and one budget for the whole horizon. The objective is the gain over a horizon
without promotions, so gaps are shares of the gain.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from dealwright.plan.calendar.problem import CalendarProblem, CouplingRows, ExtraColumns, ItemRules, Past

Floats = NDArray[np.float64]

PER_CATEGORY = 25
CAP = 3
DEEPEST = 0.35
DIP_BY_WEEK = (1.0, 0.6, 0.3)


def make_calendar(
    n: int,
    n_periods: int,
    n_offers: int,
    *,
    seed: int = 0,
    gap: int = 3,
    most_length: int | None = 1,
    memory: int = 3,
    cap: int = CAP,
    budget_share: float = 0.5,
    deepest_dip: float = 0.3,
    is_budget_weekly: bool = False,
) -> CalendarProblem:
    """The budget, of the horizon or of every week, is a share of what the caps would let the deepest promotions
    cost; caps and budget both bind. A gap as long as the memory makes the linearisation exact.
    """
    rng = np.random.default_rng(seed)
    depth = np.linspace(0.0, DEEPEST, n_offers)
    price = rng.uniform(150, 900, n)
    unit_cost = price * rng.uniform(0.35, 0.65, n)
    elasticity = rng.uniform(2.0, 5.0, n)
    season = 1 + 0.2 * np.sin(2 * np.pi * (np.arange(n_periods) / 52 + rng.uniform(0, 1, (n, 1))))
    base = rng.lognormal(3.0, 0.8, (n, 1)) * season * rng.lognormal(0.0, 0.25, (n, n_periods))
    units = base[:, :, None] * (1 - depth) ** -elasticity[:, None, None]
    margin = price[:, None] * (1 - depth) - unit_cost[:, None]
    fixed = rng.uniform(0.0, 0.1, n)[:, None] * (base * (price - unit_cost)[:, None])
    dip = deepest_dip * rng.uniform(0.2, 1.0, n)[:, None, None] * (depth / DEEPEST)
    by_week = np.array([DIP_BY_WEEK[m] for m in range(memory)])[None, :, None]
    scaled = np.asarray(margin[:, None, :] * units)
    usual = scaled[:, :, :1]
    spend = price[:, None, None] * depth * units
    return CalendarProblem(
        plain=np.asarray(-fixed[:, :, None] * (depth > 0) - usual),
        scaled=scaled,
        factor=np.asarray(1 - dip * by_week),
        is_allowed=np.ones((n, n_periods, n_offers), dtype=np.bool_),
        rules=ItemRules.same(n, most=max(1, n_periods // 4), gap=gap, most_length=most_length),
        past=Past.none(n),
        rows=_rows(spend, cap=cap, budget_share=budget_share, is_budget_weekly=is_budget_weekly),
        extra=ExtraColumns.none(_n_slots(n, n_periods) + (n_periods if is_budget_weekly else 1)),
    )


def _n_slots(n: int, n_periods: int) -> int:
    return -(-n // PER_CATEGORY) * n_periods


def _rows(spend: Floats, *, cap: int, budget_share: float, is_budget_weekly: bool) -> CouplingRows:
    """Caps first, then one budget or as many as weeks."""
    n, n_periods, n_offers = spend.shape
    n_slots, n_budgets = _n_slots(n, n_periods), n_periods if is_budget_weekly else 1
    i, t, k = np.indices((n, n_periods, n_offers - 1)).reshape(3, -1)
    cell = (i * n_periods + t) * n_offers + k + 1
    slot = (i // PER_CATEGORY) * n_periods + t
    matrix = coo_array(
        (
            np.concatenate([np.ones(len(cell)), spend.ravel()[cell]]),
            (np.concatenate([slot, n_slots + t % n_budgets]), np.concatenate([cell, cell])),
        ),
        shape=(n_slots + n_budgets, spend.size),
    )
    budget = budget_share * float(spend.max(axis=2).sum()) * cap / PER_CATEGORY / n_budgets
    high = np.concatenate([np.full(n_slots, float(cap)), np.full(n_budgets, budget)])
    return CouplingRows(csr_array(matrix), np.full(len(high), -np.inf), high)
