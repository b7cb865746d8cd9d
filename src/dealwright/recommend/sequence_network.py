"""A small network that reads a customer's orders one after another and says what the next may hold.

Self-attentive sequential recommendation (Kang and McAuley, 2018), with orders in the place of single items: an
order is the mean of its items' embeddings, an item's score the product of its embedding and what was read. How far
back an order lies is told by a weight learnt for each distance (Raffel and others, 2020), not by its place from the
start. The network is written once, for numpy, which scores, and for jax.numpy, which learns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dealwright.core.errors import MissingExtraError

Weights = Mapping[str, Any]
Drop = Callable[[Any], Any]

N_LAYERS, N_HEADS = 2, 2
_LITTLE = 1e-6
_FORBIDDEN = -1e9


def _whole(values: Any) -> Any:
    return values


def first_weights(rng: np.random.Generator, n_items: int, size: int, length: int) -> dict[str, Any]:
    """Small random weights for embeddings of `size` numbers and sequences of `length` orders."""

    def draw(scale: float, *shape: int) -> NDArray[np.float32]:
        return np.asarray(scale * rng.standard_normal(shape), dtype=np.float32)

    def zeros(*shape: int) -> NDArray[np.float32]:
        return np.zeros(shape, dtype=np.float32)

    scale = size**-0.5
    weights = {"items": draw(0.1 * scale, n_items, size), "bias": zeros(n_items), "gain": zeros(size)}
    for layer in range(N_LAYERS):
        weights |= {
            f"gains{layer}": zeros(2, size),
            f"lag{layer}": zeros(N_HEADS, length),
            f"asks{layer}": draw(scale, size, 3 * size),
            f"gives{layer}": draw(scale / N_LAYERS, size, size),
            f"wide{layer}": draw(scale, size, 2 * size),
            f"wide_bias{layer}": zeros(2 * size),
            f"narrow{layer}": draw(scale / N_LAYERS, 2 * size, size),
        }
    return weights


def read_orders(xp: ModuleType, weights: Weights, orders: Any, whose: Any, drop: Drop = _whole) -> Any:
    """What is known after each of `orders` (n, length, size): the same shape, from it and those before it.

    `whose` (n, length) numbers customers: orders of one row know of those before them of the same customer only.
    """
    n, length, size = orders.shape
    back = np.arange(length)[:, None] - np.arange(length)
    is_known = (whose[:, :, None] == whose[:, None, :]) & (back >= 0)
    hidden = drop(_even(xp, orders))
    for layer in range(N_LAYERS):
        gains = 1.0 + weights[f"gains{layer}"]
        asks = (_even(xp, hidden) * gains[0]) @ weights[f"asks{layer}"]
        wants, has, gives = xp.moveaxis(asks.reshape(n, length, 3, N_HEADS, size // N_HEADS), (2, 3), (0, 2))
        heed = wants @ xp.swapaxes(has, 2, 3) * (size // N_HEADS) ** -0.5
        heed = heed + weights[f"lag{layer}"][:, np.maximum(back, 0)]
        heed = xp.where(is_known[:, None], heed, _FORBIDDEN)
        heed = xp.exp(heed - heed.max(axis=3, keepdims=True))
        found = (heed / heed.sum(axis=3, keepdims=True)) @ gives
        found = xp.swapaxes(found, 1, 2).reshape(n, length, size)
        hidden = hidden + drop(found @ weights[f"gives{layer}"])
        wide = (_even(xp, hidden) * gains[1]) @ weights[f"wide{layer}"] + weights[f"wide_bias{layer}"]
        hidden = hidden + drop(xp.maximum(wide, 0.0) @ weights[f"narrow{layer}"])
    return _even(xp, hidden) * (1.0 + weights["gain"])


def _even(xp: ModuleType, values: Any) -> Any:
    """Of mean 0 and variance 1 along the last axis."""
    off = values - values.mean(axis=-1, keepdims=True)
    return off / xp.sqrt((off * off).mean(axis=-1, keepdims=True) + _LITTLE)


@dataclass(frozen=True, slots=True)
class Compiled:
    """`step` learns from a batch: weights and state; `loss` tells the sum over a batch, and of how many items."""

    step: Any
    loss: Any
    optimiser: Any


@cache
def compiled() -> Compiled:
    """Compiled once for each shape of a batch; MissingExtraError if jax and optax are not installed.

    A batch is `whose` (n, length), `items` (n, length, most) with a negative number where an order has fewer,
    `others`: items drawn to compare with, and the logarithm of how many each of them stands for; `is_asked`
    (n, length - 1) says after which orders the next is asked for.
    """
    jax, optax = libraries()
    jnp = jax.numpy
    optimiser = optax.chain(optax.clip_by_global_norm(1.0), optax.scale_by_adam())

    def loss(weights: Weights, batch: Any, drop: Drop = _whole) -> Any:
        whose, items, others, log_each, is_asked = batch
        is_there = items >= 0
        features = weights["items"][items]
        n = is_there.sum(axis=2, keepdims=True)
        orders = (features * is_there[..., None]).sum(axis=2) / jnp.maximum(n, 1)
        known = read_orders(jnp, weights, orders, whose, drop)[:, :-1]
        right = jnp.einsum("nls,nlms->nlm", known, features[:, 1:]) + weights["bias"][items[:, 1:]]
        among = known @ weights["items"][others].T + weights["bias"][others] + log_each
        all_else = jax.nn.logsumexp(among, axis=2)[..., None]
        # All items hold the right one; what is drawn hardly ever does.
        total = all_else if len(others) == len(weights["items"]) else jnp.logaddexp(right, all_else)
        counts = is_there[:, 1:] & is_asked[..., None]
        return jnp.where(counts, total - right, 0.0).sum(), counts.sum()

    def step(weights: Weights, state: Any, batch: Any, chance: Any, rate: Any, dropped: Any) -> Any:
        keys = iter(jax.random.split(jax.random.key(chance), 1 + 2 * N_LAYERS))

        def drop(values: Any) -> Any:
            is_kept = jax.random.bernoulli(next(keys), 1.0 - dropped, values.shape)
            return values * is_kept / (1.0 - dropped)

        def mean(weights: Weights) -> Any:
            total, n = loss(weights, batch, drop)
            return total / jnp.maximum(n, 1)

        move, state = optimiser.update(jax.grad(mean)(weights), state)
        return jax.tree.map(lambda w, m: w - rate * m, weights, move), state

    return Compiled(jax.jit(step), jax.jit(partial(loss, drop=_whole)), optimiser)


def libraries() -> tuple[ModuleType, ModuleType]:
    """jax and optax; MissingExtraError if they are not installed."""
    try:
        import jax
        import optax
    except ImportError as missing:
        raise MissingExtraError("jax", extra="recurrent", purpose="to learn from sequences of orders") from missing
    return jax, optax
