"""Signed quotes: the price of a cart, promised for a while, and whether a promise is one of ours."""

from __future__ import annotations

from typing import Final

from dealwright.api.gate import Rank
from dealwright.api.operations import Answer, Asked, Operation
from dealwright.api.problems import refuse
from dealwright.api.wire import quotes as wire
from dealwright.api.wire.carts import to_cart
from dealwright.api.wire.shape import shaped_unless_refused
from dealwright.app.service.access_ports import Role

REFUSALS: Final = ("quote_foreign", "quote_tampered", "quote_expired", "quote_other_cart")


def _quote(asked: Asked[wire.QuoteAsked]) -> Answer:
    if not asked.till.carts.signs_quotes:
        raise refuse("no_quote_key")
    body = asked.body
    return wire.to_quoted(asked.till.carts.quote(to_cart(body.cart), seconds=body.seconds))


def _check(asked: Asked[wire.QuoteShown]) -> Answer:
    body = asked.body
    cart = None if body.cart is None else to_cart(body.cart)
    return shaped_unless_refused(asked.till.carts.read_quote(body.quote, cart=cart), wire.PromiseOut)


OPERATIONS = (
    Operation(
        method="POST",
        path="/v1/quotes",
        name="quote_cart",
        summary="The price of a cart now, signed: a hold keeps it until it ends; writes nothing",
        tag="quotes",
        takes=wire.QuoteAsked,
        gives=wire.QuotedOut,
        role=Role.OPERATOR,
        work=_quote,
        refusals=("no_quote_key",),
        rank=Rank.EVALUATE,
    ),
    Operation(
        method="POST",
        path="/v1/quotes/check",
        name="check_quote",
        summary="What a signed quote promises, if this shop signed it and it holds now",
        tag="quotes",
        takes=wire.QuoteShown,
        gives=wire.PromiseOut,
        role=Role.VIEWER,
        work=_check,
        refusals=REFUSALS,
        rank=Rank.EVALUATE,
    ),
)
