"""Which promotions hold for a cart: matching alone, without amounts and without choosing among them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, cast

from dealwright.campaign.items import Items
from dealwright.core.cart import Cart, checked
from dealwright.core.errors import InputError
from dealwright.engine.eligibility import refused_in_full
from dealwright.engine.facts import Facts
from dealwright.engine.held import held_rules
from dealwright.engine.index import Compiled, Posting, Stage
from dealwright.engine.rule import Rule
from dealwright.engine.soundness import is_sound
from dealwright.engine.usage import NO_USAGE, Usage


def matches(cart: Cart, promotions: Compiled, *, at: datetime, usage: Usage = NO_USAGE) -> list[str]:
    """The ids of the promotions whose conditions hold at an instant and whose goods are in the cart, in no order.

    Amounts are the cart's own: what a promotion leaves of them is for `evaluate`. InputError as there.
    """
    if at.tzinfo is None:
        raise InputError(f"the moment {at.isoformat()} has no time zone; give one, like 2026-11-11T20:00:00+08:00")
    sound = cart if is_sound(cart) else checked(cart)
    facts = Facts(sound, at=at, policy=promotions.policy, usage=usage, matchers=promotions.matchers)
    index = promotions.index(at, cart.currency)
    found = _of_stage(index.catalogue, facts) + _of_stage(index.cart, facts)
    if cart.codes:
        held = held_rules(promotions, facts)
        found += [
            rule.id
            for rule in (*held.catalogue, *held.cart)
            if refused_in_full(rule, facts) is None and _holds(rule, facts)
        ]
    return found


class _Gated(NamedTuple):
    """Promotions whose minimum spend looks at `items`, in the order of that minimum."""

    items: Items
    minimums: list[int]
    ids: list[str]


class _Matching(NamedTuple):
    """The promotions of one key: those that it alone decides, those with a minimum spend, those to be asked."""

    free: list[str]
    gated: list[_Gated]
    asked: list[Rule]


def _of_stage(stage: Stage, facts: Facts) -> list[str]:
    found: list[str] = []
    amounts: dict[int, int] = {}
    for posting in stage.met(facts):
        matching = cast("_Matching | None", posting.matching)
        if matching is None:
            matching = posting.matching = _matching(posting)
        found += matching.free
        for items, minimums, ids in matching.gated:
            amount = amounts.get(id(items))
            if amount is None:
                amount = amounts[id(items)] = facts.amount(items)
            found += ids[: bisect_right(minimums, amount)]
        for rule in matching.asked:
            if refused_in_full(rule, facts) is None and _holds(rule, facts):
                found.append(rule.id)
    return found if stage.is_single else list(dict.fromkeys(found))


def _matching(posting: Posting) -> _Matching:
    free: list[str] = []
    asked: list[Rule] = []
    gated: dict[Items, list[Rule]] = {}
    for rule in posting.rules:
        if not (rule.is_open and _is_decided(rule)):
            asked.append(rule)
        elif rule.gate is None:
            free.append(rule.id)
        else:
            gated.setdefault(rule.gate.items, []).append(rule)
    return _Matching(free, [_in_order(items, rules) for items, rules in gated.items()], asked)


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
