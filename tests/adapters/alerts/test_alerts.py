"""Alerts are kept the same way in memory, SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest

from dealwright.adapters.alerts.memory import MemoryAlerts
from dealwright.app.watch_ports import AlertBooks
from dealwright.monitor.alert import Alert, ProposedAction, acknowledged, closed
from dealwright.monitor.respond import Acted
from ledgers import postgres_template, sqlite_template, till_url  # noqa: F401
from live_minutes import at
from postgres_server import postgres_server, postgres_url  # noqa: F401

NOON = at(0)


@pytest.fixture
def books(till_url: str) -> Iterator[AlertBooks]:  # noqa: F811
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
    books.keep([changed])
    assert books.alerts() == (changed,)


def test_alerts_are_found_by_state_and_campaign_the_newest_first(books: AlertBooks) -> None:
    old, new, other = alert("A"), alert("B", when=at(9)), alert("C", when=at(5), campaign="milk")
    books.keep([old, new, closed(other)])
    assert books.alerts() == (new, closed(other), old)
    assert books.alerts(states=("open",)) == (new, old)
    assert books.alerts(campaign_id="milk") == (closed(other),)
    assert books.alerts(limit=1) == (new,)


def test_what_was_done_by_itself_is_remembered(books: AlertBooks) -> None:
    books.keep([], acted=[Acted("tea", "pause", at(1)), Acted("milk", "roll_back", at(2))])
    assert books.acted(at(1)) == (Acted("tea", "pause", at(1)), Acted("milk", "roll_back", at(2)))
    assert books.acted(at(1.5)) == (Acted("milk", "roll_back", at(2)),)
