"""Which units of which lines, dearest or cheapest first; always as runs of equal units, never one by one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from dealwright.engine.goods import Goods
from dealwright.engine.grants import Cut
from dealwright.engine.runs import runs_from

Pick = Literal["dearest", "cheapest"]


class Units(NamedTuple):
    """`count` units of one line that cost the same."""

    line: int
    price_minor: int
    count: int  # type: ignore[assignment]  # tuples have a method of this name, which nobody calls here


class Change(NamedTuple):
    """`count` units of one line go from one price to another; `is_used` closes them to other deals."""

    line: int
    price_minor: int
    count: int  # type: ignore[assignment]
    new_price_minor: int
    is_used: bool = False


def pick_units(
    goods: Goods,
    lines: Sequence[int],
    *,
    by: Pick = "dearest",
    most: int | None = None,
    most_per_line: int | None = None,
    is_unused: bool = False,
) -> list[Units]:
    """The units of `lines` in a row, by price and then by line, cut off after `most` (and `most_per_line` each)."""
    row: list[Units] = []
    for line in lines:
        found = [
            Units(line, run.price_minor, run.count)
            for run in goods.runs_of(line)
            if not (is_unused and run.is_used)
        ]
        row += found if most_per_line is None else first_units(in_row(found, by), most_per_line)
    row = in_row(row, by)
    return row if most is None else first_units(row, most)


def in_row(units: list[Units], by: Pick) -> list[Units]:
    """Units by price, equal prices by line."""
    if len(units) < 2:
        return units
    if by == "dearest":
        return sorted(units, key=lambda unit: (-unit.price_minor, unit.line))
    return sorted(units, key=lambda unit: (unit.price_minor, unit.line))


def first_units(row: Iterable[Units], most: int) -> list[Units]:
    """The first `most` units of a row."""
    taken = []
    for unit in row:
        if most <= 0:
            break
        taken.append(unit if unit.count <= most else Units(unit.line, unit.price_minor, most))
        most -= unit.count
    return taken


def every_nth(row: Sequence[Units], size: int, *, position: int, most: int) -> list[Units]:
    """The unit at `position` (from 1) of each of the first `most` groups of `size` units in a row."""
    taken = []
    start = 0
    for unit in row:
        first = _groups_before(start, size, position, most)
        end = start + unit.count
        count = _groups_before(end, size, position, most) - first
        if count:
            taken.append(Units(unit.line, unit.price_minor, count))
        start = end
    return taken


def _groups_before(end: int, size: int, position: int, most: int) -> int:
    """How many of the first `most` groups have their unit at `position` among the first `end` units of the row."""
    return min(most, (end - position) // size + 1) if end >= position else 0


def changed(goods: Goods, changes: Iterable[Change]) -> tuple[Cut, ...]:
    """The cuts that changing units makes; free units change before used ones, which stay used."""
    by_line: dict[int, list[Change]] = {}
    for change in changes:
        if change.price_minor != change.new_price_minor or change.is_used:
            by_line.setdefault(change.line, []).append(change)
    return tuple([_cut(goods, line, by_line[line]) for line in sorted(by_line)])


def _cut(goods: Goods, line: int, changes: list[Change]) -> Cut:
    counts: dict[tuple[int, bool], int] = {}
    for price, count, is_used in goods.runs_of(line):
        counts[price, is_used] = counts.get((price, is_used), 0) + count
    amount = 0
    for _, price, count, new_price, is_used in changes:
        n_free = counts.get((price, False), 0)
        if n_free > count:
            n_free = count
        _move(counts, n_free, (price, False), (new_price, is_used))
        if n_free < count:
            _move(counts, count - n_free, (price, True), (new_price, True))
        amount += (price - new_price) * count
    return Cut(line, amount, runs_from(counts))


def _move(counts: dict[tuple[int, bool], int], n: int, old: tuple[int, bool], new: tuple[int, bool]) -> None:
    if n:
        counts[old] -= n
        counts[new] = counts.get(new, 0) + n
