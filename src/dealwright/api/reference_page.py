"""The documentation of the operations as one page that asks nobody for anything, made from the OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from itertools import groupby
from typing import Any

_HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>dealwright: operations</title><link rel="stylesheet" href="/page.css"></head><body>
<header><h1>Operations</h1><p><a href="/">What runs</a> · <a href="/openapi.json">OpenAPI document</a></p></header>
<main>"""
_FOOT = "</main></body></html>\n"


def reference_page(document: Mapping[str, Any]) -> str:
    """The page.

    >>> "evaluate" in reference_page({"info": {"description": "d"}, "paths": {"/v1/x": {"post": {
    ...     "operationId": "evaluate", "summary": "s", "tags": ["t"], "parameters": [], "responses": {}}}},
    ...     "components": {"schemas": {}}})
    True
    """
    return "\n".join([_HEAD, *_body(document), _FOOT])


def _body(document: Mapping[str, Any]) -> Iterator[str]:
    yield f"<p>{escape(document['info']['description'])}</p>"
    operations = [
        (described["tags"][0], method.upper(), path, described)
        for path, methods in document["paths"].items()
        for method, described in methods.items()
    ]
    tags = list(dict.fromkeys(tag for tag, *_ in operations))
    operations.sort(key=lambda each: tags.index(each[0]))
    for tag, group in groupby(operations, key=lambda each: each[0]):
        yield f"<h2>{escape(tag)}</h2>"
        for _, method, path, described in group:
            yield from _operation(method, path, described)
    yield "<h2>Shapes</h2>"
    for name, schema in sorted(document["components"]["schemas"].items()):
        yield from _shape(name, schema)


def _operation(method: str, path: str, described: Mapping[str, Any]) -> Iterator[str]:
    role = described.get("x-role")
    yield f'<details id="{escape(described["operationId"])}"><summary><code>{method} {escape(path)}</code> '
    yield f"{escape(described['summary'])}</summary>"
    yield f"<p>{f'Needs the role <b>{role}</b>.' if role else 'Needs no key.'}</p>"
    if described["parameters"]:
        yield "<ul>"
        for each in described["parameters"]:
            needed = " (needed)" if each["required"] else ""
            about = escape(each.get("description", ""))
            yield f"<li><code>{escape(each['name'])}</code> in the {each['in']}{needed}: {about}</li>"
        yield "</ul>"
    if "requestBody" in described:
        yield f"<p>Takes {_content(described['requestBody']['content'])}.</p>"
    yield "<ul>"
    for status, answer in described["responses"].items():
        yield f"<li>{status}: {_content(answer.get('content', {}))} {escape(answer['description'])}</li>"
    yield "</ul></details>"


def _shape(name: str, schema: Mapping[str, Any]) -> Iterator[str]:
    yield f'<details id="shape-{escape(name)}"><summary><code>{escape(name)}</code></summary>'
    yield f"<p>{escape(schema.get('description', ''))}</p><ul>"
    needed = set(schema.get("required", []))
    for field, shape in schema.get("properties", {}).items():
        mark = " (needed)" if field in needed else ""
        yield f"<li><code>{escape(field)}</code>{mark}: {_told(shape)}</li>"
    yield "</ul></details>"


def _content(content: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{_told(each['schema'])}{'' if media_type.endswith('json') else f' as {escape(media_type)}'}"
        for media_type, each in content.items()
    )


def _told(shape: Mapping[str, Any]) -> str:
    """A shape in a few words, with links to those that have names."""
    if "$ref" in shape:
        name = escape(shape["$ref"].rpartition("/")[2])
        return f'<a href="#shape-{name}">{name}</a>'
    for several in ("anyOf", "oneOf"):
        if several in shape:
            return " or ".join(_told(each) for each in shape[several])
    if "enum" in shape:
        return ", ".join(f"<code>{escape(str(each))}</code>" for each in shape["enum"])
    if "const" in shape:
        return f"<code>{escape(str(shape['const']))}</code>"
    if shape.get("type") == "array" and isinstance(shape.get("items"), dict):
        return f"list of {_told(shape['items'])}"
    return escape(str(shape.get("description") or shape.get("format") or shape.get("type") or "any value"))
