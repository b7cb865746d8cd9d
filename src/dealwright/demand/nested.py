"""Newton steps and posterior draws where every series has coefficients of its own and few are shared.

The coefficients are nested: each series has a level and a slope, each group of series one slope, and all share P
more. The second derivatives are then an arrow: 2 x 2 blocks for series, one number for groups, a dense P x P block
for what is shared. Eliminating the small blocks first costs time linear in the number of series.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_solve, solve_triangular

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Coefficients:
    """`own` (m, 2) level and slope of each series, `group` (g,) slopes, `shared` (P,); or D draws of them first."""

    own: Floats
    group: Floats
    shared: Floats

    def minus(self, other: Coefficients, *, times: float) -> Coefficients:
        """This less `times` the other."""
        return Coefficients(
            self.own - times * other.own, self.group - times * other.group, self.shared - times * other.shared
        )


@dataclass(frozen=True, slots=True)
class Design:
    """What the coefficients multiply: `slope` (m, T) for own and group slopes, `shared` (P, m, T).

    `group_of` (m,) names each series' group, below `n_groups`.
    """

    slope: Floats
    shared: Floats
    group_of: Ints
    n_groups: int

    def predict(self, c: Coefficients) -> Floats:
        """The linear predictor (m, T)."""
        slopes = c.own[:, 1] + c.group[self.group_of]
        return np.asarray(c.own[:, :1] + slopes[:, None] * self.slope + np.tensordot(c.shared, self.shared, axes=1))

    def gradient(self, residual: Floats) -> Coefficients:
        """Derivatives of the sum of `residual` (m, T) times the predictor."""
        on_slope = (residual * self.slope).sum(axis=1)
        return Coefficients(
            own=np.column_stack([residual.sum(axis=1), on_slope]),
            group=np.asarray(np.bincount(self.group_of, weights=on_slope, minlength=self.n_groups), dtype=float),
            shared=np.tensordot(self.shared, residual, axes=2),
        )


@dataclass(frozen=True, slots=True)
class Precision:
    """Prior precisions: `own` (2,) of every series' level and slope, `group` of slopes, `shared` (P,)."""

    own: Floats
    group: float
    shared: Floats

    def gradient(self, gap: Coefficients) -> Coefficients:
        """Precision times the distance from the prior mean."""
        return Coefficients(gap.own * self.own, gap.group * self.group, gap.shared * self.shared)

    def penalty(self, gap: Coefficients) -> float:
        """Half the weighted square of the distance from the prior mean."""
        square = (gap.own**2 * self.own).sum() + (gap.group**2).sum() * self.group
        return float(0.5 * (square + (gap.shared**2 * self.shared).sum()))


