"""Promotions as versioned JSON and back: saving what was loaded gives the same text, however often."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from dealwright.campaign.fields import unknown_name
from dealwright.campaign.json_schema import Shapes
from dealwright.campaign.json_text import Unusable, shown, values_of
from dealwright.campaign.promotion import Promotion, promotion_problems
from dealwright.campaign.reading import UNREAD, Reading
from dealwright.campaign.schedule import Schedule
from dealwright.campaign.schedule_text import read_schedule, text_of
from dealwright.campaign.writing import OwnRules, plain
from dealwright.core.errors import InputError

VERSION = 1
HEAD = "dealwright_promotions"
MOST_PROMOTIONS = 100_000

Terms = Mapping[str, type]
"""Kind -> the dataclass of a condition or of a benefit."""


def decode(raw: Mapping[str, Any] | str | bytes, *, conditions: Terms, benefits: Terms) -> tuple[Promotion, ...]:
    """The promotions a document describes; InputError with all that is wrong, each with its place and a remedy.

    `raw` is the JSON text, or the values it holds.
    """
    document = values_of(raw) if isinstance(raw, str | bytes) else raw
    reading = Reading(conditions, benefits, own_rules={Schedule: read_schedule})
    given = _promotions_in(document, reading)
    read = [_promotion(reading, one, i) for i, one in enumerate(given)]
    seen: set[str] = set()
    for i, one in enumerate(given):
        name = one.get("id") if isinstance(one, Mapping) else None
        if isinstance(name, str):
            if name in seen:
                reading.refuse(_place(one, i), "the id is there twice; a promotion has one id and one version")
            seen.add(name)
    reading.finish()
    return tuple(read)


def encode(promotions: Iterable[Promotion]) -> dict[str, Any]:
    """The document that `decode` reads, in one canonical form: fields in order, what is as usual left out."""
    rules: OwnRules = {Schedule: lambda schedule: plain(text_of(schedule), own_rules={})}
    return {HEAD: VERSION, "promotions": [plain(promotion, own_rules=rules) for promotion in promotions]}


def text_from(promotions: Iterable[Promotion]) -> str:
    """The document as text: the same promotions always give the same bytes."""
    return json.dumps(encode(promotions), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _promotions_in(document: Any, reading: Reading) -> list[Any]:
    shape = f'a document is {{"{HEAD}": {VERSION}, "promotions": […]}}'
    if not isinstance(document, Mapping):
        raise InputError(f"{shape}; given {shown(document)}")
    for name in document:
        if name not in (HEAD, "promotions"):
            reading.refuse("", unknown_name("field", name, [HEAD, "promotions"]))
    version = document.get(HEAD)
    if isinstance(version, bool) or version != VERSION:
        said = shown(version) if HEAD in document else "nothing"
        reading.refuse(HEAD, f"give {VERSION}, the version this release reads; given {said}")
    given = document.get("promotions")
    if isinstance(given, Unusable):
        reading.refuse("promotions", given.reason)
    elif not isinstance(given, list | tuple):
        reading.refuse(
            "promotions", f"give a list; given {shown(given) if 'promotions' in document else 'nothing'}"
        )
    elif len(given) > MOST_PROMOTIONS:
        reading.refuse("promotions", f"at most {MOST_PROMOTIONS} in one document; given {len(given)}; split it")
    else:
        return list(given)
    return []


def _promotion(reading: Reading, given: Any, i: int) -> Any:
    where = _place(given, i)
    if isinstance(given, Unusable):
        return reading.refuse(where, given.reason)
    read = reading.object_of(Promotion, given, where)
    if read is not UNREAD:
        for problem in promotion_problems(read):
            reading.refuse(where, problem)
    return read


def _place(given: Any, i: int) -> str:
    name = given.get("id") if isinstance(given, Mapping) else None
    is_named = isinstance(name, str) and 0 < len(name) <= 60 and name.isprintable()
    return f"promotions[{i}] ({name})" if is_named else f"promotions[{i}]"


def json_schema(*, conditions: Terms, benefits: Terms) -> dict[str, Any]:
    """The JSON Schema of the document, for editors and other programs."""
    shapes = Shapes(conditions, benefits)
    many = {"type": "array", "maxItems": MOST_PROMOTIONS, "items": shapes.object_of(Promotion)}
    return shapes.document("Promotions of a shop", head=HEAD, version=VERSION, name="promotions", part=many)
