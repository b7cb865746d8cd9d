"""How well each forecasting model, and their blend, would have done on the shop's own past."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Any, Literal

import numpy as np

from dealwright.app.demand.forecast_demand import RESPONSE, candidates
from dealwright.app.demand.read_panel import History, read_panel
from dealwright.app.plain import plain
from dealwright.app.ports import Progress, Tables, silent
from dealwright.core.errors import InputError
from dealwright.core.period import Grain
from dealwright.demand.blend import learn_blend
from dealwright.demand.intervals import learn_spread
from dealwright.demand.models.protocol import DemandModel
from dealwright.demand.models.registry import demand_models
from dealwright.demand.models.response import Response
from dealwright.demand.score import JUDGED, Accuracy, accuracy, share_inside
from dealwright.demand.trial import LEAST_PAST, Trial, run_trials, trial_origins
from dealwright.demand.volume import VOLUMES, noise_of, volume_of
from dealwright.plan.scenario import Scope

BLEND = "blend"
CHEAP = ("seasonal_naive",)
"""Models tried by default besides those a forecast is made of."""
TEACHERS = 2
"""Earlier trials that teach the first one judged, where history allows; at least one."""
HELD = (0.77, 0.83)
"""Shares inside the 80 % range that count as holding what was promised."""
CLEARLY = 0.01
"""An error is better than the next if it is smaller by this share."""

Ranges = Literal["hold", "too_narrow", "too_wide"]


@dataclass(frozen=True, slots=True)
class ModelScore:
    """A model's `accuracy`, mean over the origins judged; `by_origin` in their order, `by_volume` by class.

    Its ranges were learnt from earlier trials, as those of a forecast are. `cpu_seconds` took all its trials.
    """

    model: str
    accuracy: Accuracy
    by_origin: tuple[Accuracy, ...]
    by_volume: Mapping[str, Accuracy]
    cpu_seconds: float

    @property
    def ranges(self) -> Ranges:
        """Whether the 80 % ranges held about 80 % of single series and periods."""
        low, high = HELD
        return (
            "too_narrow"
            if self.accuracy.coverage < low
            else "too_wide"
            if self.accuracy.coverage > high
            else "hold"
        )


@dataclass(frozen=True, slots=True)
class Backtest:
    """Scores, the smallest error (WAPE) first, over `origins`, the latest first.

    `n_series` are those judged at the latest origin, by volume class. `weights` are the blend's, mean over series
    and origins. `left_out` says of each model that could not be tried why.
    """

    grain: Grain
    horizon: int
    origins: tuple[date, ...]
    n_teachers: int
    n_series: Mapping[str, int]
    scores: tuple[ModelScore, ...]
    weights: Mapping[str, float]
    left_out: Mapping[str, str]

    @property
    def best(self) -> ModelScore:
        """The smallest error."""
        return self.scores[0]

    @property
    def is_tie(self) -> bool:
        """Whether the next best is as good but for a hundredth."""
        if len(self.scores) < 2:
            return False
        return self.scores[1].accuracy.wape <= self.best.accuracy.wape * (1 + CLEARLY)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON; what could not be measured is null."""
        told: dict[str, Any] = plain(
            {
                "period_days": self.grain.period_days,
                "by_store": self.grain.by_store,
                "horizon": self.horizon,
                "origins": self.origins,
                "n_teachers": self.n_teachers,
                "n_series": dict(self.n_series),
                "best": self.best.model,
                "is_tie": self.is_tie,
                "ranges": self.best.ranges,
                "weights": dict(self.weights),
                "left_out": dict(self.left_out),
            }
        )
        return told | {"scores": [_score(score) for score in self.scores]}


