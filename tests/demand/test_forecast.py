"""Forecasts against a known truth: no bias, honest ranges, parts that sum."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dealwright.core.rng import stream
from dealwright.demand.ahead import Ahead
from dealwright.demand.decompose import decompose
from dealwright.demand.fit import fit_response
from dealwright.demand.forecast import Drift, forecast
from known_shop import make_panel


def test_the_forecast_without_promotion_is_the_known_baseline() -> None:
    panel = make_panel(n=9, n_weeks=104, seed=2)
    fit = fit_response(panel, country="US")
    made = forecast(
        fit, panel, Ahead.undisturbed(panel, 4), drift=Drift(0, 0, 0), n_draws=300, rng=stream(1, "test")
    )
    rng = np.random.default_rng(2)
    rng.random((9, 104)), rng.choice([0.1, 0.2, 0.3, 0.4], (9, 104)), rng.random((9, 104)), rng.random((9, 104))
    level = 60.0 * rng.uniform(0.5, 1.5, (9, 1))[:, 0]
    expected = made.baseline.mean(axis=(0, 2))
    assert expected.sum() == pytest.approx(level.sum(), rel=0.03)
    assert np.abs(expected / level - 1).max() < 0.12


def test_the_same_seed_draws_the_same_forecast() -> None:
    panel = make_panel(n=4, n_weeks=30)
    fit = fit_response(panel, country="US")
    draws = [
        forecast(fit, panel, Ahead.undisturbed(panel, 1), drift=Drift(), n_draws=50, rng=stream(7, "x")).baseline
        for _ in range(2)
    ]
    assert (draws[0] == draws[1]).all()


def test_drift_widens_ranges_but_does_not_raise_the_forecast() -> None:
    panel = make_panel(n=6, n_weeks=60)
    fit = fit_response(panel, country="US")
    ahead = Ahead.undisturbed(panel, 1)

    def totals(drift: Drift) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        made = forecast(fit, panel, ahead, drift=drift, n_draws=4000, rng=stream(1, "x"))
        return np.asarray(made.baseline.sum(axis=(1, 2)))

    still, moving = totals(Drift(0, 0, 0)), totals(Drift(0.2, 0.1, 0.1))
    assert moving.mean() == pytest.approx(still.mean(), rel=0.02)
    assert moving.std() > 3 * still.std()


def test_a_better_forecast_becomes_the_mean_of_the_draws() -> None:
    panel = make_panel(n=4, n_weeks=40)
    fit = fit_response(panel, country="US")
    ahead = Ahead.undisturbed(panel, 2)
    asked = forecast(fit, panel, ahead, drift=Drift(), n_draws=50, rng=stream(1, "x")).baseline.mean(axis=0) * 1.3
    made = forecast(fit, panel, ahead, drift=Drift(), n_draws=50, rng=stream(1, "x"), expected=asked)
    assert made.baseline.mean(axis=0) == pytest.approx(asked)


def test_a_product_that_has_not_sold_yet_is_forecast_at_nothing_and_harms_no_other() -> None:
    panel = make_panel(n=6, n_weeks=60, n_categories=2)
    units = panel.units.copy()
    units[0, :40] = 0.0
    listed = np.where(units > 0, units * 500.0, np.nan)
    young = replace(panel, units=units, list_value=listed, revenue=listed * (1 - panel.depth), is_active=units > 0)
    known = young.until(panel.starts[40])
    assert (known.price > 0).all()
    fit = fit_response(known, country="US")
    made = forecast(fit, known, Ahead.undisturbed(known, 4), drift=Drift(), n_draws=50, rng=stream(1, "x"))
    assert (made.baseline[:, 0] == 0.0).all()
    assert (made.baseline[:, 1:].mean(axis=0) > 10.0).all()


def test_the_parts_of_past_sales_sum_to_what_was_sold() -> None:
    panel = make_panel(n=9, n_weeks=60)
    parts = decompose(fit_response(panel, country="US"), panel)
    gained = parts.uplift + parts.halo - parts.cannibalised - parts.pulled_forward
    total = parts.baseline + gained + parts.unexplained
    assert total == pytest.approx(panel.units, abs=1e-9)
    assert abs(parts.unexplained.sum()) < 0.02 * panel.units.sum()
    assert (parts.uplift[panel.depth + panel.display + panel.mailer == 0] == 0).all()


def test_what_is_not_known_of_the_shop_s_averages_moves_all_categories_together() -> None:
    panel = make_panel(n=16, n_weeks=40, n_categories=8, base=8.0, promoted_share=0.08, seed=3)
    fit = fit_response(panel, country="US")
    made = forecast(fit, panel, Ahead.undisturbed(panel, 1), drift=Drift(), n_draws=4000, rng=stream(1, "x"))
    sure = replace(fit, shop_sd=np.zeros_like(fit.shop_sd))
    alone = forecast(sure, panel, Ahead.undisturbed(panel, 1), drift=Drift(), n_draws=4000, rng=stream(1, "x"))
    first, second = (made.switching[:, panel.category_of == k][:, 0] for k in (0, 1))
    assert np.corrcoef(first, second)[0, 1] > 0.2
    first, second = (alone.switching[:, panel.category_of == k][:, 0] for k in (0, 1))
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.06
    assert made.switching.mean(axis=1).std() > 1.5 * alone.switching.mean(axis=1).std()
    assert made.elasticity.mean() == pytest.approx(alone.elasticity.mean(), abs=0.05)


def test_where_nothing_is_missed_later_draws_do_not_say_on_average_that_something_is() -> None:
    panel = make_panel(n=12, n_weeks=104, seed=6)
    fit = fit_response(panel, country="US")
    made = forecast(fit, panel, Ahead.undisturbed(panel, 1), drift=Drift(), n_draws=2000, rng=stream(1, "x"))
    at_mode = np.maximum(fit.taking_shares.pulls, 0.0)
    assert made.pulls.mean(axis=1) == pytest.approx(at_mode, abs=0.004)
    assert (made.pulls < 0.0).any()
