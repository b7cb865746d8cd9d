"""Newton steps and posterior draws where every series has coefficients of its own and few are shared.

The coefficients are nested: each series has a level and a slope, each group of series R coefficients (the first
adds to its slopes), and all share P more. The second derivatives are then an arrow: 2 x 2 blocks for series, R x R
for groups, a dense P x P block for what is shared. Eliminating the small blocks first costs time linear in the
number of series.
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
    """`own` (m, 2) level and slope of each series, `group` (g, R), `shared` (P,); or D draws of them first."""

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
    """What the coefficients multiply: `slope` (m, T) for own slopes, `grouped` (R, m, T), `shared` (P, m, T).

    `group_of` (m,) names each series' group, below `n_groups`. The first of `grouped` is the slope's row.
    """

    slope: Floats
    grouped: Floats
    shared: Floats
    group_of: Ints
    n_groups: int

    def predict(self, c: Coefficients) -> Floats:
        """The linear predictor (m, T)."""
        own = c.own[:, :1] + c.own[:, 1:] * self.slope
        of_group = np.einsum("mr,rmt->mt", c.group[self.group_of], self.grouped)
        return np.asarray(own + of_group + np.tensordot(c.shared, self.shared, axes=1))

    def gradient(self, residual: Floats) -> Coefficients:
        """Derivatives of the sum of `residual` (m, T) times the predictor."""
        group = np.zeros((self.n_groups, len(self.grouped)))
        np.add.at(group, self.group_of, np.einsum("rmt,mt->mr", self.grouped, residual))
        return Coefficients(
            own=np.column_stack([residual.sum(axis=1), (residual * self.slope).sum(axis=1)]),
            group=group,
            shared=np.tensordot(self.shared, residual, axes=2),
        )


@dataclass(frozen=True, slots=True)
class Precision:
    """Prior precisions: `own` (2,) of every series' level and slope, `group` (R,), `shared` (P,)."""

    own: Floats
    group: Floats
    shared: Floats

    def gradient(self, gap: Coefficients) -> Coefficients:
        """Precision times the distance from the prior mean."""
        return Coefficients(gap.own * self.own, gap.group * self.group, gap.shared * self.shared)

    def penalty(self, gap: Coefficients) -> float:
        """Half the weighted square of the distance from the prior mean."""
        square = (gap.own**2 * self.own).sum() + (gap.group**2 * self.group).sum()
        return float(0.5 * (square + (gap.shared**2 * self.shared).sum()))


