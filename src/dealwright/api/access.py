"""Who may come in: every operation is closed to whoever has no key for it.

Keys are looked up in a list that is held here and kept fresh from the database, so that no request waits for it.
A list that could not be refreshed for a while opens nothing any more: a key that was revoked meanwhile must not.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Protocol

from dealwright.api.operations import Operation, Whose
from dealwright.api.problems import Problem, problem
from dealwright.api.rates import Bucket, Header
from dealwright.app.service.access_ports import TENANT, AccessKey, Caller, Role
from dealwright.app.service.keep_keys import digest_of, is_secret

if TYPE_CHECKING:
    from dealwright.live.keys import Keys

REFRESH_SECONDS: Final = 0.3
MOST_STALE_SECONDS: Final = 10.0
_BEARER: Final = b"bearer "
_ASK: Final[list[Header]] = [(b"www-authenticate", b"Bearer")]

Scope = MutableMapping[str, Any]


_OWNER: Final = Caller()


@dataclass(frozen=True, slots=True)
class Admission:
    """Who comes in; or, if `problem` is there, why nobody does. `headers` belong to the answer."""

    caller: Caller = _OWNER
    problem: Problem | None = None
    headers: list[Header] = field(default_factory=list)


class Guard(Protocol):
    """Stands before every operation."""

    def admit(self, scope: Scope, operation: Operation) -> Admission:
        """Whether this request may be carried out, and for whom; never waits."""
        ...

    def refresh(self) -> None:
        """Look at the database for changes; may wait."""
        ...


class OpenHouse:
    """The guard of a server that asks for no keys: everybody may come in and do everything.

    A header `X-Acting-As` names the person, so that books say who did what and a second one can approve.
    """

    def admit(self, scope: Scope, operation: Operation) -> Admission:
        """See `Guard.admit`."""
        del operation
        for name, value in scope["headers"]:
            if name == b"x-acting-as":
                return Admission(Caller(label=value.decode("latin-1")[:100]))
        return _WELCOME

    def refresh(self) -> None:
        """See `Guard.refresh`."""


_WELCOME: Final = Admission()


class OwnMachine(OpenHouse):
    """The same, but for what a page from elsewhere has a browser on this machine send: that is refused."""

    def admit(self, scope: Scope, operation: Operation) -> Admission:
        """See `Guard.admit`."""
        hosts, origins = _given(scope, b"host"), _given(scope, b"origin")
        is_from_here = all(_is_own(each) for each in (*hosts, *origins))
        if origins and operation.method != "GET":  # another page of this machine is from elsewhere, too
            here = [f"{scope.get('scheme', 'http')}://".encode() + each.lower() for each in hosts]
            is_from_here = is_from_here and [each.lower() for each in origins] == here
        return super().admit(scope, operation) if is_from_here else Admission(problem=problem("not_from_here"))


_OWN: Final = re.compile(rb"(https?://)?(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?", re.IGNORECASE)
_is_own = _OWN.fullmatch


def _given(scope: Scope, header: bytes) -> list[bytes]:
    return [value for name, value in scope["headers"] if name == header]


@dataclass(frozen=True, slots=True)
class _Known:
    callers: Mapping[str, tuple[AccessKey, Caller]]
    stamp: int
    now: datetime
    looked_at: float


class KeyGuard:
    """Lets in who shows a key of the list that may do what is asked, as often as it may.

    `share` is this process's part of what a key may ask for, where several processes serve one database.
    """

    def __init__(self, keys: Keys, *, tenant: str = TENANT, share: float = 1.0) -> None:
        self._keys = keys
        self._tenant = tenant
        self._share = share
        self._known: _Known | None = None
        self._buckets: dict[str, Bucket] = {}

    def refresh(self) -> None:
        """See `Guard.refresh`."""
        looked_at, stamp, known = time.monotonic(), self._keys.store.stamp(), self._known
        if known is not None and known.stamp == stamp:
            callers = known.callers
        else:
            callers = {digest: (key, _caller(key)) for digest, key in self._keys.store.all()}
        self._known = _Known(callers, stamp, self._keys.now(), looked_at)

    @property
    def has_keys(self) -> bool:
        """Whether any key of the tenant was ever made, as far as the last look tells."""
        known = self._known
        return known is not None and any(key.tenant == self._tenant for key, _ in known.callers.values())

    def admit(self, scope: Scope, operation: Operation) -> Admission:
        """See `Guard.admit`."""
        if not isinstance(operation.role, Role):
            return _WELCOME
        given = _secrets(scope)
        if not given:
            return Admission(problem=problem("access_missing"), headers=_ASK)
        known = self._known
        if known is None or time.monotonic() - known.looked_at > MOST_STALE_SECONDS:
            return Admission(problem=problem("not_ready", "keys cannot be looked up", retry_after_seconds=1))
        found = self._found(given, known)
        if found is None:
            return Admission(problem=problem("access_denied"), headers=_ASK)
        key, caller = found
        admission = self._counted(key, caller)
        if admission.problem is not None:
            return admission
        if caller.role < operation.role:
            told = f"{operation.name} needs the role {operation.role.word}; the key's is {caller.role.word}"
            return replace(admission, problem=problem("role_too_low", told))
        if key.tenant != self._tenant and operation.whose is Whose.HOUSE:
            return replace(admission, problem=problem("not_found"))
        return admission

    def _found(self, given: list[bytes], known: _Known) -> tuple[AccessKey, Caller] | None:
        secret = given[0].decode("latin-1")
        if len(given) > 1 or not is_secret(secret):
            return None
        found = known.callers.get(digest_of(secret))
        if found is None:
            return None
        now = known.now + timedelta(seconds=time.monotonic() - known.looked_at)
        return found if found[0].is_usable(now) else None

    def _counted(self, key: AccessKey, caller: Caller) -> Admission:
        if not key.per_second:
            return Admission(caller)
        now, bucket = time.monotonic(), self._buckets.get(key.key_id)
        if bucket is None:
            bucket = Bucket(key.per_second * self._share, max(1.0, key.burst * self._share), now)
            self._buckets[key.key_id] = bucket
        if bucket.take(now):
            return Admission(caller, headers=bucket.headers())
        told = problem("too_many_requests", f"{key.per_second} a second", retry_after_seconds=bucket.wait_seconds)
        return Admission(caller, told, bucket.headers())


class FirstKeyGuard:
    """Open to this machine until the first key is made; from then on whoever comes shows a key."""

    def __init__(self, locked: KeyGuard) -> None:
        self._locked = locked
        self._now: Guard = OwnMachine()

    def refresh(self) -> None:
        """See `Guard.refresh`."""
        self._locked.refresh()
        if self._locked.has_keys:
            self._now = self._locked

    def admit(self, scope: Scope, operation: Operation) -> Admission:
        """See `Guard.admit`."""
        return self._now.admit(scope, operation)


def _secrets(scope: Scope) -> list[bytes]:
    """What is given as a bearer's key; more than one is one too many."""
    return [
        value[len(_BEARER) :].strip() if value[: len(_BEARER)].lower() == _BEARER else b""
        for name, value in scope["headers"]
        if name == b"authorization"
    ]


def _caller(key: AccessKey) -> Caller:
    return Caller(key.tenant, key.role, key.key_id, key.label)
