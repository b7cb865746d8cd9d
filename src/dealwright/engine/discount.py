"""How a discount lands on lines and units: percentages, amounts, new prices; never below a floor or zero."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from dealwright.engine.grants import Cut, FeeCut, Grant
from dealwright.engine.rounding import percent_of, share_out
from dealwright.engine.runs import even_runs
from dealwright.engine.units import Change, Units, changed, pick_units

if TYPE_CHECKING:
    from dealwright.engine.goods import Goods


def percent_of_lines(
    goods: Goods, lines: Sequence[int], percent: Fraction, *, per: str, cap_minor: int | None = None
) -> Grant:
    """A percentage of whole lines, rounded per "line", per "unit", or once ("pool", "order") and then shared."""
    if per == "unit":
        return percent_of_units(goods, pick_units(goods, lines), percent, per=per, cap_minor=cap_minor)
    rounding, bases = goods.facts.policy.rounding, goods.bases
    if per != "line":
        off = percent_of(sum([bases[line] for line in lines]), percent, rounding)
        return spread(goods, lines, off if cap_minor is None else min(off, cap_minor))
    cuts = []
    for line, room in zip(lines, goods.rooms(lines), strict=True):
        off = percent_of(bases[line], percent, rounding)
        if off > room:
            off = room
        if off:
            cuts.append(Cut(line, off))
    if cap_minor is not None and sum([cut.amount_minor for cut in cuts]) > cap_minor:
        return spread(goods, lines, cap_minor)
    return Grant(tuple(cuts))


def percent_of_units(
    goods: Goods, picked: Sequence[Units], percent: Fraction, *, per: str, cap_minor: int | None = None
) -> Grant:
    """A percentage of picked units, rounded per "unit", per "line" (the picked units of it), or once and shared."""
    rounding = goods.facts.policy.rounding
    bases = [_base(goods, unit) for unit in picked]
    if per == "unit":
        changes = [
            reduced(goods, unit, percent_of(base, percent, rounding))
            for unit, base in zip(picked, bases, strict=True)
        ]
        grant = _of_units(goods, changes)
    elif per == "line":
        grant = _percent_of_picked_lines(goods, picked, bases, percent)
    else:
        whole = sum([base * unit.count for unit, base in zip(picked, bases, strict=True)])
        grant = spread_over_units(goods, picked, percent_of(whole, percent, rounding))
    if cap_minor is not None and grant.amount_minor > cap_minor:
        return spread_over_units(goods, picked, cap_minor)
    return grant


def _percent_of_picked_lines(
    goods: Goods, picked: Sequence[Units], bases: Sequence[int], percent: Fraction
) -> Grant:
    by_line: dict[int, list[Units]] = {}
    worth: dict[int, int] = {}
    for unit, base in zip(picked, bases, strict=True):
        by_line.setdefault(unit.line, []).append(unit)
        worth[unit.line] = worth.get(unit.line, 0) + base * unit.count
    rounding = goods.facts.policy.rounding
    grants = [
        spread_over_units(goods, units, percent_of(worth[line], percent, rounding))
        for line, units in sorted(by_line.items())
    ]
    return Grant(
        tuple([cut for grant in grants for cut in grant.cuts]), n_units=sum([unit.count for unit in picked])
    )


def spread(goods: Goods, lines: Sequence[int], amount_minor: int) -> Grant:
    """An amount over lines by what is left of them; what a floor refuses moves to the other lines."""
    if amount_minor <= 0 or not lines:
        return Grant()
    nets = goods.nets
    parts = share_out(
        amount_minor,
        [nets[line] for line in lines],
        goods.rooms(lines),
        allocation=goods.facts.policy.allocation,
    )
    return Grant(tuple([Cut(line, part) for line, part in zip(lines, parts, strict=True) if part]))


def spread_over_units(goods: Goods, picked: Sequence[Units], amount_minor: int) -> Grant:
    """An amount over picked units by value, at most what they have room for."""
    if amount_minor <= 0:
        return Grant(n_units=0)
    row = sorted(picked, key=lambda unit: (unit.line, -unit.price_minor))
    floors = goods.facts.floors
    parts = share_out(
        amount_minor,
        [unit.price_minor * unit.count for unit in row],
        [max(0, unit.price_minor - floors[unit.line]) * unit.count for unit in row],
        allocation=goods.facts.policy.allocation,
    )
    changes = [
        Change(unit.line, unit.price_minor, run.count, run.price_minor)
        for unit, part in zip(row, parts, strict=True)
        for run in even_runs(unit.price_minor * unit.count - part, unit.count)
    ]
    return _of_units(goods, changes)


def off_each_line(goods: Goods, lines: Sequence[int], amount_minor: int) -> Grant:
    """An amount off each line, at most what it has room for."""
    offs = [(line, min(amount_minor, room)) for line, room in zip(lines, goods.rooms(lines), strict=True)]
    return Grant(tuple([Cut(line, off) for line, off in offs if off > 0]))


def off_each_unit(goods: Goods, picked: Sequence[Units], amount_minor: int) -> Grant:
    """An amount off each unit, at most what it has room for."""
    return _of_units(goods, [reduced(goods, unit, amount_minor) for unit in picked])


def down_to(goods: Goods, picked: Sequence[Units], price_minor: int) -> Grant:
    """Each unit at a price, unless it is cheaper already."""
    return _of_units(goods, [reduced(goods, unit, max(0, unit.price_minor - price_minor)) for unit in picked])


def reduced(goods: Goods, unit: Units, off_minor: int, *, is_used: bool = False) -> Change:
    """Units at a lower price, at most down to their floor."""
    room = max(0, unit.price_minor - goods.facts.floors[unit.line])
    return Change(unit.line, unit.price_minor, unit.count, unit.price_minor - min(off_minor, room), is_used)


def spread_fees(goods: Goods, fees: Sequence[int], amount_minor: int) -> tuple[FeeCut, ...]:
    """An amount over delivery fees by what is left of them."""
    left = [goods.fees[fee] for fee in fees]
    parts = share_out(amount_minor, left, left, allocation=goods.facts.policy.allocation)
    return tuple([FeeCut(fee, part) for fee, part in zip(fees, parts, strict=True) if part])


def _base(goods: Goods, unit: Units) -> int:
    """What a percentage of a unit is taken from."""
    if not goods.is_additive:
        return unit.price_minor
    return goods.bases[unit.line] // goods.facts.quantities[unit.line]


def _of_units(goods: Goods, changes: Sequence[Change]) -> Grant:
    n_units = sum([change.count for change in changes if change.price_minor != change.new_price_minor])
    return Grant(changed(goods, changes), n_units=n_units)
