"""Looks up coupon codes: one keyed number, one index, and one answer for everything that is not the shopper's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal, Protocol

from dealwright.app.till.coupon_ports import NOBODY, CodeBook, CouponStore, FoundCode
from dealwright.app.till.issue_coupons import numbers_of
from dealwright.app.till.ledger_ports import CodeRecord
from dealwright.campaign.coupon import canonical
from dealwright.engine.usage import HeldCode

State = Literal["valid", "expired", "foreign"]
_THEIRS: tuple[State, State] = ("expired", "valid")
_NOT_THEIRS: tuple[State, State] = ("foreign", "foreign")


class Coupons(CouponStore, CodeBook, Protocol):
    """Both sides of the codes."""


def look_up_coupon(code: str, customer_id: str, *, coupons: Coupons, at: datetime) -> HeldCode:
    """What a code is worth to this customer at `at`; how often it was used already, the ledger knows.

    A code that is unknown, mistyped or somebody else's gives one and the same answer, by the same work.
    """
    (number,) = numbers_of([code], coupons.key())
    found = coupons.find([number])[number]
    is_own = (found.customer_id == "") | (found.customer_id == customer_id)
    return HeldCode(
        code=code,
        promotion_id=("", found.promotion_id)[is_own],
        uses_left=(0, found.uses)[is_own],
        state=(_NOT_THEIRS, _THEIRS)[is_own][_holds(found, at)],
    )


class KeyedCodes:
    """The till's codes by what the shopper typed. A record's `code` is its one spelling, to be counted under."""

    def __init__(self, coupons: Coupons) -> None:
        self._coupons = coupons

    def find(self, codes: Iterable[str]) -> Mapping[str, CodeRecord]:
        """Those of the codes that exist, in one query."""
        typed = list(codes)
        numbers = numbers_of(typed, self._coupons.key())
        found = self._coupons.find(numbers)
        return {
            code: CodeRecord(
                canonical(code), one.promotion_id, one.batch_id, one.customer_id, one.uses, one.start, one.end
            )
            for code, number in zip(typed, numbers, strict=True)
            if (one := found[number]).customer_id != NOBODY
        }


def _holds(found: FoundCode, at: datetime) -> bool:
    return (found.start is None or found.start <= at) and (found.end is None or at < found.end)
