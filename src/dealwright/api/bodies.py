"""What a request carries: its body within bounds, as the shape the operation asks for, or every mistake in it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final, Generic, TypeVar

import msgspec
from msgspec import inspect

from dealwright.api.mistakes import mistakes
from dealwright.api.problems import ProblemError, invalid, problem, refuse
from dealwright.api.reading import read_json, unusable

MOST_BYTES: Final = 256 * 1024
MOST_SECONDS: Final = 10.0  # for a body to arrive

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

_KEY = re.compile(rb"[\x21-\x7e]{1,200}")
_JSON = b"application/json"
_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode

S = TypeVar("S", bound=msgspec.Struct)


class Reader(Generic[S]):
    """Turns bodies into `shape`: a compiled decoder for what is right, the careful way for what is wrong.

    >>> from dealwright.api.wire.carts import CartDelivery
    >>> Reader(CartDelivery).read(b'{"method": "post", "fee_minor": 490}').fee_minor
    490
    """

    def __init__(self, shape: type[S]) -> None:
        self.shape = shape
        self._decode = msgspec.json.Decoder(shape).decode
        self._instants = _instants(shape) if shape.__struct_config__.omit_defaults else None

    def read(self, body: bytes) -> S:
        """The value; ProblemError `malformed_json` or `invalid_request` with every mistake."""
        try:
            value = self._decode(body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise self._what_is_wrong(body, error) from None
        if not self._is_plain(body, value) and _may_hide_something(body):
            told = unusable(read_json(body))
            if told:
                raise invalid(told)
        return value

    def _is_plain(self, body: bytes, value: S) -> bool:
        """Whether every colon of the body comes out again by a short way; False is no verdict yet.

        Of a shape that leaves out what is as usual only what was given comes out, so never more colons than went
        in; but those of an instant may be written in another way.
        """
        instants = self._instants
        if instants is None or b"\\u00" in body or any(getattr(value, name) for name in instants):
            return False
        return _encode(value).count(b":") == body.count(b":")

    def _what_is_wrong(self, body: bytes, error: Exception) -> ProblemError:
        return invalid(mistakes(read_json(body), self.shape) or [str(error)])


def _instants(shape: type[msgspec.Struct]) -> tuple[str, ...]:
    """The fields of a shape that are moments; shapes inside it have none, if it leaves out what is as usual."""
    found = inspect.type_info(shape)
    assert isinstance(found, inspect.StructType)
    return tuple([field.name for field in found.fields if _may_be_instant(field.type)])


def _may_be_instant(found: inspect.Type) -> bool:
    if isinstance(found, inspect.Metadata):
        return _may_be_instant(found.type)
    if isinstance(found, inspect.UnionType):
        return any(map(_may_be_instant, found.types))
    return isinstance(found, inspect.DateTimeType)


def _may_hide_something(body: bytes) -> bool:
    """Whether the decoder may have let through a text that cannot be stored, or a field that is there twice.

    Every field has a colon, and of fields that are there twice one is kept: so fewer colons come out again than
    went in. Colons in texts come out as they went in, unless they were escaped.
    """
    if b"\\u0000" in body or b"\\u003" in body:
        return True
    return _encode(_decode(body)).count(b":") != body.count(b":")


async def receive_body(
    scope: Scope, receive: Receive, *, most_bytes: int = MOST_BYTES, is_json: bool = True
) -> bytes:
    """The whole body; ProblemError if it is not announced as plain (JSON, if it must be), too large or too slow."""
    _check_headers(scope["headers"], most_bytes, is_json=is_json)
    message = await receive()
    body: bytes = message.get("body", b"")
    if message.get("more_body"):
        body = await _the_rest(body, receive, most_bytes)
    elif message["type"] == "http.disconnect":
        raise refuse("body_too_slow", "the connection was closed before the body was complete")
    if len(body) > most_bytes:
        raise _too_large(len(body), most_bytes)
    return body


def idempotency_key(scope: Scope) -> str:
    """The header Idempotency-Key; ProblemError if it is missing, there twice or not usable."""
    found = [value for name, value in scope["headers"] if name == b"idempotency-key"]
    if not found:
        raise ProblemError(problem("key_missing"))
    if len(found) > 1 or not _KEY.fullmatch(found[0]):
        raise ProblemError(problem("key_malformed"))
    return str(found[0], "ascii")


def _check_headers(headers: list[tuple[bytes, bytes]], most_bytes: int, *, is_json: bool) -> None:
    media_type = b""
    for name, value in headers:
        if name == b"content-type":
            media_type = value
        elif name == b"content-length" and (not value.isdigit() or len(value) > 12 or int(value) > most_bytes):
            raise _too_large(value[:20].decode("latin-1"), most_bytes)
        elif name == b"content-encoding" and value.strip().lower() not in (b"", b"identity"):
            raise refuse("not_json", "the body is compressed; send it plain")
    if is_json and media_type != _JSON and not _is_json(media_type):
        given = media_type[:60].decode("latin-1") or "nothing"
        raise refuse("not_json", f"Content-Type is application/json; given {given}")


def _is_json(media_type: bytes) -> bool:
    essence, _, parameters = media_type.partition(b";")
    charset = parameters.strip().lower().removeprefix(b"charset=").strip(b'"')
    return essence.strip().lower() == _JSON and charset in (b"", b"utf-8", b"utf8")


async def _the_rest(body: bytes, receive: Receive, most_bytes: int) -> bytes:
    parts, size = [body], len(body)
    try:
        async with asyncio.timeout(MOST_SECONDS):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise refuse("body_too_slow", "the connection was closed before the body was complete")
                parts.append(message.get("body", b""))
                size += len(parts[-1])
                if size > most_bytes:
                    raise _too_large(size, most_bytes)
                if not message.get("more_body"):
                    return b"".join(parts)
    except TimeoutError:
        raise refuse("body_too_slow", f"the body did not arrive within {MOST_SECONDS:.0f} seconds") from None


def _too_large(size: int | str, most_bytes: int) -> ProblemError:
    return refuse("body_too_large", f"a body has at most {most_bytes} bytes; given {size}")
