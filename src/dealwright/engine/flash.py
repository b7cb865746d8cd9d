"""Who gets units of a flash sale: own stock, limit per customer and repeated keys, decided in one step.

`decide` is a pure function of what the database knew at one moment. Whoever carries its decisions out must hold
that moment still: a lock, or constraints that undo the whole step when something has changed meanwhile.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Literal, TypeAlias

from dealwright.core.cart import MOST_MINOR, MOST_UNITS
from dealwright.core.errors import InputError
from dealwright.core.ids import fingerprint
from dealwright.core.money import exponent
from dealwright.engine.ledger import Move, stock_account
from dealwright.engine.ledger import State as AccountState
from dealwright.engine.outcomes import Refused, RefusedCode

MOST_PER_ASK = 1_000_000
LONGEST_HOLD_SECONDS = 30 * 86_400

ReservationState = Literal["held", "sold", "released", "expired", "cancelled"]

COMES_FROM: Mapping[ReservationState, ReservationState] = MappingProxyType(
    {"sold": "held", "released": "held", "expired": "held", "cancelled": "sold"}
)
_MOVES: Mapping[ReservationState, tuple[AccountState, AccountState]] = MappingProxyType(
    {
        "held": ("available", "held"),
        "sold": ("held", "used"),
        "released": ("held", "available"),
        "expired": ("held", "available"),
        "cancelled": ("used", "available"),
    }
)
_ENDED: Mapping[ReservationState, RefusedCode] = MappingProxyType(
    {
        "held": "order_unknown",
        "sold": "already_committed",
        "released": "hold_released",
        "expired": "hold_expired",
        "cancelled": "already_cancelled",
    }
)


@dataclass(frozen=True, slots=True)
class FlashSale:
    """`units` of one sku at one price in [`start`, `end`); a customer may hold and buy `per_customer` of them.

    A reservation that is not paid within `hold_seconds` expires and its units come back.
    """

    sale_id: str
    sku: str
    units: int
    per_customer: int
    start: datetime
    end: datetime
    price_minor: int
    currency: str
    hold_seconds: int = 900


@dataclass(frozen=True, slots=True)
class Ask:
    """One wish for `quantity` units; `key` is the caller's, `reservation_id` the name it gets if granted.

    `body` is what the key stands for: the same key with another body is another wish.
    """

    customer_id: str
    quantity: int
    key: str
    order_id: str
    reservation_id: str
    body: str


@dataclass(frozen=True, slots=True)
class Reserved:
    """Units set aside for an order until `expires_at`; `amount_minor` is what they cost together."""

    reservation_id: str
    sale_id: str
    order_id: str
    customer_id: str
    sku: str
    quantity: int
    amount_minor: int
    currency: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Reservation:
    """A reservation as it stands: "held" until paid or over, then "sold", "released" or "expired".

    A sold one that the shop takes back is "cancelled".
    """

    reservation_id: str
    sale_id: str
    customer_id: str
    order_id: str
    quantity: int
    state: ReservationState
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored under a key: the body it was given for, and the answer as it was stored."""

    body: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Standing:
    """What the database knows at `now`: units left, units by customer (held or sold), and keys answered before."""

    now: datetime
    left: int
    taken: Mapping[str, int] = field(default_factory=dict)
    known: Mapping[str, Known] = field(default_factory=dict)


Decision: TypeAlias = Reserved | Refused | Known


def checked_sale(sale: FlashSale) -> FlashSale:
    """The same sale; InputError with every mistake in it at once."""
    exponent(sale.currency)
    limits = (
        ("units", sale.units, 1, MOST_UNITS),
        ("per_customer", sale.per_customer, 1, MOST_PER_ASK),
        ("price_minor", sale.price_minor, 0, MOST_MINOR),
        ("hold_seconds", sale.hold_seconds, 1, LONGEST_HOLD_SECONDS),
    )
    problems = [
        f"{name} is a whole number from {least} to {most}; given {given!r}"
        for name, given, least, most in limits
        if isinstance(given, bool) or not isinstance(given, int) or not least <= given <= most
    ]
    problems += [f"{name} must not be empty" for name in ("sale_id", "sku") if not getattr(sale, name)]
    if sale.start.tzinfo is None or sale.end.tzinfo is None:
        problems.append("start and end need a time zone, like 2026-11-27T00:00:00+01:00")
    elif sale.end <= sale.start:
        problems.append(f"end is after start; given {sale.start.isoformat()} to {sale.end.isoformat()}")
    if problems:
        raise InputError(*problems)
    return sale


def ask_for(sale_id: str, *, customer_id: str, quantity: int, key: str, order_id: str, reservation_id: str) -> Ask:
    """The wish, with the fingerprint of what is wished for.

    >>> one = ask_for("F1", customer_id="ann", quantity=1, key="k", order_id="o", reservation_id="r1")
    >>> one.body == ask_for("F1", customer_id="ann", quantity=1, key="k", order_id="o", reservation_id="r2").body
    True
    """
    # Lengths keep the parts apart.
    parts = f"{len(sale_id)} {len(customer_id)} {quantity} {sale_id}{customer_id}{order_id}"
    return Ask(customer_id, quantity, key, order_id, reservation_id, fingerprint("flash", parts))


