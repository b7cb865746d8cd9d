"""Why a week sells what it does: parts that sum, for weeks to come and weeks that were."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from dealwright.adapters.memory import MemoryTables
from dealwright.app.demand.explain_forecast import explain_week
from dealwright.app.demand.forecast_demand import DemandForecast, forecast_demand
from dealwright.app.demand.past_promotions import past_promotions
from dealwright.app.demand.summarise_demand import decomposition_document, forecast_document
from dealwright.core.errors import InputError
from dealwright.plan.scenario import Scenario
from known_shop import make_frames, make_panel


@pytest.fixture(scope="module")
def demand() -> DemandForecast:
    frames = make_frames(make_panel(n=8, n_weeks=60, n_categories=4, base=30.0))
    return forecast_demand(MemoryTables(frames), Scenario.read("n_draws: 100"), country="US", seed=3)


def test_the_coming_week_is_the_forecast_and_its_parts_sum_to_it(demand: DemandForecast) -> None:
    told = explain_week(demand, "sku-3", seed=1)
    i = demand.panel.skus.index("sku-3")
    assert told.week == demand.response.weeks[0]
    assert told.expected == pytest.approx(demand.response.baseline[:, i, 0].mean())
    assert sum(units for _, units in told.parts) == pytest.approx(told.expected)
    assert told.sold is None
    assert told.unexplained is None
    assert told.spread is not None
    assert told.spread.low <= told.expected <= told.spread.high


def test_a_past_week_tells_expected_sold_and_what_is_left(demand: DemandForecast) -> None:
    panel = demand.panel
    t = 40
    told = explain_week(demand, "sku-3", day=panel.starts[t] + timedelta(days=4), seed=1)
    assert told.week == panel.starts[t]
    assert told.sold == panel.units[panel.skus.index("sku-3"), t]
    assert told.unexplained is not None
    assert sum(units for _, units in told.parts) + told.unexplained == pytest.approx(told.sold)


def test_a_promoted_week_owes_units_to_its_price_cut_and_a_quiet_one_owes_none(demand: DemandForecast) -> None:
    panel = demand.panel
    depth = np.where(panel.is_depth_known, panel.depth, 0.0)
    i, promoted = np.unravel_index(int(depth[:, 10:].argmax()), depth[:, 10:].shape)
    quiet = int(np.flatnonzero((panel.depth[i, 10:] == 0) & (panel.display[i, 10:] == 0))[0])
    cut, none = (
        dict(explain_week(demand, panel.skus[i], day=panel.starts[10 + int(t)], seed=1).parts)["price_cut"]
        for t in (promoted, quiet)
    )
    assert cut > 5
    assert none == 0


def test_products_and_weeks_that_are_not_forecast_are_refused(demand: DemandForecast) -> None:
    with pytest.raises(InputError, match="product 'tea' is not forecast: it is not among the 8 products"):
        explain_week(demand, "tea", seed=1)
    late = demand.response.weeks[-1] + timedelta(days=7)
    with pytest.raises(InputError, match=f"no week that holds {late} can be explained; there are those from"):
        explain_week(demand, "sku-3", day=late, seed=1)


def test_past_promotions_are_the_largest_supported_cuts_of_different_categories(demand: DemandForecast) -> None:
    chosen = past_promotions(demand)
    assert len(chosen) == len({promotion.category for promotion in chosen}) == 3
    uplifts = [promotion.parts["uplift"] for promotion in chosen]
    assert uplifts == sorted(uplifts, reverse=True)
    for promotion in chosen:
        assert promotion.depth >= 0.05
        assert promotion.on_display or promotion.in_mailer
        parts = promotion.parts
        gained = parts["baseline"] + parts["uplift"] + parts["halo"] + parts["unexplained"]
        assert gained - parts["cannibalised"] - parts["pulled_forward"] == pytest.approx(parts["actual"])
    panel, uplift = demand.panel, demand.decomposition.uplift
    is_shown = (panel.display >= 0.05) | (panel.mailer >= 0.05)
    assert uplifts[0] == uplift[(panel.depth >= 0.05) & panel.is_depth_known & is_shown & panel.is_active].max()


def test_the_document_splits_past_weeks_into_parts_that_sum_to_what_was_sold(demand: DemandForecast) -> None:
    past = decomposition_document(demand)
    signs = {"baseline": 1, "uplift": 1, "cannibalised": -1, "halo": 1, "pulled_forward": -1, "unexplained": 1}
    total = sum(sign * np.array(past[part]) for part, sign in signs.items())
    assert total == pytest.approx(np.array(past["actual"]))
    assert len(past["promotions"]) == 3


def test_the_document_names_the_models_their_weights_and_how_often_ranges_held(demand: DemandForecast) -> None:
    told = forecast_document(demand)
    assert sum(model["weight"] for model in told["blend"]["models"]) == pytest.approx(1.0)
    assert sum(model["weight"] for model in told["score"]["models"]) == pytest.approx(1.0)
    coverage = told["coverage"]
    assert len(coverage["by_week"]) == told["score"]["weeks"] == 8
    # Every week has as many series, so the mean of the weeks is that of all.
    assert np.mean(coverage["by_week"]) == pytest.approx(told["score"]["coverage"])
    achieved = {level["nominal"]: level["achieved"] for level in coverage["levels"]}
    assert list(achieved) == [0.5, 0.6, 0.7, 0.8, 0.9, 0.95]
    assert achieved[0.8] == told["score"]["coverage"]
    assert achieved[0.5] < achieved[0.7] < achieved[0.9]


def test_a_history_too_short_for_trials_has_no_coverage() -> None:
    frames = make_frames(make_panel(n=6, n_weeks=19, n_categories=2, base=30.0))
    scenario = Scenario.read("n_draws: 50\nscope: {least_selling_weeks: 8}")
    told = forecast_document(forecast_demand(MemoryTables(frames), scenario, country="US", seed=3))
    assert (told["score"], told["coverage"]) == (None, None)
    assert [(m["model"], m["weight"], m["loss"]) for m in told["blend"]["models"]] == [("response", 1.0, None)]
