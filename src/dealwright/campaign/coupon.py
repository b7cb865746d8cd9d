"""Coupon codes that nobody can guess or mistype into another one, and the batches they are issued in.

A code is 15 random symbols and one check symbol out of 32: 75 random bits. The alphabet has no I, L, O and U; who
types them means 1, 1, 0 and nothing. The check is a sum over GF(32) with a weight of its own for each place, so it
catches every single wrong symbol and every two symbols swapped, adjacent or not.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

from dealwright.campaign.schedule import ALWAYS, Schedule
from dealwright.campaign.wall_clock import day_begins, zone_named
from dealwright.core.errors import InputError

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
N_RANDOM = 15  # symbols of 5 bits
RANDOM_BITS = 5 * N_RANDOM
MOST_CODES = 10_000_000  # of one batch

_GROUP = 4
_LONGEST = 40  # characters that are looked at; no code is as long
_PREFIX = re.compile(r"[A-Z0-9]{0,10}", re.ASCII)
_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1", "-": "", " ": "", "_": "", ".": ""})
_POLYNOMIAL = 0b100101  # x^5 + x^2 + 1, primitive: its powers run through all 31 symbols but zero


@dataclass(frozen=True, slots=True)
class Batch:
    """Codes that are issued together for one promotion.

    `uses_per_code` `None` is without limit. The codes hold within `schedule`; with `valid_days` only until the end
    of that many days (by the clock of the schedule's zone) after the day of issue. `prefix` stands before each code
    for people to read; it adds no secrecy. InputError tells everything wrong.
    """

    id: str
    promotion_id: str
    n_codes: int
    prefix: str = ""
    uses_per_code: int | None = 1
    schedule: Schedule = ALWAYS
    valid_days: int | None = None

    def __post_init__(self) -> None:
        problems = [
            f"{name} is 1 to 100 characters; given {text[:60]!r}"
            for name, text in (("id", self.id), ("promotion_id", self.promotion_id))
            if not 1 <= len(text) <= 100
        ]
        if not 1 <= self.n_codes <= MOST_CODES:
            problems.append(f"n_codes is 1 to {MOST_CODES}; given {self.n_codes}; issue several batches")
        if not _PREFIX.fullmatch(self.prefix):
            problems.append(f"prefix is at most 10 capital letters and digits; given {self.prefix[:60]!r}")
        if self.uses_per_code is not None and not 1 <= self.uses_per_code <= 10**9:
            problems.append(f"uses_per_code is 1 to 1000000000, or None; given {self.uses_per_code}")
        if self.valid_days is not None and not 0 <= self.valid_days <= 3_660:
            problems.append(f"valid_days is 0 to 3660, or None; given {self.valid_days}")
        if self.schedule.weekdays or self.schedule.hours:
            problems.append("codes hold from start to end; weekdays and hours belong to the promotion")
        if problems:
            raise InputError(*problems)

    def ends(self, issued_at: datetime) -> datetime | None:
        """When a code issued at that instant holds no more; `None` is never.

        >>> from datetime import UTC, datetime
        >>> str(Batch("b", "p", 1, valid_days=7).ends(datetime(2026, 11, 1, 10, tzinfo=UTC)))
        '2026-11-09 00:00:00+00:00'
        """
        if self.valid_days is None:
            return self.schedule.end
        zone = zone_named(self.schedule.zone)
        day = issued_at.astimezone(zone).date() + timedelta(days=self.valid_days + 1)
        relative = day_begins(day, zone)
        return relative if self.schedule.end is None else min(relative, self.schedule.end.astimezone(UTC))


def codes_from(random: bytes, *, prefix: str = "") -> list[str]:
    """One code from every 15 random bytes.

    >>> codes_from(bytes(15), prefix="TEA")
    ['TEA-0000-0000-0000-0000']
    """
    payload = np.frombuffer(random, dtype=np.uint8).reshape(-1, N_RANDOM) & np.uint8(31)
    return _written(np.column_stack([payload, _check(payload)]), prefix)


def canonical(text: str) -> str:
    """The code somebody means: without spaces and hyphens, in capitals, look-alikes resolved; any text gives one.

    >>> canonical("tea-o1il 00ab")
    'TEA011100AB'
    """
    short = text[:_LONGEST]
    return (short if short.isascii() else unicodedata.normalize("NFKC", short)).upper().translate(_ALIKE)


def is_mistyped(text: str) -> bool:
    """Whether the last 16 symbols cannot be a code that was ever issued: a slip of the finger, or a guess.

    >>> is_mistyped("0000-0000-0000-0000"), is_mistyped("0000-0000-0000-0001")
    (False, True)
    """
    symbols = canonical(text)[-N_RANDOM - 1 :]
    if len(symbols) <= N_RANDOM or any(symbol not in ALPHABET for symbol in symbols):
        return True
    values = np.array([[ALPHABET.index(symbol) for symbol in symbols]], dtype=np.uint8)
    return bool(_check(values[:, :N_RANDOM])[0] != values[0, N_RANDOM])


def _check(payload: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """The check symbol of each row of 15 values below 32."""
    check = np.zeros(len(payload), dtype=np.uint8)
    for place in range(N_RANDOM):
        check ^= _TIMES[place][payload[:, place]]
    return check


def _written(symbols: npt.NDArray[np.uint8], prefix: str) -> list[str]:
    letters = np.frombuffer(ALPHABET.encode(), dtype=np.uint8)[symbols]
    hyphen = np.full((len(symbols), 1), ord("-"), dtype=np.uint8)
    parts: list[npt.NDArray[np.uint8]] = []
    if prefix:
        parts += [np.tile(np.frombuffer(prefix.encode(), dtype=np.uint8), (len(symbols), 1)), hyphen]
    for start in range(0, N_RANDOM + 1, _GROUP):
        parts += [letters[:, start : start + _GROUP], hyphen]
    rows = np.ascontiguousarray(np.hstack(parts[:-1]))
    return rows.view(f"S{rows.shape[1]}").ravel().astype(f"U{rows.shape[1]}").tolist()


def _powers() -> list[int]:
    values = [1]
    while len(values) < N_RANDOM + 1:
        doubled = values[-1] << 1
        values.append(doubled ^ _POLYNOMIAL if doubled & 32 else doubled)
    return values


def _product(a: int, b: int) -> int:
    product = 0
    for bit in range(5):
        if b >> bit & 1:
            shifted = a
            for _ in range(bit):
                shifted = shifted << 1 ^ (_POLYNOMIAL if shifted & 16 else 0)
            product ^= shifted
    return product


def _tables() -> Sequence[npt.NDArray[np.uint8]]:
    # Place i weighs the (i + 1)-th power and the check symbol 1: sixteen different weights, none of them zero.
    return [np.array([_product(s, weight) for s in range(32)], dtype=np.uint8) for weight in _powers()[1:]]


_TIMES = _tables()
