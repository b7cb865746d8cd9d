"""Whether the shelf price is the same for everyone at the same place and time.

Personal prices are given by coupons that the customer sees and can refuse, never by the shelf.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from dealwright.core.ids import Sku, StoreId
from dealwright.core.period import Period
from dealwright.core.verdict import Verdict
from dealwright.price.given import refuse, wrong


@dataclass(frozen=True, slots=True)
class ShelfPrice:
    """A price proposed for a product in a store (or a channel) over a period; `shown_to` empty: everyone."""

    sku: Sku
    store: StoreId
    period: Period
    price_minor: int
    shown_to: str = ""

    def __post_init__(self) -> None:
        refuse(wrong(f"the price of {self.sku}", self.price_minor, above=0))


def violations(proposed: Sequence[ShelfPrice]) -> list[Verdict]:
    """One verdict per pair of prices that differ at the same place and time; empty if all are fair.

    A price shown only to some is a violation of its own unless everyone there is shown the same.

    >>> from datetime import date
    >>> week = Period(date(2024, 1, 1), date(2024, 1, 8))
    >>> tea = ShelfPrice(Sku("tea"), StoreId("north"), week, 299)
    >>> len(violations([tea, ShelfPrice(Sku("tea"), StoreId("north"), week, 319, shown_to="new customers")]))
    1
    """
    ordered = sorted(proposed, key=_order)
    found: list[Verdict] = []
    for _, group in groupby(ordered, key=lambda price: (price.sku, price.store)):
        found += _differing(list(group))
    return found


def _order(price: ShelfPrice) -> tuple[str, str, Period, int, str]:
    return price.sku, price.store, price.period, price.price_minor, price.shown_to


def _differing(prices: list[ShelfPrice]) -> list[Verdict]:
    """Prices of one product in one store, sorted by their start."""
    found, running = [], list[ShelfPrice]()
    for price in prices:
        running = [other for other in running if other.period.end > price.period.start]
        found += [_verdict(other, price) for other in running if other.price_minor != price.price_minor]
        if price.shown_to and not any(_covers(other, price) for other in prices):
            found.append(_only_some(price))
        running.append(price)
    return found


def _covers(other: ShelfPrice, price: ShelfPrice) -> bool:
    """Whether everyone is shown a price, the same or not, all the time that `price` is shown to some."""
    return not other.shown_to and other.period.start <= price.period.start and price.period.end <= other.period.end


def _verdict(one: ShelfPrice, other: ShelfPrice) -> Verdict:
    told = " and ".join(f"{price.price_minor} for {price.shown_to or 'everyone'}" for price in (one, other))
    return Verdict(
        False,
        "one_shelf_price",
        f"{one.sku} in {one.store} would cost {told} at the same time (from {other.period.start}); "
        "ask one price, or give the difference as a coupon",
    )


def _only_some(price: ShelfPrice) -> Verdict:
    return Verdict(
        False,
        "one_shelf_price",
        f"{price.sku} in {price.store} would have a price only for {price.shown_to} ({price.period}); "
        "show it to everyone, or give it as a coupon",
    )
