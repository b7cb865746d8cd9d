"""Keys of clients over a till's database: make one, list them, take one back."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from dealwright.adapters.access.memory import MemoryKeys
from dealwright.app.access_ports import TENANT, AccessKey, KeyStore
from dealwright.app.keep_audit import entry
from dealwright.app.keep_keys import PER_SECOND, RANDOM_BYTES, NewKey, make_key
from dealwright.app.tend_campaigns import ITSELF
from dealwright.core.errors import InputError
from dealwright.live.campaigns import open_campaigns

if TYPE_CHECKING:
    from dealwright.app.ledger_ports import Clock, Ids
    from dealwright.live.audit import Audit
    from dealwright.till import Till


class Keys:
    """The keys of one tenant; with an `audit` log, who made and revoked them is in it."""

    def __init__(
        self, store: KeyStore, *, clock: Clock, ids: Ids, tenant: str = TENANT, audit: Audit | None = None
    ) -> None:
        self.store = store
        self._audit = audit
        self.clock = clock
        self.tenant = tenant
        self.ids = ids

    def new(
        self,
        role: str,
        label: str,
        *,
        days: int | None = None,
        per_second: int = PER_SECOND,
        burst: int | None = None,
        by: str = ITSELF.name,
    ) -> NewKey:
        """A new key; its secret is in the answer and nowhere else. It expires after `days`, if given."""
        now = self.clock.now()
        if days is not None and not 1 <= days <= 36_500:
            raise InputError(f"days: give 1 to 36500; given {days}")
        made = make_key(
            self.store,
            key_id=self.ids.new("key"),
            random=secrets.token_bytes(RANDOM_BYTES),
            role=role,
            label=label,
            now=now,
            expires_at=None if days is None else now + timedelta(days=days),
            per_second=per_second,
            burst=burst,
            tenant=self.tenant,
        )
        key = made.key
        terms = {"role": role, "label": label, "expires_at": _told(key.expires_at), "per_second": key.per_second}
        self._log(by, "make_key", key.key_id, {}, terms, at=now)
        return made

    def all(self) -> Sequence[AccessKey]:
        """Every key of the tenant that was ever made, the oldest first."""
        return [key for _, key in self.store.all() if key.tenant == self.tenant]

    def revoke(self, key_id: str, *, by: str = ITSELF.name) -> bool:
        """It opens nothing any more, on all processes within a second; False if no key is called so."""
        now = self.now()
        is_revoked = self.store.revoke(self.tenant, key_id, at=now)
        if is_revoked:
            self._log(by, "revoke_key", key_id, {"revoked_at": None}, {"revoked_at": _told(now)}, at=now)
        return is_revoked

    def now(self) -> datetime:
        """The time of the database."""
        return self.clock.now()

    def _log(
        self,
        by: str,
        action: str,
        key_id: str,
        before: Mapping[str, Any],
        after: Mapping[str, Any],
        *,
        at: datetime,
    ) -> None:
        if self._audit is not None:
            self._audit.append([entry(by, action, f"key/{key_id}", before, after, at=at)])


def open_keys(till: Till, *, tenant: str = TENANT) -> Keys:
    """The keys kept in the till's database; of a till in memory, new and empty."""
    audit = None if till.connected is None else open_campaigns(till, tenant=tenant).audit
    return Keys(_store(till), clock=till.ledger.clock, ids=till.ledger.ids, tenant=tenant, audit=audit)


def _told(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _store(till: Till) -> KeyStore:
    if till.connected is None:
        return MemoryKeys()
    from dealwright.adapters.access.sql import SqlKeys

    return SqlKeys(till.connected.database, till.connected.kind)