def backtest_forecast(
    tables: Tables,
    scope: Scope,
    *,
    grain: Grain,
    country: str,
    minor_per_major: int,
    seed: int,
    cpu: Callable[[], float],
    models: Sequence[str] = (),
    horizon: int = 8,
    n_origins: int = 3,
    progress: Progress = silent,
) -> Backtest:
    """Try `models` (none: the cheap ones) at the latest `n_origins` dates and tell how far they missed.

    The response model and the blend always take part. `cpu` tells the CPU seconds used so far. InputError for
    names that are no models and a history too short, MissingExtraError for a model whose library is missing.
    """
    asked = named_models(models, country=country, seed=seed)
    progress("laying sales out", 0.0)
    history = read_panel(tables, scope, grain=grain, minor_per_major=minor_per_major)
    asked[RESPONSE] = Response(country, complements=history.complements)
    return backtest_history(
        history, asked, grain=grain, horizon=horizon, n_origins=n_origins, cpu=cpu, progress=progress
    )


def named_models(names: Iterable[str], *, country: str, seed: int) -> dict[str, DemandModel]:
    """The models called `names` and the response model; without names the default ones.

    InputError names all that do not exist.
    """
    registry = demand_models(country=country, seed=seed)
    wanted = [name for name in dict.fromkeys(name.strip() for name in names) if name and name != BLEND]
    if not wanted:
        return candidates(country=country, seed=seed) | {name: registry.make(name) for name in CHEAP}
    known = [RESPONSE, *registry]
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise InputError(*(str(InputError.unknown("demand model", name, known)) for name in unknown))
    made: dict[str, DemandModel] = {RESPONSE: Response(country)}
    return made | {name: registry.make(name) for name in wanted if name != RESPONSE}


def backtest_history(
    history: History,
    models: Mapping[str, DemandModel],
    *,
    grain: Grain,
    horizon: int,
    n_origins: int,
    cpu: Callable[[], float],
    progress: Progress = silent,
) -> Backtest:
    """Try `models` on a history that was read already."""
    origins = _origins(history, horizon=horizon, n_origins=n_origins)
    made: dict[str, list[Trial]] = {}
    spent: dict[str, float] = {}
    left_out: dict[str, str] = {}
    for number, (name, model) in enumerate(models.items()):
        began, made[name] = cpu(), []
        for k, origin in enumerate(origins):
            progress(f"trying {name}", 0.1 + 0.85 * (number + k / len(origins)) / len(models))
            try:
                made[name] += run_trials(
                    history.pool, {name: model}, origins=[origin], horizon=horizon, choice=history.choice
                )
            except InputError as error:
                if k <= n_origins:
                    left_out[name] = str(error)
                break  # what is known then teaches this model nothing: earlier dates teach it even less
        spent[name] = cpu() - began
    used = [name for name in models if name not in left_out]
    if not used:
        raise InputError(*(f"{name}: {reason}" for name, reason in left_out.items()))
    progress("judging", 0.95)
    trials = _merged([made[name] for name in used])
    if not any((trial.actual * trial.is_judged).any() for trial in trials[:n_origins]):
        raise InputError(
            "nothing was sold with full shelves in the periods to be judged; check the table 'stock', ask for more "
            "origins or import newer sales"
        )
    began = cpu()
    judged = [_judge(trials[k], trials[k + 1 :]) for k in range(n_origins)]
    spent[BLEND] = sum(spent[name] for name in used) + cpu() - began
    progress("done", 1.0)
    scores = [_scored(name, [at[0][name] for at in judged], spent[name]) for name in (*used, BLEND)]
    volume = volume_of(trials[0].level)
    return Backtest(
        grain=grain,
        horizon=horizon,
        origins=tuple(trial.origin for trial in trials[:n_origins]),
        n_teachers=len(trials) - n_origins,
        n_series={name: int((volume == k).sum()) for k, name in enumerate(VOLUMES)},
        scores=tuple(sorted(scores, key=lambda score: score.accuracy.wape)),
        weights={name: float(np.mean([at[1][name] for at in judged])) for name in used},
        left_out=left_out,
    )


