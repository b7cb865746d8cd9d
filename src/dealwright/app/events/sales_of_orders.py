"""The sales that orders among the events make: lines sold, lines that came back, lines that no longer hold."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal, TypeAlias
from urllib.parse import quote

from dealwright.data.event_bodies import Cancellation, Event, Order, Return

SAME_ORDER_DAYS = 2
"""A file's order of the same number is the same order if it has one of its products within so many days."""

End = Literal["order", "return", "cancellation", "known", "waiting", "other"]
Name: TypeAlias = tuple[str, str]
"""Of a line: its order's name in `sales`, and its own within the order."""

_ORDER_LINE = re.compile(r"r(\d+)-\d+")
_CANCELLATION = "cancellation-"
_RETURN = "return-"


@dataclass(frozen=True, slots=True)
class SalesLine:
    """A line of `sales` to be; a quantity below zero came back.

    Amounts are minor units of `currency` (empty: the shop's).
    """

    order_id: str
    line_id: str
    sold_at: datetime
    sku: str
    quantity: int
    net_minor: int
    discount_minor: int | None = None
    customer: str = ""
    store: str = ""
    channel: str = ""
    promotion: str = ""
    currency: str = ""

    @property
    def name(self) -> Name:
        """What it is called in `sales`."""
        return self.order_id, self.line_id


@dataclass(frozen=True, slots=True)
class KnownLine:
    """A line that `sales` holds."""

    order_id: str
    line_id: str
    sold_on: date
    sku: str
    quantity: int
    net_minor: int
    customer: str = ""
    store: str = ""
    channel: str = ""

    @property
    def name(self) -> Name:
        """What it is called in `sales`."""
        return self.order_id, self.line_id


Line: TypeAlias = KnownLine | SalesLine
Waiting: TypeAlias = Mapping[str, tuple[Event, ...]]
"""Returns and cancellations of orders that were not told yet, by the order's name in `sales`."""


@dataclass(frozen=True, slots=True)
class SalesChange:
    """What events do to `sales`.

    `lines` come in, lines `withdrawn` go (a later telling of their order takes their place). `waiting` are all
    returns and cancellations, old and new, of orders that were not told yet, by the orders' names in `sales`.
    `ends` counts the events.
    """

    lines: tuple[SalesLine, ...]
    withdrawn: frozenset[Name]
    waiting: Waiting
    ends: Mapping[End, int]


def sales_name(source: str, order_id: str) -> str:
    """The name of an order in `sales`; orders of two sources never have the same one.

    >>> sales_name("shop", "7001"), sales_name("a:b", "c") == sales_name("a", "b:c")
    ('shop:7001', False)
    """
    told = f"{source.replace('%', '%25').replace(':', '%3A')}:{order_id.replace('%', '%25')}"
    start, end = len(told) - len(told.lstrip()), len(told.rstrip())
    return quote(told[:start]) + told[start:end] + quote(told[end:])  # an import cuts blanks off


def names_in(events: Iterable[Event]) -> frozenset[str]:
    """The orders these events speak of: as `sales` calls them, and as a file may have called them."""
    found = set()
    for event in events:
        if isinstance(event.body, Order | Cancellation | Return):
            found |= {sales_name(event.source, event.body.order_id), event.body.order_id}
    return frozenset(found)


def sales_of(events: Iterable[Event], *, known: Iterable[KnownLine], waiting: Waiting) -> SalesChange:
    """What these events, in the order they came, do to sales that hold the lines `known` of their orders.

    Telling again what is known does nothing: a line is known by its name. Of several tellings of an order the
    highest revision holds, of one revision the first; a cancelled order is revised no more. A return is a line with
    a negative quantity at the instant it happened; a cancellation brings back what is left of each product. Both
    wait until their order is told. An order that a file brought under the same number is known.
    """
    book = _Book(known, waiting)
    ends = Counter[End](book.take(event) for event in events)
    return SalesChange(tuple(book.new.values()), frozenset(book.withdrawn), book.waiting, ends)


@dataclass
class _Held:
    """What is held of one order while events are taken."""

    revision: int = -1
    sold: list[Line] = field(default_factory=list)
    back: list[Line] = field(default_factory=list)
    is_cancelled: bool = False


