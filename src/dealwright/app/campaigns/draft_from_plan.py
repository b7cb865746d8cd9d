"""Turns an approved plan into campaigns to draft: one per week, with what the plan expects of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from dealwright.campaign.campaign import Campaign, Expected
from dealwright.campaign.guardrail import DEFAULT_GUARDRAILS
from dealwright.campaign.items import Items
from dealwright.campaign.promotion import Language, Limits, Promotion
from dealwright.campaign.schedule import by_the_clock
from dealwright.core.money import exponent
from dealwright.engine.benefits.fixed_price import FixedPrice
from dealwright.plan.constraints import Keep

HEADROOM = Fraction(5, 4)
"""What a promotion may give at most, over what it gives at the high end of its forecast."""
_DAYS = 7

_LEFT_OUT: dict[Language, dict[str, str]] = {
    "en": {
        "unknown": "the plan holds no such promotion; plan again, or give the folder of the plan that was approved",
        "by_hand": "its mechanic is written by hand, as a promotion of a campaign",
        "no_price": "it is {offer} without a lower price, which does not pass the till",
    },
    "zh": {
        "unknown": "计划中没有这项促销;请重新计划,或给出已批准计划的文件夹",
        "by_hand": "该机制需手工写成活动的优惠",
        "no_price": "{offer} 没有降价,不经过收银",
    },
}


@dataclass(frozen=True, slots=True)
class Drafts:
    """The campaigns, and the promotions of the plan that none of them holds, with the reason."""

    campaigns: tuple[Campaign, ...]
    left_out: Mapping[str, str]


def draft_from_plan(
    summary: Mapping[str, Any],
    approved: Iterable[Keep],
    *,
    zone: str,
    owner: str = "",
    language: Language = "en",
) -> Drafts:
    """Campaigns for the `approved` promotions of the plan that `summary` tells of (as in summary.json).

    A price cut becomes the price on its label. What only a display or a mailer carries does not pass the till;
    other mechanics are written by hand. Why something was left out is told in this language.
    """
    rows = {(row["sku"], row["week"]): row for row in summary["plan"]["promotions"]}
    margins = _unit_margins(summary)
    weeks: dict[str, list[Mapping[str, Any]]] = {}
    left_out: dict[str, str] = {}
    for keep in sorted(approved, key=lambda one: (one.week, one.sku)):
        week = keep.week.isoformat()
        row = rows.get((keep.sku, week))
        reason = _reason_against(row, language)
        if row is None or reason:
            left_out[f"{keep.sku} {week}" if row is None else row["promotion_id"]] = reason
        else:
            weeks.setdefault(week, []).append(row)
    currency = summary["currency"]
    made = (
        _campaign(week, rows, margins, currency=currency, zone=zone, owner=owner) for week, rows in weeks.items()
    )
    return Drafts(tuple(made), left_out)


def _campaign(
    week: str,
    rows: Sequence[Mapping[str, Any]],
    margins: Mapping[str, float],
    *,
    currency: str,
    zone: str,
    owner: str,
) -> Campaign:
    per_major = 10 ** exponent(currency)
    last = date.fromisoformat(week) + timedelta(days=_DAYS - 1)
    promotions = tuple(_promotion(row, currency, per_major) for row in rows)
    budgets = [one.limits.budget_minor or 0 for one in promotions]
    cuts = ((row["regular_price"] - row["promo_price"]) * (row["baseline"] + row["uplift"]) for row in rows)
    known = [row for row in rows if row["promotion_id"] in margins]
    return Campaign(
        id=f"plan-{week}",
        currency=currency,
        promotions=promotions,
        schedule=by_the_clock(week, last.isoformat(), zone=zone),
        name=f"Plan, week of {week}",
        budget_minor=min(math.ceil(sum(cuts) * per_major), sum(budgets)),
        ceiling_minor=sum(budgets),
        guardrails=tuple(one for one in DEFAULT_GUARDRAILS if one.kind == "hard"),  # no hold-out to compare with
        expected=(_expected(week, known, margins, per_major),) if len(known) == len(rows) else (),
        owner=owner,
    )


def _promotion(row: Mapping[str, Any], currency: str, per_major: int) -> Promotion:
    most = (row["regular_price"] - row["promo_price"]) * (row["baseline"] + row["uplift_high"]) * per_major
    return Promotion(
        f"plan-{row['week']}-{row['sku']}",
        currency,
        FixedPrice(round(row["promo_price"] * per_major), Items(skus=(row["sku"],))),
        name=row["name"],
        limits=Limits(budget_minor=math.ceil(most * HEADROOM)),
    )


def _expected(
    week: str, rows: Sequence[Mapping[str, Any]], margins: Mapping[str, float], per_major: int
) -> Expected:
    """The sum over promotions; ends of ranges are added up, which is wider than the range of the sum."""
    units, net, margin = ([0.0, 0.0, 0.0] for _ in range(3))
    for row in rows:
        sold = row["baseline"] + row["uplift"]
        # What the shop gives on each unit; display and mailer cost the same whatever is sold.
        own_cost = (row["spend"] - row["support"]) / sold
        each = margins[row["promotion_id"]] - own_cost
        of_units = [row["baseline"] + row[name] for name in ("uplift_low", "uplift", "uplift_high")]
        of_margin = sorted(each * one - row["support"] for one in of_units)
        for i, one in enumerate(of_units):
            units[i] += one
            net[i] += one * row["promo_price"] * per_major
            margin[i] += of_margin[i] * per_major
    low, value, high = (Fraction(round(one * 1000), 1000) for one in units)
    return Expected(
        week,
        units=value,
        units_low=low,
        units_high=high,
        net_minor=round(net[1]),
        net_low_minor=round(net[0]),
        net_high_minor=round(net[2]),
        margin_minor=round(margin[1]),
        margin_low_minor=round(margin[0]),
        margin_high_minor=round(margin[2]),
        days=_DAYS,
    )


def _unit_margins(summary: Mapping[str, Any]) -> dict[str, float]:
    """What a unit earns at its regular price, in major units, by promotion; not of those without extra units."""
    uplifts = {row["promotion_id"]: row["uplift"] for row in summary["plan"]["promotions"]}
    found = {}
    for explanation in summary["explanations"]:
        extra = {part["code"]: part["value"] for part in explanation["parts"]}.get("margin_on_extra_units")
        uplift = uplifts.get(explanation["promotion_id"], 0.0)
        if extra is not None and uplift > 0:
            found[explanation["promotion_id"]] = extra / uplift
    return found


def _reason_against(row: Mapping[str, Any] | None, language: Language) -> str:
    if row is None:
        return _LEFT_OUT[language]["unknown"]
    if row["mechanic"]:
        return _LEFT_OUT[language]["by_hand"]
    if row["promo_price"] >= row["regular_price"]:
        return _LEFT_OUT[language]["no_price"].format(offer=row["offer"])
    return ""
