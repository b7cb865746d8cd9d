"""Why a product is expected to sell what it is: units owed to each cause in a coming week, or in a past one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from dealwright.app.demand.forecast_demand import DemandForecast
from dealwright.app.plain import plain_estimate
from dealwright.core.errors import InputError
from dealwright.core.estimate import Estimate
from dealwright.core.rng import stream
from dealwright.data import columns as c
from dealwright.demand.ahead import Ahead
from dealwright.demand.explain import PARTS, Explanation, explain_forecast
from dealwright.demand.features import Offers
from dealwright.demand.models.response import FittedResponse


@dataclass(frozen=True, slots=True)
class ForecastExplanation:
    """Units of one product and week by cause; `parts` (code, units) sum to `expected` exactly.

    A coming week is forecast without promotion, by the blend, and `spread` holds what will be sold with its level.
    A past week is told as the response model saw it beforehand, knowing its promotions; `sold` is what came.
    """

    sku: str
    name: str
    week: date
    expected: float
    parts: tuple[tuple[str, float], ...]
    spread: Estimate | None = None
    sold: float | None = None

    @property
    def unexplained(self) -> float | None:
        """Sold less expected; None for a week that is still to come."""
        return None if self.sold is None else self.sold - self.expected

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "sku": self.sku,
            "name": self.name,
            "week": str(self.week),
            "is_past": self.sold is not None,
            "expected": self.expected,
            "parts": [{"code": code, "units": units} for code, units in self.parts],
            "range": None if self.spread is None else plain_estimate(self.spread),
            "sold": self.sold,
            "unexplained": self.unexplained,
        }


def explain_week(demand: DemandForecast, sku: str, *, day: date | None = None, seed: int) -> ForecastExplanation:
    """Share out the forecast of the week that holds `day` (None: the first week to come).

    InputError for a product that is not planned, and for a week that is neither known nor forecast.
    """
    panel, coming = demand.panel, demand.response.weeks
    if sku not in panel.skus:
        raise InputError(
            f"product {sku!r} is not forecast: it is not among the {len(panel.skus)} products with enough recent "
            "history; see scope in the scenario"
        )
    i, step = panel.skus.index(sku), timedelta(days=panel.period_days)
    known = panel.starts[1:]
    found = [start for start in (*known, *coming) if day is None or start <= day < start + step]
    if not found:
        raise InputError(
            f"no week that holds {day} can be explained; there are those from {known[0]} to "
            f"{known[-1] + step - timedelta(days=1)}, which are past, and from {coming[0]} to "
            f"{coming[-1] + step - timedelta(days=1)}, which are forecast"
        )
    week = coming[0] if day is None else found[0]
    if week in coming:
        return _coming(demand, i, coming.index(week), seed=seed)
    told = explain_forecast(demand.fit, panel.until(week), Ahead.of(panel, week, 1))
    return _told(demand, told, i, 0, week=week, sold=float(panel.units[i, panel.starts.index(week)]))


def _coming(demand: DemandForecast, i: int, t: int, *, seed: int) -> ForecastExplanation:
    panel, response = demand.panel, demand.response
    ahead = Ahead.undisturbed(panel, (response.weeks[-1] - panel.starts[-1]).days // panel.period_days)
    before = ahead.n_periods - len(response.weeks)
    # Weeks before the plan begins are not told, so the model's own forecast of them will do.
    stated = FittedResponse(demand.fit).forecast(panel, ahead)
    stated[:, before:] = response.baseline.mean(axis=0)
    told = explain_forecast(demand.fit, panel, ahead, stated=stated)
    quiet = Offers.none(len(panel.skus), len(response.weeks))
    drawn = response.weekly_units(quiet, stream(seed, "explain"))[:, i, t]
    of_draws = Estimate.from_draws(drawn, method="draws of single weeks")
    return _told(demand, told, i, before + t, week=response.weeks[t], spread=of_draws)


def _told(
    demand: DemandForecast,
    told: Explanation,
    i: int,
    t: int,
    *,
    week: date,
    spread: Estimate | None = None,
    sold: float | None = None,
) -> ForecastExplanation:
    return ForecastExplanation(
        sku=demand.panel.skus[i],
        name=str(demand.panel.products[c.NAME].iloc[i]),
        week=week,
        expected=float(told.forecast[i, t]),
        parts=tuple((part, float(getattr(told, part)[i, t])) for part in PARTS),
        spread=spread,
        sold=sold,
    )
