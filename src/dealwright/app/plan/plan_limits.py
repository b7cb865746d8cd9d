"""The limits of a scenario as constraints on a plan: names looked up, money exact, stock and rivals read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import numpy as np

from dealwright.app.plan.plan_facts import PlanFacts
from dealwright.core.errors import InputError
from dealwright.core.money import Money, exponent
from dealwright.plan.constraints import (
    AllOrNothing,
    Blackout,
    Budget,
    Bundled,
    CompetitorIndex,
    CompetitorPrice,
    Constraint,
    DepthLadder,
    EventGap,
    EventLength,
    Gap,
    Handling,
    Keep,
    LargestPriceChange,
    LeastPerWeek,
    Locked,
    MarginFloor,
    MarginOver,
    MostChanged,
    MostPerProduct,
    MostPriceChanges,
    MostPromotions,
    MustRun,
    NeverTogether,
    NotBeyondData,
    OnlySuited,
    OnlyTogether,
    PriceOrder,
    PriorPrice,
    Products,
    SameOffer,
    SellThrough,
    SlotsPerCategory,
    Soft,
    StockLimit,
    SupplierFunding,
    VehicleSlots,
    counts_money,
)
from dealwright.plan.mechanics import Bundle
from dealwright.plan.problem import Offer, PlanningProblem
from dealwright.plan.scenario import Limits
from dealwright.plan.scenario.rules import Rule


def limits_of(limits: Limits, facts: PlanFacts) -> list[Constraint]:
    """The scenario's limits as constraints, and that no offer goes beyond what the data can speak about.

    Mechanics run only where they suit, bundles on all of their products.

    InputError lists every name that the shop does not know, and every table that a limit needs and is not there.
    """
    made: list[Constraint] = []
    mistakes: list[str] = []
    for where, make, rule in _wanted(limits):
        try:
            made.append(_softened(make(facts), rule, facts.currency))
        except InputError as error:
            mistakes += [f"limits.{where}: {problem}" for problem in error.problems]
    if mistakes:
        raise InputError(*mistakes)
    return [*made, *_of_mechanics(facts.problem)]


def _of_mechanics(problem: PlanningProblem) -> Iterator[Constraint]:
    """What mechanics ask for by themselves."""
    mechanics = dict.fromkeys(offer.mechanic for offer in problem.offers)
    if any(mechanic is not None for mechanic in mechanics):
        yield OnlySuited()
    for mechanic in mechanics:
        if isinstance(mechanic, Bundle):
            yield Bundled(Products.of(*(item.sku for item in mechanic.items)), mechanic)


Make = Callable[[PlanFacts], Constraint]
_Wanted = tuple[str, Make, Rule | None]


def _wanted(limits: Limits) -> Iterator[_Wanted]:
    """Where each limit stands in the scenario, how it is made, and the rule that says whether it may be broken."""
    soft = limits.soft
    yield "most_per_product", lambda _: MostPerProduct(limits.most_per_product), soft.most_per_product
    yield from _apart(limits)
    yield "slots_per_category", lambda _: SlotsPerCategory(limits.slots_per_category), soft.slots_per_category
    yield "display_slots", lambda _: VehicleSlots("display", limits.display_slots), soft.display_slots
    yield "mailer_slots", lambda _: VehicleSlots("mailer", limits.mailer_slots), soft.mailer_slots
    yield "margin_floor", lambda _: MarginFloor(limits.margin_floor), soft.margin_floor
    yield "", _not_beyond_data, None
    budget = limits.budget
    if budget is not None:
        yield "budget", lambda facts: Budget(*_money(budget, facts)), soft.budget
    for name, make in _RULES.items():
        given = getattr(limits, name)
        for i, rule in enumerate(given if isinstance(given, tuple) else [given] if given is not None else []):
            where = f"{name}.{i}" if isinstance(given, tuple) else name
            yield where, _with_rule(make, rule), rule
    cuts = limits.prior_price
    if cuts is not None:
        has_events = limits.event_length is not None
        yield (
            "prior_price",
            lambda facts: PriorPrice(cuts.days, facts.lowest_before(cuts.days), facts.products(cuts), has_events),
            cuts,
        )


def _with_rule(make: Callable[[Any, PlanFacts], Constraint], rule: Rule) -> Make:
    return lambda facts: make(rule, facts)


def _apart(limits: Limits) -> Iterator[_Wanted]:
    """Clear weeks between promotions, or between events if promoted weeks may follow one another."""
    soft, event, weeks = limits.soft.min_gap_weeks, limits.event_length, limits.min_gap_weeks
    if event is None:
        yield "min_gap_weeks", lambda _: Gap(weeks), soft
        return
    yield "event_length", lambda _: EventLength(event.least, event.most), event
    if weeks > 1:
        yield "min_gap_weeks", lambda _: EventGap(weeks), soft


def _softened(constraint: Constraint, rule: Rule | None, currency: str) -> Constraint:
    if rule is None or rule.penalty is None:
        return constraint
    shown = f"{rule.penalty:f} {currency}"
    if counts_money(constraint):
        return Soft(constraint, float(rule.penalty), rule.priority, f"{shown} / {currency}")
    return Soft(constraint, float(rule.penalty.scaleb(exponent(currency))), rule.priority, shown)


def _money(amount: Decimal, facts: PlanFacts) -> tuple[int, str]:
    """In minor units, and as it is shown."""
    money = Money.parse(str(amount), facts.currency)
    return money.minor, str(money)


def _not_beyond_data(facts: PlanFacts) -> Constraint:
    response = facts.demand
    return NotBeyondData(
        greatest_depth=tuple(response.greatest_depth.tolist()),
        display_seen=tuple((response.display_reach > 0).tolist()),
        mailer_seen=tuple((response.mailer_reach > 0).tolist()),
        wrong_sign=frozenset(response.wrong_sign()),
    )


def _group(skus: tuple[str, ...], facts: PlanFacts) -> Products:
    return Products.of(*facts.skus(skus))


def _blackout(rule: Any, facts: PlanFacts) -> Constraint:
    return Blackout(facts.skus(rule.skus), facts.categories(rule.categories), rule.weeks)


def _locked(rule: Any, facts: PlanFacts) -> Constraint:
    offer = Offer(rule.depth, rule.display, rule.mailer)
    return Locked((Keep(facts.sku(rule.sku), rule.week, offer),))


def _least(rule: Any, facts: PlanFacts) -> Constraint:
    if rule.category is not None:
        facts.categories((rule.category,))
    return LeastPerWeek(rule.least, rule.category)


def _most(rule: Any, facts: PlanFacts) -> Constraint:
    return MostPromotions(rule.limit, facts.products(rule), rule.vehicle, rule.weeks, rule.per == "week")


def _budget(rule: Any, facts: PlanFacts) -> Constraint:
    return Budget(*_money(rule.limit, facts), facts.products(rule), rule.weeks, rule.per == "week")


def _price_order(rule: Any, facts: PlanFacts) -> Constraint:
    gap_minor, shown = _money(rule.gap, facts)
    dearer, cheaper = facts.skus((rule.dearer, rule.cheaper))
    return PriceOrder(dearer, cheaper, gap_minor, rule.ratio, shown)


def _competitor_price(rule: Any, facts: PlanFacts) -> Constraint:
    price = facts.competitor_price(rule.competitor)
    return CompetitorPrice(price, rule.at_least, rule.at_most, facts.products(rule))


def _competitor_index(rule: Any, facts: PlanFacts) -> Constraint:
    usual = facts.offers.baseline.mean(axis=0).sum(axis=1)
    return CompetitorIndex(rule.at_most, usual, facts.competitor_price(rule.competitor), facts.products(rule))


def _stock(rule: Any, facts: PlanFacts) -> Constraint:
    facts.skus(tuple(rule.receipts))
    receipts = np.array([rule.receipts.get(sku, 0) for sku in facts.problem.skus], dtype=np.float64)
    return StockLimit(facts.stock() + receipts, facts.units, facts.products(rule))


def _changed(rule: Any, facts: PlanFacts) -> Constraint:
    if not facts.approved and facts.last_approved is None:
        raise InputError("there is no approved plan to stay close to; leave the limit out until one is approved")
    return MostChanged(facts.approved, rule.limit, facts.last_approved)


_RULES: dict[str, Callable[[Any, PlanFacts], Constraint]] = {
    "blackout": _blackout,
    "must_run": lambda rule, facts: MustRun(facts.sku(rule.sku), rule.week, rule.least_depth),
    "least_per_week": _least,
    "locked": _locked,
    "most_promotions": _most,
    "depth_ladder": lambda rule, facts: DepthLadder(rule.depths, facts.products(rule)),
    "budgets": _budget,
    "supplier_funding": lambda rule, facts: SupplierFunding(
        *_money(rule.limit, facts), facts.units, facts.products(rule)
    ),
    "margins": lambda rule, facts: MarginOver(rule.least_share, facts.units, facts.products(rule)),
    "same_offer": lambda rule, facts: SameOffer(_group(rule.skus, facts)),
    "never_together": lambda rule, facts: NeverTogether(_group(rule.skus, facts)),
    "only_together": lambda rule, facts: OnlyTogether(facts.sku(rule.sku), facts.sku(rule.only_with)),
    "all_or_nothing": lambda rule, facts: AllOrNothing(_group(rule.skus, facts)),
    "price_order": _price_order,
    "competitor_price": _competitor_price,
    "competitor_index": _competitor_index,
    "stock": _stock,
    "sell_through": lambda rule, facts: SellThrough(
        rule.least_share, facts.stock(), facts.units, facts.products(rule)
    ),
    "handling": lambda rule, facts: Handling(rule.most_units, facts.units, facts.products(rule)),
    "largest_price_change": lambda rule, facts: LargestPriceChange(rule.most_share, facts.products(rule)),
    "most_price_changes": lambda rule, facts: MostPriceChanges(rule.limit, facts.products(rule)),
    "most_changed": _changed,
}
"""How each rule of the scenario becomes a constraint."""
