"""Mistakes that one promotion shows by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime
from fractions import Fraction
from itertools import pairwise
from typing import Any, TypeAlias

from dealwright.campaign.items import Items
from dealwright.campaign.promotion import Promotion
from dealwright.campaign.schedule import Schedule
from dealwright.campaign.terms import (
    Tier,
    all_items_of,
    asks_for_nothing,
    condition,
    is_for_any_purchase,
    is_limited,
    minimum_spend,
    percent_of,
    tiers_of,
    told,
)
from dealwright.core.money import Money

Found: TypeAlias = tuple[str, dict[str, Any]]
"""A remark's code, and what its sentence is filled with."""

_DEEP = Fraction(50)  # per cent
_OUT_OF_REACH = 10**11  # minor units: a billion in most currencies
_LISTS = ("skus", "products", "categories", "brands", "tags")
_FREE_PRICES = ("unit_price_minor", "price_minor")
_AMOUNTS = ("amount_minor", "amount_per_line_minor", "amount_per_unit_minor")


def alone(promotion: Promotion, at: datetime | None) -> Iterator[Found]:
    """All that is wrong with it; with `at` also whether it is over by then."""
    yield from _schedule(promotion.schedule, at)
    yield from _depth(promotion)
    yield from _thresholds(promotion)
    yield from _tiers(promotion)
    yield from _limits(promotion)
    yield from _contradictions(promotion)


def _schedule(schedule: Schedule, at: datetime | None) -> Iterator[Found]:
    start, end = schedule.start, schedule.end
    said = {"start": schedule.start_said or start, "end": schedule.end_said or end}
    if start is not None and end is not None:
        if end <= start:
            yield "ends_before_start", said
        elif schedule.first_moment() is None and (end - start).days < 9:
            yield "never_open", said
    if at is not None and end is not None and end <= at:
        yield "is_over", said


def _depth(promotion: Promotion) -> Iterator[Found]:
    benefit, limited = promotion.benefit, is_limited(promotion)
    if promotion.layer == "delivery" or "delivery" in benefit.kind:
        return
    percent = percent_of(benefit)
    prices = [told(benefit, name) for name in _FREE_PRICES]
    is_all = (percent is not None and percent >= 100) or 0 in prices
    if is_all and is_for_any_purchase(benefit) and not limited and asks_for_nothing(promotion):
        yield "gives_everything", {}
    elif percent is not None and percent >= _DEEP and is_for_any_purchase(benefit) and _is_endless(promotion):
        yield "deep_without_budget", {"percent": _plain(percent)}
    amounts = [amount for name in _AMOUNTS if (amount := told(benefit, name)) is not None]
    if percent == 0 and len(tiers_of(benefit)) == 0 and set(prices) == {None}:
        yield "gives_nothing", {"what": "0%"}
    if amounts and max(amounts) == 0:
        yield "gives_nothing", {"what": _money(0, promotion)}
    is_open = asks_for_nothing(promotion) and not limited and is_for_any_purchase(benefit)
    if amounts and max(amounts) > 0 and is_open:
        code = "free_with_code" if promotion.needs_code else "free_without_minimum"
        yield code, {"amount": _money(max(amounts), promotion)}


def _thresholds(promotion: Promotion) -> Iterator[Found]:
    benefit, spend = promotion.benefit, minimum_spend(promotion)
    steps = [(tier.threshold, tier.off_minor) for tier in tiers_of(benefit) if tier.is_money]
    every, off = told(benefit, "every_minor"), told(benefit, "off_minor")
    if every is not None and off is not None:
        steps.append((every, off))
    if (
        told(benefit, "amount_minor") is not None
        and promotion.layer != "delivery"
        and "delivery" not in benefit.kind
    ):
        steps.append((spend, told(benefit, "amount_minor")))
    for threshold, amount in steps:
        if threshold > 0 and amount >= threshold:
            values = {"threshold": _money(threshold, promotion), "amount": _money(amount, promotion)}
            yield ("free_at_threshold_limited" if is_limited(promotion) else "free_at_threshold"), values
    for threshold in sorted({spend, *(one for one, _ in steps)}):
        if threshold >= _OUT_OF_REACH:
            yield "threshold_out_of_reach", {"threshold": _money(threshold, promotion)}


