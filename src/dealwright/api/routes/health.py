"""Whether the process lives, and whether its database answers."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec import Struct

from dealwright.api.gate import Rank
from dealwright.api.operations import Asked, Operation


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


OPERATIONS = (
    Operation(
        method="GET",
        path="/healthz",
        name="get_health",
        summary="The process answers; nothing else is asked",
        tag="health",
        gives=Health,
        lean=_alive,
        rank=Rank.SETTLE,
    ),
    Operation(
        method="GET",
        path="/readyz",
        name="get_readiness",
        summary="The database answers too",
        tag="health",
        gives=Health,
        work=_ready,
        refusals=("not_ready",),
        rank=Rank.SETTLE,
    ),
)
