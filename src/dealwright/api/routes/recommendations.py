"""Recommendations: what to show to one customer, with reasons."""

from __future__ import annotations

from typing import Final

from dealwright.api.gate import Rank
from dealwright.api.operations import Answer, Asked, Operation, Query
from dealwright.api.problems import invalid, refuse
from dealwright.api.wire.recommendations import RecommendedOut
from dealwright.api.wire.shape import shaped
from dealwright.app.service.access_ports import Role

MOST_ITEMS: Final = 100
_ITEMS: Final = 10


def _recommend(asked: Asked[None]) -> Answer:
    n, with_reasons = asked.query.get("items", str(_ITEMS)), asked.query.get("reasons", "false")
    problems = []
    if not (n.isascii() and n.isdigit() and len(n) <= 4 and 1 <= int(n) <= MOST_ITEMS):
        problems.append(f"items: give 1 to {MOST_ITEMS}; given {n[:20]!r}")
    if with_reasons not in ("true", "false"):
        problems.append(f"reasons: give true or false; given {with_reasons[:20]!r}")
    if problems:
        raise invalid(problems)
    customer = asked.names["customer_id"]
    served = asked.service.live.recommender.current(customer)
    if served is None:
        raise refuse("no_recommender")
    found = served.for_customer(customer, int(n), with_reasons=with_reasons == "true")
    return shaped(found, RecommendedOut)


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/recommendations/{customer_id}",
        name="recommend_items",
        summary="What to show to a customer, best first; one who is not known gets what sells best of late",
        tag="recommendations",
        gives=RecommendedOut,
        role=Role.ANALYST,
        work=_recommend,
        refusals=("no_recommender",),
        rank=Rank.EVALUATE,
        queries=(
            Query(
                name="items",
                about="How many.",
                schema={"type": "integer", "minimum": 1, "maximum": MOST_ITEMS, "default": _ITEMS},
            ),
            Query(
                name="reasons", about="Whether to say why.", schema={"enum": ["false", "true"], "default": "false"}
            ),
        ),
    ),
)
