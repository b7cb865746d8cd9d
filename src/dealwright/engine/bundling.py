"""Which units form bundles, sets and groups, and what they are cheaper by."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from dealwright.engine.discount import spread_over_units
from dealwright.engine.grants import Grant, Unmet
from dealwright.engine.rounding import percent_of
from dealwright.engine.units import Pick, Units, first_units, pick_units

if TYPE_CHECKING:
    from dealwright.engine.goods import Goods


def any_units(
    goods: Goods, lines: Sequence[int], *, size: int, price_minor: int, pick: Pick, most_uses: int | None
) -> Grant | Unmet:
    """Bundles of any `size` units for a price; a bundle that would not be cheaper is not made."""
    row = pick_units(goods, lines, by=pick)
    n_units = _count(row)
    if n_units < size:
        return Unmet("below_minimum_quantity", missing_quantity=size - n_units)
    uses, off, bundled = 0, 0, list[Units]()
    for n_times, units, worth in _bundles(row, size):
        n_made = n_times if most_uses is None else min(n_times, most_uses - uses)
        if n_made > 0 and worth > price_minor:
            uses += n_made
            off += n_made * (worth - price_minor)
            bundled += [unit._replace(count=unit.count * n_made) for unit in units]
    grant = spread_over_units(goods, _joined(bundled), off)
    grant.uses, grant.n_units = uses, uses * size
    return grant


def _bundles(row: Sequence[Units], size: int) -> list[tuple[int, list[Units], int]]:
    """Consecutive bundles of a row: how many equal ones, the units of one, what one is worth."""
    found: list[tuple[int, list[Units], int]] = []
    begun: list[Units] = []
    for line, price, count in row:
        left = count
        if begun:
            fill = min(left, size - _count(begun))
            begun.append(Units(line, price, fill))
            left -= fill
            if _count(begun) < size:
                continue
            found.append((1, begun, _worth(begun)))
        if left >= size:
            found.append((left // size, [Units(line, price, size)], price * size))
        begun = [Units(line, price, left % size)] if left % size else []
    return found


def named_parts(
    goods: Goods,
    parts: Sequence[tuple[Sequence[int], int, Pick]],
    *,
    price_minor: int | None,
    percent: Fraction,
    most_uses: int | None,
) -> Grant | Unmet:
    """Whole sets of parts (lines, units of a set, which first) for a price each, or a percentage less.

    A unit serves one part only; parts take their units in the order they are named.
    """
    rows = [_ordered(goods, lines, pick) for lines, _, pick in parts]
    uses = _most_sets(rows, [quantity for _, quantity, _ in parts])
    if not uses:
        missing = [quantity - _count(row) for row, (_, quantity, _) in zip(rows, parts, strict=True)]
        return Unmet("below_minimum_quantity", missing_quantity=max(1, sum([max(0, gap) for gap in missing])))
    uses = uses if most_uses is None else min(uses, most_uses)
    taken: list[Units] = []
    for row, (_, quantity, _) in zip(rows, parts, strict=True):
        taken += first_units(_without(row, taken), uses * quantity)
    worth = _worth(taken)
    off = (
        percent_of(worth, percent, goods.facts.policy.rounding)
        if price_minor is None
        else worth - uses * price_minor
    )
    grant = spread_over_units(goods, _joined(taken), off)
    grant.uses, grant.n_units = uses, _count(taken)
    return grant


def _ordered(goods: Goods, lines: Sequence[int], pick: Pick) -> list[Units]:
    return pick_units(goods, lines, by=pick)


def _most_sets(rows: Sequence[list[Units]], sizes: Sequence[int]) -> int:
    """The most whole sets that can be taken part by part, units serving one part only; by halving."""
    low, high = 0, min(_count(row) // size for row, size in zip(rows, sizes, strict=True))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _serves(rows, sizes, middle) else (low, middle - 1)
    return low


def _serves(rows: Sequence[list[Units]], sizes: Sequence[int], n_sets: int) -> bool:
    taken: list[Units] = []
    for row, size in zip(rows, sizes, strict=True):
        units = first_units(_without(row, taken), n_sets * size)
        if _count(units) < n_sets * size:
            return False
        taken += units
    return True


def _without(row: Sequence[Units], taken: Sequence[Units]) -> list[Units]:
    gone: dict[tuple[int, int], int] = {}
    for line, price, count in taken:
        gone[line, price] = gone.get((line, price), 0) + count
    left = [unit._replace(count=unit.count - gone.get((unit.line, unit.price_minor), 0)) for unit in row]
    return [unit for unit in left if unit.count > 0]


def worth_groups(
    goods: Goods,
    lines: Sequence[int],
    *,
    at_least_minor: int,
    percent: Fraction,
    pick: Pick,
    most_uses: int | None,
) -> Grant | Unmet:
    """A percentage off all units of whole groups; a group is full as soon as it is worth `at_least_minor`."""
    row = [unit for unit in pick_units(goods, lines, by=pick) if unit.price_minor]
    groups = _full_groups(row, at_least_minor, most_uses)
    if not groups:
        return Unmet("below_minimum_spend", missing_minor=at_least_minor - _worth(row))
    units = _joined([unit for group, _ in groups for unit in group])
    grant = spread_over_units(goods, units, percent_of(_worth(units), percent, goods.facts.policy.rounding))
    grant.uses, grant.n_units = sum([n_times for _, n_times in groups]), _count(units)
    return grant


def _full_groups(row: Sequence[Units], at_least_minor: int, most_uses: int | None) -> list[tuple[list[Units], int]]:
    """Units of full groups with how many groups they make; equal groups of one run are made at once."""
    groups: list[tuple[list[Units], int]] = []
    uses, worth, begun = 0, 0, list[Units]()
    for line, price, count in row:
        left = count
        while left and (most_uses is None or uses < most_uses):
            needed = max(1, -(-(at_least_minor - worth) // price))
            if left < needed:
                begun.append(Units(line, price, left))
                worth += left * price
                break
            n_times = 1 if begun else left // needed
            n_times = n_times if most_uses is None else min(n_times, most_uses - uses)
            groups.append(([*begun, Units(line, price, needed * n_times)], n_times))
            left -= needed * n_times
            uses, worth, begun = uses + n_times, 0, []
    return groups


def _count(units: Sequence[Units]) -> int:
    return sum([unit.count for unit in units])


def _worth(units: Sequence[Units]) -> int:
    return sum([unit.price_minor * unit.count for unit in units])


def _joined(units: Sequence[Units]) -> list[Units]:
    counts: dict[tuple[int, int], int] = {}
    for line, price, count in units:
        counts[line, price] = counts.get((line, price), 0) + count
    return [Units(line, price, count) for (line, price), count in counts.items()]
