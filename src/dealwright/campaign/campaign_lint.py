"""Why a campaign should not be launched: what it says, held against what else is promised and in stock."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import combinations
from typing import Any, TypeAlias

from dealwright.campaign.campaign import Campaign
from dealwright.campaign.campaign_lint_words import CAMPAIGN_SENTENCES, CAMPAIGN_SEVERITIES
from dealwright.campaign.lint import Remark, lint
from dealwright.campaign.promotion import Language, Promotion
from dealwright.campaign.schedule import ALWAYS, Schedule
from dealwright.campaign.terms import items_of, percent_of, told
from dealwright.campaign.wall_clock import hours_from, zone_named
from dealwright.core.money import Money

Found: TypeAlias = tuple[str, str, dict[str, Any]]
"""A remark's code, the promotion it concerns ("" for the campaign), and what its sentence is filled with."""

_MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Goods:
    """What is known of one sku; `None` is not known (`available`: not counted)."""

    price_minor: int | None = None
    floor_minor: int | None = None
    available: int | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What a campaign is held against.

    `in_force` are the promotions at the till that are not its own, `others` the campaigns that are scheduled, live
    or paused, `goods` what is known of the skus it names. `is_running` says that it runs already, in this version
    or in one before: then its start may lie in the past. `before` are promotions of versions that these terms
    supersede: they may have given their budgets already.
    """

    now: datetime
    in_force: tuple[Promotion, ...] = ()
    others: tuple[Campaign, ...] = ()
    goods: Mapping[str, Goods] = field(default_factory=dict)
    is_running: bool = False
    before: tuple[Promotion, ...] = ()


Check: TypeAlias = Callable[[Campaign, Facts], tuple[Remark, ...]]
"""A further check, such as one of the law on prices; an "error" stops the campaign."""


def problems(campaign: Campaign, facts: Facts, *, language: Language = "en") -> tuple[Remark, ...]:
    """Every remark on the campaign; one with the severity "error" stops it."""
    words = CAMPAIGN_SENTENCES[language]
    own = [
        Remark(
            code,
            CAMPAIGN_SEVERITIES[code],
            promotion_id,
            words[code][0].format(**values),
            words[code][1].format(**values),
        )
        for code, promotion_id, values in _found(campaign, facts)
    ]
    return (*own, *_promotions(campaign, facts, language))


def at_the_till(campaign: Campaign, promotion: Promotion, *, version: int) -> Promotion:
    """A promotion of the campaign as it holds at the till: by its own schedule or else by the campaign's."""
    schedule = campaign.schedule if promotion.schedule == ALWAYS else promotion.schedule
    return replace(promotion, version=version, schedule=schedule)


def skus_of(campaign: Campaign) -> tuple[str, ...]:
    """The skus that its promotions name."""
    named = (sku for one in campaign.promotions for sku in items_of(one.benefit).skus)
    return tuple(dict.fromkeys(named))


def _found(campaign: Campaign, facts: Facts) -> Iterator[Found]:
    yield from _time(campaign.schedule, facts)
    yield from _spans(campaign)
    yield from _itself(campaign)
    yield from _money(campaign, facts.before)
    yield from _guardrails(campaign)
    yield from _plan(campaign, facts)
    yield from _goods(campaign, facts)
    yield from _others(campaign, facts)


def _time(schedule: Schedule, facts: Facts) -> Iterator[Found]:
    start, end = schedule.start, schedule.end
    said = {"start": schedule.start_said or start, "end": schedule.end_said or end, "now": _minute(facts.now)}
    if end is None:
        yield "no_end", "", said
    elif start is not None and end <= start:
        yield "campaign_ends_before_start", "", said
    elif end <= facts.now:
        yield "campaign_is_over", "", said
    elif start is not None and start < facts.now and not facts.is_running:
        yield "starts_in_the_past", "", said
    for one, other in combinations(schedule.hours, 2):
        if _overlap(one, other):
            yield "hours_overlap", "", {"one": one, "other": other}


def _spans(campaign: Campaign) -> Iterator[Found]:
    span = replace(campaign.schedule, weekdays=(), hours=())
    for one in (*campaign.promotions, *campaign.contingency):
        if one.schedule != ALWAYS and not span.covers(one.schedule):
            yield "promotion_outside", one.id, {}


def _itself(campaign: Campaign) -> Iterator[Found]:
    for one, other in combinations(campaign.promotions, 2):
        same = (one.benefit, one.conditions, one.code) == (other.benefit, other.conditions, other.code)
        schedules = [at_the_till(campaign, each, version=1).schedule for each in (one, other)]
        if same and schedules[0].overlaps(schedules[1]):
            yield "overlaps_itself", other.id, {"other": one.id}


