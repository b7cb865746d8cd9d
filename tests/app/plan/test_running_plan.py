"""An approved plan on the weeks and products of a forecast."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from dealwright.app.plan.replan_promotions import ApprovedPlan
from dealwright.app.plan.running_plan import running_plan
from dealwright.core.errors import InputError
from dealwright.plan.constraints import Keep
from dealwright.plan.problem import Offer
from known_demand import SCENARIO, known_demand, known_tables
from shop_stock import CURRENCY, PROMOTED, plan


@pytest.fixture(scope="module")
def row() -> int:
    return known_demand().response.skus.index(PROMOTED)


def test_only_the_promoted_product_and_week_are_cut(row: int) -> None:
    assert np.argwhere(plan().is_promoted).tolist() == [[row, 1]]
    assert plan().offers.depth[row, 1] == pytest.approx(0.3, abs=0.01)
    assert plan().offers.depth.sum() == plan().offers.depth[row, 1]


def test_a_cut_unit_brings_its_price_and_the_suppliers_part(row: int) -> None:
    economics, depth = plan().economics, plan().offers.depth[row, 1]
    brought = economics.price[row] * (1 - depth * (1 - economics.funded_share[row]))
    assert plan().price[row, 1] == pytest.approx(brought)
    assert plan().price[row, 0] == economics.price[row]


def test_a_product_that_is_not_forecast_is_gone_and_a_week_outside_does_not_count() -> None:
    weeks = known_demand().response.weeks
    keeps = (
        Keep("unknown", weeks[0], Offer(0.1)),
        Keep(PROMOTED, weeks[0] - timedelta(weeks=1), Offer(0.1)),
        Keep(PROMOTED, weeks[0] + timedelta(days=3), Offer(0.1)),
    )
    found = running_plan(
        known_demand(), known_tables(), SCENARIO, ApprovedPlan(keeps, weeks[-1]), currency=CURRENCY
    )
    assert [keep.sku for keep in found.gone] == ["unknown"]
    assert [(keep.sku, keep.week) for keep in found.promotions] == [(PROMOTED, weeks[0])]


def test_an_approved_offer_that_the_scenario_does_not_know_is_refused() -> None:
    weeks = known_demand().response.weeks
    odd = ApprovedPlan((Keep(PROMOTED, weeks[0], Offer(0.45)),), weeks[-1])
    with pytest.raises(InputError, match=r"which the scenario does not offer; add 0\.45 to depths"):
        running_plan(known_demand(), known_tables(), SCENARIO, odd, currency=CURRENCY)
