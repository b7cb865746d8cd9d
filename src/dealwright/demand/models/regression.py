"""What a straight line or a parabola through each series' prices and promotions says of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dealwright.core.errors import InputError
from dealwright.data.panel import Panel
from dealwright.demand.ahead import Ahead
from dealwright.demand.models.evidence import check_ahead, evidence, latest, mean_of_known, tamed
from dealwright.demand.models.regressors import informative, regressors, taught_holidays

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

Floats = NDArray[np.float64]

DEGREES = {"linear": 1, "polynomial": 2}
LEAST_PERIODS = 8
"""A series known for fewer periods on sale is forecast by their mean."""
LEVEL_PERIODS = 8
"""The line is moved up or down to what the last so many periods on sale sold."""
PENALTIES = {"linear": 3.0, "polynomial": 30.0}
"""Ridge penalty on standardised regressors: so many periods' evidence that nothing moves sales."""


@dataclass(frozen=True, slots=True)
class Regression:
    """Ridge regression of each series' sales on price, offers, drivers, season and trend.

    `shape` is "linear" or "polynomial" (squares and products too). A series that is too short is forecast by the
    mean of its last periods; forecasts are kept within reason (`evidence.tamed`).
    """

    shape: str
    country: str = "US"

    def __post_init__(self) -> None:
        if self.shape not in DEGREES:
            raise InputError.unknown("shape", self.shape, DEGREES)

    @property
    def name(self) -> str:
        """The name it is registered by."""
        return self.shape

    def fit(self, panel: Panel) -> FittedRegression:
        """Learn each series' coefficients."""
        known = evidence(panel)
        holidays = taught_holidays(panel, country=self.country)
        tables = _with_trend(regressors(panel, None, country=self.country, holidays=holidays), len(panel.starts))
        lines = tuple(_fit_one(row, table, self.shape) for row, table in zip(known, tables, strict=True))
        return FittedRegression(lines, self.country, holidays, len(panel.starts))


@dataclass(frozen=True, slots=True)
class FittedLine:
    """One series' coefficients, and the columns of the regressors they belong to."""

    pipeline: Pipeline
    columns: tuple[int, ...]

    def read(self, table: Floats) -> Floats:
        """Units (T,) on the line at the regressors (T, K)."""
        return np.asarray(self.pipeline.predict(table[:, self.columns]), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class FittedRegression:
    """One line per series, None where there is none; `n_periods` were fitted, which the trend is counted in."""

    lines: tuple[FittedLine | None, ...]
    country: str
    holidays: tuple[str, ...]
    n_periods: int

    def forecast(self, panel: Panel, ahead: Ahead) -> Floats:
        """Expected units (n, H): the line, moved to the level of the last periods in `panel`."""
        known = evidence(panel)
        check_ahead(panel, ahead)
        tables = regressors(panel, ahead, country=self.country, holidays=self.holidays)
        tables = _with_trend(tables, self.n_periods)
        mean = mean_of_known(latest(known, LEVEL_PERIODS))
        rows = zip(self.lines, known, tables, mean, strict=True)
        return np.stack([_forecast_one(line, row, table, fallback) for line, row, table, fallback in rows])


def _with_trend(tables: Floats, n_periods: int) -> Floats:
    """The trend as a last column: 1 at the end of the `n_periods` that were fitted, and no further."""
    trend = np.minimum(np.arange(1, tables.shape[1] + 1) / n_periods, 1.0)
    column = np.broadcast_to(trend[:, None], (*tables.shape[:2], 1))
    return np.concatenate([tables, column], axis=2)


def _fit_one(known: Floats, table: Floats, shape: str) -> FittedLine | None:
    from sklearn.linear_model import Ridge
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import PolynomialFeatures, StandardScaler

    is_known = np.isfinite(known)
    if is_known.sum() < LEAST_PERIODS:
        return None
    columns = informative(table[is_known], most=int(is_known.sum()) // 4)
    if not columns:
        return None
    pipeline = make_pipeline(
        StandardScaler(),
        PolynomialFeatures(DEGREES[shape], include_bias=False),
        StandardScaler(),
        Ridge(alpha=PENALTIES[shape]),
    )
    return FittedLine(pipeline.fit(table[is_known][:, columns], known[is_known]), columns)


def _forecast_one(line: FittedLine | None, known: Floats, table: Floats, fallback: float) -> Floats:
    horizon = len(table) - known.size
    if line is None:
        return np.full(horizon, fallback)
    on_line = line.read(table)
    gap = latest((known - on_line[: known.size])[None, :], LEVEL_PERIODS)
    return tamed(on_line[known.size :] + mean_of_known(gap)[0], known, fallback)
