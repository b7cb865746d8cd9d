"""What trees that have seen all series say of one: gradient boosting on recent sales, prices and promotions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dealwright.core.errors import InputError
from dealwright.data.panel import Panel
from dealwright.demand.ahead import Ahead
from dealwright.demand.models.evidence import evidence
from dealwright.demand.models.from_level import forecast_from_level
from dealwright.demand.models.lookback import Course, course, features_at, level_at
from dealwright.demand.models.regressors import taught_holidays

if TYPE_CHECKING:
    import lightgbm

Floats = NDArray[np.float64]

OBJECTIVES: dict[str, dict[str, object]] = {
    "l1": {"objective": "l1"},
    "tweedie": {"objective": "tweedie", "tweedie_variance_power": 1.3},
}
FIRST_ORIGIN = 4
"""Periods that must be known before a forecast can be learnt from."""
MOST_ROWS = 30_000
"""Rows learnt from; of more, origins are left out evenly. Twice as many forecast no better."""
N_BINS, N_ROWS_FOR_BINS = 31, 5_000
"""Values told apart of each feature, and rows that say where they part."""
MOST_TIMES_LEVEL = 30.0
"""No single period is learnt to sell more than this many times its series' level."""


@dataclass(frozen=True, slots=True)
class Boosted:
    """One LightGBM model of sales relative to their recent level, for all series and all steps up to `horizon`.

    Forecasts are direct: a step further ahead is a feature, not a forecast of a forecast, so errors do not add
    up. `objective` is "l1" (the median: least absolute error) or "tweedie" (the mean, of many zeros).
    A period further ahead than `horizon` is forecast like the last one.
    """

    country: str = "US"
    objective: str = "l1"
    horizon: int = 8
    n_trees: int = 60
    learning_rate: float = 0.1
    n_leaves: int = 31
    seed: int = 0

    def __post_init__(self) -> None:
        if self.objective not in OBJECTIVES:
            raise InputError.unknown("objective", self.objective, OBJECTIVES)

    @property
    def name(self) -> str:
        """The name it is registered by."""
        return f"boosted_{self.objective}"

    def fit(self, panel: Panel) -> FittedBoosted:
        """Learn from every origin in the panel what the `horizon` periods after it sold."""
        known = evidence(panel)
        holidays = taught_holidays(panel, country=self.country)
        past = course(panel, known, holidays=holidays, country=self.country)
        rows = _training_rows(past, self.horizon)
        booster = _train(rows, self) if len(rows.target) else None
        return FittedBoosted(booster, holidays, country=self.country, horizon=self.horizon)


@dataclass(frozen=True, slots=True)
class FittedBoosted:
    """The trees; None where the panel was too short or sold nothing, and the level is the forecast."""

    booster: lightgbm.Booster | None
    holidays: tuple[str, ...]
    country: str
    horizon: int

    def forecast(self, panel: Panel, ahead: Ahead) -> Floats:
        """Expected units (n, H), from the sales and the offers in `panel` up to its end."""
        units = None if self.booster is None else partial(self._units, self.booster)
        return forecast_from_level(panel, ahead, units, holidays=self.holidays, country=self.country)

    def _units(self, booster: lightgbm.Booster, whole: Course, level: Floats, n_steps: int) -> Floats:
        features = features_at(whole, whole.n_known, n_steps)
        features[:, :, STEP] = np.minimum(features[:, :, STEP], self.horizon)
        ratio = np.asarray(booster.predict(features.reshape(len(level) * n_steps, -1), num_threads=1))
        return np.asarray(np.maximum(ratio, 0.0).reshape(len(level), -1) * level[:, None], dtype=np.float64)


GROUP, STEP = 0, 1  # columns of the features


@dataclass(frozen=True, slots=True)
class _Rows:
    """Features (R, F), sales relative to the level, and weights (R,)."""

    features: Floats
    target: Floats
    weight: Floats


def _training_rows(past: Course, horizon: int) -> _Rows:
    """One row per series, origin and step that was on sale; series that sold nothing before teach nothing."""
    features, target, weight = [], [], []
    for origin in _origins(past, horizon):
        n_steps = min(horizon, past.n_known - origin)
        level = level_at(past.known, origin)
        sold = past.known[:, origin : origin + n_steps]
        keep = np.isfinite(sold) & (level > 0)[:, None]
        relative = sold / np.where(level > 0, level, 1.0)[:, None]
        features.append(features_at(past, origin, n_steps)[keep])
        target.append(np.minimum(relative[keep], MOST_TIMES_LEVEL))
        weight.append(np.broadcast_to(np.sqrt(level)[:, None], sold.shape)[keep])
    if not features:
        return _Rows(np.empty((0, 0)), np.empty(0), np.empty(0))
    return _Rows(np.concatenate(features), np.concatenate(target), np.concatenate(weight))


def _origins(past: Course, horizon: int) -> list[int]:
    """Origins to learn from, the newest always among them; whole origins, so that no series is preferred."""
    possible = np.arange(FIRST_ORIGIN, past.n_known)[::-1]
    most = max(MOST_ROWS // (len(past.known) * horizon), 1)
    stride = max(-(-possible.size // most), 1)
    return [int(origin) for origin in possible[::stride]]


def _train(rows: _Rows, model: Boosted) -> lightgbm.Booster:
    import lightgbm

    data = lightgbm.Dataset(
        rows.features, rows.target, weight=rows.weight, categorical_feature=[GROUP], free_raw_data=True
    )
    settings: dict[str, object] = {
        **OBJECTIVES[model.objective],
        "learning_rate": model.learning_rate,
        "num_leaves": model.n_leaves,
        "max_bin": N_BINS,
        "bin_construct_sample_cnt": N_ROWS_FOR_BINS,
        "min_data_in_leaf": 40,
        "feature_fraction": 0.5,
        "seed": model.seed,
        "num_threads": 1,
        "deterministic": True,
        "force_row_wise": True,
        "verbosity": -1,
    }
    return lightgbm.train(settings, data, num_boost_round=model.n_trees)
