"""Alerts are kept the same way in memory, SQLite and PostgreSQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.dialects import sqlite

from dealwright.adapters.alerts.memory import MemoryAlerts
from dealwright.adapters.alerts.sql import read_page
from dealwright.app.watch.watch_ports import AlertBooks
from dealwright.live.watch import OPEN, Alerts
from dealwright.monitor.alert import Alert, ProposedAction, State, acknowledged, closed
from dealwright.monitor.respond import Acted
from ledgers import postgres_template, sqlite_template, till_url  # noqa: F401
from live_minutes import at
from postgres_server import postgres_server, postgres_url  # noqa: F401

NOON = at(0)
STATES: tuple[State, ...] = ("open", "acknowledged", "closed")


@pytest.fixture
def books(till_url: str) -> Iterator[Alerts]:  # noqa: F811
    if till_url == "memory:":
        yield MemoryAlerts()
        return
    from dealwright.adapters.alerts.sql import SqlAlerts
    from dealwright.adapters.ledger.connect import connect

    connected = connect(till_url)
    yield SqlAlerts(connected.database, connected.kind)
    connected.database.close()


def alert(subject: str = "TEA", *, when: datetime = NOON, campaign: str = "tea") -> Alert:
    return Alert(
        code="stock_out",
        severity="warning",
        campaign_id=campaign,
        metric="units_left",
        subject=subject,
        currency="EUR",
        first_at=when,
        last_at=when,
        evidence={"sku": subject, "units_left": 3, "rate": 1.5, "until": None, "is_sure": True, "名": "茶"},
        action=ProposedAction("throttle", 0.5),
        owner="mia",
    )


def test_an_alert_comes_back_as_it_was_kept(books: AlertBooks) -> None:
    books.keep([alert()])
    assert books.alerts() == (alert(),)


def test_an_alert_that_changed_takes_the_place_of_the_old_one(books: AlertBooks) -> None:
    books.keep([alert()])
    changed = replace(acknowledged(alert(), owner="ben"), last_at=at(5), n_seen=7, severity="critical")
    assert books.hand(changed)
    books.keep([changed])
    assert books.alerts() == (changed,)


def test_a_look_in_flight_does_not_take_an_alert_away_from_who_took_it_over(books: AlertBooks) -> None:
    books.keep([alert()])
    assert books.hand(acknowledged(alert(), owner="ben"))
    seen = replace(alert(), last_at=at(5), n_seen=2)
    books.keep([seen])
    assert books.alerts() == (acknowledged(seen, owner="ben"),)


def test_a_look_in_flight_does_not_open_an_alert_that_was_closed(books: AlertBooks) -> None:
    books.keep([alert()])
    assert books.hand(closed(alert()))
    books.keep([replace(alert(), last_at=at(5), n_seen=2)])
    assert books.alerts() == (closed(alert()),)
    assert not books.hand(acknowledged(alert(), owner="ben"))


def test_two_who_see_one_danger_a_moment_apart_keep_one_alert(books: AlertBooks) -> None:
    books.keep([alert()])
    books.keep([alert(when=NOON + timedelta(microseconds=700))])
    assert books.alerts() == (alert(),)


def test_a_danger_that_returns_has_a_new_alert_in_the_moment_the_old_one_ends(books: AlertBooks) -> None:
    books.keep([alert()])
    books.keep([alert(when=at(5))], over=[alert()])
    assert books.alerts() == (alert(when=at(5)), closed(alert()))


def test_an_alert_that_was_seen_or_taken_over_meanwhile_is_not_over(books: AlertBooks) -> None:
    books.keep([alert("A"), alert("B")])
    assert books.hand(acknowledged(alert("A"), owner="ben"))
    books.keep([replace(alert("B"), last_at=at(5))])
    books.keep([], over=[alert("A"), alert("B")])
    assert [one.state for one in books.alerts()] == ["open", "acknowledged"]


def test_alerts_are_found_by_state_and_campaign_the_newest_first(books: AlertBooks) -> None:
    old, new, other = alert("A"), alert("B", when=at(9)), alert("C", when=at(5), campaign="milk")
    books.keep([old, new, closed(other)])
    assert books.alerts() == (new, closed(other), old)
    assert books.alerts(states=("open",)) == (new, old)
    assert books.alerts(campaign_id="milk") == (closed(other),)
    assert books.alerts(limit=1) == (new,)


def test_pages_go_on_where_they_ended_though_alerts_are_closed_and_seen_again_meanwhile(books: Alerts) -> None:
    names = "ABCDEFG"
    kept = [alert(name, when=at(number // 2)) for number, name in enumerate(names)]
    books.keep(kept)
    first = books.page(states=OPEN, limit=3)
    assert books.hand(closed(first[-1]))
    books.keep([replace(kept[0], last_at=at(9)), alert("NEW", when=at(9))])
    last = books.alert(first[-1].id)
    assert last is not None
    assert last.state == "closed"
    rest = books.page(states=OPEN, behind=last, limit=10)
    assert [one.first_at for one in (*first, *rest)] == [at(3), at(2), at(2), at(1), at(1), at(0), at(0)]
    assert {one.subject for one in (*first, *rest)} == set(names)
    assert books.page(states=("closed",), limit=10) == (last,)


def test_a_page_of_alerts_of_all_states_holds_them_all_by_their_age(books: Alerts) -> None:
    kept = [alert("A"), closed(alert("B", when=at(1))), acknowledged(alert("C", when=at(2)), owner="ben")]
    books.keep(kept)
    first = books.page(states=STATES, limit=2)
    assert [one.subject for one in first] == ["C", "B"]
    assert [one.subject for one in books.page(states=STATES, behind=first[-1], limit=2)] == ["A"]
    assert [one.subject for one in books.page(states=("closed", "open"), limit=5)] == ["B", "A"]


def test_a_page_of_alerts_of_all_states_is_read_in_the_order_of_the_index_on_sqlite(sqlite_template: Path) -> None:  # noqa: F811
    """However many there are, a page costs what it holds."""
    asked = {"behind_at": 2**60, "behind_id": "", "most": 10}
    text = str(read_page(None).compile(dialect=sqlite.dialect(paramstyle="named")))
    with closing(sqlite3.connect(sqlite_template)) as connection:
        plan = [row[-1] for row in connection.execute(f"EXPLAIN QUERY PLAN {text}", asked)]
    assert plan == ["SEARCH live_alerts USING INDEX live_alerts_by_age (first_at<?)"]


def test_an_alert_nobody_wrote_is_not_found(books: Alerts) -> None:
    books.keep([alert()])
    assert books.alert(alert().id) == alert()
    assert books.alert("al-0") is None


def test_what_was_done_by_itself_is_remembered(books: AlertBooks) -> None:
    books.keep([], acted=[Acted("tea", "pause", at(1)), Acted("milk", "roll_back", at(2))])
    assert books.acted(at(1)) == (Acted("tea", "pause", at(1)), Acted("milk", "roll_back", at(2)))
    assert books.acted(at(1.5)) == (Acted("milk", "roll_back", at(2)),)
