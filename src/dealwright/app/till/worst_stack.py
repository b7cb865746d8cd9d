"""The least that goods can cost with everything that may come together on them: found by the till's own engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from itertools import islice, product
from typing import Any

from dealwright.campaign.promotion import Promotion, Term
from dealwright.campaign.schedule import ALWAYS
from dealwright.campaign.terms import told
from dealwright.compliance.floor import LowestPrice
from dealwright.core.cart import Cart, LineItem, Shopper
from dealwright.engine.evaluate import evaluate
from dealwright.engine.index import Compiled, compile_promotions

MOST_WORLDS = 256
_MOST_UNITS = 10_000
_MOST_MORE = 8  # further numbers of units per round
_GRANTED = frozenset(("customer_is", "in_segment", "first_seen", "in_arm", "in_share", "holds_code", "within"))
"""Conditions that one shopper may meet all at once, whatever the others say: taken as met."""
_PLACES = {
    "in_channel": ("channels", "channel"),
    "in_store": ("stores", "store"),
    "in_region": ("regions", "region"),
    "pays_by": ("methods", "payment_method"),
}
_QUANTITIES = ("quantity", "at_quantity", "every_quantity", "number", "group_size", "buy_quantity", "seats")
_SPENDS = ("at_minor", "spend_minor", "every_minor", "at_least_minor", "amount_minor")


def worlds(promotions: Iterable[Promotion], start: datetime, end: datetime | None) -> list[tuple[Promotion, ...]]:
    """The sets of promotions that hold together at some moment from `start` to `end`, free of codes and hours."""
    given = tuple(promotions)
    begins = {one.schedule.start for one in given if one.schedule.start is not None}
    moments = [start, *sorted(each for each in begins if start < each and (end is None or each < end))]
    found = {
        tuple(_granted(one) for one in given if one.schedule.state(each) in ("open", "outside_hours"))
        for each in moments
    }
    return sorted(found, key=len, reverse=True)


def lowest_price(
    line: LineItem, together: Sequence[Promotion], *, at: datetime, currency: str, with_: str
) -> LowestPrice | None:
    """The lowest price of a unit in a cart of this product alone to which the promotion `with_` gives; else None.

    Every number of units at which a promotion changes is tried, in every channel, store, region and way of paying
    that one names, by new and old customers. The shopper holds all codes and belongs to all groups. Exact for these
    promotions up to that: groups that exclude one another are taken together.
    """
    compiled = compile_promotions(together)
    carts = tuple(_carts(together, currency))
    lowest: LowestPrice | None = None
    tried: set[int] = set()
    quantities = _quantities(together, line.unit_price_minor)
    while quantities:
        for quantity, cart in product(quantities, carts):
            found = _priced(line, quantity, cart, compiled, at)
            if (
                found is not None
                and with_ in found.promotions
                and (lowest is None or found.net_minor * lowest.quantity < lowest.net_minor * quantity)
            ):
                lowest = found
        tried |= set(quantities)
        # A threshold of spend takes more units once they are cheaper.
        cheaper = line.unit_price_minor if lowest is None else lowest.net_minor // lowest.quantity
        quantities = [each for each in _quantities(together, cheaper) if each not in tried][:_MOST_MORE]
    return lowest


def _priced(line: LineItem, quantity: int, cart: Cart, compiled: Compiled, at: datetime) -> LowestPrice | None:
    held = replace(cart, lines=(replace(line, quantity=quantity, floor_minor=0, store=cart.store),))
    found = evaluate(held, compiled, at=at)
    if not found.applied:
        return None
    net = sum(each.net_minor for each in found.lines if each.sku == line.sku)
    return LowestPrice(line.sku, quantity, net, tuple(one.promotion_id for one in found.applied), cart.currency)


def _granted(promotion: Promotion) -> Promotion:
    asked = tuple(one for one in promotion.conditions if one.kind not in _GRANTED)
    return replace(promotion, conditions=asked, code="", batch="", schedule=ALWAYS)


def _carts(promotions: Sequence[Promotion], currency: str) -> Iterator[Cart]:
    terms = [term for one in promotions for term in (*one.conditions, one.benefit)]
    choices: dict[str, list[str]] = {
        slot: list(
            dict.fromkeys(["", *(name for term in terms if term.kind == kind for name in told(term, field))])
        )
        for kind, (field, slot) in _PLACES.items()
    }
    segments = tuple(dict.fromkeys(name for term in terms for name in told(term, "segments") or ()))
    orders = list(
        dict.fromkeys([0, 10**6, *(told(term, "number") - 1 for term in _of_kind(terms, "order_number"))])
    )
    for n_orders, *places in islice(product(orders, *choices.values()), MOST_WORLDS):
        shopper = Shopper("anybody", segments, n_orders)
        slots: Mapping[str, Any] = dict(zip(choices, places, strict=True))
        yield Cart(currency, shopper=shopper, **slots)


def _quantities(promotions: Sequence[Promotion], unit_price_minor: int) -> list[int]:
    """Numbers of units at which some promotion changes, 1 first."""
    found = {1}
    for term in (term for one in promotions for term in (*one.conditions, one.benefit)):
        for name, number in _numbers(term):
            if name in _QUANTITIES:
                found |= {number, number + (told(term, "get_quantity") or 0)}
            elif name in _SPENDS and unit_price_minor > 0:
                found.add(-(-number // unit_price_minor))
    return sorted(one for one in found if 1 <= one <= _MOST_UNITS)


def _numbers(term: Any) -> Iterator[tuple[str, int]]:
    for field in fields(term):
        value = getattr(term, field.name)
        if isinstance(value, int) and not isinstance(value, bool):
            yield field.name, value
        for part in value if isinstance(value, tuple) else (value,):
            if is_dataclass(part):
                yield from _numbers(part)


def _of_kind(terms: Iterable[Term], kind: str) -> Iterator[Term]:
    return (one for one in terms if one.kind == kind)
