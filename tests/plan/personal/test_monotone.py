"""A larger coupon does not do less."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.isotonic import IsotonicRegression

from dealwright.core.errors import InputError
from dealwright.plan.personal.monotone import check_monotone, project_monotone

FACE = np.array([300.0, 100.0, 200.0])


def test_estimates_that_rise_with_the_face_value_are_left_alone() -> None:
    response = np.array([[3.0, 1.0, 2.0]])
    assert check_monotone(response, FACE)
    assert project_monotone(response, FACE).tolist() == response.tolist()


def test_who_answers_less_to_more_is_counted() -> None:
    verdict = check_monotone(np.array([[3.0, 1.0, 2.0], [1.0, 1.0, 4.0]]), FACE)
    assert not verdict
    assert verdict.code == "not_monotone"
    assert "for 1 of 2 customers (50.0%)" in verdict.reason
    assert "by up to 3;" in verdict.reason
    assert check_monotone(np.array([[1.0, 1.0, 4.0]]), FACE, tolerance=3.0)


def test_offers_of_the_same_face_value_may_differ() -> None:
    assert check_monotone(np.array([[2.0, 1.0]]), np.array([100.0, 100.0]))


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), n_offers=st.integers(1, 7))
def test_the_projection_is_isotonic_regression_of_every_customer(seed: int, n_offers: int) -> None:
    rng = np.random.default_rng(seed)
    response, weights = rng.normal(size=(3, n_offers)), rng.uniform(0.5, 2.0, n_offers)
    face = np.arange(n_offers, dtype=np.float64)
    fitted = project_monotone(response, face, weights=weights)
    assert check_monotone(fitted, face)
    for row, ours in zip(response, fitted, strict=True):
        theirs = IsotonicRegression().fit_transform(face, row, sample_weight=weights)
        np.testing.assert_allclose(ours, theirs, atol=1e-12)


def test_shapes_that_differ_and_numbers_that_are_none_are_refused() -> None:
    with pytest.raises(InputError, match="customers x offers"):
        check_monotone(np.ones((2, 2)), FACE)
    with pytest.raises(InputError, match="NaN"):
        project_monotone(np.array([[1.0, np.nan, 2.0]]), FACE)
    with pytest.raises(InputError, match="weights"):
        project_monotone(np.ones((1, 3)), FACE, weights=np.zeros(3))
