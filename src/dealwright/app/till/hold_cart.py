"""Sets aside everything a cart needs, at the price of now, or nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from dealwright.app.till.answer_once import BUSY, refuse_once, write_once
from dealwright.app.till.ledger_ports import Change, Conflict, HoldEnd, HoldRecord, Ledger, Request
from dealwright.app.till.price_cart import Offers, Priced, left, price_cart
from dealwright.app.till.quote_cart import Promised
from dealwright.app.till.refuse_hold import is_contested, refusal_of
from dealwright.app.till.sweep_holds import sweep_holds
from dealwright.core.cart import Cart
from dealwright.engine.ledger import Demand, Move, moves
from dealwright.engine.outcomes import Answer, Held, Quote, Refused

_MOST_TRIES = 5  # until somebody else's changes let ours through


def hold_cart(
    cart: Cart,
    *,
    request: Request,
    order_id: str,
    seconds: int,
    quote: Quote | Promised | None,
    ledger: Ledger,
    offers: Offers,
) -> Answer:
    """Held, or refused with a reason; a hold the order has already is replaced in the same step.

    A price that was promised is kept by the terms and at the moment of its quote, unless the cart is cheaper now.

    A hold of another customer is not replaced while it lasts. Where other holds leave too little, those whose time
    is over are swept first, once; a request that has its answer already moves nothing.
    """
    own: HoldRecord | None = None
    promised = quote if isinstance(quote, Promised) else None
    shown = quote.quote.shown if isinstance(quote, Promised) else quote
    is_swept = False
    for _ in range(_MOST_TRIES):
        now = ledger.clock.now()
        if own is not None and _is_foreign(own, cart, now):
            reason = f"order {order_id!r} is held by another customer; take another order id"
            return refuse_once(ledger, request, Refused("order_exists", reason))
        priced, terms = _priced(cart, now, offers=offers, promised=promised, ledger=ledger, own=own)
        if not is_swept and is_contested(priced):
            is_swept = True
            if ledger.books.kept(request.key) is None and sweep_holds(ledger):
                own = None if own is None else ledger.holds.hold_of(order_id)
                priced, terms = _priced(cart, now, offers=offers, promised=promised, ledger=ledger, own=own)
        refused = refusal_of(cart, priced, quote=shown, ledger=ledger, offers=terms)
        if refused is not None:
            if own is None and (own := ledger.holds.hold_of(order_id)) is not None:
                continue
            return refuse_once(ledger, request, refused)
        held = HoldRecord(
            ledger.ids.new("hold"),
            order_id,
            cart.shopper.customer_id,
            "held",
            now,
            now + timedelta(seconds=seconds),
            priced.demands,
            priced.evaluation,
        )
        answer = write_once(ledger.books, _change(held, own, priced, request=request, now=now))
        if not isinstance(answer, Conflict):
            return answer
        own = ledger.holds.hold_of(order_id)
        if own is None and answer.kind == "order_has_hold" and ledger.orders.order(order_id) is not None:
            refused = replace(BUSY, code="order_exists", reason=f"order {order_id!r} is placed already")
            return refuse_once(ledger, request, replace(refused, retry_after_seconds=0))
    return BUSY


def _priced(
    cart: Cart, now: datetime, *, offers: Offers, promised: Promised | None, ledger: Ledger, own: HoldRecord | None
) -> tuple[Priced, Offers]:
    """The cart by the promotions of now, or by those that a quote promised; and by which."""
    priced = price_cart(cart, at=now, offers=offers, ledger=ledger, own=own, with_stock=True)
    if promised is None or _keeps(priced, promised):
        return priced, offers
    at, terms = promised.quote.at, promised.offers()
    return price_cart(cart, at=at, offers=terms, ledger=ledger, own=own, with_stock=True), terms


def _keeps(priced: Priced, promised: Promised) -> bool:
    """Whether the cart is cheaper than promised, or costs the same by the same promotions: a gift counts too."""
    quote, evaluation = promised.quote, priced.evaluation
    if evaluation.total_minor != quote.total_minor:
        return evaluation.total_minor < quote.total_minor
    return quote.promotions.items() <= {one.promotion_id: one.version for one in evaluation.applied}.items()


def _is_foreign(own: HoldRecord, cart: Cart, now: datetime) -> bool:
    """Whether another customer holds the order now; a guest who signs in goes on with the cart."""
    return own.customer_id not in ("", cart.shopper.customer_id) and own.expires_at > now


def _change(held: HoldRecord, own: HoldRecord | None, priced: Priced, *, request: Request, now: datetime) -> Change:
    given_back = () if own is None else moves(own.demands, source="held", target="available", cause=own.hold_id)
    return Change(
        now,
        request,
        answer=Held(held.hold_id, held.order_id, held.expires_at, held.evaluation),
        ends=() if own is None else (HoldEnd(own.hold_id, "released"),),
        hold=held,
        moves=(*given_back, *(_draw(demand, priced, held.hold_id) for demand in held.demands)),
    )


def _draw(demand: Demand, priced: Priced, hold_id: str) -> Move:
    """The limit goes along only where the account must be opened or has another limit."""
    assert demand.amount <= left(demand, priced.balances), f"{demand} is not left"
    balance = priced.balances.get(demand.account)
    is_as_loaded = balance is not None and balance.loaded == demand.limit
    limit = None if is_as_loaded else demand.limit
    return Move(demand.account, demand.amount, "available", "held", hold_id, limit)
