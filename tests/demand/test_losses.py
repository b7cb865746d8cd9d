"""What promotions take from a period, where they add up and where they do not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright.demand.losses import Shares, Taking, Tangent, kept, per_asked
from dealwright.demand.prior import PULL_LAGS


def taking(gain: list[float], *, by_price: list[float], by_support: list[float], additivity: float) -> Taking:
    """Of one series."""
    own, pressure = np.array([gain]), np.array([[by_price], [by_support]])
    return Taking.of(own, pressure, np.zeros_like(own), additivity=additivity)


def shares(*, by_price: float, by_support: float) -> Shares:
    """Nothing is missed later."""
    return Shares(np.array([[by_price], [by_support]]), np.zeros((PULL_LAGS, 1)), np.zeros(1))


def test_where_losses_are_units_a_promoted_product_loses_as_many_as_any_other() -> None:
    # A fifth of the baseline is asked for; the second period sells three times as much.
    t = taking([0.0, 2.0], by_price=[0.5, 0.5], by_support=[0.0, 0.0], additivity=1.0)
    lost = t.taken(shares(by_price=0.4, by_support=0.4))[0] * np.array([1.0, 3.0])
    assert lost.tolist() == [pytest.approx(0.2), pytest.approx(0.2)]


def test_where_losses_are_shares_a_promoted_product_loses_three_times_as_many() -> None:
    t = taking([0.0, 2.0], by_price=[0.5, 0.5], by_support=[0.0, 0.0], additivity=0.0)
    lost = t.taken(shares(by_price=0.4, by_support=0.4))[0] * np.array([1.0, 3.0])
    assert lost.tolist() == [pytest.approx(1 - np.exp(-0.2)), pytest.approx(3 * (1 - np.exp(-0.2)))]


def test_half_way_between_roots_of_units_are_lost() -> None:
    # Units ** 0.5 are those of the own offer, 4 ** 0.5, less half of what is asked for.
    t = taking([3.0], by_price=[0.8], by_support=[0.0], additivity=0.5)
    left = 1.0 - t.taken(shares(by_price=0.5, by_support=0.0)).item()
    assert 4.0 * left == pytest.approx((4.0**0.5 - 0.5 * 0.4) ** 2)


def test_what_displays_bring_is_taken_by_a_share_of_its_own() -> None:
    t = taking([0.0], by_price=[0.5], by_support=[0.3], additivity=1.0)
    assert t.switched(shares(by_price=0.2, by_support=0.6)).item() == pytest.approx(0.5 * 0.2 + 0.3 * 0.6)


@given(asked=st.floats(-0.5, 5.0), additivity=st.floats(0.0, 1.0))
def test_never_is_all_taken_nor_more_than_asked_for(asked: float, additivity: float) -> None:
    left = kept(np.array(asked), additivity).item()
    assert left > 0.0
    assert 1.0 - left <= asked + 1e-9


def test_parts_of_what_is_asked_for_become_parts_of_what_is_taken() -> None:
    asked = np.array([0.0, 0.3, 0.9, -0.2])
    parts = per_asked(asked, 0.5)
    assert parts[0] == 1.0
    assert parts[1:] * asked[1:] == pytest.approx(1.0 - kept(asked[1:], 0.5))


@pytest.mark.parametrize("additivity", [0.0, 0.4, 1.0])
def test_the_tangent_touches_and_has_the_slope_of_what_is_kept(additivity: float) -> None:
    t = taking([0.5], by_price=[0.6], by_support=[0.3], additivity=additivity)
    at, step = shares(by_price=0.3, by_support=0.5), 1e-5

    def log_kept(by_support: float) -> float:
        return float(np.log(1.0 - t.taken(shares(by_price=0.3, by_support=by_support))).item())

    tangent = Tangent.around(t, at)
    touched = tangent.offset - 0.3 * tangent.pressure[0] - 0.5 * tangent.pressure[1]
    assert touched.item() == pytest.approx(log_kept(0.5))
    slope = (log_kept(0.5 + step) - log_kept(0.5 - step)) / (2 * step)
    assert -tangent.pressure[1].item() == pytest.approx(slope, rel=1e-4)
