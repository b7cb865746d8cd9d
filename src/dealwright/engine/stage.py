"""From what a cart holds to the promotions of one stage that it can meet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import get_args

from dealwright.engine.buckets import Answer, Bucket, buckets_of
from dealwright.engine.facts import Facts
from dealwright.engine.grants import Unmet
from dealwright.engine.matching import Attribute
from dealwright.engine.rule import Rule


class Posting:
    """All promotions with one key."""

    __slots__ = ("buckets", "rules")

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = rules
        self.buckets = buckets_of(rules)


class Stage:
    """Promotions that need no code: those any cart meets, and those with keys.

    `matching` is what `matches` makes of them, once it was asked.
    """

    def __init__(self, rules: list[Rule], *, is_catalogue: bool) -> None:
        self.is_catalogue = is_catalogue
        self.is_single = all(rule.keys is None or len(rule.keys.values) == 1 for rule in rules)
        self.has_teams = self.is_single and _can_have_teams(rules)
        self.matching: object = None
        free = [rule for rule in rules if not rule.promotion.needs_code]
        self.has_rules = bool(free)
        self.always = Posting([rule for rule in free if rule.keys is None])
        by_key: dict[str, dict[str, list[Rule]]] = {}
        for rule in free:
            if rule.keys is not None:
                for value in rule.keys.values:
                    by_key.setdefault(rule.keys.attribute, {}).setdefault(value, []).append(rule)
        self.postings = {
            attribute: {value: Posting(found) for value, found in by_value.items()}
            for attribute, by_value in by_key.items()
        }

    def met(self, facts: Facts) -> list[list[Bucket]]:
        """The promotions whose key a cart meets."""
        met = [self.always.buckets]
        for attribute, by_value in self.postings.items():
            met += [by_value[value].buckets for value in values_of(facts, attribute) if value in by_value]
        return met


def _can_have_teams(rules: list[Rule]) -> bool:
    """Whether teams whose lines are apart can be decided apart: one lane, no fees, nothing that applies alone."""
    return len({rule.stage for rule in rules}) == 1 and not any(
        rule.is_exclusive or rule.touches_fees for rule in rules
    )


def candidates(stage: Stage, facts: Facts) -> list[tuple[Answer, int]]:
    """The promotions whose key a cart meets, by bucket, with what the goods of their minimum spend amount to."""
    found = []
    last, amount = None, 0
    for buckets in stage.met(facts):
        for bucket in buckets:
            items = bucket.items
            if items is None:
                found.append((bucket.answer(0), 0))
                continue
            if items is not last:  # most minimums look at the whole cart
                last, amount = items, facts.amount(items)
            found.append((bucket.answer(amount), amount))
    return found


def missing(rule: Rule, facts: Facts) -> Unmet:
    """How much a promotion's minimum spend is away."""
    assert rule.gate is not None, "only a minimum spend keeps a promotion out of reach"
    return Unmet("below_minimum_spend", rule.gate.amount_minor - facts.amount(rule.gate.items))


def values_of(facts: Facts, attribute: str) -> Iterable[str]:
    """The values of an attribute that are in the cart."""
    cart = facts.cart
    if attribute in _CARRIED_BY_LINES:
        return facts.table(attribute)  # type: ignore[arg-type]
    if attribute == "segment":
        return cart.shopper.segments
    if attribute == "delivery":
        return [delivery.method for delivery in cart.deliveries]
    single = {
        "customer": cart.shopper.customer_id,
        "channel": cart.channel,
        "cart_store": cart.store,
        "region": cart.region,
        "payment": cart.payment_method,
    }
    return (single[attribute],)


_CARRIED_BY_LINES = frozenset(get_args(Attribute))
