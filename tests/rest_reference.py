"""The reference of the REST API as Markdown, made from the OpenAPI document.

Write it anew with: python tests/rest_reference.py
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from dealwright.api.openapi import document
from dealwright.api.problems import KINDS
from dealwright.api.table import OPERATIONS, schemas

PATH = Path(__file__).parent.parent / "docs" / "reference" / "rest.md"

HEAD = """\
# REST: every operation, every shape, every no

Made from the OpenAPI document that the server shows at `/openapi.json`. How to run it:
[how to serve the till](../howto/serve.md).

Money is whole minor units in fields that end in `_minor`, percents are decimals as text, instants carry their zone.
Bodies are JSON in UTF-8 of at most 256 KiB (documents of promotions: 4 MiB), 20 levels deep, without numbers that
have a point or an exponent; fields that are not named here are refused. *Key* marks writes that need an
`Idempotency-Key`; the others are named by an id of yours, and repeating them changes nothing (a batch of coupons is
issued once). *Role* is the least a key must have: see [who may come in](../howto/serve.md#who-may-come-in).
Lists come in pages: ask again with `?cursor=` and the `next` of the page before.
"""


def reference() -> str:
    """The whole page."""
    told = document(OPERATIONS, schemas())
    return "\n".join([HEAD, *_operations(told), *_shapes(told), *_problems()])


def _operations(told: dict[str, Any]) -> Iterator[str]:
    yield "## Operations\n"
    for tag, operations in groupby(sorted(OPERATIONS, key=_place), key=lambda one: one.tag):
        yield f"### {tag.capitalize()}\n"
        yield "| operation | role | what it does | takes | gives |\n|---|---|---|---|---|"
        for one in operations:
            described = told["paths"][one.path][one.method.lower()]
            names = [each["name"] for each in described["parameters"] if each["in"] == "query"]
            query = f"?{'&'.join(names)}" if names else ""
            key = " *Key*" if one.is_keyed else ""
            takes = _link(described["requestBody"]["content"]) if "requestBody" in described else ""
            gives = _link(described["responses"][str(one.status)]["content"])
            role = described.get("x-role", "anybody")
            asked = f"`{one.method} {one.path}{query}`{key}"
            yield f"| {asked} | {role} | {one.summary} | {takes} | {one.status} {gives} |"
        yield ""


def _place(operation: Any) -> int:
    return [each.tag for each in OPERATIONS].index(operation.tag)


def _shapes(told: dict[str, Any]) -> Iterator[str]:
    yield "## Shapes\n"
    yield "Promotions, their conditions and benefits: [promotions as JSON](promotions.md).\n"
    all_schemas = told["components"]["schemas"]
    ours = [name for name in all_schemas if name not in schemas()]
    for name in sorted(ours):
        schema = all_schemas[name]
        about = " ".join(schema.get("description", "").split())
        yield f"### {name}\n\n{about}\n\n| field | what it holds |\n|---|---|"
        for field, shape in schema["properties"].items():
            needed = " (needed)" if field in schema.get("required", []) and "Out" not in name else ""
            yield f"| `{field}`{needed} | {_told(shape)} |"
        yield ""


def _told(shape: dict[str, Any]) -> str:
    if "anyOf" in shape:
        return " or ".join(_told(each) for each in shape["anyOf"])
    if "$ref" in shape:
        name = shape["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "enum" in shape:
        return ", ".join(f"`{each}`" for each in shape["enum"])
    bounds = _bounds(shape)
    if shape.get("type") == "array":
        return f"list of {_told(shape['items'])}{bounds}"
    if shape.get("type") == "object":
        return f"object of {_told(shape['additionalProperties'])}{bounds}"
    words = {
        "string": "text",
        "integer": "whole number",
        "number": "number",
        "boolean": "true or false",
        "null": "null",
    }
    what = shape.get("description") or shape.get("format") or words[shape["type"]]
    return f"{what}{bounds}"


def _bounds(shape: dict[str, Any]) -> str:
    least, most = shape.get("minimum"), shape.get("maximum")
    longest = shape.get("maxLength") or shape.get("maxItems") or shape.get("maxProperties")
    if most is not None:
        return f", {least:,} to {most:,}"
    return f", at most {longest:,}" if longest and shape.get("type") != "string" else ""


def _link(content: dict[str, Any]) -> str:
    ((media_type, _),) = content.items()
    if media_type != "application/json":
        return "a file" if media_type == "application/octet-stream" else f"`{media_type}`"
    name = str(content["application/json"]["schema"]["$ref"]).rpartition("/")[2]
    if name in ("CampaignDocument", "EventBatch", "Anything"):
        return name
    return f"[{name}](promotions.md)" if name in schemas() else f"[{name}](#{name.lower()})"


def _problems() -> Iterator[str]:
    yield "## Problems\n"
    yield "Every no is `application/problem+json` (RFC 9457) with one of these codes.\n"
    yield "| code | status | title | remedy |\n|---|---|---|---|"
    for code, kind in sorted(KINDS.items(), key=lambda each: (each[1].status, each[0])):
        yield f"| `{code}` | {kind.status} | {kind.title} | {kind.remedy} |"
    yield ""


if __name__ == "__main__":
    PATH.write_text(reference(), encoding="utf-8")
