"""Percentages of amounts and shares of amounts, exact to the cent: the only rounding of the engine."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from dealwright.engine.policy import Allocation, Rounding


def percent_of(amount_minor: int, percent: Fraction, rounding: Rounding = "half_up") -> int:
    """`percent` of an amount that is not negative, in whole minor units.

    >>> percent_of(1890, Fraction(15)), percent_of(1890, Fraction(15), "down")
    (284, 283)
    >>> percent_of(1050, Fraction(15)), percent_of(1050, Fraction(15), "half_up_on_price")
    (158, 157)
    """
    top, bottom = amount_minor * percent.numerator, 100 * percent.denominator
    if rounding == "half_up":
        return (2 * top + bottom) // (2 * bottom)
    if rounding == "half_up_on_price":
        return amount_minor - (2 * (amount_minor * bottom - top) + bottom) // (2 * bottom)
    return _rounded(top, bottom, rounding)


def _rounded(top: int, bottom: int, rounding: Rounding) -> int:
    whole, rest = divmod(top, bottom)
    if rounding == "down":
        return whole
    if rounding == "up":
        return whole + (rest > 0)
    if rounding == "half_down":
        return whole + (2 * rest > bottom)
    return whole + (2 * rest > bottom or (2 * rest == bottom and whole % 2 == 1))


def share_out(
    amount_minor: int,
    weights: Sequence[int],
    rooms: Sequence[int],
    *,
    allocation: Allocation = "largest_remainder",
) -> list[int]:
    """Split an amount in proportion to `weights`, no part above its room; what does not fit goes to the others.

    The parts sum to the amount, or to all room of weighted parts if that is less. Spare cents go where `allocation`
    says, ties to the first. A part without weight gets nothing.

    >>> share_out(1000, [2000, 1000], [500, 1000])
    [500, 500]
    >>> share_out(100, [1, 1, 1], [100, 100, 100])
    [34, 33, 33]
    """
    parts = [0] * len(weights)
    open_parts = [i for i, weight in enumerate(weights) if weight > 0 and rooms[i] > 0]
    left = min(amount_minor, sum([rooms[i] for i in open_parts]))
    whole = sum([weights[i] for i in open_parts])
    while open_parts and left > 0:
        full = [i for i in open_parts if left * weights[i] > rooms[i] * whole]
        if not full:
            _split(parts, open_parts, weights, rooms, left=left, whole=whole, allocation=allocation)
            break
        for i in full:
            parts[i] = rooms[i]
            left -= rooms[i]
            whole -= weights[i]
        open_parts = [i for i in open_parts if not parts[i]]
    return parts


def _split(
    parts: list[int],
    open_parts: list[int],
    weights: Sequence[int],
    rooms: Sequence[int],
    *,
    left: int,
    whole: int,
    allocation: Allocation,
) -> None:
    rests = []
    spare = left
    for i in open_parts:
        part, rest = divmod(left * weights[i], whole)
        parts[i] = part
        spare -= part
        rests.append((-rest, i))
    if not spare:
        return
    if allocation == "largest_remainder":
        rests.sort()
        for _, i in rests[:spare]:
            parts[i] += 1
        return
    for i in open_parts if allocation == "first_line_remainder" else reversed(open_parts):
        more = min(spare, rooms[i] - parts[i])
        parts[i] += more
        spare -= more
