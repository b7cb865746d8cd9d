"""Whether the process lives, whether its database answers, and what it has served."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec import Struct

from dealwright.api.gate import Rank
from dealwright.api.meter import MEDIA_TYPE
from dealwright.api.operations import Anybody, Asked, Operation, Page
from dealwright.app.service.access_ports import Role


class Health(Struct, frozen=True):
    """It works."""

    status: str


_OK = Health("ok")


async def _alive(asked: Asked[None]) -> Health:
    del asked
    return _OK


def _ready(asked: Asked[None]) -> Health:
    asked.till.promotions.live(datetime.now(UTC))
    asked.till.carts.by_key("readiness")
    return _OK


def _metrics(asked: Asked[None]) -> Page:
    service = asked.service
    counts = service.live.jobs.store.count(asked.caller.tenant)
    gauges = {
        "dealwright_requests_inside": ("Requests being worked on.", {"": float(service.gate.inside)}),
        "dealwright_loop_lateness": (
            "How late the loop is, as a share of what it bears.",
            {"": service.gate.lateness},
        ),
        "dealwright_jobs": ("Jobs by state.", {f'state="{state}"': float(n) for state, n in counts.items()}),
    }
    return Page(service.meter.text(gauges).encode())


def _alive_at(path: str, name: str) -> Operation:
    return Operation(
        method="GET",
        path=path,
        name=name,
        summary="The process answers; nothing else is asked",
        tag="health",
        gives=Health,
        role=Anybody.MAY,
        lean=_alive,
        rank=Rank.SETTLE,
    )


def _ready_at(path: str, name: str) -> Operation:
    return Operation(
        method="GET",
        path=path,
        name=name,
        summary="The database answers too",
        tag="health",
        gives=Health,
        role=Anybody.MAY,
        work=_ready,
        refusals=("not_ready",),
        rank=Rank.SETTLE,
    )


OPERATIONS = (
    _alive_at("/healthz", "get_health"),
    _ready_at("/readyz", "get_readiness"),
    _alive_at("/health/live", "get_health_live"),
    _ready_at("/health/ready", "get_health_ready"),
    Operation(
        method="GET",
        path="/metrics",
        name="get_metrics",
        summary="What this process has served, in the text format of Prometheus",
        tag="health",
        gives=str,
        media_type=MEDIA_TYPE,
        role=Role.VIEWER,
        work=_metrics,
        rank=Rank.SETTLE,
    ),
)
