"""Whether a benefit keeps the promises of its protocol, told in a sentence when it does not."""

from __future__ import annotations

from typing import get_args

from dealwright.engine.facts import Facts
from dealwright.engine.goods import Goods
from dealwright.engine.grants import Extent, Grant, Nature, Scope, Unmet
from dealwright.engine.protocol import Benefit
from dealwright.testing.check_condition import check_term, check_unmet
from dealwright.testing.till_samples import facts_of, goods_of, sample_carts

_CHEAPER = (1, 7, 100)
"""Cents that are taken off goods to see whether cheaper goods ever end dearer."""


def check_benefit(benefit: Benefit) -> None:
    """AssertionError naming the broken promise, if `benefit` breaks one. Tries it on a dozen carts.

    Promised: a frozen dataclass of plain values with a `kind`, a `scope`, a `nature` and a sentence in English and
    Chinese; `give` answers a `Grant` or an `Unmet`, always the same for the same goods, and changes nothing; no cut
    larger than the room of its line or fee, none on a line that takes no discount; units that add up; no more than
    its `ceiling`; and, of nature "lines" or "order", cheaper goods never end dearer.
    """
    check_term(benefit)
    assert benefit.scope in get_args(Scope), f"{benefit.kind}: no scope is called {benefit.scope!r}"
    assert benefit.nature in get_args(Nature), f"{benefit.kind}: no nature is called {benefit.nature!r}"
    for name, cart in sample_carts().items():
        who = f"{benefit.kind} on a cart {name!r}"
        facts = facts_of(cart)
        goods = goods_of(facts)
        before = (goods.nets.copy(), list(goods.runs), goods.fees.copy())
        given = benefit.give(goods)
        assert (goods.nets, goods.runs, goods.fees) == before, f"{who}: giving changes the goods"
        assert isinstance(given, Grant | Unmet), f"{who}: give gives a Grant or an Unmet, not {given!r}"
        assert given == benefit.give(goods_of(facts_of(cart))), f"{who}: the same goods are given something else"
        if isinstance(given, Unmet):
            check_unmet(who, given)
        else:
            _check_grant(who, given, goods)
            _check_ceiling(who, benefit, given, facts)
        _check_nature(who, benefit, facts)


def _check_grant(who: str, given: Grant, goods: Goods) -> None:
    facts = goods.facts
    for cut in given.cuts:
        item = facts.lines[cut.line]
        assert cut.amount_minor >= 0, f"{who}: a cut is negative"
        room = goods.nets[cut.line] if item.is_gift else goods.line_room(cut.line)
        assert cut.amount_minor <= room, f"{who}: more is cut off line {item.line!r} than it has room for"
        assert item.is_gift or item.is_discountable or not cut.amount_minor, (
            f"{who}: line {item.line!r} takes no discount"
        )
        if cut.runs is not None:
            count = sum(run.count for run in cut.runs)
            worth = sum(run.price_minor * run.count for run in cut.runs)
            assert count == item.quantity, f"{who}: line {item.line!r} has {item.quantity} units, not {count}"
            assert worth == goods.nets[cut.line] - cut.amount_minor, f"{who}: units and cut do not add up"
    for fee in given.fee_cuts:
        assert 0 <= fee.amount_minor <= goods.fees[fee.delivery], f"{who}: more than a fee is taken off it"
    assert min(given.points, given.points_spent, given.prepaid_minor) >= 0, f"{who}: something given is negative"


def _check_ceiling(who: str, benefit: Benefit, given: Grant, facts: Facts) -> None:
    ceiling = getattr(benefit, "ceiling", None)
    if ceiling is None or benefit.scope == "delivery":
        return
    mask = facts.mask(benefit.items)
    lines = facts.numbers(mask & facts.discountable)
    worth = sum(facts.base[line] for line in lines)
    n_units = sum(facts.quantities[line] for line in lines)
    most = ceiling(Extent(len(lines), n_units, worth, worth, is_whole=not mask & ~facts.discountable))
    assert given.amount_minor <= most, f"{who}: {given.amount_minor} is more than its ceiling {most}"


def _check_nature(who: str, benefit: Benefit, facts: Facts) -> None:
    if benefit.nature not in ("lines", "order") or benefit.scope == "delivery":
        return
    whole = _left(benefit, facts, facts.regular)
    for line, amount in enumerate(facts.regular):
        for cents in _CHEAPER:
            lowest = facts.floors[line] * facts.quantities[line]
            cheaper = [*facts.regular[:line], max(min(amount, lowest), amount - cents), *facts.regular[line + 1 :]]
            left = _left(benefit, facts, cheaper)
            assert sum(left) <= sum(whole), f"{who}: {cents} cents cheaper goods end dearer; its nature is 'units'"
            if benefit.nature == "lines":
                others = [left[other] == whole[other] for other in range(len(whole)) if other != line]
                assert all(others), f"{who}: one line's price moves another's; its nature is 'order' or 'units'"


def _left(benefit: Benefit, facts: Facts, amounts: list[int]) -> list[int]:
    goods = goods_of(facts, amounts)
    given = benefit.give(goods)
    return goods.nets if isinstance(given, Unmet) else goods.after(given).nets
