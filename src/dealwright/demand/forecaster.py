"""The forecast that is handed out: several models, blended by how they did before, with ranges that hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dealwright.data.panel import Panel
from dealwright.demand.ahead import Ahead
from dealwright.demand.blend import Blend, learn_blend
from dealwright.demand.choice import Choice
from dealwright.demand.intervals import Spread, learn_spread
from dealwright.demand.models.protocol import DemandModel, FittedModel
from dealwright.demand.trial import Trial, run_trials, trial_origins
from dealwright.demand.volume import noise_of, volume_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SalesForecast:
    """Expected units `mean` (n, H) of n series over H periods, and how they scatter."""

    mean: Floats
    noise: Floats
    volume: Ints
    spread: Spread

    def quantiles(self, at: Sequence[float]) -> Floats:
        """Quantiles (len(at), n, H) of single periods."""
        return self.spread.quantiles(self.mean, self.noise, self.volume, at)

    def range80(self) -> Floats:
        """Low and high (2, n, H) that hold 80 % of single periods."""
        return self.spread.range80(self.mean, self.noise, self.volume)


@dataclass(frozen=True, slots=True)
class Forecaster:
    """Fitted models, their blend and spread.

    New sales refresh its forecasts without fitting again: hand over a longer panel.
    """

    fitted: Mapping[str, FittedModel]
    blend: Blend
    spread: Spread

    def forecast(self, panel: Panel, ahead: Ahead) -> SalesForecast:
        """Forecast the series of the fit; `panel` reaches up to the first period of `ahead`."""
        forecasts = {name: model.forecast(panel, ahead) for name, model in self.fitted.items()}
        level = panel.units.mean(axis=1)
        return SalesForecast(self.blend.mix(forecasts, level), noise_of(panel.units), volume_of(level), self.spread)


def learn_forecaster(
    panel: Panel,
    models: Mapping[str, DemandModel],
    *,
    horizon: int,
    pool: Panel | None = None,
    choice: Choice | None = None,
    n_origins: int = 3,
) -> Forecaster:
    """Try the models at earlier dates, blend and calibrate them, then fit those that are used on all of `panel`.

    `pool` has all series from which those of `panel` were chosen by `choice`; without it trials use the series of
    the panel, and cannot know what choosing them did. Both panels end with the same period.
    """
    origins = trial_origins(pool or panel, horizon=horizon, n_origins=n_origins)
    trials = run_trials(pool or panel, models, origins=origins, horizon=horizon, choice=choice)
    return fit_forecaster(panel, models, trials)


def fit_forecaster(panel: Panel, models: Mapping[str, DemandModel], trials: Sequence[Trial]) -> Forecaster:
    """Blend and calibrate by trials, and fit the models that are used."""
    blend = learn_blend(trials)
    spread = learn_spread(trials, [blend.mix(t.forecasts, t.level) for t in trials])
    return Forecaster({name: models[name].fit(panel) for name in blend.used_models}, blend, spread)
