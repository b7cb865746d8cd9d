"""The classic models delegate to a library; what it computes is checked against cases worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import norm
from statsforecast.models import ARIMA

from dealwright.data.panel import Panel
from dealwright.demand.ahead import Ahead
from dealwright.demand.models.classic import METHODS, FittedClassic, FittedSeries
from known_shop import make_panel

PHI, THETA = 0.5, 0.3
LENGTH = 600


def a_series() -> NDArray[np.float64]:
    """Steps d = 0.5 d' + e + 0.3 e', the last levels 104 and 109, the last shock 1.

    So many periods that what is assumed of the first shocks is forgotten.
    """
    shock = np.random.default_rng(3).normal(0.0, 0.2, LENGTH)
    step = np.zeros(LENGTH)
    for t in range(1, LENGTH):
        if t == LENGTH - 2:
            # 5 = 0.5 d' + 1 + 0.3 e' in the period after, where d' = 0.5 d'' + e' + 0.3 e''.
            shock[t] = (4.0 - PHI * (PHI * step[t - 1] + THETA * shock[t - 1])) / (PHI + THETA)
        if t == LENGTH - 1:
            shock[t] = 1.0
        step[t] = PHI * step[t - 1] + shock[t] + THETA * shock[t - 1]
    return np.asarray(109.0 + np.cumsum(step) - step.sum())


def a_panel(units: NDArray[np.float64]) -> Panel:
    """One product that sold so many units in each week."""
    panel = make_panel(n=2, n_weeks=units.size, n_categories=1).rows(np.array([0]))
    panel.units[0], panel.is_active[0] = units, True
    return panel


@pytest.fixture(scope="module")
def fitted() -> ARIMA:
    model = ARIMA(order=(1, 1, 1), fixed={"ar1": PHI, "ma1": THETA})
    return model.fit(a_series())


def test_the_case_ends_as_it_is_told() -> None:
    assert a_series()[-2:] == pytest.approx([104.0, 109.0])
    assert (a_series() > 0).all()


def test_steps_that_halve_are_added_to_the_last_level(fitted: ARIMA) -> None:
    """0.5 * 5 + 0.3 * 1 = 2.8 more, then 1.4, 0.7 and 0.35."""
    panel = a_panel(a_series())
    model = FittedClassic(METHODS["arima"], "US", (), (FittedSeries(fitted, ()),))
    told = model.forecast(panel, Ahead.undisturbed(panel, 4))
    assert told[0] == pytest.approx([111.8, 113.2, 113.9, 114.25], abs=1e-6)


def test_what_a_shock_does_to_later_levels_adds_up_in_their_variance(fitted: ARIMA) -> None:
    """A shock moves the levels by 1, 1.8 and 2.2, so that variances are 1, 1 + 1.8^2 and those plus 2.2^2."""
    told = fitted.predict(h=3, level=[90])
    deviation = (np.asarray(told["hi-90"]) - told["mean"]) / norm.ppf(0.95)
    assert deviation**2 / fitted.model_["sigma2"] == pytest.approx([1.0, 4.24, 9.08], rel=1e-6)