def pool_account(sale: FlashSale) -> str:
    """The account of the units that the sale has for itself."""
    return stock_account(sale.sku, pool=f"flash {sale.sale_id}")


def decide(sale: FlashSale, asks: Sequence[Ask], standing: Standing) -> list[Decision]:
    """One decision for each ask, first come first served; what is granted fits `standing` as a whole.

    An ask that does not fit is passed over, so that a smaller one after it can still have the last units. A key
    that comes twice gets the same answer twice and takes units once.

    >>> from datetime import UTC
    >>> day = datetime(2026, 11, 27, tzinfo=UTC)
    >>> sale = FlashSale("F1", "TEA", 3, 2, day, day + timedelta(hours=1), 499, "EUR")
    >>> asks = [Ask(who, n, who, who, who, who) for who, n in (("ann", 2), ("bob", 2), ("cy", 1))]
    >>> [type(one).__name__ for one in decide(sale, asks, Standing(day, left=3))]
    ['Reserved', 'Refused', 'Reserved']
    """
    left, taken = standing.left, dict(standing.taken)
    expires_at = standing.now + timedelta(seconds=sale.hold_seconds)
    closed = _closed(sale, standing.now)
    granted: dict[str, tuple[str, Reserved]] = {}
    decisions: list[Decision] = []
    for ask in asks:
        has = taken.get(ask.customer_id, 0)
        decision = _repeated(ask.key, ask.body, standing.known, granted)
        if decision is None:  # a refusal is false, so `or` would pass it over
            decision = closed if closed is not None else _short(sale, ask, left=left, has=has)
        if decision is None:
            decision = _reserved(sale, ask, expires_at)
            granted[ask.key] = ask.body, decision
            left -= ask.quantity
            taken[ask.customer_id] = has + ask.quantity
        decisions.append(decision)
    assert left >= 0
    return decisions


def ending(reservation: Reservation, to: ReservationState, *, now: datetime) -> Reservation | Refused:
    """The reservation in the state it should end in, or why it cannot; one that is there already stays as it is.

    Only a sweep that comes second is told so, as it counts what it ended.

    At `expires_at` it is too late to pay and time to expire: of the two exactly one can happen.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 11, 27, 12, tzinfo=UTC)
    >>> held = Reservation("R", "F1", "ann", "o-1", 1, "held", noon)
    >>> ending(held, "sold", now=noon).code, ending(held, "expired", now=noon).state
    ('hold_expired', 'expired')
    """
    if reservation.state == to != "expired":
        return reservation
    if reservation.state != COMES_FROM[to]:
        return Refused(_ENDED[reservation.state], f"the reservation is {reservation.state}")
    is_over = now >= reservation.expires_at
    if to == "sold" and is_over:
        return Refused("hold_expired", f"the reservation ended at {reservation.expires_at.isoformat()}")
    if to == "expired" and not is_over:
        wait = math.ceil((reservation.expires_at - now).total_seconds())
        reason = f"the reservation holds until {reservation.expires_at.isoformat()}"
        return Refused("in_progress", reason, retry_after_seconds=wait)
    return replace(reservation, state=to)


def move_to(to: ReservationState, quantity: int, *, sale: FlashSale) -> Move:
    """How units move in the ledger when reservations come to be ("held") or end."""
    source, target = _MOVES[to]
    return Move(pool_account(sale), quantity, source, target, sale.sale_id)


def _reserved(sale: FlashSale, ask: Ask, expires_at: datetime) -> Reserved:
    return Reserved(
        ask.reservation_id,
        sale.sale_id,
        ask.order_id,
        ask.customer_id,
        sale.sku,
        ask.quantity,
        ask.quantity * sale.price_minor,
        sale.currency,
        expires_at,
    )


def _repeated(
    key: str, body: str, known: Mapping[str, Known], granted: Mapping[str, tuple[str, Reserved]]
) -> Decision | None:
    before: tuple[str, Decision] | None = granted.get(key)
    if key in known:
        before = known[key].body, known[key]
    if before is None:
        return None
    before_body, answer = before
    if before_body != body:
        return Refused("key_reused", f"the key {key!r} was used for another request; use a new key")
    return answer


def _closed(sale: FlashSale, now: datetime) -> Refused | None:
    if now < sale.start:
        wait = math.ceil((sale.start - now).total_seconds())
        return Refused("not_started", f"the sale starts at {sale.start.isoformat()}", retry_after_seconds=wait)
    if now >= sale.end:
        return Refused("ended", f"the sale ended at {sale.end.isoformat()}")
    return None


def _short(sale: FlashSale, ask: Ask, *, left: int, has: int) -> Refused | None:
    may_take = max(0, sale.per_customer - has)
    if ask.quantity > may_take:
        reason = f"a customer may have {sale.per_customer}; this one has {has} and may take {may_take} more"
        return Refused("customer_limit_reached", reason, missing_quantity=ask.quantity - may_take)
    if ask.quantity > left:
        reason = f"{left} units are left; {ask.quantity} were asked for"
        return Refused("sold_out", reason, missing_quantity=ask.quantity - left)
    return None