@dataclass(frozen=True, slots=True)
class Nested:
    """The factorised second derivatives of one block of series.

    `own` (m, 2, 2) is the inverse of the series' blocks; `own_group` (m, 2, R), `own_shared` (m, 2, P) and
    `group_shared` (g, R, P) link the levels (reduced by what was eliminated); `group` (g, R, R) is the inverse of
    the reduced group blocks; `root` the lower Cholesky factor of the reduced shared block.
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
        n_groups, of = design.n_groups, design.group_of
        by_own = np.stack([weights, weights * design.slope], axis=1)
        by_group = weights[:, None, :] * design.grouped.transpose(1, 0, 2)
        blocks = by_own @ np.stack([np.ones_like(weights), design.slope], axis=2) + np.diag(precision.own)
        own: Floats = np.asarray(np.linalg.inv(blocks), dtype=np.float64)
        grouped, every = design.grouped.transpose(1, 2, 0), design.shared.transpose(1, 2, 0)
        own_group, own_shared = by_own @ grouped, by_own @ every
        flat = design.shared.reshape(len(design.shared), -1)
        shared = (flat * weights.ravel()) @ flat.T + np.diag(precision.shared)
        reach_shared = own @ own_shared
        turned = own_group.transpose(0, 2, 1)
        group = np.tile(np.diag(precision.group), (n_groups, 1, 1))
        np.add.at(group, of, by_group @ grouped - turned @ own @ own_group)
        inverse: Floats = np.asarray(np.linalg.inv(group), dtype=np.float64)
        group_shared = np.zeros((n_groups, *by_group.shape[1:2], len(precision.shared)))
        np.add.at(group_shared, of, by_group @ every - turned @ reach_shared)
        shared = shared - np.tensordot(own_shared, reach_shared, axes=([0, 1], [0, 1]))
        shared = shared - np.tensordot(group_shared, inverse @ group_shared, axes=([0, 1], [0, 1]))
        root = np.linalg.cholesky(0.5 * (shared + shared.T) + 1e-9 * np.eye(len(shared)))
        return cls(own, own_group, own_shared, inverse, group_shared, np.asarray(root, dtype=float), of)

    def solve(self, gradient: Coefficients) -> Coefficients:
        """The Newton step for a gradient."""
        stripped = np.einsum("mij,mj->mi", self.own, gradient.own)
        group = gradient.group.copy()
        np.subtract.at(group, self.group_of, np.einsum("mir,mi->mr", self.own_group, stripped))
        shared = gradient.shared - np.tensordot(self.own_shared, stripped, axes=([0, 1], [0, 1]))
        settled = np.einsum("grs,gs->gr", self.group, group)
        shared = shared - np.tensordot(self.group_shared, settled, axes=([0, 1], [0, 1]))
        shared = np.asarray(cho_solve((self.root, True), shared))
        group = np.einsum("grs,gs->gr", self.group, group - self.group_shared @ shared)
        own = stripped - np.einsum("mij,mj->mi", self.own, self._linked(group, shared))
        return Coefficients(own, group, shared)

    def _linked(self, group: Floats, shared: Floats) -> Floats:
        of_group = np.einsum("mir,mr->mi", self.own_group, group[self.group_of])
        return np.asarray(of_group + self.own_shared @ shared)

    def draw(self, n_draws: int, rng: np.random.Generator) -> Coefficients:
        """Deviations from the mode: D draws of own (D, m, 2), group (D, g, R), shared (D, P)."""
        m, (n_groups, n_grouped), n_shared = len(self.own), self.group.shape[:2], len(self.root)
        shared = solve_triangular(self.root, rng.normal(size=(n_shared, n_draws)), trans="T", lower=True).T
        chance = rng.normal(size=(n_draws, n_groups, n_grouped))
        group = np.einsum("grs,dgs->dgr", np.linalg.cholesky(self.group), chance)
        group = group - np.einsum("grp,dp->dgr", self.group @ self.group_shared, shared, optimize=True)
        linked = np.einsum("mir,dmr->dmi", self.own_group, group[:, self.group_of], optimize=True)
        linked = linked + np.einsum("mip,dp->dmi", self.own_shared, shared, optimize=True)
        own = np.einsum("mij,dmj->dmi", np.linalg.cholesky(self.own), rng.normal(size=(n_draws, m, 2)))
        return Coefficients(own - np.einsum("mij,dmj->dmi", self.own, linked), group, np.asarray(shared))

    def slope_variances(self, shared_slope: int) -> SlopeVariances:
        """Posterior variances of slopes; `shared_slope` is the shared coefficient that is everybody's slope."""
        covariance = cho_solve((self.root, True), np.eye(len(self.root)))
        reach = np.einsum("mj,mjr->mr", self.own[:, 1], self.own_group)
        by_group = -self.group @ self.group_shared
        by_own = -np.einsum("mj,mjp->mp", self.own[:, 1], self.own_shared)
        by_own = by_own - np.einsum("mr,mrp->mp", reach, by_group[self.group_of])
        total = by_own + by_group[self.group_of, 0]
        total[:, shared_slope] += 1.0
        beyond = -reach
        beyond[:, 0] += 1.0
        left, in_group = self.own[:, 1, 1], self.group[self.group_of]
        return SlopeVariances(
            own=left + np.einsum("mr,mrs,ms->m", reach, in_group, reach) + _quadratic(by_own, covariance),
            group=np.einsum("grr->gr", self.group) + _quadratic(by_group, covariance),
            total=left + np.einsum("mr,mrs,ms->m", beyond, in_group, beyond) + _quadratic(total, covariance),
            shared=np.asarray(np.diag(covariance)),
        )


@dataclass(frozen=True, slots=True)
class SlopeVariances:
    """Of each series' own slope (m,), each group's (g, R), all its slopes together (m,), all shared ones (P,)."""

    own: Floats
    group: Floats
    total: Floats
    shared: Floats


def _quadratic(rows: Floats, covariance: Floats) -> Floats:
    return np.asarray(((rows @ covariance) * rows).sum(axis=-1))
