"""Alerts: dangers to campaigns that run, who cares for them, and when they are over."""

from __future__ import annotations

from typing import Any, Final, get_args

from dealwright.api.gate import Rank
from dealwright.api.operations import Answer, Asked, Operation, Query
from dealwright.api.paging import CURSOR, LIMIT, limit_of
from dealwright.api.problems import invalid, refuse
from dealwright.api.wire import alerts as wire
from dealwright.app.service.access_ports import Role
from dealwright.monitor.alert import State

_STATES: Final = get_args(State)


def _list(asked: Asked[None]) -> Answer:
    limit, cursor, state = limit_of(asked.query), asked.query.get("cursor", ""), asked.query.get("state", "")
    if state and state not in _STATES:
        raise invalid([f"state: give {' or '.join(_STATES)}; given {state[:20]!r}"])
    wanted: Any = (state,) if state else ("open", "acknowledged")
    watch = asked.service.live.watch
    behind = watch.alert(cursor) if cursor else None
    if cursor and behind is None:
        raise invalid([f"cursor: give what `next` said; given {cursor[:20]!r}"])
    found = watch.page(states=wanted, behind=behind, limit=limit + 1)
    more = found[limit - 1].id if len(found) > limit else ""
    return wire.AlertsOut(tuple(wire.alert_out(one) for one in found[:limit]), more)


def _acknowledge(asked: Asked[wire.Acknowledge]) -> Answer:
    _check_exists(asked)
    return wire.alert_out(asked.service.live.watch.acknowledge(asked.names["alert_id"], owner=asked.body.owner))


def _close(asked: Asked[None]) -> Answer:
    _check_exists(asked)
    return wire.alert_out(asked.service.live.watch.close(asked.names["alert_id"]))


def _check_exists(asked: Asked[Any]) -> None:
    name = asked.names["alert_id"]
    if asked.service.live.watch.alert(name) is None:
        raise refuse("alert_unknown", f"no alert is called {name!r}")


_STATE = Query(
    name="state",
    about="Only alerts in this state; without it, those that are not closed.",
    schema={"enum": list(_STATES)},
)
OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/alerts",
        name="list_alerts",
        summary="Dangers to campaigns that run, with evidence and what should be done, the newest first",
        tag="alerts",
        gives=wire.AlertsOut,
        role=Role.VIEWER,
        work=_list,
        queries=(_STATE, CURSOR, LIMIT),
    ),
    Operation(
        method="POST",
        path="/v1/alerts/{alert_id}/acknowledge",
        name="acknowledge_alert",
        summary="Somebody cares for the alert",
        tag="alerts",
        takes=wire.Acknowledge,
        gives=wire.AlertOut,
        role=Role.PLANNER,
        work=_acknowledge,
        refusals=("alert_unknown",),
        rank=Rank.RESERVE,
    ),
    Operation(
        method="POST",
        path="/v1/alerts/{alert_id}/close",
        name="close_alert",
        summary="The danger is over; seen again it is a new alert",
        tag="alerts",
        gives=wire.AlertOut,
        role=Role.PLANNER,
        work=_close,
        refusals=("alert_unknown",),
        rank=Rank.RESERVE,
    ),
)
