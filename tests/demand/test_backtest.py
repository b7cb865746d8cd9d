"""Trials at earlier dates: what they teach, and when there are none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dealwright.core.errors import InputError
from dealwright.core.rng import stream
from dealwright.data.panel import Panel
from dealwright.demand.backtest import calibrate, hold_trials, judge
from dealwright.demand.choice import Choice
from dealwright.demand.forecast import Drift
from dealwright.demand.models.naive import RecentMean
from dealwright.demand.models.protocol import DemandModel
from dealwright.demand.models.response import Response
from dealwright.demand.trial import run_trials, trial_origins
from known_shop import make_panel

MODELS: dict[str, DemandModel] = {"response": Response(), "mean4": RecentMean(4)}


def listed(panel: Panel) -> Panel:
    """With list values, as a shop that records discounts has them: `until` works prices out again."""
    return replace(panel, list_value=np.where(panel.units > 0, panel.units * 500.0, np.nan))


def test_held_back_weeks_are_forecast_better_than_by_a_moving_mean_and_ranges_hold() -> None:
    score = judge(hold_trials(listed(make_panel(n=30, n_weeks=80, seed=4)), MODELS, horizon=8), stream(1, "judge"))
    assert score is not None
    assert score.blend.wape < 0.7 * score.reference_wape
    assert abs(score.blend.bias) < 0.05
    assert 0.70 <= score.coverage <= 0.92
    assert score.weights["response"] > score.weights["mean4"]


def test_a_history_too_short_to_hold_weeks_back_has_no_score_and_says_so_by_none() -> None:
    trials = hold_trials(listed(make_panel(n=6, n_weeks=19)), MODELS, horizon=8)
    assert trials == []
    assert judge(trials, stream(1, "judge")) is None
    assert calibrate(trials, [], stream(1, "drift")) == Drift()


def test_where_promotions_began_only_in_the_weeks_held_back_there_is_no_trial() -> None:
    panel = make_panel(n=6, n_weeks=60, n_categories=2)
    quiet = np.arange(60) < 53
    value = np.where(panel.units > 0, panel.units * 500.0, np.nan)
    late = replace(
        panel,
        list_value=value,
        revenue=np.where(quiet, value, panel.revenue),
        depth=np.where(quiet, 0.0, panel.depth),
        display=np.where(quiet, 0.0, panel.display),
        mailer=np.where(quiet, 0.0, panel.mailer),
    )
    assert hold_trials(late, MODELS, horizon=8) == []


def test_nothing_sold_from_the_origin_on_changes_a_trial() -> None:
    panel = listed(make_panel(n=6, n_weeks=60))
    origin = panel.starts[50]
    times = np.where(np.arange(60) >= 50, 3.0, 1.0)
    other = replace(
        panel, units=panel.units * times, revenue=panel.revenue * times, list_value=panel.list_value * times
    )
    kept = [run_trials(p, MODELS, origins=[origin], horizon=8)[0] for p in (panel, other)]
    for name in MODELS:
        assert kept[0].forecasts[name] == pytest.approx(kept[1].forecasts[name])
    assert (kept[1].actual == kept[0].actual * 3.0).all()


def test_series_are_chosen_anew_at_each_origin_by_what_was_known_then() -> None:
    panel = listed(make_panel(n=6, n_weeks=60))
    units = panel.units.copy()
    units[0, 30:] = 0.0
    units[1, :30] = 0.0
    choice = Choice(least_sold_share=0.7)
    pool = replace(panel, units=units)
    assert choice.rows(pool, n_known=30).tolist() == [0, 2, 3, 4, 5]
    assert choice.rows(pool).tolist() == [2, 3, 4, 5]
    assert replace(choice, periods_ago=30).rows(pool).tolist() == [0, 2, 3, 4, 5]
    assert Choice(recent_periods=4, most_series=2).rows(pool).tolist() == sorted(
        (1 + np.argsort(-units[1:].sum(axis=1))[:2]).tolist()
    )


def test_trials_end_with_the_history_and_lie_as_far_apart_as_it_allows() -> None:
    panel = make_panel(n=3, n_weeks=52)
    assert trial_origins(panel, horizon=8, n_origins=4) == [panel.starts[k] for k in (44, 36, 28, 20)]
    assert trial_origins(make_panel(n=3, n_weeks=30), horizon=8, n_origins=3) == [
        panel.starts[k] for k in (22, 17, 12)
    ]
    with pytest.raises(InputError, match="3 trials of 8 periods need at least 28 periods of sales; there are 20"):
        trial_origins(make_panel(n=3, n_weeks=20), horizon=8, n_origins=3)


def test_levels_that_moved_are_not_taken_for_chance_because_promotions_made_sales_restless() -> None:
    # Half the products sell half as much again in the weeks held back, which are promoted as all weeks are.
    panel = listed(make_panel(n=40, n_weeks=60, n_categories=4, base=200.0, promoted_share=0.4, seed=8))
    trial = run_trials(panel, MODELS, origins=[panel.starts[52]], horizon=8)[0]
    known = trial.forecasts["response"]
    moved = np.where(np.arange(40) % 8 < 4, 1.5, 1.0)[:, None]
    rng = np.random.default_rng(1)
    still = replace(trial, actual=rng.poisson(known).astype(float))
    risen = replace(trial, actual=rng.poisson(known * moved).astype(float))
    assert calibrate([still], [known], stream(1, "drift")).item < 0.06
    assert calibrate([risen], [known], stream(1, "drift")).item == pytest.approx(
        np.std(moved / moved.mean()), abs=0.06
    )
