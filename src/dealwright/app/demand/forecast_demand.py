"""Learn from the shop's sales what the coming weeks would sell, and how promotions would change that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from dealwright.app.demand.read_panel import History, read_panel
from dealwright.app.ports import Progress, Tables, silent
from dealwright.core.errors import InputError
from dealwright.core.period import WEEK, Grain, week_start
from dealwright.core.rng import stream
from dealwright.data.keen_buyers import Complement
from dealwright.data.panel import Panel
from dealwright.demand.ahead import Ahead
from dealwright.demand.backtest import Score, calibrate, hold_trials, judge
from dealwright.demand.blend import Blend, learn_blend
from dealwright.demand.decompose import Decomposition, decompose
from dealwright.demand.forecast import Drift, forecast
from dealwright.demand.models.protocol import DemandModel
from dealwright.demand.models.registry import demand_models
from dealwright.demand.models.response import FittedResponse, Response
from dealwright.demand.posterior import Fit
from dealwright.demand.response import DemandResponse
from dealwright.demand.trial import Trial
from dealwright.plan.scenario import Scenario


@dataclass(frozen=True, slots=True)
class DemandForecast:
    """The history that was learnt from, the response, how good it would have been, and who was left out.

    `blend` says which models the baseline comes from, learnt from `trials` at earlier dates, latest first. `score`
    is None where the history is too short to hold weeks back. `left_out` counts products by reason.
    """

    panel: Panel
    fit: Fit
    response: DemandResponse
    drift: Drift
    blend: Blend
    trials: tuple[Trial, ...]
    score: Score | None
    decomposition: Decomposition
    left_out: dict[str, int]
    n_stock_out_weeks: int


def forecast_demand(
    tables: Tables,
    scenario: Scenario,
    *,
    country: str,
    seed: int,
    first_weekday: int = 0,
    minor_per_major: int = 100,
    progress: Progress = silent,
) -> DemandForecast:
    """From sales (and products, promotions) to a forecast of the scenario's weeks with its uncertainty.

    `minor_per_major` is that of the shop's currency (100 cents in a dollar).
    """
    progress("laying sales out by product and week", 0.0)
    grain = Grain(first_weekday=first_weekday)
    history = read_panel(tables, scenario.scope, grain=grain, minor_per_major=minor_per_major)
    weeks = coming_weeks(history.panel, scenario, first_weekday=first_weekday)
    return learn_demand(history, weeks, n_draws=scenario.n_draws, country=country, seed=seed, progress=progress)


def learn_demand(
    history: History,
    weeks: Sequence[date],
    *,
    n_draws: int,
    country: str,
    seed: int,
    progress: Progress = silent,
) -> DemandForecast:
    """Try, blend and fit the models, and forecast `weeks`."""
    panel = history.panel
    models = candidates(country=country, seed=seed, complements=history.complements)
    progress("trying the forecast at earlier dates", 0.3)
    trials = hold_trials(history.pool, models, horizon=TRIAL_WEEKS, choice=history.choice)
    blend = learn_blend(trials) if trials else Blend.only(RESPONSE)
    rng = stream(seed, "backtest")
    score, drift = judge(trials, rng), calibrate(trials, [blend.mix(t.forecasts, t.level) for t in trials], rng)
    progress("learning the response to promotions", 0.7)
    fitted = {name: models[name].fit(panel) for name in {RESPONSE, *blend.used_models}}
    response_model = fitted[RESPONSE]
    assert isinstance(response_model, FittedResponse)
    fit = response_model.fit
    progress("forecasting", 0.9)
    ahead = Ahead.undisturbed(panel, (weeks[-1] - panel.starts[-1]).days // panel.period_days)
    made = {name: model.forecast(panel, ahead) for name, model in fitted.items()}
    expected = blend.mix(made, panel.units.mean(axis=1))
    response = forecast(
        fit,
        panel,
        ahead.since(weeks[0]),
        drift=drift,
        n_draws=n_draws,
        rng=stream(seed, "forecast"),
        expected=expected[:, -len(weeks) :],
    )
    progress("demand forecast", 1.0)
    return DemandForecast(
        panel=panel,
        fit=fit,
        response=response,
        drift=drift,
        blend=blend,
        trials=tuple(trials),
        score=score,
        decomposition=decompose(fit, panel),
        left_out=history.left_out,
        n_stock_out_weeks=history.n_stock_out_periods,
    )


RESPONSE = "response"
CANDIDATES = ("mean4", "mean8", "loglog", "boosted_tweedie")
TRIAL_WEEKS = 8
"""How far ahead forecasts are tried: plans are made for a month or two."""


def candidates(
    *, country: str, seed: int, complements: Sequence[Complement] | None = None
) -> dict[str, DemandModel]:
    """The models that are tried by default: cheap ones that are hard to beat, trees, and the response model."""
    registry = demand_models(country=country, seed=seed)
    response = Response(country, complements=complements)
    return {RESPONSE: response, **{name: registry.make(name) for name in CANDIDATES}}


def coming_weeks(panel: Panel, scenario: Scenario, *, first_weekday: int) -> list[date]:
    """First days of the weeks to plan; InputError if they do not follow the history closely enough."""
    following = panel.starts[-1] + WEEK
    start = week_start(scenario.start, first_weekday=first_weekday) if scenario.start else following
    if start < following or start > following + 8 * WEEK:
        raise InputError(
            f"the plan cannot start on {scenario.start}: sales end in the week of {panel.starts[-1]}, so it can "
            f"start from {following} to {following + 8 * WEEK}; choose such a day or import newer sales"
        )
    return [start + k * WEEK for k in range(scenario.weeks)]


def last_year(panel: Panel, weeks: list[date]) -> NDArray[np.int64] | None:
    """Columns of the panel 52 weeks before `weeks`; None if the history does not reach back that far."""
    wanted = [week - 52 * WEEK for week in weeks]
    if any(week not in panel.starts for week in wanted):
        return None
    return np.array([panel.starts.index(week) for week in wanted], dtype=np.int64)
