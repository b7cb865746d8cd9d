"""Promotions: list them, put them in force, retire one."""

from __future__ import annotations

from typing import Any

from dealwright.api.gate import Rank
from dealwright.api.operations import Answer, Asked, Operation, Query
from dealwright.api.problems import invalid, refuse
from dealwright.api.wire import promotions as wire
from dealwright.api.wire.words import LONGEST_NAME
from dealwright.app.campaigns.change_promotions import Change, NotChanged
from dealwright.app.service.access_ports import Role
from dealwright.campaign.codec import decode, encode, json_schema
from dealwright.campaign.promotion import Promotion
from dealwright.engine.catalogue import BENEFITS, CONDITIONS

DOCUMENT = "Promotions"
MOST_BYTES = 4 * 2**20  # some thousands of promotions
_MOST_LISTED = 1_000
_LISTED = 100


def _list(asked: Asked[None]) -> Answer:
    after, limit = asked.query.get("after", ""), _limit(asked.query.get("limit", str(_LISTED)))
    found = [each for each in asked.till.promotions.all() if each.id > after]
    return encode(found[:limit])


def _put(asked: Asked[bytes]) -> Answer:
    promotions = read_promotions(asked.body)
    done = asked.service.live.promotions.put(promotions, by=_person(asked))
    asked.pricing.refresh()
    _refuse_unless(done)
    return wire.InForceOut(tuple(wire.VersionOut(each.id, each.version) for each in promotions))


def _retire(asked: Asked[None]) -> Answer:
    name = asked.names["promotion_id"]
    done = asked.service.live.promotions.retire(name, by=_person(asked))
    asked.pricing.refresh()
    _refuse_unless(done)
    return wire.RetiredOut(name)


def _person(asked: Asked[Any]) -> str:
    return asked.caller.label or asked.caller.name


def _refuse_unless(done: Change | NotChanged) -> None:
    if isinstance(done, NotChanged):
        raise refuse(done.code, done.problems[0], problems=done.problems)


def read_promotions(body: bytes) -> tuple[Promotion, ...]:
    """The promotions of a document; InputError with every mistake."""
    return decode(body, conditions=CONDITIONS, benefits=BENEFITS)


def _limit(given: str) -> int:
    if not (given.isascii() and given.isdigit() and len(given) <= 4 and 1 <= int(given) <= _MOST_LISTED):
        raise invalid([f"limit: give 1 to {_MOST_LISTED}; given {given[:20]!r}"])
    return int(given)


def schemas() -> dict[str, Any]:
    """The schema of the document and of all it refers to, by the names they have in an OpenAPI document."""
    return rooted_schemas(json_schema(conditions=CONDITIONS, benefits=BENEFITS), DOCUMENT)


def rooted_schemas(whole: dict[str, Any], name: str) -> dict[str, Any]:
    """A JSON Schema that stands alone, as schemas of an OpenAPI document: itself by `name`, and its parts."""
    named = {**whole.pop("$defs"), name: whole}
    for odd in ("$schema", "$id"):
        whole.pop(odd, None)
    return {name: _rooted(schema) for name, schema in named.items()}


def _rooted(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_rooted(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    rooted = {name: _rooted(part) for name, part in schema.items()}
    reference = rooted.get("$ref")
    if isinstance(reference, str):
        rooted["$ref"] = reference.replace("#/$defs/", "#/components/schemas/")
    return rooted


_AFTER = Query(
    name="after",
    about="Only promotions whose id comes after this one: the last of the page before.",
    schema={"type": "string", "maxLength": LONGEST_NAME, "pattern": "^[^\\u0000]*$"},
)
_LIMIT = Query(
    name="limit",
    about="How many at most.",
    schema={"type": "integer", "minimum": 1, "maximum": _MOST_LISTED, "default": _LISTED},
)
OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/promotions",
        name="list_promotions",
        summary="The promotions in force, by id, as the document that can be put again",
        tag="promotions",
        gives=DOCUMENT,
        role=Role.VIEWER,
        work=_list,
        queries=(_AFTER, _LIMIT),
    ),
    Operation(
        method="PUT",
        path="/v1/promotions",
        name="put_promotions",
        summary="Put these versions in force, on all processes within a second; repeating it changes nothing",
        tag="promotions",
        takes=DOCUMENT,
        gives=wire.InForceOut,
        role=Role.OPERATOR,
        work=_put,
        refusals=("promotion_taken",),
        rank=Rank.RESERVE,
        most_bytes=MOST_BYTES,
    ),
    Operation(
        method="POST",
        path="/v1/promotions/{promotion_id}/retire",
        name="retire_promotion",
        summary="Take a promotion out of force at once; orders keep the terms they were bought at",
        tag="promotions",
        gives=wire.RetiredOut,
        role=Role.OPERATOR,
        work=_retire,
        refusals=("promotion_unknown", "promotion_taken"),
        rank=Rank.SETTLE,
    ),
)
