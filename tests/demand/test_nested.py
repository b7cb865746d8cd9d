"""The arrows of all categories are solved as their dense matrices would be."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from dealwright.demand.nested import Arrows, Coefficients, Design, Nesting, Precision

T, N_SHARED = 12, 4
RNG = np.random.default_rng(0)
CATEGORY_OF, GROUP_OF = np.array([0, 0, 0, 1, 1, 1, 1]), np.array([0, 0, 1, 2, 2, 2, 2])
M, N_GROUPS, N_GROUPED, N_CATEGORIES = 7, 3, 2, 2
CATEGORY_OF_GROUP = np.array([0, 0, 1])
COLUMNS = [RNG.normal(size=(M, T)), RNG.normal(size=T), RNG.normal(size=(M, T)), RNG.normal(size=(M, T))]
"""What shared coefficients multiply; the second is alike for all series."""
SLOPE = 2
GROUPED = [SLOPE, 0]
DESIGN = Design.of(COLUMNS, grouped=GROUPED, nesting=Nesting.of(CATEGORY_OF, GROUP_OF))
WEIGHTS = RNG.uniform(0.2, 2.0, (M, T))
PRECISION = Precision(
    own=np.array([0.01, 0.7]),
    group=np.array([[0.9, 1.4], [0.9, 1.4], [5.0, 6.0]]),
    shared=np.array([0.3, 0.4, 0.5, 0.6]),
)
N_OWN, N_OF_GROUPS = 2 * M, N_GROUPS * N_GROUPED


def dense_rows() -> NDArray[np.float64]:
    """One row per series and period: [level, slope] of each series, coefficients of groups, then of categories."""
    rows = np.zeros((M, T, N_OWN + N_OF_GROUPS + N_CATEGORIES * N_SHARED))
    for i in range(M):
        rows[i, :, 2 * i] = 1.0
        rows[i, :, 2 * i + 1] = COLUMNS[SLOPE][i]
        first = N_OWN + GROUP_OF[i] * N_GROUPED
        rows[i, :, first : first + N_GROUPED] = np.array([COLUMNS[k][i] for k in GROUPED]).T
        for k, column in enumerate(COLUMNS):
            at = N_OWN + N_OF_GROUPS + CATEGORY_OF[i] * N_SHARED + k
            rows[i, :, at] = column[i] if column.ndim == 2 else column
    return rows.reshape(M * T, -1)


def dense_covariance() -> NDArray[np.float64]:
    rows = dense_rows()
    shared = np.tile(PRECISION.shared, N_CATEGORIES)
    prior = np.concatenate([np.tile(PRECISION.own, M), PRECISION.group.ravel(), shared])
    return np.asarray(np.linalg.inv((rows.T * WEIGHTS.ravel()) @ rows + np.diag(prior)))


def flat(c: Coefficients) -> NDArray[np.float64]:
    return np.concatenate([c.own.ravel(), c.group.ravel(), c.shared.ravel()])


def some_coefficients() -> Coefficients:
    sizes = (M, 2), (N_GROUPS, N_GROUPED), (N_CATEGORIES, N_SHARED)
    return Coefficients(*(RNG.normal(size=size) for size in sizes))


def test_a_step_is_the_one_of_the_dense_matrix() -> None:
    residual = RNG.normal(size=(M, T))
    gradient = DESIGN.gradient(residual)
    assert flat(gradient) == pytest.approx(dense_rows().T @ residual.ravel())
    step = Arrows.reduce(DESIGN, WEIGHTS, PRECISION).solve(gradient)
    assert flat(step) == pytest.approx(dense_covariance() @ flat(gradient))


def test_variances_of_slopes_are_those_of_the_dense_matrix() -> None:
    covariance = dense_covariance()
    found = Arrows.reduce(DESIGN, WEIGHTS, PRECISION).slope_variances(shared_slope=SLOPE)
    own = np.arange(M) * 2 + 1
    group = N_OWN + np.arange(N_OF_GROUPS).reshape(N_GROUPS, N_GROUPED)
    assert found.own == pytest.approx(np.diag(covariance)[own])
    assert found.group.ravel() == pytest.approx(np.diag(covariance)[group.ravel()])
    assert found.shared.ravel() == pytest.approx(np.diag(covariance)[N_OWN + N_OF_GROUPS :])
    for i in range(M):
        of_all = N_OWN + N_OF_GROUPS + CATEGORY_OF[i] * N_SHARED + SLOPE
        parts = [own[i], group[GROUP_OF[i], 0], of_all]
        assert found.total[i] == pytest.approx(covariance[np.ix_(parts, parts)].sum())


@pytest.mark.parametrize("category", range(N_CATEGORIES))
def test_draws_of_a_category_vary_together_as_the_dense_matrix_says(category: int) -> None:
    nested = Arrows.reduce(DESIGN, WEIGHTS, PRECISION).by_category()[category]
    drawn = nested.draw(40_000, np.random.default_rng(1))
    every = np.concatenate([drawn.own.reshape(40_000, -1), drawn.group.reshape(40_000, -1), drawn.shared], axis=1)
    owners = [
        np.repeat(CATEGORY_OF, 2),
        np.repeat(CATEGORY_OF_GROUP, N_GROUPED),
        np.repeat(np.arange(N_CATEGORIES), N_SHARED),
    ]
    is_own = np.concatenate(owners) == category
    covariance = dense_covariance()[np.ix_(is_own, is_own)]
    spread = np.sqrt(np.outer(np.diag(covariance), np.diag(covariance)))
    assert np.abs((np.cov(every.T) - covariance) / spread).max() < 0.03


def test_what_is_predicted_is_the_rows_times_the_coefficients() -> None:
    c = some_coefficients()
    assert DESIGN.predict(c).ravel() == pytest.approx(dense_rows() @ flat(c))


def test_straying_from_the_prior_is_charged_to_the_category_that_does() -> None:
    c = some_coefficients()
    charged = PRECISION.penalty(c, DESIGN.nesting)
    of_own = (c.own**2 * PRECISION.own).sum(axis=1)
    of_group = (c.group**2 * PRECISION.group).sum(axis=1)
    of_shared = (c.shared**2 * PRECISION.shared).sum(axis=1)
    assert charged[0] == pytest.approx(0.5 * (of_own[:3].sum() + of_group[:2].sum() + of_shared[0]))
    assert charged[1] == pytest.approx(0.5 * (of_own[3:].sum() + of_group[2] + of_shared[1]))
