"""Demand at other prices than planned: paired with the plan's draws, and silent beyond what was seen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dealwright.app.plan.demand_at_prices import PricedDemand
from known_demand import known_demand
from shop_stock import PROMOTED, plan, situation


def priced(n_weeks: int = 4) -> PricedDemand:
    return PricedDemand.of(known_demand(), plan(), situation().wanted, n_weeks=n_weeks)


def test_without_a_cut_it_is_the_planned_demand_draw_by_draw() -> None:
    assert np.array_equal(priced().at_depth(0.0), situation().wanted)


def test_a_cut_sells_no_less_in_any_draw() -> None:
    assert (priced().at_depth(0.2) >= situation().wanted).all()
    assert priced().at_depth(0.3).sum() > priced().at_depth(0.2).sum() > situation().wanted.sum()


def test_a_week_that_is_cut_deeper_anyway_stays_as_it_is() -> None:
    row = known_demand().response.skus.index(PROMOTED)
    assert np.array_equal(priced().at_depth(0.1)[:, row, 1], situation().wanted[:, row, 1])


def test_a_cut_deeper_than_any_that_was_seen_brings_nothing() -> None:
    assert np.array_equal(priced().at_depth(0.6), situation().wanted)
    assert not priced().answers_to(np.full(6, 0.6)).any()
    assert priced().answers_to(np.full(6, 0.3)).all()


def test_a_product_that_never_stood_on_display_gains_nothing_by_one() -> None:
    shown = priced().display_lift()
    assert (shown.mean(axis=0) > 0.2).all()
    never = replace(known_demand().response, display_reach=np.zeros(6))
    assert (replace(priced(), response=never).display_lift() == 0).all()
