"""Supplier deals tell answers to demand from its causes, if they move prices."""

from __future__ import annotations

import numpy as np
import pytest

from dealwright.demand.surprise import LEAST_F, find_surprise

ACTIVE = np.ones((40, 60), dtype=np.bool_)


def deals(share: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Log costs with deals of 0.2 in a tenth of the weeks, and cuts that follow them by `share` plus chance."""
    rng = np.random.default_rng(seed)
    log_cost = np.where(rng.random((40, 60)) < 0.1, -0.2, 0.0)
    return log_cost, -share * log_cost + rng.normal(0.0, 0.05, log_cost.shape)


def test_what_deals_explain_of_a_cut_is_no_surprise() -> None:
    log_cost, cut = deals(0.5)
    found = find_surprise(cut, log_cost, ACTIVE)
    assert found.is_known
    assert found.strength > LEAST_F
    assert (found.unexplained * log_cost).sum() == pytest.approx(0.0, abs=1e-9)
    assert found.unexplained.std() == pytest.approx(0.05, rel=0.05)


def test_deals_that_do_not_move_prices_are_not_leant_on() -> None:
    log_cost, cut = deals(0.0)
    found = find_surprise(cut, log_cost, ACTIVE)
    assert not found.is_known
    assert (found.unexplained == 0.0).all()


def test_without_costs_or_with_costs_that_never_move_nothing_is_known() -> None:
    _, cut = deals(0.5)
    assert not find_surprise(cut, None, ACTIVE).is_known
    assert not find_surprise(cut, np.zeros_like(cut), ACTIVE).is_known
