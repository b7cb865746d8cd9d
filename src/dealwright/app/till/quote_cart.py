"""Prices a cart now and signs the price, so that a hold keeps it although promotions change meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol

from dealwright.app.till.ledger_ports import Ledger
from dealwright.app.till.price_cart import Offers, offers_of, price_cart
from dealwright.campaign.promotion import Promotion
from dealwright.core.cart import Cart
from dealwright.core.errors import InputError
from dealwright.engine.evaluation import Evaluation
from dealwright.engine.index import compile_promotions
from dealwright.engine.outcomes import Quote, Refused
from dealwright.engine.quote import SignedQuote, digest_of, read_signed, sign


class Terms(Protocol):
    """The terms of promotions, also of those that are not in force any more."""

    def of(self, versions: Mapping[str, int]) -> tuple[Promotion, ...]:
        """The promotions with these ids in these versions, by id; what never was is left out."""
        ...


@dataclass(frozen=True, slots=True)
class Signing:
    """What a till signs quotes with: the first key signs, all of them are believed; and where old terms are."""

    keys: tuple[bytes, ...]
    terms: Terms


class _NoTerms:
    def of(self, versions: Mapping[str, int]) -> tuple[Promotion, ...]:
        del versions
        return ()


NO_SIGNING = Signing((), _NoTerms())


@dataclass(frozen=True, slots=True)
class Quoted:
    """A signed quote as `text`, what it says, and the evaluation behind it."""

    text: str
    quote: SignedQuote
    evaluation: Evaluation


@dataclass(frozen=True, slots=True)
class Promised:
    """What a quote promised; `offers` makes its promotions ready for carts, which most holds need not do."""

    quote: SignedQuote
    offers: Callable[[], Offers]


def quote_cart(cart: Cart, *, seconds: int, signing: Signing, ledger: Ledger, offers: Offers) -> Quoted:
    """The price of now, signed for `seconds`; writes nothing. InputError without a key."""
    if not signing.keys:
        raise InputError("this till has no key to sign quotes with; open it with quote_keys=(...,)")
    now = ledger.clock.now()
    evaluation = price_cart(cart, at=now, offers=offers, ledger=ledger).evaluation
    shown = Quote.of(evaluation)
    until = now + timedelta(seconds=seconds)
    quote = SignedQuote(digest_of(cart), cart.currency, shown.total_minor, shown.promotions, now, until)
    return Quoted(sign(quote, signing.keys[0]), quote, evaluation)


def read_quote(text: str, *, cart: Cart | None, signing: Signing, ledger: Ledger) -> SignedQuote | Refused:
    """What a signed quote says if it holds now, and for `cart` if one is given; else why it does not."""
    quote = read_signed(text, signing.keys)
    if isinstance(quote, Refused):
        return quote
    if cart is not None and quote.cart != digest_of(cart):
        return Refused("quote_other_cart", "the quote is for another cart; send the cart exactly as it was quoted")
    if quote.expires_at <= ledger.clock.now():
        ended = quote.expires_at.isoformat(timespec="seconds")
        return Refused("quote_expired", f"the quote held until {ended}; quote the cart again")
    return quote


def promised_by(quote: SignedQuote, *, signing: Signing, offers: Offers) -> Promised:
    """The terms behind a quote, whatever became of them since; `offers` are those of now."""

    def promised() -> Offers:
        kept = (_limited_as_now(one, offers) for one in signing.terms.of(quote.promotions))
        return offers_of(compile_promotions(kept, policy=offers.compiled.policy))

    return Promised(quote, promised)


def _limited_as_now(promotion: Promotion, offers: Offers) -> Promotion:
    """What all customers share is no promise to one of them: a budget that was cut stays cut."""
    now = offers.promotions.get(promotion.id)
    if now is None:
        return promotion
    total, units, budget = now.limits.total, now.limits.units, now.limits.budget_minor
    return replace(promotion, limits=replace(promotion.limits, total=total, units=units, budget_minor=budget))
