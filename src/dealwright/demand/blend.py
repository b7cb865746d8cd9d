"""Which models to trust for which series, learnt from trials at earlier dates only.

Models are added one at a time, with replacement, as long as the mix gains (Caruana et al. 2004): a few picks among
few trials cannot overfit as free weights would, and a useless model is simply never picked. Series of like volume
share a mix, halfway to the mix that is best for all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dealwright.core.errors import InputError
from dealwright.demand.trial import Trial
from dealwright.demand.volume import VOLUMES, volume_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEAST_SERIES = 30
"""A volume class with fewer series in the trials takes the mix that is best for all."""
N_PICKS = 6
_CAUTION = 4.0  # trials overlap and few, so that their scatter says too little of how wrong their mean can be


@dataclass(frozen=True, slots=True)
class Blend:
    """Weights (number of volume classes, number of models) that sum to 1 in each class, and what trials taught.

    Forecasts are multiplied by `correction`, at most 1: actual over forecast units of the trials, drawn towards 1
    as far as the trials disagree. `loss` (number of models,) is each model's own, `blend_loss` the mix's: WAPE
    plus RMSSE.
    """

    models: tuple[str, ...]
    weights: Floats
    correction: float
    loss: Floats
    blend_loss: float

    def mix(self, forecasts: Mapping[str, Floats], level: Floats) -> Floats:
        """The blended forecast (n, H) of series with mean units `level` (n,)."""
        weights = self.weights[volume_of(level)]
        return np.asarray(
            self.correction
            * sum(weights[:, k, None] * forecasts[name] for k, name in enumerate(self.models) if self.used[k])
        )

    @property
    def used(self) -> NDArray[np.bool_]:
        """Which models have weight anywhere."""
        return np.asarray(self.weights.any(axis=0))

    @property
    def used_models(self) -> list[str]:
        """The names of models with weight anywhere."""
        return [name for name, is_used in zip(self.models, self.used, strict=True) if is_used]

    @classmethod
    def only(cls, model: str) -> Blend:
        """One model, as it is: where history is too short for trials."""
        return cls((model,), np.ones((len(VOLUMES), 1)), 1.0, np.full(1, np.nan), float("nan"))


def learn_blend(trials: Sequence[Trial]) -> Blend:
    """Weights and correction from trials; InputError without any."""
    if not trials:
        raise InputError("there is no trial to learn from; run at least one rolling origin")
    models = tuple(trials[0].forecasts)
    every = _Evidence.of(trials, models)
    common = _settled(every)
    weights = np.tile(common, (len(VOLUMES), 1))
    for k in range(len(VOLUMES)):
        part = every.where(every.volume == k)
        if len(part.scale) >= LEAST_SERIES:
            weights[k] = 0.5 * (common + _settled(part))
    alone = np.eye(len(models))
    mixed = _Evidence.of(trials, models).mixed(weights[every.volume])
    return Blend(
        models=models,
        weights=weights,
        correction=_correction(mixed, every),
        loss=np.array([every.loss(every.mixed(row[None, :])) for row in alone]),
        blend_loss=every.loss(mixed),
    )


@dataclass(frozen=True, slots=True)
class _Evidence:
    """Trials stacked: `forecasts` (K, N, H), `actual`, `is_judged` (N, H); `scale`, `volume`, `trial` (N,)."""

    forecasts: Floats
    actual: Floats
    is_judged: NDArray[np.bool_]
    scale: Floats
    volume: Ints
    trial: Ints

    @classmethod
    def of(cls, trials: Sequence[Trial], models: Sequence[str]) -> _Evidence:
        return cls(
            forecasts=np.stack([np.concatenate([t.forecasts[name] for t in trials]) for name in models]),
            actual=np.concatenate([t.actual for t in trials]),
            is_judged=np.concatenate([t.is_judged for t in trials]),
            scale=np.concatenate([np.sqrt((np.diff(t.past, axis=1) ** 2).mean(axis=1)) for t in trials]),
            volume=np.concatenate([volume_of(t.level) for t in trials]),
            trial=np.repeat(np.arange(len(trials)), [len(t.rows) for t in trials]),
        )

    def where(self, chosen: NDArray[np.bool_]) -> _Evidence:
        return _Evidence(
            self.forecasts[:, chosen],
            self.actual[chosen],
            self.is_judged[chosen],
            self.scale[chosen],
            self.volume[chosen],
            self.trial[chosen],
        )

    def mixed(self, weights: Floats) -> Floats:
        """Forecasts under weights (N or 1, K)."""
        of_series = np.broadcast_to(weights, (len(self.scale), weights.shape[1]))
        return np.asarray(np.einsum("nk,knh->nh", of_series, self.forecasts))

    def loss(self, forecast: Floats) -> float:
        """WAPE plus RMSSE, the level of the forecast corrected first."""
        sold = (self.actual * self.is_judged).sum()
        level = (sold + 1.0) / ((forecast * self.is_judged).sum() + 1.0)
        error = (self.actual - level * forecast) * self.is_judged
        varies = self.scale > 0
        root = np.sqrt((error[varies] ** 2).mean(axis=1)) / self.scale[varies]
        return float(np.abs(error).sum() / max(sold, 1.0) + (root.mean() if varies.any() else 0.0))


def _settled(evidence: _Evidence) -> Floats:
    """Mean weights (K,) of what is picked when each trial in turn is left out: no single window decides."""
    trials = np.unique(evidence.trial)
    if len(trials) < 2:
        return _picked(evidence)
    return np.asarray(np.mean([_picked(evidence.where(evidence.trial != k)) for k in trials], axis=0))


def _picked(evidence: _Evidence) -> Floats:
    """Weights (K,) of models picked one by one."""
    n_models = len(evidence.forecasts)
    counts = np.zeros(n_models)
    best = np.inf
    for _ in range(N_PICKS):
        tried = (counts + np.eye(n_models)) / (counts.sum() + 1)
        losses = [evidence.loss(evidence.mixed(row[None, :])) for row in tried]
        if min(losses) >= best:
            break
        best = min(losses)
        counts[int(np.argmin(losses))] += 1
    return np.asarray(counts / counts.sum())


def _correction(forecast: Floats, evidence: _Evidence) -> float:
    """Actual over forecast units, drawn towards 1 by how much single trials disagree."""
    logs = []
    for k in np.unique(evidence.trial):
        judged = evidence.is_judged[evidence.trial == k]
        sold = (evidence.actual[evidence.trial == k] * judged).sum()
        logs.append(np.log((sold + 1.0) / ((forecast[evidence.trial == k] * judged).sum() + 1.0)))
    mean = float(np.mean(logs))
    if len(logs) < 2:
        return float(np.exp(0.5 * min(mean, 0.0)))
    variance = float(np.var(logs, ddof=1) / len(logs))
    # Only downwards: chosen series fade, while series that grew between the trials need not go on growing.
    return float(np.exp(min(mean, 0.0) * mean**2 / max(mean**2 + _CAUTION * variance, 1e-12)))
