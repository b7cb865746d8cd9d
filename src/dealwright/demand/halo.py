"""What promotions of one category bring to another: complements, found among all pairs without being fooled.

With many categories some pairs move together by chance, so pairs are taken in at a stated rate of false ones
(Benjamini and Hochberg 1995), and what is taken in is fitted jointly, never below zero.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls
from scipy.stats import false_discovery_control, norm

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FALSE_PAIRS = 0.05
"""Of the pairs taken in, the share that may be chance."""
LEAST_PROMOTED_PERIODS = 6


@dataclass(frozen=True, slots=True)
class Halo:
    """K pairs: units that category `to` gains per unit of uplift in category `of`; `mean` and `sd` (K,)."""

    of: Ints
    to: Ints
    mean: Floats
    sd: Floats

    @classmethod
    def none(cls) -> Halo:
        """No complements."""
        empty = np.zeros(0, dtype=np.int64)
        return cls(empty, empty, np.zeros(0), np.zeros(0))

    def matrix(self, n_categories: int) -> Floats:
        """Units gained by the row's category per unit of uplift in the column's, (C, C)."""
        out = np.zeros((n_categories, n_categories))
        out[self.to, self.of] = self.mean
        return out

    def draw(self, n_draws: int, rng: np.random.Generator) -> Floats:
        """Draws (D, K), never below zero."""
        return np.asarray(np.maximum(self.mean + self.sd * rng.normal(size=(n_draws, len(self.mean))), 0.0))


def find_halo(surplus: Floats, uplift: Floats, variance: Floats) -> Halo:
    """Pairs of categories, each from arrays (C, T).

    `surplus` is what a category sold beyond what its own promotions, season and drift explain; `uplift` the extra
    units of its promoted products; `variance` that of the surplus. Slow movements are taken out of both sides.
    """
    n, n_periods = surplus.shape
    is_promoted = (uplift > 0).sum(axis=1) >= LEAST_PROMOTED_PERIODS
    if n < 2 or n_periods < 2 * LEAST_PROMOTED_PERIODS or not is_promoted.any():
        return Halo.none()
    weight = 1.0 / np.maximum(variance, 1e-9)
    y, x = _without_slow(surplus, weight), _without_slow(uplift, np.ones_like(weight))
    information = weight @ (x**2).T
    slope = (weight * y) @ x.T / np.maximum(information, 1e-12)
    # How much the surplus really varies, beyond the variance it is thought to have.
    excess = np.maximum((weight * y**2).mean(axis=1, keepdims=True), 1.0)
    z = slope * np.sqrt(information / excess)
    can_give = np.broadcast_to(is_promoted[None, :], z.shape) & ~np.eye(n, dtype=np.bool_)
    chosen = np.zeros_like(can_give)
    chosen[can_give] = false_discovery_control(norm.sf(z[can_give])) < FALSE_PAIRS
    takers = np.flatnonzero(chosen.any(axis=1)).tolist()
    found = [_jointly(b, np.flatnonzero(chosen[b]), x, y, weight, excess) for b in takers]
    if not found:
        return Halo.none()
    of, to, mean, sd = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return Halo(of.astype(np.int64), to.astype(np.int64), mean, sd)


def _jointly(
    b: int, of: Ints, x: Floats, y: Floats, weight: Floats, excess: Floats
) -> tuple[Ints, Ints, Floats, Floats]:
    """Weighted least squares of one category's surplus on its complements, never below zero."""
    root = np.sqrt(weight[b])
    rows = (x[of] * root).T
    mean, _ = nnls(rows, y[b] * root)
    sd = np.sqrt(np.diag(np.linalg.pinv(rows.T @ rows)) * excess[b, 0])
    is_kept = mean > 0
    return of[is_kept], np.full(int(is_kept.sum()), b), mean[is_kept], sd[is_kept]


def _without_slow(rows: Floats, weight: Floats) -> Floats:
    """Less the weighted local mean (triangle of nine periods), so that seasons are not taken for complements."""
    n_periods = rows.shape[1]
    distance = np.abs(np.subtract.outer(np.arange(n_periods), np.arange(n_periods)))
    near = np.maximum(1.0 - distance / 9.0, 0.0)
    return np.asarray(rows - (rows * weight) @ near / (weight @ near))
