"""A forecaster that is kept: drift is judged by it, new sales move its levels, what was learnt stays."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from dealwright.adapters.memory import MemoryTables
from dealwright.app.demand.basis import Basis
from dealwright.app.demand.check_drift import check_drift
from dealwright.app.demand.keep_forecaster import KeptForecaster, learn_to_keep, newest_panel
from dealwright.app.demand.refresh_forecast import refresh_forecast
from dealwright.core.errors import InputError
from dealwright.data import columns as c
from dealwright.data.panel import Panel
from dealwright.plan.scenario import Scenario
from known_shop import make_frames, make_panel

N_WEEKS, N_NEW = 52, 8
PANEL = make_panel(n=8, n_weeks=N_WEEKS, n_categories=2, base=60.0, seed=5)
SOLD_AT = pd.Timestamp(PANEL.starts[N_WEEKS - N_NEW])


def a_basis(frames: dict[str, pd.DataFrame]) -> Basis:
    scenario = Scenario.read("n_draws: 60\nweeks: 2\nscope: {least_selling_weeks: 8}")
    return Basis(MemoryTables(frames), scenario, country="US", seed=3)


def risen(panel: Panel, factor: float, is_risen: Callable[[str], bool]) -> Panel:
    """Some products sell more by a factor in the newest weeks."""
    by = np.ones_like(panel.units)
    by[[is_risen(sku) for sku in panel.skus], -N_NEW:] = factor
    return replace(panel, units=np.round(panel.units * by))


@pytest.fixture(scope="module")
def kept() -> KeptForecaster:
    """Learnt before the newest weeks had come in."""
    frames = make_frames(PANEL)
    early = frames["sales"][frames["sales"][c.SOLD_AT] < SOLD_AT]
    basis = a_basis({**frames, "sales": early})
    return learn_to_keep(basis.read(), basis)


def test_it_knows_until_when_it_learnt_and_from_whom(kept: KeptForecaster) -> None:
    assert kept.learnt_until == SOLD_AT.date()
    assert sorted(kept.skus) == sorted(PANEL.skus)
    assert kept.n_newer(newest_panel(kept, a_basis(make_frames(PANEL)))) == N_NEW


def test_new_sales_move_the_level_of_who_sold_them_and_of_nobody_else(kept: KeptForecaster) -> None:
    basis = a_basis(make_frames(risen(PANEL, 2.0, lambda sku: sku == "sku-0")))
    made = refresh_forecast(basis, kept, newest_panel(kept, basis), was_learnt=False)
    change = dict(zip(made.skus, made.mean.sum(axis=1) / made.before.sum(axis=1), strict=True))
    assert change.pop("sku-0") > 1.5
    assert np.array(list(change.values())) == pytest.approx(np.ones(7), abs=0.35)
    assert made.n_newer == N_NEW
    assert (made.low <= made.mean).all()
    assert (made.mean <= made.high).all()


def test_a_forecast_refreshed_without_newer_sales_stays_as_it_was(kept: KeptForecaster) -> None:
    frames = make_frames(PANEL)
    early = frames["sales"][frames["sales"][c.SOLD_AT] < SOLD_AT]
    basis = a_basis({**frames, "sales": early})
    made = refresh_forecast(basis, kept, newest_panel(kept, basis), was_learnt=False)
    assert made.n_newer == 0
    assert (made.before == made.mean).all()
    assert all(before == after for _, before, after in made.by_category())


def test_the_weeks_refreshed_are_those_of_the_scenario(kept: KeptForecaster) -> None:
    basis = a_basis(make_frames(PANEL))
    made = refresh_forecast(basis, kept, newest_panel(kept, basis), was_learnt=False)
    assert made.weeks == (PANEL.starts[-1] + timedelta(weeks=1), PANEL.starts[-1] + timedelta(weeks=2))
    told = json.loads(json.dumps(made.to_dict(), allow_nan=False))
    by_category = sum(row["after"] for row in told["categories"])
    assert by_category == pytest.approx(sum(sum(row["mean"]) for row in told["products"]))


def test_demand_that_did_not_move_is_said_to_hold(kept: KeptForecaster) -> None:
    report = check_drift(a_basis(make_frames(PANEL)), kept)
    assert (report.was_kept, report.n_weeks, report.origin) == (True, N_NEW, SOLD_AT.date())
    assert report.health.advice == "keep"
    assert {one.remedy for one in report.categories} == {"keep"}


def test_a_category_that_sells_half_as_much_again_is_named_with_what_to_do(kept: KeptForecaster) -> None:
    category_0 = {sku for sku, k in zip(PANEL.skus, PANEL.category_of, strict=True) if k == 0}
    report = check_drift(a_basis(make_frames(risen(PANEL, 1.6, category_0.__contains__))), kept)
    assert not report.health.holds
    moved = {one.category: one for one in report.categories}
    assert (moved["category 0"].has_moved, moved["category 1"].has_moved) == (True, False)
    assert moved["category 0"].shift.low > 0
    assert moved["category 0"].remedy != "keep"
    told = json.loads(json.dumps(report.to_dict(), allow_nan=False))
    assert {row["series"] for row in told["moved_products"]} <= category_0
    assert told["moved_products"]


def test_without_one_that_is_old_enough_one_is_learnt_from_what_was_before(kept: KeptForecaster) -> None:
    basis = a_basis(make_frames(PANEL))
    for given, weeks in ((None, N_NEW), (kept, N_NEW + 1)):
        report = check_drift(basis, given, weeks=weeks)
        assert not report.was_kept
        assert report.learnt_until == report.origin == PANEL.starts[-weeks]


def test_few_weeks_are_said_to_prove_little(kept: KeptForecaster) -> None:
    basis = a_basis(make_frames(PANEL))
    assert check_drift(basis, kept, weeks=3).proves_little
    assert not check_drift(basis, kept, weeks=4).proves_little


def test_what_cannot_be_judged_is_refused(kept: KeptForecaster) -> None:
    basis = a_basis(make_frames(PANEL))
    with pytest.raises(InputError, match="judged by 1 week or more; given 0"):
        check_drift(basis, kept, weeks=0)
    with pytest.raises(InputError, match="there are 52 weeks of sales; judge fewer"):
        check_drift(basis, None, weeks=60)
    with pytest.raises(InputError, match="trials of 8 periods need at least"):
        check_drift(basis, None, weeks=40)


def test_a_catalogue_that_changed_asks_to_learn_anew(kept: KeptForecaster) -> None:
    frames = make_frames(PANEL)
    moved = frames["products"].assign(**{c.CATEGORY: "one for all"})
    with pytest.raises(InputError, match=r"categories have changed.*refresh --refit"):
        newest_panel(kept, a_basis({**frames, "products": moved}))


def test_drivers_that_were_not_known_then_ask_to_learn_anew(kept: KeptForecaster) -> None:
    costs = pd.DataFrame({c.SKU: PANEL.skus, c.STARTS_ON: PANEL.starts[0], c.UNIT_COST: 300})
    with pytest.raises(InputError, match=r"cost is known now, and nothing was then.*refresh --refit"):
        newest_panel(kept, a_basis({**make_frames(PANEL), "costs": costs}))


def test_sales_that_are_gone_ask_to_learn_anew(kept: KeptForecaster) -> None:
    frames = make_frames(PANEL)
    early = frames["sales"][frames["sales"][c.SOLD_AT] < SOLD_AT - pd.Timedelta(weeks=2)]
    with pytest.raises(InputError, match="some are gone"):
        newest_panel(kept, a_basis({**frames, "sales": early}))
