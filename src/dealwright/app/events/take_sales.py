"""Brings the orders among the events into the shop's `sales`, each once: what forecasts and plans learn from."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType
from typing import Protocol

from dealwright.app.events.event_ports import EventLog, Recorded
from dealwright.app.events.sales_of_orders import KnownLine, Name, SalesLine, Waiting, names_in, sales_of
from dealwright.app.ports import Progress, Shop, silent
from dealwright.app.shop.import_data import import_data
from dealwright.app.shop.import_report import ImportReport
from dealwright.core.ids import fingerprint
from dealwright.data.delivery import Source
from dealwright.data.event_bodies import Cancellation, Event, Order, Return
from dealwright.data.events import CONTRACT, ReadEvent
from dealwright.data.mapping import Entry, Mapping, Options
from dealwright.data.problems import Problem
from dealwright.data.tables import SALES

MOST_EVENTS = 10_000  # of one batch: what is held in memory
_OF_AN_ORDER = re.compile(r'"kind":"(order|return|cancellation)"')
_MAPPING = Mapping(SALES.name, {name: Entry((name,)) for name in SALES.names}, Options(decimal="."))


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Up to which event all is in `sales` (its number, and a mark made of its text), and what waits."""

    number: int = 0
    mark: str = ""
    waiting: Waiting = field(default_factory=lambda: MappingProxyType({}))


class Bookmarks(Protocol):
    """Where a shop remembers how far it has read."""

    def bookmark(self) -> Bookmark:
        """The one that was kept last; that of the very start if there is none."""
        ...

    def keep(self, bookmark: Bookmark) -> None:
        """Keep it in place of the one before."""
        ...


class OrderLines(Protocol):
    """The lines of orders that `sales` holds."""

    def known(self, order_ids: Collection[str]) -> Sequence[KnownLine]:
        """Those of these orders."""
        ...

    def withdraw(self, names: Collection[Name]) -> None:
        """Take lines out, for good: something else was told of their order."""
        ...

    def written(self, lines: Sequence[SalesLine], *, name: str) -> AbstractContextManager[Source]:
        """The lines as a file called so that can be imported, until the context ends."""
        ...


class SalesBook(Bookmarks, OrderLines, Protocol):
    """Both sides of it."""


@dataclass(frozen=True, slots=True)
class SalesTaken:
    """What became of the events that were read, each in one of six counts, and of the lines they made.

    `known`: told before, superseded, or imported from a file. `waiting`: returns and cancellations whose order was
    not told yet. `other`: views, carts and the like. Of the lines, some were `accepted` into `sales`, some are in
    `quarantine` files with what is wrong with them (`problems`), some were `withdrawn`, as a later telling of their
    order took their place.
    """

    read: int = 0
    orders: int = 0
    returns: int = 0
    cancellations: int = 0
    known: int = 0
    waiting: int = 0
    other: int = 0
    lines_accepted: int = 0
    lines_quarantined: int = 0
    lines_withdrawn: int = 0
    problems: tuple[Problem, ...] = ()
    quarantine: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        ends = self.orders + self.returns + self.cancellations + self.known + self.waiting + self.other
        assert ends == self.read, f"{self.read} events read, {ends} accounted for"

    def __add__(self, other: SalesTaken) -> SalesTaken:
        return SalesTaken(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))

    def to_dict(self) -> dict[str, object]:
        """Plain values, for JSON."""
        told = {one.name: getattr(self, one.name) for one in fields(self)}
        return told | {"problems": [one.to_dict() for one in self.problems], "quarantine": list(self.quarantine)}


@dataclass(frozen=True, slots=True)
class Into:
    """The shop that sales are brought into, and how it counts money and time."""

    book: SalesBook
    shop: Shop
    currency: str
    time_zone: str


def take_sales(log: EventLog, into: Into, *, most: int = MOST_EVENTS, progress: Progress = silent) -> SalesTaken:
    """Bring what came since the last time into `sales`, `most` events at a time, in the order they came.

    The bookmark moves after a batch is in; where a crash comes between the two, the batch is read again, and its
    lines are known by their names. So it is always safe to do it again.
    """
    taken, mark = SalesTaken(), _valid(into.book.bookmark(), log)
    first, newest = mark.number, log.newest()
    while found := log.recorded(after=mark.number, limit=most):
        done = (mark.number - first) / max(newest - first, 1)
        progress("orders come in", min(done, 1.0))
        batch, waiting = _taken(found, mark.waiting, into)
        mark = Bookmark(found[-1].number, fingerprint(found[-1].text), waiting)
        into.book.keep(mark)
        taken += batch
    progress("done", 1.0)
    return taken


def _valid(mark: Bookmark, log: EventLog) -> Bookmark:
    """The bookmark, or one at the start if it is of another log: nothing comes in twice by that."""
    at = log.recorded(after=mark.number - 1, limit=1) if mark.number else ()
    is_other = mark.number > log.newest() or any(
        one.number == mark.number and fingerprint(one.text) != mark.mark for one in at
    )
    return replace(mark, number=0) if is_other else mark


def _taken(found: Sequence[Recorded], waiting: Waiting, into: Into) -> tuple[SalesTaken, Waiting]:
    events = list(_orders_in(found))
    change = sales_of(events, known=into.book.known(names_in(events)), waiting=waiting)
    if change.withdrawn:
        into.book.withdraw(change.withdrawn)
    report = None
    if change.lines:
        with into.book.written(change.lines, name=f"events-{found[0].number}-{found[-1].number}") as source:
            report = _imported(source, into)
    n = change.ends
    taken = SalesTaken(
        len(found),
        orders=n.get("order", 0),
        returns=n.get("return", 0),
        cancellations=n.get("cancellation", 0),
        known=n.get("known", 0),
        waiting=n.get("waiting", 0),
        other=len(found) - len(events),
        lines_withdrawn=len(change.withdrawn),
    )
    return (taken if report is None else _with_lines(taken, report)), change.waiting


def _with_lines(taken: SalesTaken, report: ImportReport) -> SalesTaken:
    return replace(
        taken,
        lines_accepted=report.rows_accepted,
        lines_quarantined=report.rows_quarantined,
        problems=report.problems,
        quarantine=(str(report.quarantine),) if report.quarantine else (),
    )


def _imported(source: Source, into: Into) -> ImportReport:
    return import_data(
        source,
        table=SALES.name,
        shop=into.shop,
        mappings=_Unsaved(),
        currency=into.currency,
        time_zone=into.time_zone,
        mapping=_MAPPING,
        may_all_be_bad=True,
    )


def _orders_in(found: Iterable[Recorded]) -> Iterator[Event]:
    """The events about orders; most others are let by without being read."""
    for one in found:
        read = CONTRACT.read(one.text, is_kept=True) if _OF_AN_ORDER.search(one.text) else None
        if isinstance(read, ReadEvent) and isinstance(read.event.body, Order | Return | Cancellation):
            yield read.event


class _Unsaved:
    """The mapping of events is not how the shop's files are read."""

    def get(self, table: str) -> None:
        """None is known."""
        del table

    def put(self, mapping: Mapping) -> None:
        """It is not kept."""
        del mapping
