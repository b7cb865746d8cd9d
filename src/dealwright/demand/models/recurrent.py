"""What a small recurrent network that has read all series says of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dealwright.core.errors import MissingExtraError
from dealwright.core.rng import stream
from dealwright.data.panel import Panel
from dealwright.demand.ahead import Ahead
from dealwright.demand.models.evidence import evidence, latest, mean_of_known, tamed
from dealwright.demand.models.from_level import forecast_from_level
from dealwright.demand.models.lookback import Course, course, level_at
from dealwright.demand.models.regressors import taught_holidays

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]
Weights = Mapping[str, Any]

MEMORY = 16
"""Periods that the network reads before an origin."""
FIRST_ORIGIN = 4
"""Periods that must be known before a forecast can be learnt from."""
BATCH = 256
MOST_RATIO = 30.0
"""Sales are read and learnt up to this many times their series' level."""


@dataclass(frozen=True, slots=True)
class Recurrent:
    """A gated recurrent unit over recent sales and offers, and a layer that reads each coming period's offers.

    It forecasts sales relative to their recent level, up to `horizon` steps ahead at once, and is trained on
    absolute errors with `n_steps` batches, however many series there are. MissingExtraError if jax and optax are
    not installed.
    """

    country: str = "US"
    horizon: int = 8
    n_units: int = 24
    n_steps: int = 500
    learning_rate: float = 0.005
    seed: int = 0

    def __post_init__(self) -> None:
        _libraries()

    @property
    def name(self) -> str:
        """The name it is registered by."""
        return "recurrent"

    def fit(self, panel: Panel) -> FittedRecurrent:
        """Learn from windows drawn at random from all series and origins."""
        known = evidence(panel)
        # Series are read in an order of their own, so that the panel's order does not change what is drawn.
        order = np.lexsort(np.nan_to_num(known, nan=-1.0).T)
        holidays = taught_holidays(panel, country=self.country)
        past = course(panel.rows(order), known[order], holidays=holidays, country=self.country)
        windows = _windows(past)
        weights = _train(past, windows, self) if len(windows.series) else None
        return FittedRecurrent(weights, holidays, self.country, self.horizon)


@dataclass(frozen=True, slots=True)
class FittedRecurrent:
    """The network's weights; None where the panel taught nothing, and the level is the forecast."""

    weights: Weights | None
    holidays: tuple[str, ...]
    country: str
    horizon: int

    def forecast(self, panel: Panel, ahead: Ahead) -> Floats:
        """Expected units (n, H), from the sales and the offers in `panel` up to its end."""
        units = None if self.weights is None else partial(self._units, self.weights)
        return forecast_from_level(panel, ahead, units, holidays=self.holidays, country=self.country)

    def _units(self, weights: Weights, whole: Course, level: Floats, n_steps: int) -> Floats:
        n = len(level)
        before, coming = _inputs(whole, np.arange(n), np.full(n, whole.n_known), level, n_steps, self.horizon)
        ratio = np.asarray(_compiled().read(weights, before, coming), dtype=np.float64)
        mean = mean_of_known(latest(whole.known, MEMORY))
        return np.stack([tamed(*row) for row in zip(ratio * level[:, None], whole.known, mean, strict=True)])


@dataclass(frozen=True, slots=True)
class _Windows:
    """Pairs of series and origin to learn from (W,), and the level of every series at every origin (n, T)."""

    series: Numbers
    origin: Numbers
    level: Floats


def _windows(past: Course) -> _Windows:
    level = np.stack([level_at(past.known, origin) for origin in range(past.n_known)], axis=1)
    is_taught = np.isfinite(past.known) & (level > 0)
    is_taught[:, :FIRST_ORIGIN] = False
    series, origin = np.nonzero(is_taught)
    return _Windows(series, origin, level)


