"""Which promotions hold for a cart: matching alone, without amounts and without choosing among them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cached_property
from typing import NamedTuple, cast

from dealwright.campaign.items import ALL_ITEMS, Items
from dealwright.core.cart import Cart, checked
from dealwright.core.errors import InputError
from dealwright.engine.eligibility import refused_in_full
from dealwright.engine.facts import Facts
from dealwright.engine.held import held_rules
from dealwright.engine.index import Compiled
from dealwright.engine.rule import Rule
from dealwright.engine.soundness import is_sound
from dealwright.engine.stage import Posting, Stage, values_of
from dealwright.engine.usage import NO_USAGE, Usage


def matches(cart: Cart, promotions: Compiled, *, at: datetime, usage: Usage = NO_USAGE) -> list[str]:
    """The ids of the promotions whose conditions hold at an instant and whose goods are in the cart, in no order.

    Amounts are the cart's own: what a promotion leaves of them is for `evaluate`. InputError as there.
    """
    if at.tzinfo is None:
        raise InputError(f"the moment {at.isoformat()} has no time zone; give one, like 2026-11-11T20:00:00+08:00")
    asked = _Asked(cart if is_sound(cart) else checked(cart), promotions, at, usage)
    index = promotions.index(at, cart.currency)
    found = _of_stage(index.cart, asked)
    if index.catalogue.has_rules:
        found += _of_stage(index.catalogue, asked)
    if cart.codes:
        facts = asked.facts
        held = held_rules(promotions, facts)
        found += [
            rule.id
            for rule in (*held.catalogue, *held.cart)
            if refused_in_full(rule, facts) is None and _holds(rule, facts)
        ]
    return found


class _Asked:
    """What is asked of one cart. Its facts are put in order only when a promotion has to be asked one by one: most
    are decided by their key and the cart's subtotal."""

    def __init__(self, cart: Cart, promotions: Compiled, at: datetime, usage: Usage) -> None:
        self.cart, self._promotions, self._at, self._usage = cart, promotions, at, usage
        self.subtotal = sum([line.quantity * line.unit_price_minor for line in cart.lines if not line.is_gift])

    @cached_property
    def facts(self) -> Facts:
        """The cart's facts."""
        compiled = self._promotions
        return Facts(self.cart, at=self._at, policy=compiled.policy, usage=self._usage, matchers=compiled.matchers)

    def values(self, attribute: str) -> Iterable[str]:
        """The values of an attribute that are in the cart, each once."""
        if attribute != "category":
            return values_of(self.facts, attribute)
        return {value for line in self.cart.lines if not line.is_gift for value in line.categories}


class _Gated(NamedTuple):
    """Promotions whose minimum spend looks at `items`, in the order of that minimum."""

    items: Items
    minimums: list[int]
    ids: list[str]


class _Rest(NamedTuple):
    """Promotions of one key with a minimum spend on some goods only, and those to be asked one by one."""

    gated: list[_Gated]
    asked: list[Rule]


class _Matching(NamedTuple):
    """The promotions of one key: those that it and the subtotal decide, by the subtotal they need; the others."""

    minimums: list[int]
    ids: list[str]
    rest: _Rest | None


class _Matchings(NamedTuple):
    """As `Stage`, made ready for matching."""

    always: _Matching
    by_key: dict[str, dict[str, _Matching]]


def _of_stage(stage: Stage, asked: _Asked) -> list[str]:
    known = cast("_Matchings | None", stage.matching)
    if known is None:
        known = stage.matching = _matchings(stage)
    subtotal = asked.subtotal
    minimums, ids, rest = known.always
    found = ids[: bisect_right(minimums, subtotal)]
    rests = [rest] if rest is not None else []
    for attribute, by_value in known.by_key.items():
        for value in by_value.keys() & asked.values(attribute):
            minimums, ids, rest = by_value[value]
            found += ids[: bisect_right(minimums, subtotal)]
            if rest is not None:
                rests.append(rest)
    if rests:
        found += _of_rests(rests, asked.facts)
    return found if stage.is_single else list(dict.fromkeys(found))


def _of_rests(rests: Iterable[_Rest], facts: Facts) -> list[str]:
    found: list[str] = []
    for gated, asked in rests:
        for items, minimums, ids in gated:
            found += ids[: bisect_right(minimums, facts.amount(items))]
        found += [rule.id for rule in asked if refused_in_full(rule, facts) is None and _holds(rule, facts)]
    return found


def _matchings(stage: Stage) -> _Matchings:
    by_key = {
        attribute: {value: _matching(posting) for value, posting in by_value.items()}
        for attribute, by_value in stage.postings.items()
    }
    return _Matchings(_matching(stage.always), by_key)


def _matching(posting: Posting) -> _Matching:
    asked: list[Rule] = []
    gated: dict[Items, list[Rule]] = {ALL_ITEMS: []}
    for rule in posting.rules:
        if rule.is_open and _is_decided(rule):
            # No minimum is a minimum of nothing, which every cart spends.
            gated.setdefault(rule.gate.items if rule.gate is not None else ALL_ITEMS, []).append(rule)
        else:
            asked.append(rule)
    on_cart = _in_order(ALL_ITEMS, gated.pop(ALL_ITEMS))
    rest = _Rest([_in_order(items, rules) for items, rules in gated.items()], asked) if gated or asked else None
    return _Matching(on_cart.minimums, on_cart.ids, rest)


def _in_order(items: Items, rules: Sequence[Rule]) -> _Gated:
    minimums = sorted([(rule.gate.amount_minor if rule.gate else 0, rule.id) for rule in rules])
    return _Gated(items, [least for least, _ in minimums], [name for _, name in minimums])


def _is_decided(rule: Rule) -> bool:
    """Whether its key says that its goods are in the cart, and nothing waits for what is left of them."""
    if rule.late_checks or rule.keys is None or len(rule.reads) != 1:
        return False
    return rule.reads[0].only is not None and rule.keys == (rule.reads[0].only[0], (rule.reads[0].only[1],))


def _holds(rule: Rule, facts: Facts) -> bool:
    named = rule.reads[0]
    has_goods = rule.is_delivery or not named.needs or bool(facts.matched(named))
    return has_goods and not any(check(facts) for check in rule.late_checks)
