"""The arrow is solved as the dense matrix would be."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from dealwright.demand.nested import Coefficients, Design, Nested, Precision

M, N_GROUPS, N_GROUPED, N_SHARED, T = 5, 2, 2, 3, 12
RNG = np.random.default_rng(0)
GROUP_OF = np.array([0, 1, 0, 1, 1])
SLOPE = RNG.normal(size=(M, T))
GROUPED = np.stack([SLOPE, RNG.normal(size=(M, T))])
DESIGN = Design(SLOPE, GROUPED, RNG.normal(size=(N_SHARED, M, T)), GROUP_OF, N_GROUPS)
WEIGHTS = RNG.uniform(0.2, 2.0, (M, T))
PRECISION = Precision(own=np.array([0.01, 0.7]), group=np.array([0.9, 1.4]), shared=np.array([0.3, 0.4, 0.5]))


def dense_rows() -> NDArray[np.float64]:
    """One row per series and period: [level, slope] of each series, two coefficients of each group, shared."""
    n_of_groups = N_GROUPS * N_GROUPED
    rows = np.zeros((M, T, 2 * M + n_of_groups + N_SHARED))
    for i in range(M):
        rows[i, :, 2 * i] = 1.0
        rows[i, :, 2 * i + 1] = DESIGN.slope[i]
        first = 2 * M + GROUP_OF[i] * N_GROUPED
        rows[i, :, first : first + N_GROUPED] = DESIGN.grouped[:, i].T
        rows[i, :, 2 * M + n_of_groups :] = DESIGN.shared[:, i].T
    return rows.reshape(M * T, -1)


def dense_covariance() -> NDArray[np.float64]:
    rows = dense_rows()
    prior = np.concatenate([np.tile(PRECISION.own, M), np.tile(PRECISION.group, N_GROUPS), PRECISION.shared])
    return np.asarray(np.linalg.inv((rows.T * WEIGHTS.ravel()) @ rows + np.diag(prior)))


def flat(c: Coefficients) -> NDArray[np.float64]:
    return np.concatenate([c.own.ravel(), c.group.ravel(), c.shared])


def test_a_step_is_the_one_of_the_dense_matrix() -> None:
    residual = RNG.normal(size=(M, T))
    gradient = DESIGN.gradient(residual)
    assert flat(gradient) == pytest.approx(dense_rows().T @ residual.ravel())
    step = Nested.factorise(DESIGN, WEIGHTS, PRECISION).solve(gradient)
    assert flat(step) == pytest.approx(dense_covariance() @ flat(gradient))


def test_variances_of_slopes_are_those_of_the_dense_matrix() -> None:
    covariance = dense_covariance()
    found = Nested.factorise(DESIGN, WEIGHTS, PRECISION).slope_variances(shared_slope=1)
    own = np.arange(M) * 2 + 1
    group = 2 * M + np.arange(N_GROUPS * N_GROUPED).reshape(N_GROUPS, N_GROUPED)
    assert found.own == pytest.approx(np.diag(covariance)[own])
    assert found.group.ravel() == pytest.approx(np.diag(covariance)[group.ravel()])
    assert found.shared == pytest.approx(np.diag(covariance)[-N_SHARED:])
    for i in range(M):
        parts = [own[i], group[GROUP_OF[i], 0], 2 * M + N_GROUPS * N_GROUPED + 1]
        assert found.total[i] == pytest.approx(covariance[np.ix_(parts, parts)].sum())


def test_draws_vary_together_as_the_dense_matrix_says() -> None:
    drawn = Nested.factorise(DESIGN, WEIGHTS, PRECISION).draw(40_000, np.random.default_rng(1))
    every = np.concatenate([drawn.own.reshape(40_000, -1), drawn.group.reshape(40_000, -1), drawn.shared], axis=1)
    covariance = dense_covariance()
    spread = np.sqrt(np.outer(np.diag(covariance), np.diag(covariance)))
    assert np.abs((np.cov(every.T) - covariance) / spread).max() < 0.03


def test_what_is_predicted_is_the_rows_times_the_coefficients() -> None:
    c = Coefficients(RNG.normal(size=(M, 2)), RNG.normal(size=(N_GROUPS, N_GROUPED)), RNG.normal(size=N_SHARED))
    assert DESIGN.predict(c).ravel() == pytest.approx(dense_rows() @ flat(c))
