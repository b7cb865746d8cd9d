"""Whether a request is turned away before it is read: in a rush, reading what nobody answers eats the answers up.

To take a request apart, let it in and tell it that there is no room costs a tenth of a millisecond: five times as
many requests as can be answered would cost more than half of all time. On the doorstep only their first line is
looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from dealwright.api.gate import FULL, Gate, Rank
from dealwright.api.problems import encoded

if TYPE_CHECKING:
    from dealwright.api.meter import Count, Meter
    from dealwright.api.operations import Operation

_LENGTH: Final = b"\r\ncontent-length:"
_CLOSES: Final = re.compile(rb"\r\nconnection:[^\r]*close")


class Doorstep:
    """Knows the first lines of what comes in crowds and can wait: operations without a name in their path."""

    def __init__(self, gate: Gate, meter: Meter, operations: Iterable[Operation]) -> None:
        self._gate = gate
        self._lines: dict[bytes, tuple[Rank, Count]] = {
            f"{one.method} {one.path} HTTP/1.1".encode(): (one.rank, meter.counter(one.name))
            for one in operations
            if one.rank is Rank.EVALUATE and "{" not in one.path
        }

    def turns_away(self, data: bytes, *, waiting: int) -> bool:
        """Whether `data`, the first bytes of a request, is a whole one that there is no room for.

        So many others were read and wait for their answer.
        """
        known = self._lines.get(data[: data.find(b"\r\n")])
        if known is None:
            return False
        rank, count = known
        if self._gate.has_room(rank, waiting=waiting) or not _is_whole(data):
            return False
        count(HTTPStatus.SERVICE_UNAVAILABLE, 0.0)
        return True


def _is_whole(data: bytes) -> bool:
    """Whether these are one request with all of its body, and nothing else, on a connection that goes on."""
    head = data.find(b"\r\n\r\n")
    if head < 0:
        return False
    names = data[: head + 2].lower()
    if _CLOSES.search(names):
        return False
    at = names.find(_LENGTH)
    if at < 0:
        return False
    length = names[at + len(_LENGTH) : names.find(b"\r\n", at + 2)].strip()
    return length.isdigit() and len(data) == head + 4 + int(length)


def _told() -> bytes:
    status, headers, body = encoded(FULL.problem)
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}".encode()]
    lines += [name + b": " + value for name, value in headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


TURNED_AWAY: Final = _told()
"""The answer to who is turned away."""
