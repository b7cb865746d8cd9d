"""Who may do what: roles in their order, keys of clients, and what keeping keys needs of a database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Final, Protocol

from dealwright.app.service.keep_audit import MAIN_TENANT, Entry

TENANT: Final = MAIN_TENANT
"""Whose a database is unless it says otherwise."""


class Role(IntEnum):
    """What a caller may do; each role may all that those before it may.

    >>> Role.ANALYST < Role.ADMIN, Role.of("planner").word
    (True, 'planner')
    """

    VIEWER = 1  # sees offers, plans and figures without customers
    ANALYST = 2  # sees what customers did; has forecasts and checks made
    PLANNER = 3  # brings data in, makes plans, drafts campaigns
    APPROVER = 4  # says yes to what others have drafted
    OPERATOR = 5  # sells: runs the till and the campaigns
    ADMIN = 6  # hands out keys

    @property
    def word(self) -> str:
        """Its name as people write it."""
        return self.name.lower()

    @classmethod
    def of(cls, word: str) -> Role:
        """The role of this name; KeyError if there is none."""
        return cls[word.upper()]


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A key of a client, without its secret: whose it is, what it may, until when, and how often.

    `per_second` requests on average, `burst` at once; 0 is without limit.
    """

    key_id: str
    tenant: str
    label: str
    role: Role
    made_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    per_second: int = 0
    burst: int = 0

    def is_usable(self, now: datetime) -> bool:
        """Whether it opens anything now."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks. `key_id` is empty where no key is asked for."""

    tenant: str = TENANT
    role: Role = Role.ADMIN
    key_id: str = ""
    label: str = ""

    @property
    def name(self) -> str:
        """How books and jobs call the one who asked."""
        return self.key_id or "own machine"


class KeyStore(Protocol):
    """Keys by the digest of their secret; secrets are never stored."""

    def add(self, key: AccessKey, digest: str, *, told: Entry) -> None:
        """Store a new key, and in one with it what is `told` of it in the tenant's audit log."""
        ...

    def all(self) -> Sequence[tuple[str, AccessKey]]:
        """Every key that was ever made, the oldest first, with its digest."""
        ...

    def revoke(self, tenant: str, key_id: str, *, at: datetime, told: Entry) -> bool:
        """From now on it opens nothing, and the audit log is `told` in one with it.

        False, and nothing is stored, if the tenant has no such key that is not revoked yet.
        """
        ...

    def stamp(self) -> int:
        """A number that is another one after every change."""
        ...