@dataclass(frozen=True, slots=True)
class Nested:
    """The factorised second derivatives of one block of series.

    `own` (m, 2, 2) is the inverse of the series' blocks; `own_group` (m, 2), `own_shared` (m, 2, P) and
    `group_shared` (g, P) link the levels (reduced by what was eliminated); `group` (g,) is the inverse of the
    reduced group block; `root` the lower Cholesky factor of the reduced shared block.
    """

    own: Floats
    own_group: Floats
    own_shared: Floats
    group: Floats
    group_shared: Floats
    root: Floats
    group_of: Ints

    @classmethod
    def factorise(cls, design: Design, weights: Floats, precision: Precision) -> Nested:
        """From weights (m, T) of a generalised linear model and prior precisions."""
        m, n_groups, of = len(design.slope), design.n_groups, design.group_of
        on_slope = weights * design.slope
        a, b, d = weights.sum(axis=1), on_slope.sum(axis=1), (on_slope * design.slope).sum(axis=1)
        blocks = np.empty((m, 2, 2))
        blocks[:, 0, 0], blocks[:, 1, 1] = a + precision.own[0], d + precision.own[1]
        blocks[:, 0, 1] = blocks[:, 1, 0] = b
        own: Floats = np.asarray(np.linalg.inv(blocks), dtype=np.float64)
        own_group = np.column_stack([b, d])
        by_level = np.einsum("pmt,mt->mp", design.shared, weights, optimize=True)
        by_slope = np.einsum("pmt,mt->mp", design.shared, on_slope, optimize=True)
        own_shared = np.stack([by_level, by_slope], axis=1)
        flat = design.shared.reshape(len(design.shared), -1)
        shared = (flat * weights.ravel()) @ flat.T + np.diag(precision.shared)
        reach = np.einsum("mij,mj->mi", own, own_group)
        reach_shared = np.einsum("mij,mjp->mip", own, own_shared)
        group = np.bincount(of, weights=d - (own_group * reach).sum(axis=1), minlength=n_groups) + precision.group
        linked = by_slope - np.einsum("mi,mip->mp", own_group, reach_shared)
        group_shared = np.zeros((n_groups, len(precision.shared)))
        np.add.at(group_shared, of, linked)
        shared = shared - np.tensordot(own_shared, reach_shared, axes=([0, 1], [0, 1]))
        shared = shared - group_shared.T @ (group_shared / group[:, None])
        root = np.linalg.cholesky(0.5 * (shared + shared.T) + 1e-9 * np.eye(len(shared)))
        return cls(
            own, own_group, own_shared, np.asarray(1.0 / group), group_shared, np.asarray(root, dtype=float), of
        )

    def solve(self, gradient: Coefficients) -> Coefficients:
        """The Newton step for a gradient."""
        stripped = np.einsum("mij,mj->mi", self.own, gradient.own)
        group = gradient.group - np.bincount(
            self.group_of, weights=(self.own_group * stripped).sum(axis=1), minlength=len(self.group)
        )
        shared = gradient.shared - np.tensordot(self.own_shared, stripped, axes=([0, 1], [0, 1]))
        shared = cho_solve((self.root, True), shared - self.group_shared.T @ (self.group * group))
        group = self.group * (group - self.group_shared @ shared)
        own = stripped - np.einsum("mij,mj->mi", self.own, self._linked(group, shared))
        return Coefficients(own, group, shared)

    def _linked(self, group: Floats, shared: Floats) -> Floats:
        return np.asarray(self.own_group * group[self.group_of, None] + self.own_shared @ shared)

    def draw(self, n_draws: int, rng: np.random.Generator) -> Coefficients:
        """Deviations from the mode: D draws of own (D, m, 2), group (D, g), shared (D, P)."""
        m, n_groups, n_shared = len(self.own), len(self.group), len(self.root)
        shared = solve_triangular(self.root, rng.normal(size=(n_shared, n_draws)), trans="T", lower=True).T
        group = np.sqrt(self.group) * rng.normal(size=(n_draws, n_groups))
        group = group - (shared @ self.group_shared.T) * self.group
        linked = self.own_group * group[:, self.group_of, None] + np.einsum(
            "mip,dp->dmi", self.own_shared, shared, optimize=True
        )
        chance = np.einsum("mij,dmj->dmi", np.linalg.cholesky(self.own), rng.normal(size=(n_draws, m, 2)))
        return Coefficients(chance - np.einsum("mij,dmj->dmi", self.own, linked), group, np.asarray(shared))

    def slope_variances(self, shared_slope: int) -> SlopeVariances:
        """Posterior variances of slopes; `shared_slope` is the shared coefficient that is everybody's slope."""
        covariance = cho_solve((self.root, True), np.eye(len(self.root)))
        reach = np.einsum("mj,mj->m", self.own[:, 1], self.own_group)
        by_group = -self.group[:, None] * self.group_shared
        by_own = (
            -np.einsum("mj,mjp->mp", self.own[:, 1], self.own_shared) - reach[:, None] * by_group[self.group_of]
        )
        in_group = self.group[self.group_of]
        total = by_own + by_group[self.group_of]
        total[:, shared_slope] += 1.0
        left = self.own[:, 1, 1]
        return SlopeVariances(
            own=left + reach**2 * in_group + _quadratic(by_own, covariance),
            group=self.group + _quadratic(by_group, covariance),
            total=left + (1.0 - reach) ** 2 * in_group + _quadratic(total, covariance),
            shared=np.asarray(np.diag(covariance)),
        )


@dataclass(frozen=True, slots=True)
class SlopeVariances:
    """Of each series' own slope (m,), each group's (g,), their sum with everybody's (m,), all shared ones (P,)."""

    own: Floats
    group: Floats
    total: Floats
    shared: Floats


def _quadratic(rows: Floats, covariance: Floats) -> Floats:
    return np.asarray(((rows @ covariance) * rows).sum(axis=1))
