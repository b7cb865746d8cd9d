"""Whether a larger face value is estimated to do at least as much, and the nearest estimates in which it does."""

from __future__ import annotations

import numpy as np

from dealwright.core.errors import InputError
from dealwright.core.verdict import MET, Verdict
from dealwright.plan.personal.offers import CHUNK, Floats


def check_monotone(response: Floats, face_values: Floats, *, tolerance: float = 0.0) -> Verdict:
    """Whether `response` (n, J) never falls by more than `tolerance` from a face value (J,) to the next larger.

    The response is what a coupon does (chance of redemption, extra margin before its cost), not value less cost,
    which may well fall. Offers of equal face value are not compared.
    """
    _require(response, face_values)
    order = np.argsort(face_values, kind="stable")
    rises = np.diff(face_values[order]) > 0
    steps = np.diff(response[:, order], axis=1)[:, rises]
    breaks = steps < -tolerance
    if not breaks.any():
        return MET
    n_broken = int(breaks.any(axis=1).sum())
    return Verdict(
        False,
        "not_monotone",
        f"for {n_broken} of {len(response)} customers ({n_broken / len(response):.1%}) a larger face value is "
        f"estimated to do less, by up to {-float(steps.min()):.4g}; project_monotone gives the nearest estimates "
        "that rise",
    )


def project_monotone(response: Floats, face_values: Floats, *, weights: Floats | None = None) -> Floats:
    """The nearest responses (n, J), in weighted squares, that do not fall as the face value (J,) rises.

    `weights` (J,), such as how often each offer was tried; equal if None. Isotonic regression of every customer
    at once: the largest over earlier starts of the smallest over later ends of the mean between.

    >>> project_monotone(np.array([[1.0, 3.0, 2.0]]), np.array([100.0, 200.0, 300.0]))
    array([[1. , 2.5, 2.5]])
    """
    _require(response, face_values)
    weight = np.ones(len(face_values)) if weights is None else weights
    if weight.shape != face_values.shape or not (weight > 0).all():
        raise InputError("weights must be one number above zero per offer")
    order = np.argsort(face_values, kind="stable")
    fitted = np.empty(response.shape)
    for start in range(0, len(response), CHUNK):
        rows = slice(start, start + CHUNK)
        fitted[rows, order] = _fitted(response[rows][:, order].astype(np.float64), weight[order])
    return fitted


def _fitted(response: Floats, weight: Floats) -> Floats:
    """(m, J) of responses in order of face value."""
    n_offers = len(weight)
    total = np.concatenate([np.zeros((len(response), 1)), np.cumsum(response * weight, axis=1)], axis=1)
    mass = np.concatenate([[0.0], np.cumsum(weight)])
    fitted = np.full(response.shape, -np.inf)
    for first in range(n_offers):
        means = (total[:, first + 1 :] - total[:, [first]]) / (mass[first + 1 :] - mass[first])
        lowest = np.minimum.accumulate(means[:, ::-1], axis=1)[:, ::-1]
        np.maximum(fitted[:, first:], lowest, out=fitted[:, first:])
    return np.maximum.accumulate(fitted, axis=1)  # differs from `fitted` by rounding only


def _require(response: Floats, face_values: Floats) -> None:
    if response.ndim != 2 or face_values.shape != response.shape[1:]:
        raise InputError(
            f"the response has the shape {response.shape}, face values {face_values.shape}; "
            "they must be customers x offers, and offers"
        )
    if not np.isfinite(response).all() or not np.isfinite(face_values).all():
        raise InputError("the response or a face value is NaN or infinite; leave such customers out")
