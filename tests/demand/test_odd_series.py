"""Odd series: none on sale, none sold, nothing judged."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dealwright.core.rng import stream
from dealwright.demand.backtest import calibrate, judge, teachers
from dealwright.demand.forecast import Drift
from dealwright.demand.intervals import GRID, learn_spread
from dealwright.demand.models.naive import RecentMean
from dealwright.demand.models.protocol import DemandModel
from dealwright.demand.score import JUDGED, accuracy
from dealwright.demand.trial import Trial, run_trials
from known_shop import make_panel

MODELS: dict[str, DemandModel] = {"mean4": RecentMean(4)}


def tried(*firsts: int) -> list[Trial]:
    panel = make_panel(n=6, n_weeks=60)
    listed = replace(panel, list_value=np.where(panel.units > 0, panel.units * 500.0, np.nan))
    return run_trials(listed, MODELS, origins=[panel.starts[first] for first in firsts], horizon=8)


def out_of_stock(trial: Trial) -> Trial:
    return replace(trial, is_judged=np.zeros_like(trial.is_judged))


def test_cells_of_empty_shelves_do_not_count() -> None:
    past, actual, forecast = np.array([[1.0, 2.0]]), np.array([[3.0, 0.0]]), np.array([[2.0, 9.0]])
    quantiles = np.array([[[1.0, 5.0]], [[2.0, 9.0]], [[4.0, 12.0]]])
    judged = accuracy(forecast, actual, past, quantiles, is_judged=np.array([[True, False]]))
    assert judged == accuracy(forecast[:, :1], actual[:, :1], past, quantiles[:, :, :1])
    assert judged.wape == pytest.approx(1 / 3)
    assert (judged.rmsse, judged.coverage) == (1.0, 1.0)


def test_an_error_over_units_sold_is_unknown_where_nothing_was_sold() -> None:
    judged = accuracy(np.array([[2.0]]), np.array([[0.0]]), np.array([[1.0, 2.0]]))
    assert np.isnan([judged.wape, judged.bias, judged.pinball]).all()
    assert judged.rmsse == 2.0


def test_only_trials_that_were_over_before_the_latest_began_teach_what_it_judges() -> None:
    latest, overlapping, over = tried(50, 46, 42)
    assert teachers([latest, overlapping, over]) == [over]
    assert judge([latest, overlapping], stream(1, "judge")) is None


def test_without_a_period_on_the_shelf_ranges_are_the_gammas_own_and_drift_the_default() -> None:
    trials = [out_of_stock(trial) for trial in tried(50, 42)]
    forecasts = [trial.forecasts["mean4"] for trial in trials]
    spread = learn_spread(trials, forecasts)
    assert (spread.levels == GRID).all()
    assert (spread.ends == np.array([JUDGED[0], JUDGED[-1]])).all()
    assert calibrate(trials, forecasts, stream(1, "drift")) == Drift()
    assert judge(trials, stream(1, "judge")) is None


def test_what_sold_while_shelves_were_empty_does_not_widen_what_levels_drift() -> None:
    trials = tried(50, 42)
    half = np.zeros_like(trials[0].is_judged)
    half[:, :4] = True
    known = [replace(trial, is_judged=half) for trial in trials]
    emptied = [replace(trial, actual=np.where(half, trial.actual, 0.0)) for trial in known]
    forecasts = [trial.forecasts["mean4"] for trial in trials]
    assert calibrate(known, forecasts, stream(1, "drift")) == calibrate(emptied, forecasts, stream(1, "drift"))
