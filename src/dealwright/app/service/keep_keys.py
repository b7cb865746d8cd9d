"""Makes keys of clients: a secret that is shown once, and what is kept of it."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from dealwright.app.service.access_ports import TENANT, AccessKey, KeyStore, Role
from dealwright.app.service.keep_audit import Entry, entry
from dealwright.core.errors import InputError

PREFIX: Final = "dwk_"
RANDOM_BYTES: Final = 30  # 240 bits
MOST_PER_SECOND: Final = 1_000_000
PER_SECOND: Final = 1_000
ITSELF: Final = "dealwright"
"""Who makes and takes back keys where nobody says who does."""
_LETTERS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_N_RANDOM, _N_CHECK = 41, 6
_SHAPE = re.compile(rf"dwk_[0-9A-Za-z]{{{_N_RANDOM + _N_CHECK}}}")
_LABEL = re.compile(r"[^\x00-\x1f]{1,100}")


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was just made, with its secret, which nobody can tell again."""

    key: AccessKey
    secret: str


def secret_of(random: bytes) -> str:
    """The secret made of 30 random bytes: a prefix that scanners find, the bytes as letters, a checksum.

    >>> secret_of(bytes(30))
    'dwk_000000000000000000000000000000000000000004ejiA9'
    """
    assert len(random) == RANDOM_BYTES, f"{len(random)} random bytes"
    body = _letters(int.from_bytes(random, "big"), _N_RANDOM)
    return f"{PREFIX}{body}{_check(body)}"


def is_secret(text: str) -> bool:
    """Whether this can be a secret at all: a mistyped one is known without a look at any list."""
    return bool(_SHAPE.fullmatch(text)) and text[-_N_CHECK:] == _check(text[len(PREFIX) : -_N_CHECK])


def digest_of(secret: str) -> str:
    """What is stored: the secret has 240 random bits, so that one fast hash cannot be undone by guessing."""
    return hashlib.sha256(secret.encode()).hexdigest()


def make_key(
    store: KeyStore,
    *,
    key_id: str,
    random: bytes,
    role: str,
    label: str,
    now: datetime,
    expires_at: datetime | None = None,
    per_second: int = PER_SECOND,
    burst: int | None = None,
    tenant: str = TENANT,
    by: str = ITSELF,
) -> NewKey:
    """Make a key and store it without its secret; InputError with every mistake. `burst` is two seconds' worth.

    The audit log tells it with its terms, and who made it, `by`.
    """
    burst = 2 * per_second if burst is None else burst
    _check_terms(role, label, now=now, expires_at=expires_at, per_second=per_second, burst=burst)
    key = AccessKey(
        key_id, tenant, label, Role.of(role), now, expires_at=expires_at, per_second=per_second, burst=burst
    )
    secret = secret_of(random)
    terms = {"role": role, "label": label, "expires_at": _told(expires_at), "per_second": per_second}
    store.add(key, digest_of(secret), told=_entry(by, "make_key", key_id, {}, terms, at=now))
    return NewKey(key, secret)


def revoke_key(store: KeyStore, key_id: str, *, now: datetime, tenant: str = TENANT, by: str = ITSELF) -> bool:
    """Take a key back, which the audit log tells; False if there is none of this name that opens anything."""
    told = _entry(by, "revoke_key", key_id, {"revoked_at": None}, {"revoked_at": _told(now)}, at=now)
    return store.revoke(tenant, key_id, at=now, told=told)


def _entry(
    by: str, action: str, key_id: str, before: Mapping[str, Any], after: Mapping[str, Any], *, at: datetime
) -> Entry:
    return entry(by, action, f"key/{key_id}", before, after, at=at)


def _told(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _check_terms(
    role: str, label: str, *, now: datetime, expires_at: datetime | None, per_second: int, burst: int
) -> None:
    problems = []
    words = [each.word for each in Role]
    if role not in words:
        problems.append(str(InputError.unknown("role", role, words)))
    if not _LABEL.fullmatch(label):
        problems.append("label: give 1 to 100 characters, such as whose key it is")
    if expires_at is not None and expires_at <= now:
        problems.append(f"expires: give an instant that is to come; given {expires_at.isoformat()}")
    if not 0 <= per_second <= MOST_PER_SECOND:
        problems.append(f"per_second: give 0 (without limit) to {MOST_PER_SECOND}; given {per_second}")
    elif not per_second <= burst <= 10 * MOST_PER_SECOND:
        problems.append(f"burst: give at least per_second ({per_second}); given {burst}")
    if problems:
        raise InputError(*problems)


def _check(body: str) -> str:
    return _letters(zlib.crc32(body.encode()), _N_CHECK)


def _letters(number: int, width: int) -> str:
    letters = []
    for _ in range(width):
        number, digit = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[digit])
    return "".join(reversed(letters))
