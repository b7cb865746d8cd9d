"""A forecast by a model that has read all series and tells one series from another by its recent level."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from dealwright.data.panel import Panel
from dealwright.demand.ahead import Ahead
from dealwright.demand.models.evidence import check_ahead, evidence
from dealwright.demand.models.lookback import Course, course, level_at

Floats = NDArray[np.float64]

Units = Callable[[Course, Floats, int], Floats]
"""From the course up to the last period planned, the levels (n,) at its last known one, and H: units (n, H)."""


def forecast_from_level(
    panel: Panel, ahead: Ahead, units: Units | None, *, holidays: Sequence[str], country: str
) -> Floats:
    """Expected units (n, H), from the sales and the offers in `panel` up to its end; the level without `units`."""
    known = evidence(panel)
    check_ahead(panel, ahead)
    level = level_at(known, len(panel.starts))
    if units is None:
        return np.repeat(level[:, None], ahead.n_periods, axis=1)
    return units(course(panel, known, ahead, holidays=holidays, country=country), level, ahead.n_periods)
