"""Signed quotes as clients ask for them, get them and show them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from dealwright.api.wire.carts import CartBody
from dealwright.api.wire.evaluations import EvaluationOut, to_evaluation
from dealwright.api.wire.shape import shaped
from dealwright.app.till.quote_cart import Quoted
from dealwright.engine.quote import LONGEST_QUOTE, LONGEST_SECONDS

QuoteText = Annotated[
    str, Meta(min_length=1, max_length=LONGEST_QUOTE, description="a signed quote, as it was given")
]


class QuoteAsked(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A cart whose price of now is to be promised for some seconds."""

    cart: CartBody
    seconds: Annotated[int, Meta(ge=1, le=LONGEST_SECONDS)] = 900


class QuoteShown(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A signed quote that is to be checked; with a cart, also whether it is for that cart."""

    quote: QuoteText
    cart: CartBody | None = None


class QuotedOut(Struct, frozen=True):
    """The signed quote, what it promises and until when, and the evaluation behind it."""

    quote: str
    total_minor: int
    currency: str
    promotions: dict[str, int]
    at: datetime
    expires_at: datetime
    evaluation: EvaluationOut


class PromiseOut(Struct, frozen=True):
    """What a signed quote promises: holds of its cart cost at most this until `expires_at`."""

    total_minor: int
    currency: str
    promotions: dict[str, int]
    at: datetime
    expires_at: datetime


def to_quoted(quoted: Quoted) -> QuotedOut:
    """The shape of a signed quote."""
    said = shaped(quoted.quote, PromiseOut)
    return QuotedOut(
        quoted.text,
        said.total_minor,
        said.currency,
        said.promotions,
        said.at,
        said.expires_at,
        to_evaluation(quoted.evaluation),
    )
