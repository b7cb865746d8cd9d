"""Newton steps and posterior draws where every series has coefficients of its own and few are shared.

The coefficients are nested: each series has a level and a slope, each group of series R coefficients (the first
adds to its slopes), and all of a category share P more. The second derivatives of a category are then an arrow:
2 x 2 blocks for series, R x R for groups, a dense P x P block for what is shared. Eliminating the small blocks
first costs time linear in the number of series. All categories are worked out at once: many are so small that
taking them one by one would mostly be waiting for Python.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Nesting:
    """Which group and category each of m series belongs to; those of one stand together, numbered as they come.

    A group lies within a category. `group_starts` (g,) and `category_starts` (C,) are their first series,
    `category_groups` (C,) the first groups of categories.
    """

    group_of: Ints
    category_of: Ints
    group_starts: Ints
    category_starts: Ints
    category_groups: Ints

    @classmethod
    def of(cls, category_of: Ints, group_of: Ints) -> Nesting:
        """From labels (m,) of series that already stand together."""
        is_new = np.diff(category_of, prepend=-1) != 0
        starts = np.flatnonzero(is_new)
        is_new_group = is_new | (np.diff(group_of, prepend=-1) != 0)
        numbers = np.cumsum(is_new_group) - 1
        return cls(numbers, np.cumsum(is_new) - 1, np.flatnonzero(is_new_group), starts, numbers[starts])

    @property
    def n_groups(self) -> int:
        """How many groups there are in all categories."""
        return len(self.group_starts)

    def by_group(self, values: Floats) -> Floats:
        """Sums (g, ...) of values (m, ...) of series."""
        return np.asarray(np.add.reduceat(values, self.group_starts, axis=0))

    def by_category(self, values: Floats) -> Floats:
        """Sums (C, ...) of values (m, ...) of series."""
        return np.asarray(np.add.reduceat(values, self.category_starts, axis=0))

    def of_groups_by_category(self, values: Floats) -> Floats:
        """Sums (C, ...) of values (g, ...) of groups."""
        return np.asarray(np.add.reduceat(values, self.category_groups, axis=0))

    @property
    def category_of_group(self) -> Ints:
        """The category of each group, (g,)."""
        return self.category_of[self.group_starts]

    @property
    def series_of(self) -> list[slice]:
        """The series of each category."""
        return _between(self.category_starts, len(self.category_of))

    @property
    def groups_of(self) -> list[slice]:
        """The groups of each category."""
        return _between(self.category_groups, self.n_groups)


def _between(starts: Ints, end: int) -> list[slice]:
    bounds = [*starts.tolist(), end]
    return [slice(first, last) for first, last in pairwise(bounds)]


@dataclass(frozen=True, slots=True)
class Coefficients:
    """`own` (m, 2) level and slope of each series, `group` (g, R), `shared` (C, P); or D draws of them first.

    Of a single category `shared` is (P,).
    """

    own: Floats
    group: Floats
    shared: Floats

    def plus(self, other: Coefficients) -> Coefficients:
        """Their sum."""
        return Coefficients(self.own + other.own, self.group + other.group, self.shared + other.shared)

    def minus(self, other: Coefficients) -> Coefficients:
        """Their difference."""
        return Coefficients(self.own - other.own, self.group - other.group, self.shared - other.shared)

    def times(self, factor: Floats, nesting: Nesting) -> Coefficients:
        """Those of each category times its `factor` (C,)."""
        return Coefficients(
            self.own * factor[nesting.category_of, None],
            self.group * factor[nesting.category_of_group, None],
            self.shared * factor[:, None],
        )


@dataclass(frozen=True, slots=True)
class Design:
    """What the coefficients multiply: `series` (m, T, S), and `common` (T, P - S), which is alike for all series.

    There is at least one column of either kind.
    `place` (P,) are the numbers of their shared coefficients, those of `series` first. `grouped` (R,) are the
    columns of `series` that groups answer apart; the first is the series' own slope's.
    """

    series: Floats
    common: Floats
    place: Ints
    grouped: Ints
    nesting: Nesting

    @classmethod
    def of(cls, columns: Sequence[Floats], *, grouped: Sequence[int], nesting: Nesting) -> Design:
        """From what each shared coefficient multiplies: (m, T), or (T,) where it is alike for all series.

        `grouped` are the numbers of coefficients that groups answer apart.
        """
        varying = [k for k, column in enumerate(columns) if column.ndim == 2]
        alike = [k for k, column in enumerate(columns) if column.ndim == 1]
        return cls(
            series=np.stack([columns[k] for k in varying], axis=2),
            common=np.stack([columns[k] for k in alike], axis=1),
            place=np.array(varying + alike),
            grouped=np.array([varying.index(k) for k in grouped]),
            nesting=nesting,
        )

    def placed(self, values: Floats) -> Floats:
        """Values (..., P) in the order of `series`, then `common`, put in that of the shared coefficients."""
        out = np.empty_like(values)
        out[..., self.place] = values
        return out

    def predict(self, c: Coefficients) -> Floats:
        """The linear predictor (m, T)."""
        varying, alike = np.split(self.place, [self.series.shape[2]])
        of_series = c.shared[np.ix_(self.nesting.category_of, varying)]
        of_series[:, self.grouped] += c.group[self.nesting.group_of]
        of_series[:, self.grouped[0]] += c.own[:, 1]
        of_dates = c.shared[:, alike] @ self.common.T
        return np.asarray(c.own[:, :1] + _times(self.series, of_series) + of_dates[self.nesting.category_of])

    def gradient(self, residual: Floats) -> Coefficients:
        """Derivatives of the sum of `residual` (m, T) times the predictor."""
        varying = _times(self.series.transpose(0, 2, 1), residual)
        of_dates = self.nesting.by_category(residual) @ self.common
        return Coefficients(
            own=np.column_stack([residual.sum(axis=1), varying[:, self.grouped[0]]]),
            group=self.nesting.by_group(varying[:, self.grouped]),
            shared=self.placed(np.concatenate([self.nesting.by_category(varying), of_dates], axis=1)),
        )


@dataclass(frozen=True, slots=True)
class Precision:
    """Prior precisions: `own` (2,) of every series' level and slope, `group` (g, R), `shared` (P,)."""

    own: Floats
    group: Floats
    shared: Floats

    def gradient(self, gap: Coefficients) -> Coefficients:
        """Precision times the distance from the prior mean."""
        return Coefficients(gap.own * self.own, gap.group * self.group, gap.shared * self.shared)

    def penalty(self, gap: Coefficients, nesting: Nesting) -> Floats:
        """Half the weighted square of the distance from the prior mean, (C,)."""
        square = nesting.by_category((gap.own**2 * self.own).sum(axis=1))
        square = square + nesting.of_groups_by_category((gap.group**2 * self.group).sum(axis=1))
        return np.asarray(0.5 * (square + (gap.shared**2 * self.shared).sum(axis=1)))


