"""An approved plan becomes campaigns: a price on the label is a promotion, what the plan foresees is expected."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from dealwright.app.campaigns.draft_from_plan import draft_from_plan
from dealwright.campaign.campaign import campaign_problems
from dealwright.engine.benefits.fixed_price import FixedPrice
from dealwright.plan.constraints import Keep
from dealwright.plan.problem import Offer

ROW = {
    "promotion_id": "P-001",
    "sku": "TEA",
    "name": "Tea",
    "week": "2027-01-11",
    "offer": "20% off",
    "regular_price": 5.0,
    "promo_price": 4.0,
    "baseline": 100.0,
    "uplift": 50.0,
    "uplift_low": 20.0,
    "uplift_high": 100.0,
    "spend": 160.0,  # 1.00 on each of 150 units, and 10.00 for the display
    "support": 10.0,
    "mechanic": "",
}


def a_summary(*rows: dict[str, Any]) -> dict[str, Any]:
    explanations = [
        {"promotion_id": row["promotion_id"], "parts": [{"code": "margin_on_extra_units", "value": 100.0}]}
        for row in rows
    ]
    return {"currency": "EUR", "plan": {"promotions": list(rows)}, "explanations": explanations}


def keep(sku: str = "TEA", week: date = date(2027, 1, 11)) -> Keep:
    return Keep(sku, week, Offer(0.2, False, False))


def test_a_cut_of_the_plan_is_a_price_at_the_till_with_a_budget_above_its_forecast() -> None:
    (campaign,) = draft_from_plan(a_summary(ROW), [keep()], zone="Europe/Berlin", owner="Ann").campaigns
    assert campaign_problems(campaign) == []
    assert (campaign.id, campaign.owner) == ("plan-2027-01-11", "Ann")
    (promotion,) = campaign.promotions
    assert isinstance(promotion.benefit, FixedPrice)
    assert (promotion.benefit.unit_price_minor, promotion.benefit.items.skus) == (400, ("TEA",))
    assert promotion.limits.budget_minor == 25_000  # 1.00 on each of 200 units, and a quarter more
    assert (campaign.budget_minor, campaign.ceiling_minor) == (15_000, 25_000)
    assert str(campaign.schedule.start) == "2027-01-10 23:00:00+00:00"
    assert str(campaign.schedule.end) == "2027-01-17 23:00:00+00:00"


def test_what_the_plan_foresees_of_the_week_is_expected_of_the_campaign() -> None:
    (campaign,) = draft_from_plan(a_summary(ROW), [keep()], zone="UTC").campaigns
    (week,) = campaign.expected
    assert (week.day, week.days) == ("2027-01-11", 7)
    assert (week.units_low, week.units, week.units_high) == (Fraction(120), Fraction(150), Fraction(200))
    assert (week.net_low_minor, week.net_minor, week.net_high_minor) == (48_000, 60_000, 80_000)
    # A unit earns 2.00 at its regular price and 1.00 on offer; the display costs 10.00.
    assert (week.margin_low_minor, week.margin_minor, week.margin_high_minor) == (11_000, 14_000, 19_000)


def test_what_does_not_pass_the_till_or_was_not_approved_is_left_out_with_the_reason() -> None:
    display = ROW | {"promotion_id": "P-002", "sku": "CAKE", "promo_price": 5.0, "offer": "display"}
    gift = ROW | {"promotion_id": "P-003", "sku": "JAM", "mechanic": '{"kind": "gift"}'}
    unapproved = ROW | {"promotion_id": "P-004", "sku": "RUM"}
    summary = a_summary(ROW, display, gift, unapproved)
    drafts = draft_from_plan(
        summary, [keep(), keep("CAKE"), keep("JAM"), keep("TEA", date(2027, 1, 18))], zone="UTC"
    )
    assert [[one.id for one in campaign.promotions] for campaign in drafts.campaigns] == [["plan-2027-01-11-TEA"]]
    assert drafts.left_out.keys() == {"P-002", "P-003", "TEA 2027-01-18"}
    assert drafts.left_out["P-002"].startswith("it is display without a lower price")
    assert "by hand" in drafts.left_out["P-003"]
