"""Which series are worth forecasting, by their own past.

Series chosen because they sold well sell less afterwards: part of what made them stand out was chance, and some
leave the range. A forecast that was tried only on the series chosen today has never met that, so a trial at an
earlier date must choose anew, from all series, by the same rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dealwright.data.panel import Panel

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Choice:
    """Series that sold in at least `least_sold_share` of all known periods and in the last `recent_periods`.

    Of these the `most_series` with most `by`, units or revenue (None: all). `periods_ago` is how long before the
    forecast they were chosen: 0 if by all that is known.
    """

    least_sold_share: float = 0.0
    recent_periods: int | None = None
    most_series: int | None = None
    by: Literal["units", "revenue"] = "units"
    periods_ago: int = 0

    def rows(self, panel: Panel, *, n_known: int | None = None) -> Ints:
        """Row numbers of the chosen series, in the panel's order, by its first `n_known` periods (None: all)."""
        end = (n_known or len(panel.starts)) - self.periods_ago
        units = panel.units[:, : max(end, 1)]
        sold = units > 0
        is_chosen = sold.any(axis=1) & (sold.sum(axis=1) >= self.least_sold_share * units.shape[1] - 1e-9)
        if self.recent_periods is not None:
            is_chosen &= sold[:, -self.recent_periods :].any(axis=1)
        rows = np.flatnonzero(is_chosen)
        if self.most_series is not None:
            volume = units if self.by == "units" else np.nan_to_num(panel.revenue[:, : max(end, 1)])
            best = np.argsort(-volume[rows].sum(axis=1), kind="stable")[: self.most_series]
            rows = np.sort(rows[best])
        return rows
