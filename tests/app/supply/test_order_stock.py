"""Orders under the plan: in time, enough, in packs, and no more than needed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from dealwright.app.supply.order_stock import order_stock
from dealwright.core.errors import InputError
from shop_stock import PROMOTED, situation, usual_week

WEEK = timedelta(weeks=1)


def test_orders_keep_every_week_they_can_reach_within_the_service_level() -> None:
    s = situation("service_level: 0.9")
    course = order_stock(s).course
    first = s.demand.response.weeks[0]
    reached = course[course["week"] > first]
    assert len(reached) == 6 * 3
    assert (reached["stock_out_probability"] <= 0.1 + 1e-9).all()


def test_goods_are_ordered_their_lead_time_before_they_arrive() -> None:
    orders = order_stock(situation("lead_time_weeks: 2")).orders
    assert len(orders) > 0
    assert ((orders["arrives_on"] - orders["order_on"]) == 2 * WEEK).all()
    assert orders["order_on"].min() == situation().demand.response.weeks[0]


def test_more_is_ordered_because_of_a_promotion_than_without_it() -> None:
    with_plan, without = (order_stock(situation(is_empty=is_empty)).orders for is_empty in (False, True))
    units = [int(orders.loc[orders["sku"] == PROMOTED, "units"].sum()) for orders in (with_plan, without)]
    assert units[0] > units[1]
    others = [orders[orders["sku"] != PROMOTED].set_index("sku")["units"].sum() for orders in (with_plan, without)]
    assert others[0] == pytest.approx(others[1], rel=0.15)


def test_a_full_shelf_needs_no_order() -> None:
    found = order_stock(situation(units=5_000))
    assert found.orders.empty
    assert found.lost.value == 0.0


def test_orders_come_in_packs_and_at_least_the_minimum() -> None:
    orders = order_stock(situation("{pack: 24, minimum: 48}", units=0)).orders
    assert (orders["units"] % 24 == 0).all()
    assert (orders["units"] >= 48).all()


def test_a_high_order_cost_means_fewer_and_larger_orders() -> None:
    often, rarely = (order_stock(situation(f"order_cost: {cost}", units=0)).orders for cost in (0.01, 50))
    assert len(rarely) == 6
    assert len(often) > len(rarely)


def test_what_is_on_order_is_not_ordered_again() -> None:
    week = situation().demand.response.weeks[1]
    rows = ", ".join(f"{{sku: sku-{i}, arrives_on: {week}, units: 1000}}" for i in range(6))
    s = situation(f"on_order: [{rows}]")
    assert s.receipts[:, 1].tolist() == [1000] * 6
    assert order_stock(s).orders.empty


def test_without_orders_on_the_way_the_usual_arrives_until_new_ones_can() -> None:
    s = situation("lead_time_weeks: 2")
    assert (s.receipts[:, :2] == s.usual_arrivals[:, :2]).all()
    assert (s.receipts[:, 2:] == 0).all()


def test_a_promotion_is_told_with_its_risk_and_what_to_have() -> None:
    s = situation()
    (row,) = order_stock(s).promotions.to_dict("records")
    assert (row["sku"], row["week"], row["offer"]) == (PROMOTED, s.demand.response.weeks[1], "30% off")
    assert row["risk"] < row["risk_usual"]
    assert row["because"] > 0
    assert row["to_have"] > row["asked"] > usual_week(PROMOTED)
    assert row["cost_low"] <= row["cost"] <= row["cost_high"]


def test_margin_saved_is_the_difference_of_what_is_missed() -> None:
    found = order_stock(situation())
    assert found.saved.value == pytest.approx(found.lost_usual.value - found.lost.value)
    assert found.saved.value > 0


def test_a_deal_is_bought_ahead_only_if_it_saves() -> None:
    terms = (
        "deals: [{sku: sku-1, unit_cost: 3.00}, {sku: sku-2, unit_cost: 3.49, minimum: 9000}, "
        "{sku: sku-3, unit_cost: 3.60}]"
    )
    rows: Any = order_stock(situation(terms)).deals.set_index("sku")
    assert rows.loc["sku-1", "usual_cost"] == 3.5
    assert rows.loc["sku-1", "units"] > 0
    assert rows.loc["sku-1", "saving"] > 0
    assert rows.loc["sku-2", "units"] == 0  # the minimum is beyond what sells
    assert rows.loc["sku-3", "units"] == 0  # dearer than usual


def test_the_reorder_point_covers_the_lead_time_and_the_week_itself() -> None:
    table = order_stock(situation("lead_time_weeks: 1")).policies.set_index("sku")
    assert (table["reorder_point"] > 2 * table["usual_a_week"]).all()
    assert (table["order_up_to"] > table["reorder_point"]).all()
    given = order_stock(situation("{service_level: 0.9, lead_time_weeks: 1}")).policies
    assert not given["is_best"].any()
    assert (given["service_level"] == 0.9).all()


def test_what_was_assumed_is_told_and_what_was_given_is_not() -> None:
    assert [one["code"] for one in order_stock(situation()).assumed] == [
        "stock",
        "cost",
        "order_cost",
        "holding_share",
        "lead_time_weeks",
        "missed_margins",
        "receipts",
    ]
    given = order_stock(situation("{order_cost: 1, holding_share: 0.2, lead_time_weeks: 1}", units=10)).assumed
    assert [one["code"] for one in given] == ["cost", "missed_margins", "receipts"]


def test_a_lead_time_beyond_the_forecast_is_refused() -> None:
    with pytest.raises(InputError, match=r"goods take up to 6 weeks .* set weeks in the scenario to 7 or more"):
        situation("products: [{sku: sku-1, lead_time_weeks: 6}]")


def test_counted_stock_is_used_where_there_is_any() -> None:
    s = situation(units=17)
    assert s.opening.tolist() == [17] * 6
    assert s.n_counted == 6
    assert np.all(situation().opening > 17)
