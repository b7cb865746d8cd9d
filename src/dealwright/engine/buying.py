"""How many deals "buy so many, get so many" are in a cart, and which units they take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from dealwright.engine.discount import reduced
from dealwright.engine.grants import Cut, Grant, Unmet
from dealwright.engine.rounding import percent_of
from dealwright.engine.runs import runs_from
from dealwright.engine.units import Change, Pick, Units, changed, in_row, pick_units

if TYPE_CHECKING:
    from dealwright.engine.goods import Goods


@dataclass(frozen=True, slots=True)
class Deal:
    """Lines whose units trigger, lines whose units get cheaper, how many of each, and by how much."""

    buy: Sequence[int]
    get: Sequence[int]
    n_buy: int
    n_get: int
    buy_pick: Pick
    get_pick: Pick
    most_uses: int | None
    percent: Fraction
    off_per_unit_minor: int | None


def deal(goods: Goods, terms: Deal) -> Grant | Unmet:
    """As many whole deals as there are units for; each takes the bought units first, then the cheaper ones."""
    at_once = _on_one_line(goods, terms)
    if at_once is not None:
        return at_once
    pool = _Pool(goods, terms)
    bought: list[Units] = []
    got: list[Units] = []
    uses = 0
    while terms.most_uses is None or uses < terms.most_uses:
        most = None if terms.most_uses is None else terms.most_uses - uses
        taken = pool.take(most)
        if taken is None:
            break
        uses += taken.uses
        bought += taken.bought
        got += taken.got
    if not uses:
        return Unmet("below_minimum_quantity", missing_quantity=_missing(goods, terms))
    offs = [(unit, _off(goods, unit, terms)) for unit in got]
    changes = [reduced(goods, unit, off, is_used=True) for unit, off in offs]
    changes += [Change(unit.line, unit.price_minor, unit.count, unit.price_minor, True) for unit in bought]
    return Grant(changed(goods, changes), uses=uses, n_units=sum([unit.count for unit in got]))


def _on_one_line(goods: Goods, terms: Deal) -> Grant | None:
    """All deals at once where bought and cheaper units are those of one line and cost the same."""
    if len(terms.get) != 1 or terms.buy != terms.get or terms.most_uses is not None:
        return None
    line, size = terms.get[0], terms.n_buy + terms.n_get
    quantity = goods.facts.quantities[line]
    price, rest = divmod(goods.nets[line], quantity)
    uses = quantity // size
    if rest or not uses or goods.runs[line] is not None:
        return None
    off = reduced(goods, Units(line, price, 1), _off(goods, Units(line, price, 1), terms))
    counts = {(price, False): quantity - uses * size, (price, True): uses * terms.n_buy}
    new = off.new_price_minor, True
    counts[new] = counts.get(new, 0) + uses * terms.n_get
    n_units = uses * terms.n_get
    return Grant((Cut(line, (price - new[0]) * n_units, runs_from(counts)),), uses=uses, n_units=n_units)


def _off(goods: Goods, unit: Units, terms: Deal) -> int:
    if terms.off_per_unit_minor is not None:
        return terms.off_per_unit_minor
    return percent_of(unit.price_minor, terms.percent, goods.facts.policy.rounding)


def _missing(goods: Goods, terms: Deal) -> int:
    """The fewest units that must be added for one deal: short of bought, short of cheaper, or of both together."""
    buy = _count(pick_units(goods, terms.buy, is_unused=True))
    get = _count(pick_units(goods, terms.get, is_unused=True))
    either = _count(pick_units(goods, sorted({*terms.buy, *terms.get}), is_unused=True))
    n_all = terms.n_buy + terms.n_get
    return max(terms.n_buy - buy, terms.n_get - get, n_all - either, 1)


def _count(units: Sequence[Units]) -> int:
    return sum([unit.count for unit in units])


@dataclass(frozen=True, slots=True)
class _Taken:
    uses: int
    bought: list[Units]
    got: list[Units]


class _Pool:
    """The units that are still free, as counts per line and price, with the two rows deals are taken from."""

    def __init__(self, goods: Goods, terms: Deal) -> None:
        self._terms = terms
        buy = in_row(pick_units(goods, terms.buy, is_unused=True), terms.buy_pick)
        get = in_row(pick_units(goods, terms.get, is_unused=True), terms.get_pick)
        self._buy = [(unit.line, unit.price_minor) for unit in buy]
        self._get = [(unit.line, unit.price_minor) for unit in get]
        self._free: dict[tuple[int, int], int] = {}
        for unit in (*buy, *get):
            self._free[unit.line, unit.price_minor] = unit.count

    def take(self, most: int | None) -> _Taken | None:
        """One deal, or many equal ones at once while the first runs of both rows last."""
        terms, free = self._terms, self._free
        buy = next((key for key in self._buy if free[key]), None)
        get = next((key for key in self._get if free[key]), None)
        if buy is None or get is None:
            return None
        n_times = (
            free[buy] // (terms.n_buy + terms.n_get)
            if buy == get
            else min(free[buy] // terms.n_buy, free[get] // terms.n_get)
        )
        n_times = n_times if most is None else min(n_times, most)
        if n_times >= 1:
            free[buy] -= n_times * terms.n_buy
            free[get] -= n_times * terms.n_get
            return _Taken(n_times, [Units(*buy, n_times * terms.n_buy)], [Units(*get, n_times * terms.n_get)])
        before = dict(free)
        bought = self._draw(self._buy, terms.n_buy)
        got = self._draw(self._get, terms.n_get) if bought is not None else None
        if bought is None or got is None:
            self._free = before
            return None
        return _Taken(1, bought, got)

    def _draw(self, row: Sequence[tuple[int, int]], n_units: int) -> list[Units] | None:
        drawn = []
        for key in row:
            count = min(self._free[key], n_units)
            if count:
                self._free[key] -= count
                n_units -= count
                drawn.append(Units(*key, count))
            if not n_units:
                return drawn
        return None