def _money(campaign: Campaign, before: tuple[Promotion, ...]) -> Iterator[Found]:
    budget, ceiling = campaign.budget_minor, campaign.ceiling_minor
    if not budget and not ceiling:
        yield "no_budget", "", {}
    if ceiling is None:
        return
    values = {"ceiling": str(Money(ceiling, campaign.currency))}
    if budget is not None and budget > ceiling:
        yield "ceiling_below_budget", "", values | {"budget": str(Money(budget, campaign.currency))}
    own = (*campaign.promotions, *campaign.contingency)
    free = {one.id: "ceiling_not_held_before" for one in before if one.limits.budget_minor is None}
    free |= {one.id: "ceiling_not_held" for one in own if one.limits.budget_minor is None}
    for name, code in free.items():
        yield code, name, values
    most: dict[str, int] = {}  # all versions of one promotion spend from one account
    for one in (*before, *own):
        most[one.id] = max(one.limits.budget_minor or 0, most.get(one.id, 0))
    total = sum(most.values())
    if not free and total > ceiling:
        yield "budgets_above_ceiling", "", values | {"total": str(Money(total, campaign.currency))}


def _guardrails(campaign: Campaign) -> Iterator[Found]:
    for one in campaign.guardrails:
        if one.action == "contingency" and not campaign.contingency:
            yield "nothing_to_switch_to", "", {"guardrail": one.name}


def _plan(campaign: Campaign, facts: Facts) -> Iterator[Found]:
    """The first day on which it may hold and of which its plan says nothing."""
    schedule = campaign.schedule
    if not campaign.expected or schedule.end is None:
        return
    planned = {
        date.fromisoformat(one.day).toordinal() + number for one in campaign.expected for number in range(one.days)
    }
    zone = zone_named(schedule.zone)
    first = (schedule.start or facts.now).astimezone(zone).toordinal()
    last = (schedule.end.astimezone(zone) - timedelta(microseconds=1)).toordinal()
    for number in range(first, min(last, first + len(planned) + 7) + 1):
        day = date.fromordinal(number)
        if number not in planned and (not schedule.weekdays or day.weekday() in schedule.weekdays):
            yield "plan_has_gaps", "", {"day": day.isoformat()}
            return


def _goods(campaign: Campaign, facts: Facts) -> Iterator[Found]:
    for promotion in campaign.promotions:
        named = [sku for sku in items_of(promotion.benefit).skus if sku in facts.goods]
        gone = [sku for sku in named if facts.goods[sku].available == 0]
        if gone:
            code = "no_stock" if len(gone) == len(items_of(promotion.benefit).skus) else "some_out_of_stock"
            yield code, promotion.id, {"skus": _listed(gone)}
        low = [sku for sku in named if _is_below_floor(promotion, facts.goods[sku])]
        if low:
            yield "below_floor", promotion.id, {"skus": _listed(low)}


def _is_below_floor(promotion: Promotion, goods: Goods) -> bool:
    if goods.price_minor is None or goods.floor_minor is None:
        return False
    price = Fraction(goods.price_minor)
    percent, fixed = percent_of(promotion.benefit), told(promotion.benefit, "unit_price_minor")
    off = told(promotion.benefit, "amount_per_unit_minor")
    if percent is not None:
        price -= price * percent * Fraction(1, 100)
    if fixed is not None:
        price = min(price, Fraction(fixed))
    if off is not None:
        price -= off
    return price < goods.floor_minor


def _others(campaign: Campaign, facts: Facts) -> Iterator[Found]:
    by_hand = {one.id for one in facts.in_force}
    own = {one.id for one in (*campaign.promotions, *campaign.contingency)}
    takers = {one.id: other.id for other in facts.others for one in (*other.promotions, *other.contingency)}
    for name in sorted(own & (by_hand | takers.keys())):
        yield "promotion_taken", name, {"other": takers.get(name, "")}
    skus = set(skus_of(campaign))
    for other in facts.others:
        shared = sorted(skus & set(skus_of(other)))
        if shared and other.schedule.overlaps(campaign.schedule):
            yield "shares_goods", "", {"other": other.id, "skus": _listed(shared)}


def _promotions(campaign: Campaign, facts: Facts, language: Language) -> Iterator[Remark]:
    """What the lint of promotions says of the campaign's, among all that are in force."""
    for many in (campaign.promotions, campaign.contingency):
        own = [at_the_till(campaign, one, version=1) for one in many]
        names = {one.id for one in own}
        beside = (one for one in facts.in_force if one.id not in names)
        for remark in lint((*beside, *own), language=language):
            if remark.promotion_id in names:
                yield remark


def _overlap(one: str, other: str) -> bool:
    a, b = hours_from(one), hours_from(other)
    day = 24 * 60
    return any(a.begins < b.ends + shift and b.begins + shift < a.ends for shift in (-day, 0, day))


def _listed(names: list[str]) -> str:
    more = len(names) - _MOST_SHOWN
    return ", ".join(names[:_MOST_SHOWN]) + (f" +{more}" if more > 0 else "")


def _minute(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")