def _inputs(
    course: Course, series: Numbers, origin: Numbers, level: Floats, n_steps: int, horizon: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """What is read before the origin (B, MEMORY, D) and of the coming periods (B, H, D')."""
    states = np.stack(list(course.states.values()), axis=2)
    back = origin[:, None] - np.arange(MEMORY, 0, -1)
    at = np.maximum(back, 0)
    sold = np.where(back >= 0, course.known[series[:, None], at], np.nan)
    ratio = np.minimum(sold / np.where(level > 0, level, 1.0)[:, None], MOST_RATIO)
    usual = states[series[:, None], at].mean(axis=1, keepdims=True)
    then = states[series[:, None], at] - usual
    is_known = np.isfinite(ratio)[:, :, None]
    before = np.concatenate([np.nan_to_num(ratio)[:, :, None], is_known, then * is_known], axis=2)
    steps = np.arange(n_steps)
    t = np.minimum(origin[:, None] + steps, states.shape[1] - 1)
    step = np.broadcast_to(np.minimum(steps, horizon - 1) / horizon, t.shape)[:, :, None]
    offers = states[series[:, None], t]
    coming = np.concatenate([offers, offers - usual, course.calendar.T[t], step], axis=2)
    return before.astype(np.float32), coming.astype(np.float32)


def _train(past: Course, windows: _Windows, model: Recurrent) -> Weights:
    jax, _ = _libraries()
    compiled = _compiled()
    rng = stream(model.seed, "recurrent demand model")
    n_steps = min(model.horizon, past.n_known - FIRST_ORIGIN)
    weights: Weights | None = None
    state: Any = None
    typical = float(np.sqrt(windows.level[windows.series, windows.origin]).mean())
    for number in range(model.n_steps):
        chosen = rng.integers(len(windows.series), size=BATCH)
        series, origin = windows.series[chosen], windows.origin[chosen]
        level = windows.level[series, origin]
        before, coming = _inputs(past, series, origin, level, n_steps, model.horizon)
        t = origin[:, None] + np.arange(n_steps)
        sold = np.where(t < past.n_known, past.known[series[:, None], np.minimum(t, past.n_known - 1)], np.nan)
        target = np.minimum(np.nan_to_num(sold / level[:, None]), MOST_RATIO).astype(np.float32)
        weight = (np.isfinite(sold) * np.sqrt(level)[:, None] / typical).astype(np.float32)
        if weights is None:
            weights = _first_weights(rng, before.shape[2], coming.shape[2], model.n_units)
            state = compiled.optimiser.init(weights)
        rate = model.learning_rate * 0.5 * (1.0 + np.cos(np.pi * number / model.n_steps))
        weights, state = compiled.step(weights, state, before, coming, target, weight, np.float32(rate))
    assert weights is not None
    return dict(jax.device_get(weights))


def _first_weights(rng: np.random.Generator, n_before: int, n_coming: int, n_units: int) -> dict[str, Any]:
    def draw(rows: int, columns: int) -> NDArray[np.float32]:
        return np.asarray(rng.normal(0.0, 1.0 / np.sqrt(rows), (rows, columns)), dtype=np.float32)

    def zero(size: int) -> NDArray[np.float32]:
        return np.zeros(size, dtype=np.float32)

    return {
        "in": draw(n_before, 3 * n_units),
        "back": draw(n_units, 3 * n_units),
        "bias": zero(3 * n_units),
        "read": draw(n_units + n_coming, 2 * n_units),
        "read_bias": zero(2 * n_units),
        "out": np.float32(0.1) * draw(2 * n_units, 1),
        "out_bias": zero(1),
    }


@dataclass(frozen=True, slots=True)
class _Compiled:
    """The network as compiled functions: `read` forecasts, `step` learns from one batch."""

    read: Any
    step: Any
    optimiser: Any


@cache
def _compiled() -> _Compiled:
    jax, optax = _libraries()
    jnp = jax.numpy
    optimiser = optax.chain(optax.clip_by_global_norm(1.0), optax.scale_by_adam())

    def remember(weights: Weights, hidden: Any, seen: Any) -> Any:
        of_input, of_memory = seen @ weights["in"] + weights["bias"], hidden @ weights["back"]
        reset_in, update_in, new_in = jnp.split(of_input, 3, axis=1)
        reset_back, update_back, new_back = jnp.split(of_memory, 3, axis=1)
        keep = jax.nn.sigmoid(update_in + update_back)
        new = jnp.tanh(new_in + jax.nn.sigmoid(reset_in + reset_back) * new_back)
        return keep * hidden + (1.0 - keep) * new, None

    def read(weights: Weights, before: Any, coming: Any) -> Any:
        start = jnp.zeros((before.shape[0], weights["back"].shape[0]))
        hidden, _ = jax.lax.scan(partial(remember, weights), start, jnp.swapaxes(before, 0, 1))
        held = jnp.repeat(hidden[:, None, :], coming.shape[1], axis=1)
        layer = jnp.concatenate([held, coming], axis=2) @ weights["read"] + weights["read_bias"]
        log_ratio = (jax.nn.gelu(layer) @ weights["out"] + weights["out_bias"])[:, :, 0]
        return jnp.exp(jnp.clip(log_ratio, -10.0, np.log(MOST_RATIO)))

    def loss(weights: Weights, before: Any, coming: Any, target: Any, weight: Any) -> Any:
        return (weight * jnp.abs(read(weights, before, coming) - target)).sum() / (weight.sum() + 1e-6)

    def step(weights: Weights, state: Any, before: Any, coming: Any, target: Any, weight: Any, rate: Any) -> Any:
        slope = jax.grad(loss)(weights, before, coming, target, weight)
        move, state = optimiser.update(slope, state)
        return jax.tree.map(lambda w, m: w - rate * m, weights, move), state

    return _Compiled(jax.jit(read), jax.jit(step), optimiser)


def _libraries() -> tuple[ModuleType, ModuleType]:
    try:
        import jax
        import optax
    except ImportError as missing:
        raise MissingExtraError("jax", extra="recurrent", purpose="a forecast by a recurrent network") from missing
    return jax, optax
