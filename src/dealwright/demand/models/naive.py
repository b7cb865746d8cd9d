"""What sold last time will sell again: the last year's, the last weeks' sales as a forecast."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dealwright.data.panel import Panel
from dealwright.demand.ahead import Ahead
from dealwright.demand.models.evidence import check_ahead, evidence, latest, mean_of_known

Floats = NDArray[np.float64]

DAYS_A_WEEK = 7
DAYS_A_YEAR = 364
"""52 whole weeks: the same weekday a year before."""


@dataclass(frozen=True, slots=True)
class SeasonalNaive:
    """The same period a year before; where that is not known, the last period (the last such weekday for days)."""

    @property
    def name(self) -> str:
        """The name it is registered by."""
        return "seasonal_naive"

    def fit(self, panel: Panel) -> SeasonalNaive:
        """There is nothing to learn; the panel is checked."""
        evidence(panel)
        return self

    def forecast(self, panel: Panel, ahead: Ahead) -> Floats:
        """Expected units (n, H)."""
        known = evidence(panel)
        check_ahead(panel, ahead)
        year = max(round(DAYS_A_YEAR / panel.period_days), 1)
        cycle = DAYS_A_WEEK if panel.period_days == 1 else 1
        columns = [_same_period(known, step, year=year, cycle=cycle) for step in range(ahead.n_periods)]
        return np.stack(columns, axis=1)


def _same_period(known: Floats, step: int, *, year: int, cycle: int) -> Floats:
    """What sold in the period `step` after the last, (n,): a year before, else a cycle before, else last."""
    n_known = known.shape[1]
    a_year_before = n_known + step - year * (1 + step // year)
    phase = (n_known + step) % cycle
    found = latest(known[:, phase::cycle], 1)[:, 0] if phase < n_known else np.full(len(known), np.nan)
    found = np.where(np.isfinite(found), found, latest(known, 1)[:, 0])
    if a_year_before >= 0:
        last_year = known[:, a_year_before]
        found = np.where(np.isfinite(last_year), last_year, found)
    return np.nan_to_num(found)


@dataclass(frozen=True, slots=True)
class RecentMean:
    """The mean of the last `n_periods` periods on sale."""

    n_periods: int

    @property
    def name(self) -> str:
        """The name it is registered by."""
        return f"mean{self.n_periods}"

    def fit(self, panel: Panel) -> RecentMean:
        """There is nothing to learn; the panel is checked."""
        evidence(panel)
        return self

    def forecast(self, panel: Panel, ahead: Ahead) -> Floats:
        """Expected units (n, H)."""
        known = evidence(panel)
        check_ahead(panel, ahead)
        mean = mean_of_known(latest(known, self.n_periods))
        return np.repeat(mean[:, None], ahead.n_periods, axis=1)
