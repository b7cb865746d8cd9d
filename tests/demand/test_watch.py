"""A forecast is told to hold, to need fresh levels, or to be learnt anew; chance alone is no reason."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dealwright.core.errors import InputError
from dealwright.core.rng import stream
from dealwright.data.panel import Panel
from dealwright.demand.ahead import Ahead
from dealwright.demand.fit import fit_response
from dealwright.demand.forecast import Drift, current_level, forecast
from dealwright.demand.models.response import FittedResponse
from dealwright.demand.watch import Judged, watch
from known_shop import make_panel

Z80 = 1.2815515655446004
N, HORIZON = 60, 8


def judged(seed: int = 0, *, spread: float = 0.2, shock: float = 0.0, level: float = 0.0) -> Judged:
    """Sales around a forecast of 100 to 200 units, in three categories; ranges are true to each cell's scatter.

    Relative standard deviations: `spread` of cells, `shock` of whole periods, `level` of whole series.
    """
    rng = np.random.default_rng(seed)
    mean = rng.uniform(100, 200, (N, 1)).repeat(HORIZON, axis=1)
    error = rng.normal(0, spread, (N, HORIZON)) + rng.normal(0, shock, HORIZON) + rng.normal(0, level, (N, 1))
    reach = Z80 * mean * np.sqrt(spread**2 + shock**2 + level**2)
    return Judged(
        series=tuple(f"series {i}" for i in range(N)),
        category=tuple(f"category {i % 3}" for i in range(N)),
        mean=mean,
        low=mean - reach,
        high=mean + reach,
        sold=mean * (1 + error),
        is_judged=np.ones((N, HORIZON), dtype=np.bool_),
        is_promoted=rng.random((N, HORIZON)) < 0.2,
    )


def test_a_forecast_that_is_right_holds() -> None:
    made = watch(judged())
    assert made
    assert made.advice == "keep"
    assert made.reasons == ()
    assert made.coverage.low < 0.8 < made.coverage.high
    assert not made.categories["has_moved"].any()
    assert not made.series["has_moved"].any()


def test_shocks_that_hit_whole_periods_do_not_raise_more_alarms_than_stated() -> None:
    n_alarms = n_naive = 0
    for seed in range(200):
        shop = judged(seed, spread=0.15, shock=0.1)
        n_alarms += not watch(shop)
        n_cells = N * HORIZON
        n_naive += abs(shop.is_inside.mean() - 0.8) > 1.96 * np.sqrt(0.16 / n_cells)
    assert n_naive > 40
    assert n_alarms <= 20


def test_levels_of_series_that_scatter_as_stated_do_not_raise_more_alarms_than_stated() -> None:
    assert sum(not watch(judged(seed, spread=0.15, level=0.15)) for seed in range(200)) <= 20


def test_a_shop_that_sells_a_third_more_needs_fresh_levels() -> None:
    shop = judged(1)
    made = watch(replace(shop, sold=shop.sold * 1.33))
    assert not made
    assert made.advice == "refresh"
    assert made.shift.low < 0.33 < made.shift.high
    assert {reason.code for reason in made.reasons} == {"level_moved", "ranges_too_narrow"}


def test_a_category_that_moved_is_named_with_how_far_and_the_others_are_not() -> None:
    shop = judged(2)
    is_moved = np.array(shop.category) == "category 1"
    made = watch(replace(shop, sold=shop.sold * np.where(is_moved, 0.7, 1.0)[:, None]))
    assert made.categories["category"].iloc[0] == "category 1"
    assert made.categories["has_moved"].tolist() == [True, False, False]
    moved = made.categories.iloc[0]
    assert moved["shift_low"] < -0.3 < moved["shift_high"]
    assert moved["bias"] == pytest.approx(1 / (1 + moved["shift"]) - 1)
    assert [reason.where for reason in made.reasons if reason.where] == ["category 1"]
    assert made.advice == "refresh"


def test_the_series_that_moved_most_comes_first() -> None:
    shop = judged(3)
    factor = np.ones((N, 1))
    factor[17], factor[5] = 3.0, 2.2
    made = watch(replace(shop, sold=shop.sold * factor))
    assert made.series["series"].tolist()[:2] == ["series 17", "series 5"]
    assert made.series["has_moved"].sum() == 2


def test_ranges_that_are_too_narrow_at_any_level_call_for_a_new_fit() -> None:
    shop = judged(4)
    half = (shop.high - shop.low) / 4
    made = watch(replace(shop, low=shop.mean - half, high=shop.mean + half))
    assert made.advice == "refit"
    assert [reason.code for reason in made.reasons] == ["ranges_too_narrow"]
    assert made.reasons[0].found.value == pytest.approx(0.478, abs=0.06)
    assert made.reasons[0].allowed == pytest.approx(0.77)


def test_ranges_that_are_too_wide_are_said_to_be() -> None:
    shop = judged(5)
    width = shop.high - shop.low
    made = watch(replace(shop, low=shop.mean - width, high=shop.mean + width))
    assert [reason.code for reason in made.reasons] == ["ranges_too_wide"]
    assert made.advice == "refit"


def test_promotions_that_no_longer_work_call_for_a_new_fit() -> None:
    shop = judged(6, spread=0.1)
    made = watch(replace(shop, sold=shop.sold * np.where(shop.is_promoted, 0.8, 1.0)))
    assert made.advice == "refit"
    found = next(reason.found for reason in made.reasons if reason.code == "promotions_answered_differently")
    assert found.low < -0.2 < found.high < 0


def test_cells_out_of_stock_are_not_held_against_the_forecast() -> None:
    shop = judged(7)
    sold, in_stock = shop.sold.copy(), shop.is_judged.copy()
    sold[:20], in_stock[:20] = 0.0, False
    made = watch(replace(shop, sold=sold, is_judged=in_stock))
    assert made
    assert len(made.series) == 40


def test_one_period_proves_little() -> None:
    shop = judged(8)
    one = replace(
        shop,
        **{name: getattr(shop, name)[:, :1] for name in ("mean", "low", "high", "is_judged", "is_promoted")},
        sold=shop.sold[:, :1] * 1.2,
    )
    assert watch(one)
    assert not watch(replace(shop, sold=shop.sold * 1.2))


def test_a_category_of_two_series_can_be_seen_to_move() -> None:
    shop = judged(9, spread=0.1)
    names = ("small", "small", *["rest"] * (N - 2))
    factor = np.ones((N, 1))
    factor[:2] = 1.5
    made = watch(replace(shop, category=names, sold=shop.sold * factor))
    assert made.categories[["category", "has_moved"]].to_numpy().tolist() == [["small", True], ["rest", False]]


def test_what_cannot_be_judged_is_refused_all_at_once() -> None:
    shop = judged()
    with pytest.raises(InputError) as told:
        replace(shop, sold=np.ones((2, 2)), low=np.ones((1, 1)), category=("one",))
    assert len(told.value.problems) == 3
    with pytest.raises(InputError, match="no period has been sold yet"):
        replace(shop, is_judged=np.zeros_like(shop.is_judged))
    with pytest.raises(InputError, match="not all numbers"):
        replace(shop, sold=np.full_like(shop.sold, np.nan))
    with pytest.raises(InputError, match="upside down"):
        replace(shop, low=shop.high, high=shop.low)
    with pytest.raises(InputError, match="negative or all zero"):
        replace(shop, mean=np.zeros_like(shop.mean))


def test_a_category_that_was_forecast_to_sell_nothing_is_left_out_and_the_others_are_judged() -> None:
    shop = judged(10)
    kept = (np.array(shop.category) != "category 2")[:, None]
    less = replace(shop, mean=shop.mean * kept, low=shop.low * kept, high=shop.high * kept, sold=shop.sold * kept)
    made = watch(less)
    assert sorted(made.categories["category"]) == ["category 0", "category 1"]
    assert not made.series["has_moved"].any()


def risen(panel: Panel, first: int, factor: float, rows: slice) -> Panel:
    """The panel with sales of some rows multiplied from a period on, at the same prices."""
    by = np.ones_like(panel.units)
    by[rows, first:] = factor
    return replace(panel, units=panel.units * by, revenue=panel.revenue * by, list_value=panel.list_value * by)


def test_new_sales_refresh_the_level_and_leave_what_was_learnt_of_promotions() -> None:
    whole = risen(make_panel(n=9, n_weeks=80, seed=5), 60, 2.0, slice(0, 1))
    known = whole.until(whole.starts[60])
    fit = fit_response(known, country="US")
    learnt = [f.mode.shared.copy() for f in fit.categories]
    then, now = Ahead.undisturbed(known, 6), Ahead.undisturbed(whole, 6)
    before = FittedResponse(fit).forecast(known, then)
    after = FittedResponse(fit).forecast(whole, now)
    risen_by = current_level(fit, whole) / current_level(fit, known)
    assert risen_by[0] == pytest.approx(2.0, rel=0.1)
    assert risen_by[1:] == pytest.approx(np.ones(8), abs=0.2)
    # The last period, when nothing is missed any more of what was promoted before it was forecast.
    assert after[0, -1] / before[0, -1] == pytest.approx(risen_by[0], rel=0.1)
    draws = [
        forecast(fit, panel, ahead, drift=Drift(), n_draws=50, rng=stream(1, "refresh"))
        for panel, ahead in ((known, then), (whole, now))
    ]
    assert (draws[0].elasticity == draws[1].elasticity).all()
    assert (draws[0].display == draws[1].display).all()
    for f, coefficients in zip(fit.categories, learnt, strict=True):
        assert (f.mode.shared == coefficients).all()


def test_a_forecast_made_before_a_rise_is_told_to_be_refreshed_and_holds_once_it_is() -> None:
    whole = risen(make_panel(n=12, n_weeks=90, seed=6), 60, 1.4, slice(None))
    fit = fit_response(whole.until(whole.starts[60]), country="US")

    def health(origin: int) -> str:
        known = whole.until(whole.starts[origin])
        ahead = Ahead.of(whole, whole.starts[origin], 8)
        mean = FittedResponse(fit).forecast(known, ahead)
        reach = Z80 * np.sqrt(fit.dispersion[:, None] * mean + (0.03 * mean) ** 2)
        window = slice(origin, origin + 8)
        return watch(
            Judged(
                series=tuple(whole.series),
                category=tuple(whole.categories[k] for k in whole.category_of),
                mean=mean,
                low=mean - reach,
                high=mean + reach,
                sold=whole.units[:, window],
                is_judged=whole.is_active[:, window],
                is_promoted=ahead.offers.depth > 0,
            )
        ).advice

    assert health(60) == "refresh"
    assert health(82) == "keep"
