"""What models would have forecast at earlier dates, beside what was sold then: rolling origins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from dealwright.core.errors import InputError
from dealwright.data.panel import Panel
from dealwright.demand.ahead import Ahead
from dealwright.demand.choice import Choice
from dealwright.demand.models.protocol import DemandModel

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEAST_PAST = 12
"""Periods a model must have seen before a trial is worth anything."""
LEAST_ON_SHELF = 0.9
"""Of a period (and of the chain's stores): of so many stores one is always out of something."""


@dataclass(frozen=True, slots=True)
class Trial:
    """Forecasts (n, H) by name of model made at `origin` for the series `rows` of the pool, and what was sold.

    `past` (n, T) are the units known at the origin; `is_judged` (n, H) the periods whose sales are what was wanted.
    """

    origin: date
    rows: Ints
    forecasts: Mapping[str, Floats]
    actual: Floats
    past: Floats
    category_of: Ints
    is_judged: NDArray[np.bool_]

    @property
    def level(self) -> Floats:
        """Mean units of a known period, (n,)."""
        return np.asarray(self.past.mean(axis=1))

    def was_over_before(self, other: Trial) -> bool:
        """Whether all it tells was known when `other` began."""
        return bool(self.past.shape[1] + self.actual.shape[1] <= other.past.shape[1])


def trial_origins(panel: Panel, *, horizon: int, n_origins: int = 3) -> list[date]:
    """First days of trial windows, the latest ending with the panel, as far apart as history allows.

    At least three windows, half a horizon apart or more; InputError if the history is too short for them.
    """
    n_periods = len(panel.starts)
    room = n_periods - horizon - LEAST_PAST
    step = min(horizon, room // max(n_origins - 1, 1))
    if n_origins < 1 or room < 0 or (n_origins > 1 and step < max(horizon // 2, 1)):
        least = LEAST_PAST + horizon + (n_origins - 1) * max(horizon // 2, 1)
        raise InputError(
            f"{n_origins} trials of {horizon} periods need at least {least} periods of sales; there are "
            f"{n_periods}. Import a longer history, or forecast a shorter time"
        )
    return [panel.starts[n_periods - horizon - k * step] for k in range(n_origins)]


def run_trials(
    pool: Panel,
    models: Mapping[str, DemandModel],
    *,
    origins: list[date],
    horizon: int,
    choice: Choice | None = None,
) -> list[Trial]:
    """Fit every model on what was known at each origin and let it forecast; series are chosen anew each time."""
    return [_trial(pool, models, origin, horizon, choice or Choice()) for origin in origins]


def _trial(pool: Panel, models: Mapping[str, DemandModel], origin: date, horizon: int, choice: Choice) -> Trial:
    first = pool.starts.index(origin)
    rows = choice.rows(pool, n_known=first)
    after = pool.starts[first + horizon] if first + horizon < len(pool.starts) else None
    # Usual prices are smoothed over time: cut off what comes after the window, which no plan knew.
    chosen = pool.rows(rows) if after is None else pool.rows(rows).until(after)
    known = chosen.until(origin)
    ahead = Ahead.of(chosen, origin, horizon)
    return Trial(
        origin=origin,
        rows=rows,
        forecasts={name: model.fit(known).forecast(known, ahead) for name, model in models.items()},
        actual=chosen.units[:, first : first + horizon],
        past=known.units,
        category_of=chosen.category_of,
        is_judged=np.asarray(chosen.availability[:, first : first + horizon] >= LEAST_ON_SHELF),
    )
