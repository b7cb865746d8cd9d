"""Which promotions of a lane have to do with one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dealwright.engine.goods import Goods
from dealwright.engine.rule import Rule


@dataclass(slots=True)
class Part:
    """Promotions that share lines or exclusive groups, in order; `n_single` of them belong to no group."""

    mask: int
    groups: set[str]
    rules: list[Rule]
    n_single: int


def mask_of(goods: Goods, rule: Rule) -> int:
    """The lines a promotion looks at; fees are one more line."""
    facts = goods.facts
    if rule.is_delivery:
        return 1 << len(facts.lines)
    reads = rule.reads
    mask = facts.matched(reads[0])
    for matcher in reads[1:]:
        mask |= facts.matched(matcher)
    return mask


def sections(goods: Goods, rules: Sequence[Rule]) -> list[list[Part]]:
    """The parts, those decided later in later sections.

    Discounts on the order that come last can be decided after the others without loss: they depend on the sum of
    their lines only, and a smaller sum never ends dearer. So parts that they would join stay apart.
    """
    n_first = len(rules)
    while n_first and rules[n_first - 1].nature == "order":
        n_first -= 1
    first, last = rules[:n_first], rules[n_first:]
    apart = parts(goods, first)
    if not last:
        return [apart]
    if not first or not _is_above(goods, last, apart):
        return [parts(goods, rules)]
    return [apart, parts(goods, last)]


def _is_above(goods: Goods, last: Sequence[Rule], apart: Sequence[Part]) -> bool:
    """Whether every late discount sees each part whole or not at all, and no group stands on both sides."""
    taken = set().union(*[part.groups for part in apart])
    for mask in {mask_of(goods, rule) for rule in last}:
        if any(part.mask & mask and part.mask & mask != part.mask for part in apart):
            return False
    return not any(rule.group in taken for rule in last if rule.group)


def parts(goods: Goods, rules: Sequence[Rule]) -> list[Part]:
    """The promotions in parts that share neither a line nor an exclusive group."""
    by_group: dict[str, Part] = {}
    units: list[Part] = []
    masks = goods.facts.known
    for rule in rules:
        mask, group = masks.get(rule.read), rule.group
        if mask is None:
            mask = mask_of(goods, rule)
        if group and group in by_group:
            part = by_group[group]
            part.mask |= mask
            part.rules.append(rule)
            continue
        unit = Part(mask, {group} if group else set(), [rule], 0 if group else 1)
        units.append(unit)
        if group:
            by_group[group] = unit
    return _joined(units)


def _joined(units: list[Part]) -> list[Part]:
    found: list[Part] = []
    for unit in units:
        own = unit.mask
        touching = [part for part in found if part.mask & own]
        if touching:
            for part in touching:
                unit.mask |= part.mask
                unit.groups |= part.groups
                unit.rules += part.rules
                unit.n_single += part.n_single
            unit.rules.sort(key=lambda rule: rule.turn)
            found = [part for part in found if not part.mask & own]
        found.append(unit)
    return found
