"""Alerts in SQLite and PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, Select, Text, bindparam, literal_column, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import Insert, Update

from dealwright.adapters.alerts import tables
from dealwright.adapters.ledger import statements as sql
from dealwright.adapters.ledger.instants import LATEST, instant, micros
from dealwright.adapters.ledger.steps import Database, Step
from dealwright.monitor.alert import Alert, ProposedAction, State
from dealwright.monitor.respond import Acted

_STATES: tuple[State, ...] = ("open", "acknowledged", "closed")
_CLOSED: ColumnElement[str] = literal_column("'closed'", Text)
_CHANGING = ("severity", "last_at", "n_seen", "details")


class SqlAlerts:
    """See `app.watch_ports.AlertBooks`; the tables exist."""

    def __init__(self, database: Database, kind: sql.Kind) -> None:
        self._database = database
        self._kind: sql.Kind = kind

    def alerts(
        self, *, campaign_id: str | None = None, states: Sequence[State] = (), limit: int = 1_000
    ) -> tuple[Alert, ...]:
        """Alerts, the newest first."""
        rows = self._database.rows(_read_alerts(self._kind), {"states": json.dumps(list(states or _STATES))})
        found = [_alert_of(row) for row in rows if campaign_id is None or row[1] == campaign_id]
        return tuple(found[:limit])

    def alert(self, alert_id: str) -> Alert | None:
        """See `AlertPages.alert`."""
        rows = self._database.rows(_read_alert(), {"alert_id": alert_id})
        return _alert_of(rows[0]) if rows else None

    def page(self, *, states: Sequence[State], behind: Alert | None = None, limit: int) -> tuple[Alert, ...]:
        """See `AlertPages.page`."""
        asked = {
            "behind_at": LATEST if behind is None else micros(behind.first_at),
            "behind_id": "" if behind is None else behind.id,
            "most": limit,
        }
        if set(states) >= set(_STATES):
            rows = self._database.rows(read_page(None), asked)
        else:
            rows = self._database.rows(read_page(self._kind), {**asked, "states": json.dumps(list(states))})
        return tuple(_alert_of(row) for row in rows)

    def keep(self, alerts: Sequence[Alert], *, over: Sequence[Alert] = (), acted: Sequence[Acted] = ()) -> None:
        """See `AlertBooks.keep`."""
        steps = []
        ids = {alert.id for alert in over}
        for alert in sorted(
            (*over, *alerts), key=lambda one: (one.key, one.id not in ids)
        ):  # all lock in one order
            if alert.id in ids:
                asked = {"of_id": alert.id, "of_state": alert.state, "of_last_at": micros(alert.last_at)}
                steps.append(Step("over", _close_alert(), asked, None))
            else:
                row = _row_of(alert)
                steps.append(Step("alert", _new_alert(self._kind), row, None))
                asked = {"of_id": alert.id} | {f"new_{name}": row[name] for name in _CHANGING}
                steps.append(Step("seen again", _seen_again(), asked, None))
        steps += [
            Step(
                "acted",
                sql.insert_new(self._kind, tables.acted),
                {"campaign_id": one.campaign_id, "at": micros(one.at), "kind": one.kind},
                None,
            )
            for one in acted
        ]
        if steps:
            self._database.write(steps)

    def hand(self, alert: Alert) -> bool:
        """See `AlertBooks.hand`."""
        asked = {"of_id": alert.id, "new_state": alert.state, "new_owner": alert.owner}
        return self._database.write([Step("hand", _hand_alert(), asked)]) is None

    def acted(self, since: datetime) -> tuple[Acted, ...]:
        """Automatic actions from `since` on."""
        rows = self._database.rows(_read_acted(), {"since": micros(since)})
        return tuple(Acted(campaign_id, kind, instant(at)) for campaign_id, at, kind in rows)


def _row_of(alert: Alert) -> dict[str, Any]:
    details = {
        "evidence": dict(alert.evidence),
        "action": {"kind": alert.action.kind, "throttle_share": alert.action.throttle_share},
    }
    return {
        "alert_id": alert.id,
        "campaign_id": alert.campaign_id,
        "code": alert.code,
        "severity": alert.severity,
        "metric": alert.metric,
        "subject": alert.subject,
        "currency": alert.currency,
        "first_at": micros(alert.first_at),
        "last_at": micros(alert.last_at),
        "n_seen": alert.n_seen,
        "state": alert.state,
        "owner": alert.owner,
        "details": json.dumps(details, ensure_ascii=False, sort_keys=True, allow_nan=False),
    }


def _alert_of(row: Sequence[Any]) -> Alert:
    values = dict(zip(tables.alerts.c.keys(), row, strict=True))
    details: Mapping[str, Any] = json.loads(values.pop("details"))
    del values["alert_id"]
    first_at, last_at = instant(values.pop("first_at")), instant(values.pop("last_at"))
    action = ProposedAction(**details["action"])
    return Alert(**values, first_at=first_at, last_at=last_at, evidence=details["evidence"], action=action)


@cache
def _new_alert(kind: sql.Kind) -> Insert:
    """Nothing, if it is there, or another one of the same danger that is not closed."""
    table = tables.alerts
    insert = (postgresql.insert if kind == "postgresql" else sqlite.insert)(table)
    insert = insert.values({name: bindparam(name) for name in table.c.keys()})  # noqa: SIM118
    return insert.on_conflict_do_nothing()


@cache
def _seen_again() -> Update:
    return _not_closed().values({name: bindparam(f"new_{name}") for name in _CHANGING})


@cache
def _close_alert() -> Update:
    table = tables.alerts
    is_as_seen = (table.c.state == bindparam("of_state")) & (table.c.last_at == bindparam("of_last_at"))
    return _not_closed().where(is_as_seen).values(state=_CLOSED)


@cache
def _hand_alert() -> Update:
    return _not_closed().values(state=bindparam("new_state"), owner=bindparam("new_owner"))


def _not_closed() -> Update:
    table = tables.alerts
    return update(table).where(table.c.alert_id == bindparam("of_id"), table.c.state != _CLOSED)


@cache
def _read_alerts(kind: sql.Kind) -> Select[Any]:
    table = tables.alerts
    wanted = select(table).where(sql.among(kind, table.c.state, "states"))
    return wanted.order_by(table.c.last_at.desc(), table.c.alert_id.desc())


@cache
def _read_alert() -> Select[Any]:
    return select(tables.alerts).where(tables.alerts.c.alert_id == bindparam("alert_id", type_=Text))


@cache
def read_page(kind: sql.Kind | None) -> Select[Any]:
    """Asks for the alerts behind one, the newest first; without a kind of database those of all states.

    A list of all states would keep SQLite from reading them in the order of their age.
    """
    table, at = tables.alerts, bindparam("behind_at", type_=BigInteger)
    is_behind = (table.c.first_at < at) | (
        (table.c.first_at == at) & (table.c.alert_id < bindparam("behind_id", type_=Text))
    )
    wanted = select(table).where(table.c.first_at <= at, is_behind)
    if kind is not None:
        wanted = wanted.where(sql.among(kind, table.c.state, "states"))
    wanted = wanted.order_by(table.c.first_at.desc(), table.c.alert_id.desc())
    return wanted.limit(bindparam("most", type_=Integer)).offset(literal_column("0"))


@cache
def _read_acted() -> Select[Any]:
    table = tables.acted
    wanted = select(table).where(table.c.at >= bindparam("since", type_=BigInteger))
    return wanted.order_by(table.c.at, table.c.campaign_id)
