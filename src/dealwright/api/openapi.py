"""The OpenAPI 3.1 document: made from the table of operations and the very shapes that bodies are decoded into."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from dealwright import __version__
from dealwright.api.operations import JSON, Operation
from dealwright.api.problems import KINDS, MEDIA_TYPE, Problem
from dealwright.api.wire.words import LONGEST_NAME
from dealwright.app.service.access_ports import Role

_ALL = ("busy",)
_LOCKED = ("access_missing", "access_denied", "role_too_low", "too_many_requests", "not_ready")
_SCHEME = "key"
_FILE = "application/octet-stream"
_WITH_NAMES = ("invalid_request", "not_found")
_WITH_BODY = ("malformed_json", "body_too_slow", "body_too_large", "not_json", "invalid_request")
_KEYED = ("key_missing", "key_malformed", "key_reused", "in_progress", "outcome_unknown")
_NAMES = re.compile(r"{(\w+)}")
_REFERENCE = "#/components/schemas/{name}"

ABOUT = """\
Prices carts, holds and commits what promotions give, sells flash sales, group buys and presales.

Money is whole minor units (cents) in fields that end in `_minor`; percents are decimals as text. Unknown fields
are refused. Writes need a header `Idempotency-Key`: the same key with the same body gets the same answer, byte for
byte. Every no is a problem (RFC 9457) with a `code` from a closed list and a `remedy`.
"""


def document(operations: Sequence[Operation], schemas: Mapping[str, Any]) -> dict[str, Any]:
    """The whole document; `schemas` are those that no Struct stands for, by name."""
    shapes = [each for each in _shapes(operations) if isinstance(each, type) and issubclass(each, msgspec.Struct)]
    _, components = msgspec.json.schema_components([*shapes, Problem], ref_template=_REFERENCE)
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _described(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "dealwright till",
            "version": __version__,
            "description": ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "schemas": _plain({**components, **schemas}),
            "securitySchemes": {
                _SCHEME: {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A key of `dealwright key new`; a server of its own machine may ask for none.",
                }
            },
        },
    }


def _shapes(operations: Iterable[Operation]) -> list[Any]:
    found = [each for operation in operations for each in (operation.takes, operation.gives) if each is not None]
    return list(dict.fromkeys(found))


def _described(operation: Operation) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [operation.tag],
        "parameters": _parameters(operation),
    }
    if isinstance(operation.role, Role):
        told["security"] = [{_SCHEME: []}]
        told["x-role"] = operation.role.word
    if operation.takes is not None:
        told["requestBody"] = {"required": True, "content": _content(operation.takes, JSON)}
    told["responses"] = {
        str(operation.status): {
            "description": "Done.",
            "content": _content(operation.gives, operation.media_type),
        },
        **_problems(operation),
    }
    return told


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    name = {"type": "string", "minLength": 1, "maxLength": LONGEST_NAME, "pattern": "^[^\\u0000/]+$"}
    told: list[dict[str, Any]] = [
        {"name": each, "in": "path", "required": True, "schema": name} for each in _NAMES.findall(operation.path)
    ]
    told += [
        {
            "name": each.name,
            "in": "query",
            "required": False,
            "description": each.about,
            "schema": dict(each.schema),
        }
        for each in operation.queries
    ]
    if operation.is_keyed:
        key = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"}
        about = "A new random text for every new request; repeat a request with the key it had."
        told.append(
            {"name": "Idempotency-Key", "in": "header", "required": True, "description": about, "schema": key}
        )
    return told


def _problems(operation: Operation) -> dict[str, Any]:
    codes = [*_ALL, *(_LOCKED if isinstance(operation.role, Role) else ()), *operation.refusals]
    codes += _WITH_BODY if operation.takes is not None else ()
    codes += _WITH_NAMES if "{" in operation.path else ()
    codes += ("invalid_request",)
    codes += _KEYED if operation.is_keyed else ()
    by_status: dict[int, list[str]] = {}
    for code in dict.fromkeys(codes):
        by_status.setdefault(KINDS[code].status, []).append(code)
    return {str(status): _problem(status, told) for status, told in sorted(by_status.items())}


def _problem(status: int, codes: list[str]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "description": "; ".join(f"`{code}`: {KINDS[code].title.lower()}" for code in codes) + ".",
        "content": {MEDIA_TYPE: {"schema": {"$ref": _REFERENCE.format(name="Problem")}}},
    }
    if status in (429, 503) or "in_progress" in codes:
        about = "Seconds after which a repetition makes sense."
        told["headers"] = {"Retry-After": {"description": about, "schema": {"type": "integer", "minimum": 0}}}
    return told


def _content(shape: Any, media_type: str) -> dict[str, Any]:
    if shape is bytes:
        return {_FILE: {"schema": {"type": "string", "format": "binary"}}}
    if media_type != JSON:
        return {media_type.partition(";")[0]: {"schema": {"type": "string"}}}
    return {JSON: {"schema": _reference(shape)}}


def _reference(shape: type[msgspec.Struct] | str) -> dict[str, str]:
    return {"$ref": _REFERENCE.format(name=shape if isinstance(shape, str) else shape.__name__)}


def _plain(schemas: dict[str, Any]) -> dict[str, Any]:
    # Defaults come as tuples and Structs; the document holds what JSON holds, so that it compares equal once read.
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(schemas))
    return plain
