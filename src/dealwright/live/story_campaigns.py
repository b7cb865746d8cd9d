"""The campaigns of the story: some of a plan's, and one that somebody mistyped."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

import numpy as np

from dealwright.app.campaigns.draft_from_plan import draft_from_plan
from dealwright.app.demand.forecast_demand import DemandForecast
from dealwright.app.plain import plain, plain_row
from dealwright.app.plan.explain_promotion import explain_promotion
from dealwright.app.plan.plan_promotions import PlannedPromotions
from dealwright.campaign.campaign import Campaign, Expected
from dealwright.campaign.guardrail import Guardrail
from dealwright.campaign.items import Items
from dealwright.campaign.promotion import Limits, Promotion
from dealwright.campaign.schedule import by_the_clock
from dealwright.core.money import exponent
from dealwright.data import columns as c
from dealwright.engine.benefits.percent_off import PercentOff
from dealwright.plan.constraints import Keep

TYPO: Final = "typo-"
"""How the id of the mistyped campaign begins."""
MEANT_PERCENT, TYPED_PERCENT = 20, 80
# A shop of a few thousand households sells one unit of a product in an hour, or two: over the usual hour a single
# basket at another store's price could stop a healthy campaign.
GUARDRAILS: Final = (
    Guardrail("margin_minor", Fraction(0), action="roll_back", window_minutes=1_440, least_orders=1),
    Guardrail("budget_burn", Fraction(3), "above", window_minutes=2_880, least_orders=1),
)
_DAYS = 7
_HEADROOM = 1.25


def campaigns_of_plan(
    planned: PlannedPromotions, chosen: Sequence[Keep], *, currency: str, zone: str
) -> tuple[Campaign, ...]:
    """One campaign for each chosen promotion of the plan, as `dealwright campaign from-plan` drafts them."""
    per_major = 10 ** exponent(currency)
    rows = [plain_row(row) for row in planned.plan.table.to_dict("records")]
    names = [row["promotion_id"] for row in rows]
    told = [explain_promotion(planned, name, minor_per_major=per_major).to_dict() for name in names]
    summary = {"currency": currency, "plan": {"promotions": rows}, "explanations": plain(told)}
    made = []
    for keep in chosen:
        for campaign in draft_from_plan(summary, [keep], zone=zone).campaigns:
            promotion = campaign.promotions[0]
            made.append(
                replace(campaign, id=promotion.id, name=promotion.name, guardrails=GUARDRAILS, owner="the planner")
            )
    return tuple(made)


def mistyped_campaign(
    demand: DemandForecast, planned: PlannedPromotions, sku: str, week: date, *, currency: str, zone: str
) -> Campaign:
    """`TYPED_PERCENT` off where `MEANT_PERCENT` was meant; budget and expectation are those of what was meant."""
    row = demand.panel.skus.index(sku)
    name = f"{TYPO}{week}-{sku}"
    expected = expected_of(demand, planned, row, week, depth=MEANT_PERCENT / 100)
    budget = math.ceil(MEANT_PERCENT / 100 * planned.economics.price[row] * float(expected.units_high) * _HEADROOM)
    last = week + timedelta(days=_DAYS - 1)
    promotion = Promotion(
        name,
        currency,
        PercentOff(Fraction(TYPED_PERCENT), Items(skus=(sku,))),
        name=" ".join(str(demand.panel.products[c.NAME].iloc[row]).split()),
        limits=Limits(budget_minor=budget),
    )
    return Campaign(
        id=name,
        currency=currency,
        promotions=(promotion,),
        schedule=by_the_clock(week.isoformat(), last.isoformat(), zone=zone),
        name=promotion.name,
        budget_minor=budget,
        ceiling_minor=budget,
        guardrails=GUARDRAILS,
        expected=(expected,),
        owner="the planner",
    )


def expected_of(
    demand: DemandForecast, planned: PlannedPromotions, row: int, week: date, *, depth: float
) -> Expected:
    """What the model expects of a week's price cut on its own, with 80 % ranges."""
    economics, response = planned.economics, demand.response
    gain = response.gain(depth, 0.0, 0.0)[:, row]
    units = response.baseline[:, row, response.weeks.index(week)] * (1.0 + gain)
    low, high = np.quantile(units, [0.1, 0.9]).tolist()
    price = float(economics.price[row])
    net = price * (1 - depth)
    margin = float(economics.margin(np.full((len(economics.price), 1), depth))[row, 0])
    value, least, most = (Fraction(round(one * 1000), 1000) for one in (float(units.mean()), low, high))
    margins = sorted(round(float(one) * margin) for one in (least, value, most))
    return Expected(
        week.isoformat(),
        units=value,
        units_low=least,
        units_high=most,
        net_minor=round(float(value) * net),
        net_low_minor=round(float(least) * net),
        net_high_minor=round(float(most) * net),
        margin_minor=margins[1],
        margin_low_minor=margins[0],
        margin_high_minor=margins[2],
        days=_DAYS,
    )
