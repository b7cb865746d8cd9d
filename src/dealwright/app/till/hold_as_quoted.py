"""Holds a cart at the price it was quoted, signed or not, or says why the quote is no use."""

from __future__ import annotations

from dealwright.app.till.answer_once import refuse_once
from dealwright.app.till.hold_cart import hold_cart
from dealwright.app.till.ledger_ports import Ledger, Request
from dealwright.app.till.price_cart import Offers
from dealwright.app.till.quote_cart import Promised, Signing, promised_by, read_quote
from dealwright.core.cart import Cart
from dealwright.engine.outcomes import Answer, Quote, Refused


def hold_as_quoted(
    cart: Cart,
    *,
    request: Request,
    order_id: str,
    seconds: int,
    quote: Quote | str | None,
    signing: Signing,
    ledger: Ledger,
    offers: Offers,
) -> Answer:
    """See `hold_cart`; text is a signed quote.

    A request that has its answer gets it again, although the quote has ended since.
    """
    shown: Quote | Promised | None
    if isinstance(quote, str):
        read = read_quote(quote, cart=cart, signing=signing, ledger=ledger)
        if isinstance(read, Refused):
            return refuse_once(ledger, request, read)
        shown = promised_by(read, signing=signing, offers=offers)
    else:
        shown = quote
    return hold_cart(
        cart, request=request, order_id=order_id, seconds=seconds, quote=shown, ledger=ledger, offers=offers
    )
