"""A shop that lives its past again: till, campaigns, events and watch by the clock of a replay."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from dealwright.app.shop.past_orders import PastLine, PastOrder
from dealwright.app.watch.watch_risk import Look
from dealwright.core.cart import Cart, LineItem, Shopper
from dealwright.engine.evaluation import PricedLine
from dealwright.engine.outcomes import Held, Order
from dealwright.live.campaigns import Campaigns, open_campaigns
from dealwright.live.counted import CountedShop
from dealwright.live.events import Events, open_events
from dealwright.live.watch import Watch, open_watch
from dealwright.till import Till, open_till

LOOK_SECONDS: Final = 1
"""A running service looks at hard guardrails so often."""
_HOUR: Final = timedelta(hours=1)
_FULL_LOOK_HOURS: Final = 6
_SOURCE: Final = "replay"


@dataclass(slots=True)
class ReplayClock:
    """A clock that only the replay moves, and never back."""

    time: datetime

    def now(self) -> datetime:
        """See `Clock.now`."""
        return self.time

    def skew_seconds(self) -> float:
        """See `Clock.skew_seconds`: it decides itself."""
        return 0.0

    def reach(self, moment: datetime) -> None:
        """Go on to a moment, if it is not over."""
        self.time = max(self.time, moment)


@dataclass(frozen=True, slots=True)
class Promoted:
    """A product while a campaign is on: what a unit costs, and which share of its discount the supplier pays."""

    campaign_id: str
    start: datetime
    end: datetime
    unit_cost_minor: float
    funded_share: float


@dataclass(frozen=True, slots=True)
class ByItself:
    """The watch did something by itself: how long after the order, by the shop's clock, and how long its own work
    took (the order taken in, the look, the action), by ours."""

    campaign_id: str
    order_id: str
    at: datetime
    shop_seconds: float
    work_seconds: float
    look: Look


@dataclass(slots=True)
class Lived:
    """What the replay has done so far; money in minor units.

    `charged_minor` is what the till asked for the orders with goods on a campaign, `told_minor` what their events
    said, `paid_minor` what the same orders were paid with in the past.
    """

    n_orders: int = 0
    n_sold: int = 0
    n_refused: int = 0
    charged_minor: int = 0
    told_minor: int = 0
    paid_minor: int = 0
    acted: list[ByItself] = field(default_factory=list)


class LiveShop:
    """Orders with goods on a campaign pass the till; all others are told as they were paid."""

    def __init__(self, till: Till, clock: ReplayClock, *, currency: str) -> None:
        self.till = till
        self.clock = clock
        self.campaigns: Campaigns = open_campaigns(till)
        self.events: Events = open_events(till, campaigns=CountedShop(self.campaigns))
        self.watch: Watch = open_watch(till, campaigns=self.campaigns, minutes=self.events)
        self.tally = Lived()
        self._currency = currency
        self._waiting: list[dict[str, Any]] = []
        self._next_hour = clock.now() + _HOUR
        self._hours = 0

    def live(self, order: PastOrder, promoted: Mapping[str, Promoted]) -> None:
        """The order at its moment; `promoted` are the campaigns' goods by sku."""
        self.reach(order.at)
        self.tally.n_orders += 1
        on = {sku: one for sku, one in promoted.items() if one.start <= order.at < one.end}
        if any(line.sku in on for line in order.lines):
            self._sell(order, on)
        else:
            self._waiting.append(self._event(order, [_as_paid(line) for line in order.lines]))

    def reach(self, moment: datetime) -> None:
        """Let time pass: campaigns start and end, and everything is looked at now and then."""
        while self._next_hour <= moment:
            # A campaign goes live within the minute before its start.
            self.clock.reach(self._next_hour - timedelta(seconds=30))
            self._tend()
            self.clock.reach(self._next_hour)
            self._tend()
            self._next_hour += _HOUR
        self.clock.reach(moment)

    def _tend(self) -> None:
        self._tell()
        self.campaigns.tend()
        self._hours += 1
        if self._hours % (2 * _FULL_LOOK_HOURS) == 0:
            self.watch.look()

    def _sell(self, order: PastOrder, on: Mapping[str, Promoted]) -> None:
        self._tell()
        cart = self._cart(order, on)
        held = self.till.carts.hold(cart, key=f"hold {order.order_id}", order_id=order.order_id)
        sold = (
            self.till.carts.commit(held.hold_id, key=f"commit {order.order_id}") if isinstance(held, Held) else held
        )
        if not isinstance(sold, Order):
            self.tally.n_refused += 1
            return
        evaluation = sold.evaluation
        lines = [_as_priced(line, on.get(line.sku)) for line in evaluation.lines]
        self.tally.n_sold += 1
        self.tally.charged_minor += evaluation.total_minor
        self.tally.told_minor += sum(line["net_minor"] for line in lines)
        self.tally.paid_minor += order.paid_minor
        self._take_and_look(order.order_id, self._event(order, lines))

    def _take_and_look(self, order_id: str, event: dict[str, Any]) -> None:
        began, happened = time.perf_counter(), self.clock.now()
        self.events.take([event])
        self.clock.reach(happened + timedelta(seconds=LOOK_SECONDS))
        look = self.watch.look(scope="hard")
        took = time.perf_counter() - began
        for response, done in zip((one for one in look.responses if one.automatic), look.done, strict=True):
            if done:
                now = self.clock.now()
                waited = (now - happened).total_seconds()
                self.tally.acted.append(ByItself(response.alert.campaign_id, order_id, now, waited, took, look))

    def _tell(self) -> None:
        if self._waiting:
            self.events.take_all(self._waiting)
            self._waiting.clear()

    def _cart(self, order: PastOrder, on: Mapping[str, Promoted]) -> Cart:
        items = []
        for number, line in enumerate(order.lines):
            # Goods on a campaign at their regular price; the till knows no other promotion, so all else as paid.
            is_on = line.sku in on
            quantity = line.quantity if is_on else 1
            each = round(line.list_minor / line.quantity) if is_on else line.net_minor
            items.append(LineItem(str(number), line.sku, quantity, each))
        return Cart(self._currency, tuple(items), shopper=Shopper(order.customer))

    def _event(self, order: PastOrder, lines: list[dict[str, Any]]) -> dict[str, Any]:
        body = {"order_id": order.order_id, "currency": self._currency, "lines": lines}
        if order.customer:
            body["customer"] = f"c-{order.customer}"
        return {
            "source": _SOURCE,
            "event_id": order.order_id,
            "kind": "order",
            "at": self.clock.now().isoformat(),
            "body": body,
        }


@contextmanager
def open_live_shop(folder: Path, *, start: datetime, currency: str) -> Iterator[LiveShop]:
    """A fresh shop whose till is `till.db` in the folder, from `start` on, until the context ends."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("till.db", "till.db-wal", "till.db-shm"):
        (folder / name).unlink(missing_ok=True)
    clock = ReplayClock(start)
    with open_till(f"sqlite:///{folder / 'till.db'}", clock=clock) as till:
        yield LiveShop(till, clock, currency=currency)


def _as_paid(line: PastLine) -> dict[str, Any]:
    discount = max(line.list_minor - line.net_minor, 0)
    return {"sku": line.sku, "quantity": line.quantity, "net_minor": line.net_minor, "discount_minor": discount}


def _as_priced(line: PricedLine, promoted: Promoted | None) -> dict[str, Any]:
    discount = line.regular_minor - line.net_minor
    told: dict[str, Any] = {
        "sku": line.sku,
        "quantity": line.quantity,
        "net_minor": line.net_minor,
        "discount_minor": discount,
        "promotion_ids": [share.promotion_id for share in line.shares],
    }
    if promoted is not None:
        told["cost_minor"] = round(promoted.unit_cost_minor * line.quantity - promoted.funded_share * discount)
    return told