class _Book:
    """The orders that a batch of events speaks of."""

    def __init__(self, known: Iterable[KnownLine], waiting: Waiting) -> None:
        self.new: dict[Name, SalesLine] = {}
        self.withdrawn: set[Name] = set()
        self.waiting = dict(waiting)
        self._names: set[Name] = set()
        self._orders: dict[str, _Held] = defaultdict(_Held)
        self._in_files: dict[str, list[KnownLine]] = defaultdict(list)
        for line in known:
            self._learn(line)

    def take(self, event: Event) -> End:
        """Let one event do what it does."""
        body = event.body
        if not isinstance(body, Order | Return | Cancellation):
            return "other"
        name = sales_name(event.source, body.order_id)
        if isinstance(body, Order):
            return self._order(event, body, name)
        held = self._orders[name]
        if held.is_cancelled or event in self.waiting.get(name, ()):
            return "known"
        in_file = () if held.sold else self._in_files[body.order_id]
        sold = held.sold or [line for line in in_file if line.quantity > 0]
        if not sold:
            self.waiting[name] = (*self.waiting.get(name, ()), event)
            return "waiting"
        back = [*held.back, *(line for line in in_file if line.quantity < 0)]
        return self._follow(event, name, sold=sold, back=back)

    def _learn(self, line: KnownLine) -> None:
        self._names.add(line.name)
        held = self._orders[line.order_id]
        revision = _ORDER_LINE.fullmatch(line.line_id)
        if revision:
            held.sold.append(line)
            held.revision = max(held.revision, int(revision[1]))
        elif line.line_id.startswith((_RETURN, _CANCELLATION)):
            held.back.append(line)
            held.is_cancelled |= line.line_id.startswith(_CANCELLATION)
        else:
            self._in_files[line.order_id].append(line)

    def _order(self, event: Event, body: Order, name: str) -> End:
        held = self._orders[name]
        if body.revision <= held.revision or held.is_cancelled or self._is_in_file(event, body):
            return "known"
        for line in held.sold:
            self._take_out(line)
        lines = list(_sold(event, body, name))
        held.revision, held.sold = body.revision, [*lines]
        self._put_in(lines)
        for one in self.waiting.pop(name, ()):
            self._follow(one, name, sold=held.sold, back=held.back)
        return "order"

    def _follow(self, event: Event, name: str, *, sold: Sequence[Line], back: Sequence[Line]) -> End:
        """Goods come back, to where they were sold."""
        if isinstance(event.body, Return):
            end: End = "return"
            came = list(_returned(event, event.body, name, sold[0]))
            in_file = {line.sku for line in back if line.order_id != name}
            came = [line for line in came if line.name not in self._names and line.sku not in in_file]
        else:
            end = "cancellation"
            came = list(_left(event, name, sold, back))
            self._orders[name].is_cancelled = True
            if not came:  # a later telling of the order is cancelled too
                self.waiting[name] = (*self.waiting.get(name, ()), event)
        self._orders[name].back += came
        self._put_in(came)
        return end if came else "known"

    def _is_in_file(self, event: Event, body: Order) -> bool:
        skus, day = {line.sku.strip() for line in body.lines}, event.at.date()
        return any(
            line.sku in skus and abs(line.sold_on - day) <= timedelta(days=SAME_ORDER_DAYS)
            for line in self._in_files[body.order_id]
        )

    def _put_in(self, lines: Iterable[SalesLine]) -> None:
        for line in lines:
            self.new[line.name] = line
            self._names.add(line.name)

    def _take_out(self, line: Line) -> None:
        if self.new.pop(line.name, None) is None:
            self.withdrawn.add(line.name)
        self._names.discard(line.name)


def _sold(event: Event, body: Order, name: str) -> Iterator[SalesLine]:
    for n, line in enumerate(body.lines, start=1):
        yield SalesLine(
            name,
            f"r{body.revision}-{n}",
            event.at,
            line.sku.strip(),
            line.quantity,
            line.net_minor,
            line.discount_minor,
            body.customer,
            body.store,
            body.channel,
            "+".join(line.promotion_ids),
            body.currency,
        )


def _returned(event: Event, body: Return, name: str, first: Line) -> Iterator[SalesLine]:
    for n, one in enumerate(body.lines, start=1):
        line_id = f"{_RETURN}{event.event_id}-{n}"
        yield _came_back(first, (name, line_id), event.at, one.sku.strip(), -one.quantity, -one.refund_minor)


def _left(event: Event, name: str, sold: Sequence[Line], back: Sequence[Line]) -> Iterator[SalesLine]:
    """What a cancellation brings back: of each product what did not come back before."""
    units, paid = Counter[str](), Counter[str]()
    for line in (*sold, *back):
        units[line.sku] += line.quantity
        paid[line.sku] += line.net_minor
    for n, sku in enumerate(sorted(sku for sku in units if units[sku] > 0), start=1):
        place = (name, f"{_CANCELLATION}{n}")
        yield _came_back(sold[0], place, event.at, sku, -units[sku], -max(paid[sku], 0))


def _came_back(first: Line, name: Name, at: datetime, sku: str, quantity: int, net_minor: int) -> SalesLine:
    currency = first.currency if isinstance(first, SalesLine) else ""
    return SalesLine(
        *name,
        at,
        sku,
        quantity,
        net_minor,
        customer=first.customer,
        store=first.store,
        channel=first.channel,
        currency=currency,
    )
