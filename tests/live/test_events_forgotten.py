"""Events are remembered for so many days; what is older is neither kept nor counted twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dealwright.adapters.events.statements import FORGET
from dealwright.app.events.event_ports import Counts
from dealwright.app.events.forget_events import forget_events
from dealwright.live.events import Events, Store, open_events
from dealwright.till import Till
from shop_events import START, Told, event, events_over, order_line, told

DAY = 24 * 60
TWO_DAYS = timedelta(days=2)


@pytest.fixture
def store(till: Till) -> Store:
    return open_events(till, campaigns=Told()).store


@pytest.fixture
def events(store: Store) -> Events:
    return events_over(store, kept_for=TWO_DAYS)


def an_order(name: str, *, day: float, net_minor: int = 900) -> dict[str, object]:
    body = {"order_id": name, "lines": [order_line(net_minor=net_minor, promotion_ids=["P1"])]}
    return event(name, "order", body, minute=day * DAY)


def names(events: Events) -> list[str]:
    return [one.text.split('"order_id":"')[1].split('"')[0] for one in events.recorded()]


def test_old_events_go_step_by_step_what_they_counted_stays_and_sent_again_they_are_refused(events: Events) -> None:
    old = [an_order(f"o{number}", day=number / 10) for number in range(5)]
    events.take([*old, an_order("new", day=3)])
    before = told(events)
    steps = []
    while n := forget_events(events.store, kept_for=TWO_DAYS, most=2):
        steps.append(n)
    assert steps == [2, 2, 1]
    assert names(events) == ["new"]
    assert events.take(old) == Counts(5, quarantined=5)
    assert events.take(old) == Counts(5, duplicates=5)
    assert told(events) == before
    assert events.dead_letters()[0].problems == (
        "at is 3 days behind the newest event; events are remembered for 2 days, so nobody knows whether this one "
        "was counted: import older sales instead",
    )


def test_an_event_that_is_still_remembered_is_a_repeat_however_old(events: Events) -> None:
    first = an_order("first", day=0)
    events.take([first, an_order("new", day=3)])
    assert events.take([first, an_order("other", day=0.5)]) == Counts(2, duplicates=1, quarantined=1)
    assert names(events) == ["first", "new"]


def test_a_late_event_just_within_the_days_still_corrects_its_minute(events: Events) -> None:
    events.take([an_order("new", day=3)])
    assert events.take([an_order("late", day=1)]) == Counts(1, corrected=1)
    assert events.forget() == 0


def test_what_follows_an_order_finds_it_though_its_event_is_forgotten(events: Events) -> None:
    events.take([an_order("o1", day=0), an_order("new", day=3), an_order("newer", day=3)])
    assert events.forget() == 1
    events.take([event("x", "cancellation", {"order_id": "o1"}, minute=3 * DAY)])
    assert [one.returned_minor for one in events.tallies("tea")] == [0, 900]


def test_the_name_of_a_forgotten_event_may_be_given_anew(events: Events) -> None:
    events.take([an_order("o1", day=0), an_order("new", day=3), an_order("newer", day=3)])
    events.forget()
    assert events.take([an_order("o1", day=2.5, net_minor=500)]) == Counts(1, corrected=1)
    assert [one.net_minor for one in events.tallies("tea")] == [500, 1800]


def test_dead_letters_that_wait_stay_and_those_that_ended_go(events: Events, store: Store) -> None:
    events_over(store, at=START).take(["nonsense", "rubbish", "trash"])
    assert events.drop(1, 2) == 2
    events.take([an_order("new", day=3)])
    assert events.forget() == 2
    assert events.dead_letters(state="dropped") == ()
    assert [one.text for one in events.dead_letters()] == ["trash"]


def test_dead_letters_that_wait_hold_up_no_others(events: Events, store: Store) -> None:
    """More wait than one step drops; those that ended behind them are forgotten all the same."""
    early = events_over(store, at=START)
    early.take([f"waits {number}" for number in range(5)])
    early.take(["ended", "ended too", "last"])
    assert events.drop(6, 7) == 2
    events.take([an_order("new", day=3)])
    assert forget_events(events.store, kept_for=TWO_DAYS, most=2) == 2
    assert events.dead_letters(state="dropped") == ()
    assert len(events.dead_letters()) == 6
    assert forget_events(events.store, kept_for=TWO_DAYS, most=2) == 0


def test_a_step_of_forgetting_reads_each_table_by_an_index_and_sorts_nothing(till: Till) -> None:
    if till.connected is None or till.connected.kind != "sqlite":
        pytest.skip("memory has no indexes, and PostgreSQL plans by what the tables hold")
    with till.connected.database.engine.connect() as connection:
        for text in FORGET:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", (5, 0)).fetchall()
            plan = [str(row[-1]) for row in rows]
            assert not any("TEMP B-TREE" in step for step in plan), plan
            if "live_letters" in text:
                assert "SCAN live_letters USING INDEX live_letters_ended" in plan
