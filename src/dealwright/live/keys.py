"""Keys of clients over a till's database: make one, list them, take one back."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from dealwright.adapters.access.memory import MemoryKeys
from dealwright.app.service.access_ports import TENANT, AccessKey, KeyStore
from dealwright.app.service.keep_keys import ITSELF, PER_SECOND, RANDOM_BYTES, NewKey, make_key, revoke_key
from dealwright.core.errors import InputError

if TYPE_CHECKING:
    from dealwright.adapters.ledger.connect import Connected
    from dealwright.adapters.ledger.sale_transaction import Transactions
    from dealwright.app.till.ledger_ports import Clock, Ids
    from dealwright.till import Till


class Keys:
    """The keys of one tenant; its audit log tells who made and revoked them."""

    def __init__(self, store: KeyStore, *, clock: Clock, ids: Ids, tenant: str = TENANT) -> None:
        self.store = store
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
        by: str = ITSELF,
    ) -> NewKey:
        """A new key; its secret is in the answer and nowhere else. It expires after `days`, if given."""
        now = self.clock.now()
        if days is not None and not 1 <= days <= 36_500:
            raise InputError(f"days: give 1 to 36500; given {days}")
        return make_key(
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
            by=by,
        )

    def all(self) -> Sequence[AccessKey]:
        """Every key of the tenant that was ever made, the oldest first."""
        return [key for _, key in self.store.all() if key.tenant == self.tenant]

    def revoke(self, key_id: str, *, by: str = ITSELF) -> bool:
        """It opens nothing any more, on all processes within a second; False if no key is called so."""
        return revoke_key(self.store, key_id, now=self.now(), tenant=self.tenant, by=by)

    def now(self) -> datetime:
        """The time of the database."""
        return self.clock.now()


def open_keys(till: Till, *, tenant: str = TENANT) -> Keys:
    """The keys kept in the till's database; of a till in memory, new and empty."""
    return Keys(_store(till), clock=till.ledger.clock, ids=till.ledger.ids, tenant=tenant)


def _store(till: Till) -> KeyStore:
    if till.connected is None:
        return MemoryKeys()
    from dealwright.adapters.access.sql import SqlKeys

    return SqlKeys(till.connected.database, _transactions(till.connected))


def _transactions(connected: Connected) -> Transactions:
    if connected.kind == "postgresql":
        from dealwright.adapters.ledger.sale_postgres import PostgresTransactions

        return PostgresTransactions(connected.database.engine, clock=None)
    from dealwright.adapters.ledger.sale_sqlite import SqliteTransactions

    return SqliteTransactions(connected.database.engine, clock=None)
