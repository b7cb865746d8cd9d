"""What issuing and looking up coupon codes needs of a database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from dealwright.campaign.coupon import Batch

NOBODY = "\x00"
"""Whose a code is that does not exist; no customer is called so."""


@dataclass(frozen=True, slots=True)
class FoundCode:
    """What is known of a code: for which promotion and whom (empty: anybody), how often and when it holds."""

    batch_id: str
    promotion_id: str
    customer_id: str
    uses: int | None
    start: datetime | None
    end: datetime | None


NO_CODE = FoundCode("", "", NOBODY, 0, None, None)


@dataclass(frozen=True, slots=True)
class NewCodes:
    """Codes to store, by number; `customer_ids` says whose each is, none at all that they are anybody's.

    `end` is when they hold no more.
    """

    numbers: Sequence[int]
    customer_ids: Sequence[str] = ()
    end: datetime | None = None


class CouponStore(Protocol):
    """Batches and the numbers of their codes; codes themselves are never stored."""

    def key(self) -> bytes:
        """The secret that turns codes into numbers; always the same, made on first use."""
        ...

    def add(self, batch: Batch, codes: NewCodes, *, at: datetime) -> None:
        """Store a batch with its codes: all of them or none. InputError if a batch of that id was issued."""
        ...

    def give(self, batch_id: str, codes: NewCodes) -> None:
        """Store more codes of a batch that was issued."""
        ...

    def batch(self, batch_id: str) -> Batch | None:
        """The batch, if it was issued."""
        ...


class CodeBook(Protocol):
    """Codes by number."""

    def find(self, numbers: Sequence[int]) -> Mapping[int, FoundCode]:
        """What is known of each; `NO_CODE`, found by the same work, for those that do not exist."""
        ...
