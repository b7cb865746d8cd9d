"""Alerts in SQLite and PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Select, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import Insert

from dealwright.adapters.alerts import tables
from dealwright.adapters.ledger import statements as sql
from dealwright.adapters.ledger.instants import instant, micros
from dealwright.adapters.ledger.steps import Database, Step
from dealwright.monitor.alert import Alert, ProposedAction, State
from dealwright.monitor.respond import Acted

_STATES: tuple[State, ...] = ("open", "acknowledged", "closed")
_CHANGING = ("severity", "last_at", "n_seen", "state", "owner", "details")


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

    def keep(self, alerts: Sequence[Alert], *, acted: Sequence[Acted] = ()) -> None:
        """Write alerts by their ids, and automatic actions; all of it or nothing."""
        steps = [
            Step("alert", _put_alert(self._kind), _row_of(alert), None)
            for alert in sorted(alerts, key=lambda one: one.id)  # everybody locks in one order
        ]
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
def _put_alert(kind: sql.Kind) -> Insert:
    table = tables.alerts
    insert = (postgresql.insert if kind == "postgresql" else sqlite.insert)(table)
    insert = insert.values({name: bindparam(name) for name in table.c.keys()})  # noqa: SIM118
    return insert.on_conflict_do_update(
        index_elements=[table.c.alert_id], set_={name: insert.excluded[name] for name in _CHANGING}
    )


@cache
def _read_alerts(kind: sql.Kind) -> Select[Any]:
    table = tables.alerts
    wanted = select(table).where(sql.among(kind, table.c.state, "states"))
    return wanted.order_by(table.c.last_at.desc(), table.c.alert_id.desc())


@cache
def _read_acted() -> Select[Any]:
    table = tables.acted
    wanted = select(table).where(table.c.at >= bindparam("since", type_=BigInteger))
    return wanted.order_by(table.c.at, table.c.campaign_id)
