"""Customers whose truth is known: drawn from a lifetime model, with what they did and what they do next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dealwright.customer.lifetime.histories import Flags, Floats, Ints, PurchaseHistories
from dealwright.customer.lifetime.model import LifetimeModel

_MOST_REPEATS = 100_000


@dataclass(frozen=True, slots=True)
class SimulatedCustomers:
    """`histories` to the end of the data, `future` purchases in the span after, who `is_alive` at its start."""

    histories: PurchaseHistories
    future: Ints
    is_alive: Flags


def simulate_customers(
    model: LifetimeModel, params: Sequence[float], age: Floats, *, span: float, rng: np.random.Generator
) -> SimulatedCustomers:
    """One customer for each `age` (weeks since the first purchase), followed for `span` weeks more."""
    n = len(age)
    new = model.begin(np.asarray(params, dtype=np.float64), n, rng)
    leaves = np.where(new.leaves_after <= 0, 0.0, new.lifetime)
    repeats, future = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    last, now, rows = np.zeros(n), np.zeros(n), np.arange(n)
    for _ in range(_MOST_REPEATS):
        now = now + rng.standard_exponential(len(rows)) / np.maximum(new.rate[rows], 1e-12)
        comes = (now <= leaves[rows]) & (now <= age[rows] + span)
        rows, now = rows[comes], now[comes]
        if not len(rows):
            break
        seen = now <= age[rows]
        repeats[rows[seen]] += 1
        last[rows[seen]] = now[seen]
        future[rows[~seen]] += 1
        was_last = repeats[rows] + future[rows] >= new.leaves_after[rows]
        leaves[rows[was_last]] = now[was_last]
    return SimulatedCustomers(
        PurchaseHistories(repeats, last, np.asarray(age, dtype=np.float64)), future, leaves > age
    )
