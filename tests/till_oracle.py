"""A slow till: units one by one, exact fractions, every legal subset tried; it shares no code with ours.

It knows percentages, amounts, fixed prices, tiers, every-so-much, buy x get y and n-th units, in one lane, with
floors, exclusive groups and exclusive promotions.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from dealwright.campaign.promotion import Promotion
from dealwright.core.cart import Cart, LineItem
from dealwright.engine.benefits.amount_off import AmountOff, AmountOffLine, AmountOffUnit
from dealwright.engine.benefits.buy_get import BuyGet
from dealwright.engine.benefits.fixed_price import FixedPrice
from dealwright.engine.benefits.full_reduction import EveryReduction, FullReduction
from dealwright.engine.benefits.nth_unit import NthUnit
from dealwright.engine.benefits.percent_off import PercentOff
from dealwright.engine.conditions.quantity import MinimumQuantity
from dealwright.engine.conditions.spend import MinimumSpend

HALF = Fraction(1, 2)
RANKS = {PercentOff: 1, AmountOff: 2, AmountOffLine: 1, AmountOffUnit: 1, FixedPrice: 1, FullReduction: 2,
         EveryReduction: 2, BuyGet: 0, NthUnit: 0}  # fmt: skip


@dataclass
class Held:
    """A line while it is priced: its units when they differ, else only what they cost together."""

    item: LineItem
    net: int
    units: list[tuple[int, bool]] | None = None

    def each(self) -> list[tuple[int, bool]]:
        """The units with their prices, and whether a deal has used them."""
        if self.units is not None:
            return sorted(self.units, reverse=True)
        return [(price, False) for price in evenly(self.net, self.item.quantity)]

    @property
    def room(self) -> int:
        """How much may still be taken off."""
        return max(0, self.net - self.item.floor_minor * self.item.quantity)


def evenly(total: int, n: int) -> list[int]:
    """So many whole parts, the larger ones first."""
    return [total // n + (place < total % n) for place in range(n)]


def half_up(amount: Fraction) -> int:
    """Rounded half up."""
    return math.floor(amount + HALF)


def shared(amount: int, weights: Sequence[int], rooms: Sequence[int]) -> list[int]:
    """By weight, none above its room; spare cents to the largest remainders."""
    parts = [0] * len(weights)
    left = min(amount, sum(room for room, weight in zip(rooms, weights, strict=True) if weight))
    free = [i for i, weight in enumerate(weights) if weight and rooms[i]]
    while left > 0 and free:
        exact = {i: Fraction(left * weights[i], sum(weights[j] for j in free)) for i in free}
        full = [i for i in free if exact[i] > rooms[i]]
        if not full:
            for i in free:
                parts[i] = math.floor(exact[i])
            spare = left - sum(parts[i] for i in free)
            for i in sorted(free, key=lambda i: (parts[i] - exact[i], i))[:spare]:
                parts[i] += 1
            break
        for i in full:
            parts[i] = rooms[i]
            left -= rooms[i]
        free = [i for i in free if i not in full]
    return parts


def cut(line: Held, amount: int) -> None:
    """Something off a whole line; units that differ share it by value."""
    if line.units is not None:
        runs = [(unit, len(list(group))) for unit, group in itertools.groupby(line.each())]
        rooms = [max(0, price - line.item.floor_minor) * n for (price, _), n in runs]
        parts = shared(amount, [price * n for (price, _), n in runs], rooms)
        line.units = [
            (price, is_used)
            for ((old, is_used), n), part in zip(runs, parts, strict=True)
            for price in evenly(old * n - part, n)
        ]
    line.net -= amount


def settle(line: Held, units: list[tuple[int, bool]]) -> None:
    """New units of a line; equal ones that no deal used are told together again."""
    line.net = sum(price for price, _ in units)
    line.units = units if len(set(units)) > 1 or units[0][1] else None


def matching(lines: Sequence[Held], items: object) -> list[Held]:
    """Lines by sku or category; the oracle knows nothing else."""
    skus, categories = items.skus, items.categories  # type: ignore[attr-defined]
    return [
        line
        for line in lines
        if line.net
        and (not skus or line.item.sku in skus)
        and (not categories or set(line.item.categories) & set(categories))
    ]


def met(promotion: Promotion, cart: Cart) -> bool:
    """Whether its minimum of money and units is in the cart."""
    for term in promotion.conditions:
        if isinstance(term, MinimumSpend):
            lines = [line for line in cart.lines if _names(term.items, line)]
            if sum(line.amount_minor for line in lines) < term.amount_minor:
                return False
        elif isinstance(term, MinimumQuantity):
            lines = [line for line in cart.lines if _names(term.items, line)]
            if sum(line.quantity for line in lines) < term.quantity:
                return False
    return True


def _names(items: object, line: LineItem) -> bool:
    skus, categories = items.skus, items.categories  # type: ignore[attr-defined]
    return (not skus or line.sku in skus) and (not categories or bool(set(line.categories) & set(categories)))


def apply(benefit: object, lines: list[Held]) -> None:
    """One benefit on what is left, in place."""
    targets = matching(lines, benefit.items)  # type: ignore[attr-defined]
    if isinstance(benefit, PercentOff) and benefit.per == "line":
        for line in targets:
            cut(line, min(line.room, half_up(line.net * benefit.percent / 100)))
    elif isinstance(benefit, PercentOff):
        _over(targets, half_up(sum(line.net for line in targets) * benefit.percent / 100))
    elif isinstance(benefit, AmountOff):
        _over(targets, benefit.amount_minor)
    elif isinstance(benefit, AmountOffLine):
        for line in targets:
            cut(line, min(line.room, benefit.amount_per_line_minor))
    elif isinstance(benefit, AmountOffUnit):
        for line in targets:
            _each(line, lambda price: price - benefit.amount_per_unit_minor)
    elif isinstance(benefit, FixedPrice):
        for line in targets:
            _each(line, lambda price: min(price, benefit.unit_price_minor))
    elif isinstance(benefit, FullReduction | EveryReduction):
        spent = sum(line.item.amount_minor for line in lines if _names(benefit.items, line.item))
        _over(targets, _reduction(benefit, spent))
    elif isinstance(benefit, BuyGet):
        _deal(benefit, lines)
    elif isinstance(benefit, NthUnit):
        _nth(benefit, targets)


def _reduction(benefit: FullReduction | EveryReduction, spent: int) -> int:
    if isinstance(benefit, FullReduction):
        return max(
            ((tier.at_minor, tier.off_minor) for tier in benefit.tiers if tier.at_minor <= spent), default=(0, 0)
        )[1]
    times = spent // benefit.every_minor
    return min(times * benefit.off_minor, benefit.cap_minor if benefit.cap_minor is not None else 10**18)


def _over(targets: Sequence[Held], amount: int) -> None:
    parts = shared(amount, [line.net for line in targets], [line.room for line in targets])
    for line, part in zip(targets, parts, strict=True):
        if part:
            cut(line, part)


def _each(line: Held, price_of: object) -> None:
    floor = line.item.floor_minor
    units = [(max(min(price, floor), price_of(price)), is_used) for price, is_used in line.each()]  # type: ignore[operator]
    settle(line, units)


def _deal(benefit: BuyGet, lines: list[Held]) -> None:
    """Deal after deal: units bought from one end of the row, units given from the other."""
    buy, get = matching(lines, benefit.buy), matching(lines, benefit.get)
    free = {id(line): [price for price, is_used in line.each() if not is_used] for line in lines}
    used = {id(line): [price for price, is_used in line.each() if is_used] for line in lines}
    done: dict[int, list[int]] = {id(line): [] for line in lines}
    order = {id(line): place for place, line in enumerate(lines)}
    times = 0
    while benefit.most_uses is None or times < benefit.most_uses:
        bought = _draw(buy, free, order, benefit.buy_quantity, benefit.buy_pick)
        if bought is None:
            break
        for line, price in bought:
            free[id(line)].remove(price)
        got = _draw(get, free, order, benefit.get_quantity, benefit.get_pick)
        if got is None:
            for line, price in bought:
                free[id(line)].append(price)
            break
        for line, price in bought:
            done[id(line)].append(price)
        for line, price in got:
            free[id(line)].remove(price)
            done[id(line)].append(_cheaper(benefit, price, line.item.floor_minor))
        times += 1
    if times:
        for line in lines:
            if done[id(line)]:
                held = [(price, False) for price in free[id(line)]]
                settle(line, held + [(price, True) for price in used[id(line)] + done[id(line)]])


def _cheaper(benefit: BuyGet, price: int, floor: int) -> int:
    saved = (
        half_up(price * benefit.percent / 100) if benefit.off_per_unit_minor is None else benefit.off_per_unit_minor
    )
    return max(min(price, floor), price - saved)


def _draw(
    lines: Sequence[Held], free: dict[int, list[int]], order: dict[int, int], n: int, pick: str
) -> list[tuple[Held, int]] | None:
    row = [(line, price) for line in lines for price in free[id(line)]]
    row.sort(key=lambda pair: (-pair[1] if pick == "dearest" else pair[1], order[id(pair[0])]))
    return row[:n] if len(row) >= n else None


def _nth(benefit: NthUnit, targets: Sequence[Held]) -> None:
    row = [(price, place) for place, line in enumerate(targets) for price, _ in line.each()]
    row.sort(key=lambda pair: (-pair[0], pair[1]))
    size = benefit.group_size
    chosen = [pair for place, pair in enumerate(row) if place % size == size - 1]
    for place, line in enumerate(targets):
        prices = [price for price, of in chosen if of == place]
        if prices:
            units = sorted(line.each(), key=lambda unit: unit[1])
            for price in prices:
                at = next(i for i, unit in enumerate(units) if unit[0] == price)
                _, is_used = units.pop(at)
                saved = half_up(price * benefit.percent / 100)
                units.append((max(min(price, line.item.floor_minor), price - saved), is_used))
            settle(line, units)


def total(cart: Cart, promotions: Sequence[Promotion]) -> int:
    """What these promotions, applied in their order, leave to pay."""
    lines = [
        Held(item, item.amount_minor) for item in sorted(cart.lines, key=lambda item: (len(item.line), item.line))
    ]
    for promotion in sorted(promotions, key=_order):
        apply(promotion.benefit, lines)
    return sum(line.net for line in lines)


def _order(promotion: Promotion) -> tuple[int, int, str, str]:
    benefit = promotion.benefit
    rank = 2 if isinstance(benefit, PercentOff) and benefit.per == "order" else RANKS[type(benefit)]
    return -promotion.priority, rank, promotion.exclusive_group, promotion.id


def lowest_total(cart: Cart, promotions: Sequence[Promotion]) -> int:
    """The lowest total of any legal subset."""
    fit = [promotion for promotion in promotions if met(promotion, cart)]
    subsets = itertools.chain.from_iterable(itertools.combinations(fit, n) for n in range(len(fit) + 1))
    return min(total(cart, subset) for subset in subsets if _is_legal(subset))


def _is_legal(subset: Sequence[Promotion]) -> bool:
    groups = [promotion.exclusive_group for promotion in subset if promotion.exclusive_group]
    is_alone = len(subset) == 1 or not any(promotion.is_exclusive for promotion in subset)
    return len(groups) == len(set(groups)) and is_alone
