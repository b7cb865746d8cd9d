"""Whether a request is turned away before it is read: in a rush, reading what nobody answers eats the answers up.

To take a request apart, let it in and tell it that there is no room costs a tenth of a millisecond: five times as
many requests as can be answered would cost more than half of all time. On the doorstep only their first line is
looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from dealwright.api.gate import FULL, Gate, Rank
from dealwright.api.problems import encoded

if TYPE_CHECKING:
    from dealwright.api.meter import Count, Meter
    from dealwright.api.operations import Operation

_UNAVAILABLE: Final = int(HTTPStatus.SERVICE_UNAVAILABLE)
_MOST_HEAD_BYTES: Final = 4096  # what is longer is no crowd's, and read as ever
_MOST_DIGITS: Final = 12
_RUSH_LATENESS: Final = 0.05
_LENGTH: Final = b"\r\ncontent-length:"
_CLOSES: Final = re.compile(rb"\r\nconnection:[^\r]*close")


class Doorstep:
    """Knows the first lines of what comes in crowds and can wait: operations without a name in their path."""

    def __init__(self, gate: Gate, meter: Meter, operations: Iterable[Operation]) -> None:
        self._gate = gate
        self._lines: dict[bytes, tuple[float, Count]] = {
            f"{one.method} {one.path} HTTP/1.1".encode(): (one.rank.value, meter.counter(one.name))
            for one in operations
            if one.rank is Rank.EVALUATE and "{" not in one.path
        }

    @property
    def is_rush(self) -> bool:
        """Whether the loop is so late that a crowd may wait outside."""
        return self._gate.lateness > _RUSH_LATENESS

    def turns_away(self, data: bytes, *, waiting: int) -> bool:
        """Whether `data`, the first bytes of a request, is a whole one that there is no room for.

        So many others were read and wait for their answer; those that wait for the database are in nobody's way.
        """
        known = self._lines.get(data[: data.find(b"\r\n")])
        if known is None:
            return False
        share, count = known
        if self._gate.has_room(share, waiting=waiting - self._gate.aside) or not _is_whole(data):
            return False
        count(_UNAVAILABLE, 0.0)
        return True


def _is_whole(data: bytes) -> bool:
    """Whether these are one request with all of its body, and nothing else, on a connection that goes on."""
    end = data.find(b"\r\n\r\n", 0, _MOST_HEAD_BYTES)
    return end >= 0 and len(data) - end - 4 == _body_length(data[: end + 2])


@lru_cache(maxsize=256)  # a crowd sends the same few heads again and again
def _body_length(head: bytes) -> int | None:
    """How many bytes follow this head; None if it does not say so plainly, or if the connection ends with them."""
    names = head.lower()
    at = names.find(_LENGTH)
    if at < 0 or _CLOSES.search(names):
        return None
    length = names[at + len(_LENGTH) : names.find(b"\r\n", at + 2)].strip()
    return int(length) if length.isdigit() and len(length) < _MOST_DIGITS else None


def _told() -> bytes:
    status, headers, body = encoded(FULL.problem)
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}".encode()]
    lines += [name + b": " + value for name, value in headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


TURNED_AWAY: Final = _told()
"""The answer to who is turned away."""