@dataclass(frozen=True, slots=True)
class Arrows:
    """The second derivatives of all categories, small blocks eliminated.

    `own` (m, 2, 2) is the inverse of the series' blocks; `own_group` (m, 2, R), `own_shared` (m, 2, P) and
    `group_shared` (g, R, P) link the levels (reduced by what was eliminated); `group` (g, R, R) is the inverse of
    the reduced group blocks; `shared` (C, P, P) are the reduced shared blocks.
    """

    own: Floats
    own_group: Floats
    own_shared: Floats
    group: Floats
    group_shared: Floats
    shared: Floats
    nesting: Nesting

    @classmethod
    def reduce(cls, design: Design, weights: Floats, precision: Precision) -> Arrows:
        """From weights (m, T) of a generalised linear model and prior precisions."""
        nesting, grouped = design.nesting, design.grouped
        weighted = weights[:, :, None] * design.series
        rows = np.concatenate([weights[:, :, None], weighted[:, :, grouped]], axis=2).transpose(0, 2, 1)
        varying = rows @ design.series
        inner = np.concatenate([rows.sum(axis=2)[:, :, None], varying[:, :, grouped]], axis=2)
        reach = design.placed(np.concatenate([varying, rows @ design.common], axis=2))
        own: Floats = np.asarray(np.linalg.inv(inner[:, :2, :2] + np.diag(precision.own)), dtype=np.float64)
        own_group, own_shared = inner[:, :2, 1:], reach[:, :2]
        reach_shared, turned = own @ own_shared, own_group.transpose(0, 2, 1)
        prior = np.eye(len(grouped)) * precision.group[:, None, :]
        group = prior + nesting.by_group(inner[:, 1:, 1:] - turned @ own @ own_group)
        inverse: Floats = np.asarray(np.linalg.inv(group), dtype=np.float64)
        group_shared = nesting.by_group(reach[:, 1:] - turned @ reach_shared)
        shared = _shared_blocks(design, weights, weighted) + np.diag(precision.shared)
        shared = shared - _products(own_shared, reach_shared, nesting.series_of)
        shared = shared - _products(group_shared, inverse @ group_shared, nesting.groups_of)
        return cls(own, own_group, own_shared, inverse, group_shared, shared, nesting)

    def solve(self, gradient: Coefficients) -> Coefficients:
        """The Newton step for a gradient."""
        nesting = self.nesting
        stripped = _times(self.own, gradient.own)
        group = gradient.group - nesting.by_group(_times(self.own_group.transpose(0, 2, 1), stripped))
        shared = gradient.shared - nesting.by_category(_times(self.own_shared.transpose(0, 2, 1), stripped))
        settled = _times(self.group_shared.transpose(0, 2, 1), _times(self.group, group))
        shared = shared - nesting.of_groups_by_category(settled)
        shared = np.asarray(np.linalg.solve(self.shared, shared[:, :, None])[:, :, 0], dtype=np.float64)
        of_groups = shared[nesting.category_of_group]
        group = _times(self.group, group - _times(self.group_shared, of_groups))
        linked = _times(self.own_group, group[nesting.group_of])
        linked = linked + _times(self.own_shared, shared[nesting.category_of])
        return Coefficients(stripped - _times(self.own, linked), group, shared)

    def by_category(self) -> list[Nested]:
        """Each category's own, to draw from."""
        roots = np.linalg.cholesky(0.5 * (self.shared + self.shared.transpose(0, 2, 1)))
        return [
            Nested(
                self.own[series],
                self.own_group[series],
                self.own_shared[series],
                self.group[groups],
                self.group_shared[groups],
                root,
                self.nesting.group_of[series] - groups.start,
            )
            for series, groups, root in zip(self.nesting.series_of, self.nesting.groups_of, roots, strict=True)
        ]

    def slope_variances(self, shared_slope: int) -> SlopeVariances:
        """Posterior variances; `shared_slope` is the shared coefficient that is everybody's slope."""
        nesting = self.nesting
        covariance: Floats = np.asarray(np.linalg.inv(self.shared), dtype=np.float64)
        reach = (self.own[:, 1:] @ self.own_group)[:, 0]
        by_group = -self.group @ self.group_shared
        by_own = -(self.own[:, 1:] @ self.own_shared)[:, 0]
        by_own = by_own - (reach[:, None] @ by_group[nesting.group_of])[:, 0]
        total = by_own + by_group[nesting.group_of, 0]
        total[:, shared_slope] += 1.0
        beyond = -reach
        beyond[:, 0] += 1.0
        left, in_group, series = self.own[:, 1, 1], self.group[nesting.group_of], nesting.series_of
        return SlopeVariances(
            own=left + (_times(in_group, reach) * reach).sum(axis=1) + _quadratic(by_own, covariance, series),
            group=np.einsum("grr->gr", self.group) + _quadratic(by_group, covariance, nesting.groups_of),
            total=left + (_times(in_group, beyond) * beyond).sum(axis=1) + _quadratic(total, covariance, series),
            shared=np.einsum("kpp->kp", covariance).copy(),
        )


