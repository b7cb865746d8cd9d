"""What each series' own past says of it: exponential smoothing, Theta, ARIMA, and methods for rare sellers."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dealwright.core.errors import InputError, MissingExtraError
from dealwright.data.panel import Panel
from dealwright.demand.ahead import Ahead
from dealwright.demand.models.evidence import check_ahead, evidence, latest, mean_of_known, tamed
from dealwright.demand.models.regressors import informative, regressors, taught_holidays

Floats = NDArray[np.float64]

LEAST_PERIODS = 8
"""A series known for fewer periods on sale is forecast by their mean."""


@dataclass(frozen=True, slots=True)
class Method:
    """A class of `statsforecast.models` and its settings.

    `has_season` methods learn the days of the week; `reads_offers` methods regress on price, offers, drivers and,
    with two years of history, the season. `keeps_state` methods apply learnt parameters to later sales; others
    are cheap and learn anew.
    """

    class_name: str
    settings: Mapping[str, object]
    has_season: bool = False
    reads_offers: bool = False
    keeps_state: bool = False


# Higher orders cost twice the time and forecast two months no better; a level that wanders beside regressors
# that explain it is what makes such forecasts explode.
_SMALL = {"max_p": 1, "max_q": 1, "max_d": 1, "max_P": 1, "max_Q": 1, "approximation": True, "allowdrift": False}

METHODS: Mapping[str, Method] = {
    "ets": Method("AutoETS", {}, has_season=True, keeps_state=True),
    "theta": Method("AutoTheta", {}, has_season=True, keeps_state=True),
    "arima": Method("AutoARIMA", _SMALL, has_season=True, keeps_state=True),
    "arimax": Method(
        "AutoARIMA", _SMALL | {"stationary": True}, has_season=True, reads_offers=True, keeps_state=True
    ),
    "croston": Method("CrostonSBA", {}),
    "tsb": Method("TSB", {"alpha_d": 0.1, "alpha_p": 0.1}),
}
"""By name: exponential smoothing; Theta; (S)ARIMA; regression with (S)ARIMA errors; Croston, corrected for its
bias; Teunter-Syntetos-Babai. The year is too long a season for any of them, as weeks; days have a week."""


@dataclass(frozen=True, slots=True)
class Classic:
    """One of `METHODS` for every series on its own, fitted by statsforecast.

    Periods that were not on sale are bridged by a straight line. A series that is too short, or that the library
    cannot fit, is forecast by the mean of its last periods. InputError for an unknown method,
    MissingExtraError if statsforecast is not installed.
    """

    method: str
    country: str = "US"

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise InputError.unknown("method", self.method, METHODS)
        _library()

    @property
    def name(self) -> str:
        """The name it is registered by."""
        return self.method

    def fit(self, panel: Panel) -> FittedClassic:
        """Learn each series' parameters."""
        known = evidence(panel)
        method = METHODS[self.method]
        holidays = taught_holidays(panel, country=self.country)
        season = 7 if method.has_season and panel.period_days == 1 else 1
        tables = regressors(panel, None, country=self.country, holidays=holidays)
        return FittedClassic(
            method,
            self.country,
            holidays,
            tuple(_fit_one(method, row, table, season) for row, table in zip(known, tables, strict=True)),
        )


@dataclass(frozen=True, slots=True)
class FittedSeries:
    """What was learnt of one series: the library's model, and which columns of the regressors it reads."""

    model: Any
    columns: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FittedClassic:
    """One fitted model per series, None where there is none."""

    method: Method
    country: str
    holidays: tuple[str, ...]
    series: tuple[FittedSeries | None, ...]

    def forecast(self, panel: Panel, ahead: Ahead) -> Floats:
        """Expected units (n, H): the learnt parameters applied to all sales in `panel`."""
        known = evidence(panel)
        check_ahead(panel, ahead)
        tables = regressors(panel, ahead, country=self.country, holidays=self.holidays)
        mean = mean_of_known(latest(known, LEAST_PERIODS))
        rows = [
            tamed(_forecast_one(self.method, fitted, row, table), row, fallback)
            for fitted, row, table, fallback in zip(self.series, known, tables, mean, strict=True)
        ]
        return np.stack(rows)


def _library() -> ModuleType:
    try:
        from statsforecast import models
    except ImportError as missing:
        raise MissingExtraError(
            "statsforecast", extra="forecast", purpose="a forecast by classic methods"
        ) from missing
    library: ModuleType = models
    return library


def _fit_one(method: Method, known: Floats, table: Floats, season: int) -> FittedSeries | None:
    """None where a series is too short, sold nothing, or defeats the library."""
    past = _bridged(known)
    if np.isfinite(known).sum() < LEAST_PERIODS or not past.any():
        return None
    seasonal = {"season_length": season if past.size >= 3 * season else 1} if method.has_season else {}
    model = getattr(_library(), method.class_name)(**seasonal, **method.settings)
    if not method.keeps_state:
        return FittedSeries(model, ())
    recent = table[-past.size :]
    columns = () if not method.reads_offers else informative(recent, most=past.size // LEAST_PERIODS)
    covariates = recent[:, columns] if columns else None
    # The library raises bare Exceptions for series it cannot fit; one series must not sink the others.
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            model.fit(_compressed(past, method), covariates)
    except Exception:
        return None
    return FittedSeries(model, columns)


def _forecast_one(method: Method, fitted: FittedSeries | None, known: Floats, table: Floats) -> Floats:
    """Forecast (H,), NaN where nothing is to be had."""
    horizon = len(table) - known.size
    past = _bridged(known)
    nothing = np.full(horizon, np.nan)
    if fitted is None or past.size == 0:
        return nothing
    before, coming = table[known.size - past.size : known.size], table[known.size :]
    covariates = {"X": before[:, fitted.columns], "X_future": coming[:, fitted.columns]} if fitted.columns else {}
    ask = fitted.model.forward if method.keeps_state else fitted.model.forecast
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            told = ask(y=_compressed(past, method), h=horizon, **covariates)["mean"]
    except Exception:
        return nothing
    return _expanded(np.asarray(told, dtype=np.float64), method)


def _bridged(known: Floats) -> Floats:
    """A series from its first known value on; gaps are bridged by straight lines."""
    at = np.flatnonzero(np.isfinite(known))
    if at.size == 0:
        return np.empty(0)
    return np.interp(np.arange(at[0], known.size), at, known[at])


def _compressed(units: Floats, method: Method) -> Floats:
    """Offers multiply sales, so that a regression on them is of logarithms."""
    return np.log1p(units) if method.reads_offers else units


def _expanded(forecast: Floats, method: Method) -> Floats:
    if not method.reads_offers:
        return forecast
    with np.errstate(over="ignore"):
        return np.expm1(forecast)
