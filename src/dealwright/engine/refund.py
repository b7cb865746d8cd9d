"""What a return gives back, on the evaluation that was frozen with the order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from dealwright.core.errors import InputError
from dealwright.engine.evaluation import Evaluation, PricedLine

_NOTHING: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class RefundedLine:
    """`quantity` units of a line that come back for `amount_minor`."""

    line: str
    quantity: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Refund:
    """What is paid back: `amount_minor` for goods and, once nothing is kept, `delivery_minor` for delivery."""

    lines: tuple[RefundedLine, ...]
    amount_minor: int
    delivery_minor: int

    @property
    def total_minor(self) -> int:
        """Goods and delivery."""
        return self.amount_minor + self.delivery_minor


def refund(evaluation: Evaluation, returned: Mapping[str, int], *, already: Mapping[str, int] = _NOTHING) -> Refund:
    """What returned units are worth: their even part of what was paid for the line.

    Nothing is priced again: a discount stays on the units that are kept, and is not shared out anew. However an
    order is returned, in whatever parts and order, the refunds sum to what was paid; delivery comes back with the
    last unit. Lines that cost nothing (gifts) need not come back. InputError if more comes back than was bought.
    """
    lines = {line.line: line for line in evaluation.lines}
    problems = [
        *[
            f"the order has no line {name!r}; it has {', '.join(sorted(lines))}"
            for name in returned
            if name not in lines
        ],
        *[
            f"line {name!r}: {quantity} more cannot come back; {_left(lines[name], already)} are kept"
            for name, quantity in returned.items()
            if name in lines and not 0 <= quantity <= _left(lines[name], already)
        ],
    ]
    if problems:
        raise InputError(*problems)
    back = [
        RefundedLine(name, quantity, _worth(lines[name], already.get(name, 0), quantity))
        for name, quantity in sorted(returned.items())
        if quantity
    ]
    counted = [line for line in evaluation.lines if line.net_minor] or evaluation.lines
    kept_before = any(_left(line, already) for line in counted)
    kept_now = any(_left(line, already) - returned.get(line.line, 0) for line in counted)
    is_last = kept_before and not kept_now
    return Refund(tuple(back), sum(line.amount_minor for line in back), evaluation.delivery_minor if is_last else 0)


def discount_back(line: PricedLine, quantity: int) -> int:
    """The discount that comes back once `quantity` units of a line have: their list value less what is refunded.

    >>> line = PricedLine("1", "TEA", 3, 999, 899)
    >>> [discount_back(line, units) for units in (1, 2, 3)]
    [33, 67, 100]
    """
    # The mirror of what is paid: where half a cent is rounded up there, it is rounded down here.
    off = line.regular_minor - line.net_minor
    return (2 * off * quantity + line.quantity - 1) // (2 * line.quantity)


def _left(line: PricedLine, already: Mapping[str, int]) -> int:
    return line.quantity - already.get(line.line, 0)


def _worth(line: PricedLine, before: int, quantity: int) -> int:
    """Units after `before` others: the difference of two rounded wholes, so that parts always sum."""
    return _paid_for(line, before + quantity) - _paid_for(line, before)


def _paid_for(line: PricedLine, quantity: int) -> int:
    return (2 * line.net_minor * quantity + line.quantity) // (2 * line.quantity)
