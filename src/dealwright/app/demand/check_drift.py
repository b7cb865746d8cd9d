"""Whether demand has moved away from what was learnt of it, held against the newest weeks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from dealwright.app.demand.basis import Basis
from dealwright.app.demand.keep_forecaster import KeptForecaster, learn_to_keep, newest_panel
from dealwright.app.plain import plain, plain_estimate, plain_row
from dealwright.app.ports import Progress, silent
from dealwright.core.errors import InputError
from dealwright.core.estimate import Estimate
from dealwright.data import columns as c
from dealwright.data.panel import Panel
from dealwright.demand.ahead import Ahead
from dealwright.demand.trial import LEAST_ON_SHELF
from dealwright.demand.watch import LEVEL, Health, Judged, watch

WEEKS = 8
LEAST_WEEKS = 4
"""Fewer cannot tell a level that moved from a shock that passes."""
PROMOTED = 0.05
"""A depth from which on a period counts as promoted."""


@dataclass(frozen=True, slots=True)
class CategoryDrift:
    """One category: units `forecast` and `sold`, sold over forecast minus 1 as `shift`, and the `remedy`.

    `remedy` is "keep", "refresh" or "refit", as of `demand.watch.Health`.
    """

    category: str
    forecast: float
    sold: float
    shift: Estimate
    has_moved: bool
    remedy: str


@dataclass(frozen=True, slots=True)
class DriftReport:
    """What was sold in `n_weeks` from `origin` on, held against what was learnt before `learnt_until`.

    `was_kept`: the forecaster is the one that is kept in the shop; else one was learnt for this check. `names` are
    those of the products, by sku.
    """

    origin: date
    n_weeks: int
    learnt_until: date
    was_kept: bool
    health: Health
    categories: tuple[CategoryDrift, ...]
    names: dict[str, str]

    @property
    def proves_little(self) -> bool:
        """Whether the weeks are too few to tell a level that moved from a shock that passes."""
        return self.n_weeks < LEAST_WEEKS

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        health = self.health
        moved = health.series[health.series["has_moved"]]
        return {
            "origin": str(self.origin),
            "weeks": self.n_weeks,
            "learnt_until": str(self.learnt_until),
            "was_kept": self.was_kept,
            "proves_little": self.proves_little,
            "holds": health.holds,
            "advice": health.advice,
            "reasons": [
                {"code": r.code, "where": r.where, "found": plain_estimate(r.found), "allowed": r.allowed}
                for r in health.reasons
            ],
            "coverage": plain_estimate(health.coverage),
            "shift": plain_estimate(health.shift),
            "categories": [
                {
                    **plain({k: getattr(one, k) for k in ("category", "forecast", "sold", "has_moved", "remedy")}),
                    "shift": plain_estimate(one.shift),
                }
                for one in self.categories
            ],
            "moved_products": [
                {"name": self.names[row["series"]], **plain_row(row)} for row in moved.to_dict("records")
            ],
        }


def check_drift(
    basis: Basis, kept: KeptForecaster | None, *, weeks: int = WEEKS, progress: Progress = silent
) -> DriftReport:
    """Judge the newest `weeks` by the kept forecaster; where it has learnt from them itself, by one that has not.

    InputError if the history before is too short to learn from.
    """
    if weeks < 1:
        raise InputError(f"drift is judged by 1 week or more; given {weeks}")
    if kept is not None:
        panel = newest_panel(kept, basis)
        if kept.n_newer(panel) >= weeks:
            return judge_drift(kept, panel, weeks=weeks, was_kept=True)
    history = basis.read(progress)
    panel = history.pool
    if len(panel.starts) <= weeks:
        raise InputError(f"there are {len(panel.starts)} weeks of sales; judge fewer than that by what was before")
    learnt = learn_to_keep(history, basis, until=panel.starts[-weeks], progress=progress)
    rows = [panel.skus.index(sku) for sku in learnt.skus]
    progress("judging", 0.95)
    return judge_drift(learnt, panel.rows(np.array(rows)).compact(), weeks=weeks, was_kept=False)


def judge_drift(kept: KeptForecaster, panel: Panel, *, weeks: int, was_kept: bool) -> DriftReport:
    """Forecast the panel's last `weeks` with levels from before them, and judge that by what was sold."""
    origin = panel.starts[-weeks]
    made = kept.forecaster.forecast(panel.until(origin), Ahead.of(panel, origin, weeks))
    low, high = made.range80()
    newest = slice(-weeks, None)
    health = watch(
        Judged(
            series=tuple(panel.series),
            category=tuple(panel.categories[k] for k in panel.category_of),
            mean=made.mean,
            low=low,
            high=high,
            sold=panel.units[:, newest],
            is_judged=panel.availability[:, newest] >= LEAST_ON_SHELF,
            is_promoted=panel.depth[:, newest] > PROMOTED,
        )
    )
    return DriftReport(
        origin=origin,
        n_weeks=weeks,
        learnt_until=kept.learnt_until,
        was_kept=was_kept,
        health=health,
        categories=tuple(_category(row, health.advice) for row in health.categories.to_dict("records")),
        names=dict(zip(panel.skus, map(str, panel.products[c.NAME]), strict=True)),
    )


def _category(row: dict[Any, Any], advice: str) -> CategoryDrift:
    """What was learnt of promotions or ranges is the whole shop's; levels are each category's own."""
    moved = bool(row["has_moved"])
    return CategoryDrift(
        category=str(row["category"]),
        forecast=float(row["forecast"]),
        sold=float(row["sold"]),
        shift=Estimate(row["shift"], row["shift_low"], row["shift_high"], LEVEL, "ratio, clustered"),
        has_moved=moved,
        remedy="refit" if advice == "refit" else "refresh" if moved else "keep",
    )
