"""Holds a campaign against the law on prices of the shop's country, on what its tables say of prices and sales."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from dealwright.app.campaigns.price_evidence import Known, price_evidence
from dealwright.app.ports import Tables
from dealwright.app.till.worst_stack import lowest_price, worlds
from dealwright.campaign.campaign import Campaign
from dealwright.campaign.campaign_lint import Check, Facts, at_the_till
from dealwright.campaign.lint import Remark
from dealwright.campaign.promotion import Language, Promotion
from dealwright.campaign.schedule import Schedule
from dealwright.campaign.terms import items_of, told
from dealwright.compliance.claims import ClaimFacts, check_claims
from dealwright.compliance.fair_terms import check_personal, check_treatment
from dealwright.compliance.finding import Finding
from dealwright.compliance.floor import LowestPrice, check_floor
from dealwright.compliance.price_history import PriceHistory
from dealwright.compliance.profile import Profile, RuleName, Ruling
from dealwright.compliance.reductions import Reduction, check_lowest_paid, check_prior_price, check_raised
from dealwright.compliance.shown_terms import check_shown
from dealwright.compliance.words import FINDING_WORDS
from dealwright.core.cart import Cart, LineItem
from dealwright.engine.evaluate import evaluate
from dealwright.engine.index import Compiled, compile_promotions

_PLACES = {
    "in_channel": ("channels", "channel"),
    "in_store": ("stores", "store"),
    "in_region": ("regions", "region"),
    "pays_by": ("methods", "payment_method"),
}


@dataclass(frozen=True, slots=True)
class PriceLaw:
    """The profile a shop is under, and what the shop itself recorded for it.

    - `public_segments`: groups whose rule is published. `goods`: sku -> what it is ("perishable") or why it may be
      cheap ("overstock"). `raised`: sku -> why its list price was raised.
    - `texts`: what is shown beside the names of campaign and promotions.
    """

    profile: Profile
    public_segments: tuple[str, ...] = ()
    goods: Mapping[str, str] = field(default_factory=dict)
    raised: Mapping[str, str] = field(default_factory=dict)
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Held:
    """A promotion as it holds at the till, the day it starts, and what is known of the goods it may touch."""

    promotion: Promotion
    compiled: Compiled
    at: datetime
    start: date
    known: Mapping[str, Known]


def check_compliance(campaign: Campaign, facts: Facts, *, tables: Tables, law: PriceLaw) -> tuple[Finding, ...]:
    """Every finding on the promotions of a campaign and on its contingency, those that allow included.

    Prices and sales are read as they were before the first day. InputError if a table cannot be read.
    """
    given = [at_the_till(campaign, one, version=1) for one in (*campaign.promotions, *campaign.contingency)]
    held = [_held(one, facts, tables) for one in given]
    return tuple(
        finding
        for one in held
        for finding in (*_of_promotion(one, campaign, facts, law), *_floors(one, given, campaign, facts, law))
    )


def price_law_check(opened: Callable[[], Tables], law: PriceLaw, *, language: Language = "en") -> Check:
    """The check that the life cycle of campaigns makes before approval and at launch (see `HouseRules.checks`)."""

    def check(campaign: Campaign, facts: Facts) -> tuple[Remark, ...]:
        return remarks(check_compliance(campaign, facts, tables=opened(), law=law), language=language)

    return check


def remarks(findings: Sequence[Finding], *, language: Language = "en") -> tuple[Remark, ...]:
    """Findings that do not allow, one per promotion and case: the first in words, how many products more."""

    def case(finding: Finding) -> tuple[str, str, str]:
        return finding.promotion_id, finding.rule, finding.code

    kept = sorted((one for one in findings if not one), key=case)
    return tuple(_remark(list(group), language) for _, group in groupby(kept, key=case))


def prices_unread(why: str, *, is_running: bool, language: Language = "en") -> Remark:
    """The remark when prices cannot be read: it stops an approval, not what was checked when it was approved."""
    sentence, remedy = FINDING_WORDS[language]["prices_unread"]
    return Remark("price_law_unread", "warning" if is_running else "error", "", sentence.format(why=why), remedy)


def _remark(group: list[Finding], language: Language) -> Remark:
    first = group[0]
    more = f" (+{len(group) - 1})" if len(group) > 1 else ""
    about = f"{first.sku}: " if first.sku else ""
    blocks = any(one.answer == "block" for one in group)
    return Remark(
        f"price_law_{first.code}",
        "error" if blocks else "warning",
        first.promotion_id,
        f"{about}{first.sentence(language)}{more} [{first.based_on(language)}]",
        first.remedy(language),
    )


def _held(promotion: Promotion, facts: Facts, tables: Tables) -> _Held:
    schedule = promotion.schedule
    at = schedule.first_moment() or schedule.start or facts.now
    start = at.astimezone(ZoneInfo(schedule.zone)).date()
    known = price_evidence(tables, start, skus=_named(promotion))
    return _Held(promotion, compile_promotions([promotion]), at, start, known)


def _named(promotion: Promotion) -> tuple[str, ...] | None:
    """The skus it names; None if it may touch any."""
    prices = told(promotion.benefit, "prices")
    skus = tuple(one.sku for one in prices) if prices else items_of(promotion.benefit).skus
    return skus or None


def _of_promotion(held: _Held, campaign: Campaign, facts: Facts, law: PriceLaw) -> Iterator[Finding]:
    rulings = _rulings(law, held.start)
    promotion = held.promotion
    if "conditions_shown" in rulings:
        yield check_shown(promotion, rulings["conditions_shown"])
    if "equal_treatment" in rulings:
        yield from check_treatment(promotion, rulings["equal_treatment"], public_segments=law.public_segments)
    if "personal_offers" in rulings:
        yield check_personal(promotion, rulings["personal_offers"])
    reductions = list(_reductions(held, facts))
    for reduction in reductions:
        yield from _of_reduction(reduction, _history(held, reduction.sku), rulings, law)
    texts = (campaign.name, promotion.name, *law.texts)
    claimed = _claim_facts(held, reductions, rulings, facts)
    yield from check_claims(texts, claimed, rulings, promotion_id=promotion.id)


def _of_reduction(
    reduction: Reduction, history: PriceHistory, rulings: Mapping[RuleName, Ruling], law: PriceLaw
) -> Iterator[Finding]:
    if "lowest_paid_price" in rulings:
        yield check_lowest_paid(reduction, history, rulings["lowest_paid_price"])
    if "raised_then_cut" in rulings:
        reason = law.raised.get(reduction.sku, "")
        yield check_raised(reduction, history, rulings["raised_then_cut"], reason=reason)
    if "prior_price" in rulings:
        kind = law.goods.get(reduction.sku, "")
        yield check_prior_price(reduction, history, rulings["prior_price"], kind=kind)


def _rulings(law: PriceLaw, start: date) -> dict[RuleName, Ruling]:
    found = {name: law.profile.ruling(name, start) for name in law.profile.rules}
    return {name: ruling for name, ruling in found.items() if ruling is not None}


def _reductions(held: _Held, facts: Facts) -> Iterator[Reduction]:
    """What everybody pays less for one unit: what the promotion gives a cart of one, without code or person."""
    for known in held.known.values():
        goods = facts.goods.get(known.sku)
        base = known.base_minor(held.start) or (goods.price_minor if goods else None)
        if base is None:
            continue
        cart = Cart(held.promotion.currency, (_line(known, base),), **_place(held.promotion))
        found = evaluate(cart, held.compiled, at=held.at)
        net = found.lines[0].net_minor
        if net < base:
            yield Reduction(held.promotion.id, known.sku, base, net, held.start, held.promotion.currency)


def _line(known: Known, price_minor: int) -> LineItem:
    return LineItem("1", known.sku, 1, price_minor, categories=known.categories, brand=known.brand)


def _place(promotion: Promotion) -> dict[str, Any]:
    """Where the promotion holds: the first channel, store, region and way of paying that it asks for."""
    return {
        slot: told(one, field_name)[0]
        for one in promotion.conditions
        if one.kind in _PLACES
        for field_name, slot in (_PLACES[one.kind],)
        if told(one, field_name)
    }


def _history(held: _Held, sku: str) -> PriceHistory:
    conditions = held.promotion.conditions
    channels = [name for one in conditions if one.kind == "in_channel" for name in told(one, "channels")]
    stores = [name for one in conditions if one.kind == "in_store" for name in told(one, "stores")]
    return held.known[sku].history.at(channels=channels, stores=stores)


def _claim_facts(
    held: _Held, reductions: Sequence[Reduction], rulings: Mapping[RuleName, Ruling], facts: Facts
) -> ClaimFacts:
    lawful = [(one, _lawful_base(one, _history(held, one.sku), rulings)) for one in reductions]
    percents = [one.percent_from(base) for one, base in lawful]
    funded = held.promotion.funded_percent
    units = {known.available for sku, known in facts.goods.items() if sku in held.known}
    return ClaimFacts(
        held.promotion.currency,
        percents=tuple(max(one, Fraction(0)) for one in percents),
        amounts_minor=tuple(max(base - one.price_minor, 0) for one, base in lawful),
        bases_minor=tuple(base for _, base in lawful),
        is_lowest=all(_is_lowest(one, _history(held, one.sku)) for one in reductions) if reductions else None,
        days=_days(held.promotion.schedule),
        units_left=units.pop() if len(units) == 1 else None,
        subsidies_minor=tuple((one.base_minor - one.price_minor) * funded // 100 for one in reductions),
    )


def _days(schedule: Schedule) -> int | None:
    """On how many days of its own clock it holds."""
    if schedule.start is None or schedule.end is None:
        return None
    zone = ZoneInfo(schedule.zone)
    last = schedule.end - timedelta(microseconds=1)
    return (last.astimezone(zone).date() - schedule.start.astimezone(zone).date()).days + 1


def _lawful_base(reduction: Reduction, history: PriceHistory, rulings: Mapping[RuleName, Ruling]) -> int:
    """The highest price that the law surely lets the reduction be counted from: what is only inferred aside."""
    bases = [reduction.base_minor]
    if "prior_price" in rulings:
        ruling = rulings["prior_price"]
        start = reduction.start
        if ruling.is_stepwise:
            start = history.first_step(start, reduction.price_minor)
        prior = history.recorded.lowest_offered(start, days=ruling.days)
        bases += [prior.price_minor] if prior else []
    if "lowest_paid_price" in rulings:
        paid = history.lowest_paid(reduction.start, days=rulings["lowest_paid_price"].days)
        bases += [paid.price_minor] if paid else []
    return min(bases)


def _is_lowest(reduction: Reduction, history: PriceHistory) -> bool:
    return all(reduction.price_minor <= row.price_minor for row in history.rows)


def _floors(
    held: _Held, given: Sequence[Promotion], campaign: Campaign, facts: Facts, law: PriceLaw
) -> Iterator[Finding]:
    """The lowest price of each product with a known floor or cost, with all that may come together."""
    ruling = law.profile.ruling("price_floor", held.start)
    if ruling is None:
        return
    beside = [*facts.in_force, *(at_the_till(o, one, version=1) for o in facts.others for one in o.promotions)]
    names = {one.id for one in given}
    alike = [one for one in beside if one.id not in names and one.currency == campaign.currency]
    every = [one for one in (*given, *alike) if one.schedule.overlaps(held.promotion.schedule)]
    unique = {one.id: one for one in every}
    sets = [each for each in worlds(unique.values(), held.at, held.promotion.schedule.end) if each]
    for known in held.known.values():
        goods = facts.goods.get(known.sku)
        floor = goods.floor_minor if goods and goods.floor_minor is not None else known.unit_cost_minor
        base = known.base_minor(held.start) or (goods.price_minor if goods else None)
        if floor is None or base is None:
            continue
        line, name = _line(known, base), held.promotion.id
        found = [lowest_price(line, each, at=held.at, currency=campaign.currency, with_=name) for each in sets]
        reached = [one for one in found if one is not None]
        if reached:
            reason = law.goods.get(known.sku, "overstock" if campaign.objective == "clear_stock" else "")
            yield check_floor(min(reached, key=_per_unit), floor, ruling, promotion_id=name, reason=reason)


def _per_unit(lowest: LowestPrice) -> Fraction:
    return Fraction(lowest.net_minor, lowest.quantity)