def _origins(history: History, *, horizon: int, n_origins: int) -> list[date]:
    """Dates to try, latest first: a horizon apart, so that no trial knows what a later one is judged by."""
    wrong = [
        f"{what} is a whole number from 1 up; given {number}"
        for what, number in (("the horizon", horizon), ("the number of origins", n_origins))
        if number < 1
    ]
    if wrong:
        raise InputError(*wrong)
    n_periods = len(history.pool.starts)
    most = max(n_periods - LEAST_PAST, 0) // horizon
    if most < n_origins + 1:
        fewer = f"ask for {most - 1} or fewer origins, " if most > 1 else ""
        raise InputError(
            f"{n_origins} origins of {horizon} periods, and an earlier one that teaches, need at least "
            f"{LEAST_PAST + horizon * (n_origins + 1)} periods of sales; there are {n_periods}. To go on, {fewer}"
            "forecast a shorter time, or import a longer history"
        )
    return trial_origins(history.pool, horizon=horizon, n_origins=min(most, n_origins + TEACHERS))


def _merged(by_model: Sequence[Sequence[Trial]]) -> list[Trial]:
    """Trials with the forecasts of all models, as far back as every model goes."""
    return [
        replace(together[0], forecasts={name: made for trial in together for name, made in trial.forecasts.items()})
        for together in zip(*by_model, strict=False)
    ]


Judged = tuple[Accuracy, Mapping[str, Accuracy]]


def _judge(trial: Trial, teachers: Sequence[Trial]) -> tuple[dict[str, Judged], dict[str, float]]:
    """Each model's accuracy, overall and by volume class, and the blend's weights: all learnt from `teachers`."""
    blend = learn_blend(teachers)
    volume = volume_of(trial.level)
    weights = dict(zip(blend.models, (float(w) for w in blend.weights[volume].mean(axis=0)), strict=True))
    latest, *earlier = (
        replace(t, forecasts={**t.forecasts, BLEND: blend.mix(t.forecasts, t.level)}) for t in (trial, *teachers)
    )
    return {name: _judge_model(latest, earlier, name) for name in latest.forecasts}, weights


def _judge_model(trial: Trial, teachers: Sequence[Trial], name: str) -> Judged:
    spread = learn_spread(teachers, [t.forecasts[name] for t in teachers])
    mean, noise, volume = trial.forecasts[name], noise_of(trial.past), volume_of(trial.level)
    quantiles = spread.quantiles(mean, noise, volume, JUDGED)
    low, high = spread.range80(mean, noise, volume)

    def of(rows: np.ndarray[Any, np.dtype[np.bool_]]) -> Accuracy:
        actual, use = trial.actual[rows], trial.is_judged[rows]
        found = accuracy(mean[rows], actual, trial.past[rows], quantiles[:, rows], is_judged=use)
        return replace(found, coverage=share_inside(actual, low[rows], high[rows], use))

    by_volume = {VOLUMES[k]: of(volume == k) for k in np.unique(volume).tolist()}
    return of(np.ones(len(volume), dtype=np.bool_)), by_volume


def _scored(name: str, judged: Sequence[Judged], cpu_seconds: float) -> ModelScore:
    by_volume = {
        volume: _mean([classes[volume] for _, classes in judged if volume in classes])
        for volume in VOLUMES
        if any(volume in classes for _, classes in judged)
    }
    by_origin = tuple(overall for overall, _ in judged)
    return ModelScore(name, _mean(by_origin), by_origin, by_volume, cpu_seconds)


def _mean(found: Sequence[Accuracy]) -> Accuracy:
    """Mean of each figure over where it could be measured; NaN where it never could."""

    def over(name: str) -> float:
        values = np.array([getattr(one, name) for one in found])
        known = values[np.isfinite(values)]
        return float(known.mean()) if known.size else float("nan")

    return Accuracy(**{f.name: over(f.name) for f in fields(Accuracy)})


def _score(score: ModelScore) -> dict[str, Any]:
    told: dict[str, Any] = plain(
        {
            "model": score.model,
            **asdict(score.accuracy),
            "ranges": score.ranges,
            "cpu_seconds": score.cpu_seconds,
            "by_origin": [asdict(one) for one in score.by_origin],
            "by_volume": {name: asdict(one) for name, one in score.by_volume.items()},
        }
    )
    return told
