"""Batches of coupon codes, and what one code is worth."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from dealwright.api.wire.words import Instant, Name, Quantity, instant
from dealwright.campaign.coupon import Batch
from dealwright.campaign.schedule import Schedule

MOST_CODES = 10_000  # in one answer; larger batches are written to a file on the command line

_ShortName = Annotated[
    str,
    Meta(min_length=1, max_length=100, pattern="^[^\\x00-\\x1f]+$", description="a name of at most 100 characters"),
]
_CodeWord = Annotated[str, Meta(max_length=10, pattern="^[A-Z0-9]*$", description="capital letters and digits")]


class NewBatch(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Codes that are issued together for one promotion; `uses_per_code` null is without limit.

    They hold in [`start`, `end`), and with `valid_days` only until the end of that many days after today, by the
    clock of `zone`. With `customer_ids` each code is one customer's own.
    """

    id: _ShortName
    promotion_id: _ShortName
    n_codes: Annotated[int, Meta(ge=1, le=MOST_CODES)]
    prefix: _CodeWord = ""
    uses_per_code: Quantity | None = 1
    start: Instant | None = None
    end: Instant | None = None
    zone: Annotated[str, Meta(min_length=1, max_length=60, description="an IANA time zone")] = "UTC"
    valid_days: Annotated[int, Meta(ge=0, le=3_660)] | None = None
    customer_ids: Annotated[tuple[Name, ...], Meta(max_length=MOST_CODES)] = ()


class IssuedOut(Struct, frozen=True):
    """The codes, told once: the database holds no code, only its keyed number."""

    batch_id: str
    promotion_id: str
    codes: tuple[str, ...]
    customer_ids: tuple[str, ...]
    start: datetime | None
    end: datetime | None


class CouponOut(Struct, frozen=True):
    """What the code is worth to this customer: valid, used_up or expired; `uses_left` null is without limit."""

    code: str
    promotion_id: str
    uses_left: int | None
    state: str


def to_batch(body: NewBatch) -> Batch:
    """The batch; InputError with what a schema cannot express."""
    start = None if body.start is None else instant(body.start, "start")
    end = None if body.end is None else instant(body.end, "end")
    return Batch(
        body.id,
        body.promotion_id,
        body.n_codes,
        prefix=body.prefix,
        uses_per_code=body.uses_per_code,
        schedule=Schedule(start=start, end=end, zone=body.zone),
        valid_days=body.valid_days,
    )