def _shared_blocks(design: Design, weights: Floats, weighted: Floats) -> Floats:
    """Second derivatives of what is shared, (C, P, P); `weighted` (m, T, S) is the weighted design."""
    nesting, common = design.nesting, design.common
    varying = _products(design.series, weighted, nesting.series_of)
    crossed = np.stack([weighted[part].sum(axis=0).T @ common for part in nesting.series_of])
    of_dates = (common.T * nesting.by_category(weights)[:, None, :]) @ common
    upper = np.concatenate([varying, crossed], axis=2)
    lower = np.concatenate([crossed.transpose(0, 2, 1), of_dates], axis=2)
    blocks = np.concatenate([upper, lower], axis=1)
    return design.placed(design.placed(blocks).transpose(0, 2, 1))


def _products(left: Floats, right: Floats, parts: list[slice]) -> Floats:
    """Sums over each part of the products (P, P) of rows of (n, k, P)."""
    width = left.shape[2]
    return np.stack([left[part].reshape(-1, width).T @ right[part].reshape(-1, width) for part in parts])


def _times(matrices: Floats, vectors: Floats) -> Floats:
    """Each matrix times its vector."""
    return np.asarray((matrices @ vectors[:, :, None])[:, :, 0])


def _quadratic(rows: Floats, covariance: Floats, parts: list[slice]) -> Floats:
    """Each row (n, ..., P) of a part times its category's covariance (C, P, P) times itself, (n, ...)."""
    turned = [rows[part] @ known for part, known in zip(parts, covariance, strict=True)]
    return np.asarray((np.concatenate(turned) * rows).sum(axis=-1))


@dataclass(frozen=True, slots=True)
class SlopeVariances:
    """Of each series' own slope (m,), each group's (g, R), all its slopes together (m,), all shared ones (C, P).

    Of a single category `shared` is (P,).
    """

    own: Floats
    group: Floats
    total: Floats
    shared: Floats


@dataclass(frozen=True, slots=True)
class Nested:
    """One category of `Arrows`, its shared block as the lower Cholesky factor `root` (P, P)."""

    own: Floats
    own_group: Floats
    own_shared: Floats
    group: Floats
    group_shared: Floats
    root: Floats
    group_of: Ints

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
