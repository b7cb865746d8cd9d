"""Forecast from newer sales with what was learnt before: levels move, nothing is fitted again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dealwright.app.demand.basis import Basis
from dealwright.app.demand.keep_forecaster import KeptForecaster
from dealwright.app.plain import plain
from dealwright.data import columns as c
from dealwright.data.panel import Panel
from dealwright.demand.ahead import Ahead
from dealwright.demand.forecaster import SalesForecast

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Refreshed:
    """The forecast of `weeks` (n, H) without promotion: before and after `n_newer` weeks of sales came in.

    What was learnt before `learnt_until` stays: the `models` and how they are blended. `was_learnt` now says that
    there was nothing kept to be refreshed, so that before and after are the same. `low` and `high` hold 80 % of
    single weeks.
    """

    weeks: tuple[date, ...]
    learnt_until: date
    n_newer: int
    was_learnt: bool
    models: tuple[str, ...]
    skus: tuple[str, ...]
    names: tuple[str, ...]
    categories: tuple[str, ...]
    before: Floats
    mean: Floats
    low: Floats
    high: Floats

    def by_category(self) -> list[tuple[str, float, float]]:
        """Units of all weeks by category, before and after; those that moved most first."""
        of, found = np.array(self.categories), []
        for name in sorted(set(self.categories)):
            found.append((name, float(self.before[of == name].sum()), float(self.mean[of == name].sum())))
        return sorted(found, key=lambda row: -abs(row[2] - row[1]))

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "weeks": [str(week) for week in self.weeks],
            "learnt_until": str(self.learnt_until),
            "newer_weeks": self.n_newer,
            "was_learnt": self.was_learnt,
            "models": list(self.models),
            "categories": [
                {"category": name, "before": before, "after": after} for name, before, after in self.by_category()
            ],
            "products": [
                plain(
                    {
                        "sku": self.skus[i],
                        "name": self.names[i],
                        "category": self.categories[i],
                        "before": self.before[i].tolist(),
                        "mean": self.mean[i].tolist(),
                        "low": self.low[i].tolist(),
                        "high": self.high[i].tolist(),
                    }
                )
                for i in range(len(self.skus))
            ],
        }


def refresh_forecast(basis: Basis, kept: KeptForecaster, panel: Panel, *, was_learnt: bool) -> Refreshed:
    """The kept forecaster's forecast of the scenario's weeks, with levels read from all of `panel`.

    `panel` is `app.keep_forecaster.newest_panel`. InputError if the weeks do not follow the history closely enough.
    """
    weeks = tuple(basis.weeks(panel))
    n_newer = kept.n_newer(panel)
    after = _forecast(kept, panel, weeks)
    # As it was forecast when the newer weeks had not come in; they and the plan's weeks were all ahead then.
    before = _forecast(kept, panel.until(kept.learnt_until), weeks) if n_newer else after
    low, high = after.range80()
    h = len(weeks)
    return Refreshed(
        weeks=weeks,
        learnt_until=kept.learnt_until,
        n_newer=n_newer,
        was_learnt=was_learnt,
        models=tuple(kept.forecaster.blend.used_models),
        skus=kept.skus,
        names=tuple(map(str, panel.products[c.NAME])),
        categories=kept.categories,
        before=before.mean[:, -h:],
        mean=after.mean[:, -h:],
        low=low[:, -h:],
        high=high[:, -h:],
    )


def _forecast(kept: KeptForecaster, panel: Panel, weeks: tuple[date, ...]) -> SalesForecast:
    """Of all weeks from the panel's end up to the last of `weeks`."""
    n_ahead = (weeks[-1] - panel.starts[-1]) // timedelta(days=panel.period_days)
    return kept.forecaster.forecast(panel, Ahead.undisturbed(panel, n_ahead))
