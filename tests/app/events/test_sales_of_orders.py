"""Orders, what came back of them and what was told of them again, as lines of sales: each once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest

from dealwright.app.events.sales_of_orders import (
    KnownLine,
    Name,
    SalesChange,
    SalesLine,
    Waiting,
    names_in,
    sales_name,
    sales_of,
)
from dealwright.data.event_bodies import Event
from dealwright.data.events import CONTRACT, ReadEvent
from shop_events import START, drawn_events, event, order_line, shuffled

TODAY = START.date()


class Sales:
    """A table of sales in memory, that changes are applied to as a shop applies them."""

    def __init__(self) -> None:
        self.lines: dict[Name, SalesLine] = {}
        self.waiting: Waiting = {}

    def take(self, *events: Event) -> SalesChange:
        names = names_in(events)
        known = [known_as(line) for line in self.lines.values() if line.order_id in names]
        change = sales_of(events, known=known, waiting=self.waiting)
        for name in change.withdrawn:
            del self.lines[name]
        assert not {line.name for line in change.lines} & self.lines.keys()
        self.lines |= {line.name: line for line in change.lines}
        self.waiting = change.waiting
        return change

    def told(self) -> list[tuple[str, str, int, int]]:
        return [(line.line_id, line.sku, line.quantity, line.net_minor) for line in self.lines.values()]


def known_as(line: SalesLine) -> KnownLine:
    bought = (line.sku, line.quantity, line.net_minor, line.customer, line.store, line.channel)
    return KnownLine(line.order_id, line.line_id, line.sold_at.date(), *bought)


def read(sent: Mapping[str, Any]) -> Event:
    found = CONTRACT.read(sent)
    assert isinstance(found, ReadEvent), found
    return found.event


def ordered(event_id: str, *lines: dict[str, Any], order_id: str = "7", **body: Any) -> Event:
    return read(event(event_id, "order", {"order_id": order_id, "lines": list(lines), **body}))


def returned(event_id: str, quantity: int, refund_minor: int, *, minute: float = 5) -> Event:
    lines = [{"sku": "TEA", "quantity": quantity, "refund_minor": refund_minor}]
    return read(event(event_id, "return", {"order_id": "7", "lines": lines}, minute=minute))


def cancelled(event_id: str, *, minute: float = 9) -> Event:
    return read(event(event_id, "cancellation", {"order_id": "7"}, minute=minute))


TEA = order_line("TEA", 3, 2700)
JAM = order_line("JAM", 1, 400)


def test_each_line_of_an_order_is_a_line_of_sales_with_all_that_was_told_of_it() -> None:
    sales = Sales()
    tea = order_line("TEA", 2, 1800, discount_minor=200, promotion_ids=["P1", "P2"])
    change = sales.take(ordered("1", tea, customer="c-1", currency="EUR", store="S", channel="web"))
    assert change.lines == (
        SalesLine("shop:7", "r0-1", START, "TEA", 2, 1800, 200, "c-1", "S", "web", "P1+P2", "EUR"),
    )
    assert change.ends == {"order": 1}


def test_an_order_told_again_changes_nothing() -> None:
    sales = Sales()
    sales.take(ordered("1", TEA))
    again = sales.take(ordered("2", TEA), ordered("1", TEA))
    assert (again.lines, again.withdrawn, again.ends) == ((), frozenset(), {"known": 2})


@pytest.mark.parametrize("together", [True, False])
def test_a_higher_revision_takes_the_place_of_what_was_told_before(together: bool) -> None:
    sales = Sales()
    events = (ordered("1", TEA, JAM), ordered("2", order_line("TEA", 2, 1800), revision=1), ordered("3", TEA))
    for batch in [events] if together else [(one,) for one in events]:
        sales.take(*batch)
    assert sales.told() == [("r1-1", "TEA", 2, 1800)]


def test_what_comes_back_is_a_line_below_zero_of_the_same_buyer_at_its_own_moment() -> None:
    sales = Sales()
    sales.take(ordered("1", TEA, customer="c-1", store="S"))
    change = sales.take(returned("2", 1, 900), returned("2", 1, 900))
    (line,) = change.lines
    assert (line.quantity, line.net_minor, line.customer, line.store) == (-1, -900, "c-1", "S")
    assert (line.sold_at - START).total_seconds() == 300
    assert change.ends == {"return": 1, "known": 1}


def test_a_cancellation_brings_back_what_did_not_come_back_before() -> None:
    sales = Sales()
    sales.take(ordered("1", TEA, JAM), returned("2", 1, 1000), cancelled("3"), returned("4", 2, 1700))
    assert sales.told()[2:] == [
        ("return-2-1", "TEA", -1, -1000),
        ("cancellation-1", "JAM", -1, -400),
        ("cancellation-2", "TEA", -2, -1700),
    ]
    assert sum(line.net_minor for line in sales.lines.values()) == 0


def test_what_follows_an_order_waits_until_the_order_is_told() -> None:
    sales = Sales()
    early = sales.take(returned("2", 1, 900), cancelled("3"))
    assert (early.lines, early.ends) == ((), {"waiting": 2})
    assert sales.take(cancelled("3")).ends == {"known": 1}
    sales.take(ordered("1", TEA))
    assert [quantity for _, _, quantity, _ in sales.told()] == [3, -1, -2]
    assert sales.waiting == {}


def test_a_cancelled_order_of_which_nothing_was_left_stays_cancelled_when_it_is_revised() -> None:
    sales = Sales()
    sales.take(ordered("1", TEA), returned("2", 3, 2700))
    assert sales.take(cancelled("3")).ends == {"known": 1}
    sales.take(ordered("4", order_line("TEA", 4, 3600), revision=1))
    assert sum(line.quantity for line in sales.lines.values()) == 0
    assert sum(line.net_minor for line in sales.lines.values()) == 0


def from_file(sku: str = "TEA", quantity: int = 3, *, day: date = TODAY) -> KnownLine:
    return KnownLine("7", "", day, sku, quantity, 900 * quantity, "c-9")


def test_an_order_that_a_file_brought_is_not_taken_again_and_its_returns_have_its_buyer() -> None:
    change = sales_of([ordered("1", TEA), returned("2", 1, 900)], known=[from_file()], waiting={})
    (line,) = change.lines
    assert (line.name, line.quantity, line.customer) == (("shop:7", "return-2-1"), -1, "c-9")
    assert change.ends == {"known": 1, "return": 1}


def test_a_return_that_a_file_brought_is_not_taken_again() -> None:
    known = [from_file(), from_file(quantity=-1)]
    change = sales_of([returned("2", 1, 900)], known=known, waiting={})
    assert (change.lines, change.ends) == ((), {"known": 1})


@pytest.mark.parametrize("line", [from_file("OIL"), from_file(day=date(2023, 5, 1))])
def test_another_order_under_a_number_that_was_used_before_is_taken(line: KnownLine) -> None:
    assert sales_of([ordered("1", TEA)], known=[line], waiting={}).ends == {"order": 1}


def test_orders_of_two_sources_under_one_number_are_two() -> None:
    sales = Sales()
    app = read(event("1", "order", {"order_id": "7", "lines": [TEA]}, source="app"))
    assert sales.take(ordered("1", TEA), app).ends == {"order": 2}
    assert {line.order_id for line in sales.lines.values()} == {"shop:7", "app:7"}


def test_no_two_orders_have_one_name_in_sales() -> None:
    names = [("a:b", "c"), ("a", "b:c"), ("a%3Ab", "c"), ("a", "7"), ("a", "7 "), (" a", "7"), ("a", "7%20")]
    told = {sales_name(*name) for name in names}
    assert len(told) == len(names)
    assert all(name == name.strip() for name in told)


def the_same(events: Sequence[Event], most: int) -> Sales:
    sales = Sales()
    for start in range(0, len(events), most):
        sales.take(*events[start : start + most])
    return sales


@pytest.mark.parametrize("seed", range(8))
def test_however_events_are_put_into_batches_and_read_again_the_sales_are_the_same(seed: int) -> None:
    events = [read(one) for one in shuffled(drawn_events(seed, 400), seed)]
    at_once = the_same(events, len(events))
    for most in (1, 7, 50):
        in_parts = the_same(events, most)
        assert in_parts.lines == at_once.lines
        assert in_parts.waiting == at_once.waiting
    again = Counter[str]()
    for start in range(0, len(events), 30):
        change = at_once.take(*events[start : start + 30])
        assert (change.lines, change.withdrawn) == ((), frozenset())
        again.update(change.ends)
    assert set(again) == {"known", "other"}


@pytest.mark.parametrize("seed", range(8))
def test_of_each_order_never_more_comes_back_than_a_cancellation_left(seed: int) -> None:
    events = [read(one) for one in drawn_events(seed, 400)]
    sales = the_same(events, 60)
    void = {line.order_id for line in sales.lines.values() if line.line_id.startswith("cancellation-")}
    units = Counter[str]()
    for line in sales.lines.values():
        units[line.order_id] += line.quantity
    assert void
    assert all(units[order_id] <= 0 for order_id in void)