def _tiers(promotion: Promotion) -> Iterator[Found]:
    tiers, spend = tiers_of(promotion.benefit), minimum_spend(promotion)
    for one, after in pairwise(tiers):
        if after.threshold < one.threshold:
            yield "tiers_not_ascending", {"threshold": _at(after, promotion)}
    for one, after in pairwise(sorted(tiers, key=lambda tier: tier.threshold)):
        if after.threshold == one.threshold:
            yield "tier_twice", {"threshold": _at(after, promotion)}
        elif after.worth < one.worth and not (one.percent and not after.percent):
            values = {"less": _worth(after, promotion), "more": _worth(one, promotion)}
            yield "tier_worth_less", {"threshold": _at(after, promotion), **values}
        if after.is_money and after.threshold <= spend:
            yield "tier_below_minimum", {"threshold": _at(one, promotion), "minimum": _money(spend, promotion)}


def _limits(promotion: Promotion) -> Iterator[Found]:
    limits = promotion.limits
    for field in fields(limits):
        limit = getattr(limits, field.name)
        if limit == 0 and limit is not False:
            yield "limit_allows_nothing", {"name": field.name, "limit": limit}
    budget, amount = limits.budget_minor, told(promotion.benefit, "amount_minor")
    if budget and amount and amount > budget:
        values = {"budget": _money(budget, promotion), "amount": _money(amount, promotion)}
        yield "budget_below_discount", values
    if promotion.funded_percent and budget is None:
        yield "funded_without_budget", {"percent": promotion.funded_percent}
    if limits.per_code is not None and not promotion.needs_code:
        yield "code_limit_without_code", {}


def _contradictions(promotion: Promotion) -> Iterator[Found]:
    for term in (*promotion.conditions, promotion.benefit):
        for items in all_items_of(term):
            for what in _contradictions_in(items):
                yield "items_contradict", {"what": what}
    for least, most, name in (
        ("minimum_spend", "maximum_spend", "amount_minor"),
        ("minimum_quantity", "maximum_quantity", "quantity"),
    ):
        for one in condition(promotion, least):
            for other in condition(promotion, most):
                if told(one, "items") == told(other, "items") and told(one, name) > told(other, name):
                    words = (one.sentence(promotion.currency, "en"), other.sentence(promotion.currency, "en"))
                    yield "conditions_contradict", {"what": " / ".join(words)}
    is_first = any(True for _ in condition(promotion, "new_customer"))
    for one in condition(promotion, "order_number"):
        if is_first and (told(one, "number") or 1) > 1:
            yield "conditions_contradict", {"what": f"new_customer / order_number {told(one, 'number')}"}
    for one in condition(promotion, "within"):
        yield from (found for found in _schedule(told(one, "schedule"), None))


def _contradictions_in(items: Items) -> Iterator[str]:
    for name in _LISTS:
        wanted, unwanted = getattr(items, name), getattr(items, f"not_{name}")
        if wanted and set(wanted) <= set(unwanted):
            yield f"{name} / not_{name} {', '.join(wanted[:5])}"
    least, most = items.least_price_minor, items.most_price_minor
    if least is not None and most is not None and least > most:
        yield f"least_price_minor {least} / most_price_minor {most}"


def _is_endless(promotion: Promotion) -> bool:
    limits = promotion.limits
    return limits.budget_minor is None and limits.total is None and limits.units is None and not promotion.batch


def _at(tier: Tier, promotion: Promotion) -> str:
    return _money(tier.threshold, promotion) if tier.is_money else str(tier.threshold)


def _worth(tier: Tier, promotion: Promotion) -> str:
    if tier.percent:
        return f"{_plain(tier.percent)}%"
    return _money(abs(tier.worth[1]), promotion)


def _plain(percent: Fraction) -> str:
    return f"{float(percent):g}"


def _money(minor: int, promotion: Promotion) -> str:
    return str(Money(minor, promotion.currency))
