"""Prices a cart without asking the ledger, where nothing that it gets has to be counted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from dealwright.app.till.price_cart import Offers, as_guest
from dealwright.campaign.promotion import Limits
from dealwright.core.cart import Cart
from dealwright.engine.evaluate import evaluate
from dealwright.engine.evaluation import Evaluation
from dealwright.engine.usage import NO_USAGE


@dataclass(frozen=True, slots=True)
class AtOnce:
    """Offers, the ids of those that are counted, and whether guests may be told that one counts per customer."""

    offers: Offers
    counted: frozenset[str]
    counts_customers: bool


def at_once_of(offers: Offers) -> AtOnce:
    """The offers with what `price_at_once` must know of them; work it out once for many carts."""
    counted = frozenset(name for name, one in offers.promotions.items() if _is_counted(one.limits))
    guest = offers.guest_usage
    return AtOnce(offers, counted, bool(guest.customer_uses or guest.customer_units))


def price_at_once(cart: Cart, *, at: datetime, known: AtOnce) -> Evaluation | None:
    """What `price_cart` says of the cart; None if it holds codes, or gets something limited or off the shelf.

    InputError if the cart is not sound.
    """
    if cart.codes:
        return None
    is_guest = not cart.shopper.customer_id
    usage = known.offers.guest_usage if is_guest else NO_USAGE
    evaluation = evaluate(cart, known.offers.compiled, at=at, usage=usage)
    teller = evaluation.teller
    assert teller is not None, "what is evaluated is told by who decided it"
    if teller.draws_on(known.counted):
        return None
    return _told_to_guest(evaluation) if is_guest and known.counts_customers else evaluation


def _is_counted(limits: Limits) -> bool:
    counts = (limits.total, limits.per_customer, limits.units, limits.units_per_customer, limits.budget_minor)
    return any(count is not None for count in counts)


def _told_to_guest(evaluation: Evaluation) -> Evaluation:
    return replace(evaluation, refused=tuple([as_guest(refusal) for refusal in evaluation.refused]))
