"""Keys of clients in a SQL database, with a stamp that tells all processes that they have changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Select, Text, bindparam, insert, literal_column, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import Insert

from dealwright.adapters.access.tables import access_keys
from dealwright.adapters.campaigns.audit_sql import append_steps, head_of, lock_head
from dealwright.adapters.ledger import schema
from dealwright.adapters.ledger.instants import instant, micros
from dealwright.adapters.ledger.sale_transaction import MisfitError, Transactions
from dealwright.adapters.ledger.statements import Kind
from dealwright.adapters.ledger.steps import BusyError, Database, Step
from dealwright.app.service.access_ports import AccessKey, Role
from dealwright.app.service.keep_audit import Entry

_MOST_TRIES = 5
_STAMP = "access_keys"


class SqlKeys:
    """`KeyStore` over a database whose tables exist."""

    def __init__(self, database: Database, transactions: Transactions) -> None:
        self._database = database
        self._transactions = transactions

    def add(self, key: AccessKey, digest: str, *, told: Entry) -> None:
        """See `KeyStore.add`."""
        is_added = self._write(key.tenant, Step("key", _ADD, _row_of(key, digest)), told)
        assert is_added, "a new key came out like one that exists"

    def all(self) -> Sequence[tuple[str, AccessKey]]:
        """See `KeyStore.all`."""
        return [_read(row) for row in self._database.rows(_ALL, {})]

    def revoke(self, tenant: str, key_id: str, *, at: datetime, told: Entry) -> bool:
        """See `KeyStore.revoke`."""
        values = {"of_tenant": tenant, "of_key": key_id, "at": micros(at)}
        return self._write(tenant, Step("key", _REVOKE, values), told)

    def stamp(self) -> int:
        """See `KeyStore.stamp`."""
        rows = self._database.rows(_READ_STAMP, {"of_name": _STAMP})
        return int(rows[0][0]) if rows else 0

    def _write(self, tenant: str, change: Step, told: Entry) -> bool:
        """Store the change with the entry that tells it; False, and nothing is stored, if it does not fit."""
        stamp = Step("stamp", _raise_stamp(self._transactions.kind), {"name": _STAMP}, None)
        for _ in range(_MOST_TRIES):
            try:
                with self._transactions.begin() as transaction:
                    (rows,) = transaction.look(lock_head(tenant)).rows
                    _, told_steps = append_steps(head_of(tenant, rows), [told])
                    transaction.commit([change, stamp, *told_steps])
                    return True
            except MisfitError as misfit:
                if misfit.args[0] == change.what:
                    return False
            except BusyError:
                continue
        raise BusyError("the audit log is written by others all the time; try again")


_ADD = insert(access_keys).values({one.name: bindparam(one.name, type_=one.type) for one in access_keys.c})
_ALL: Select[Any] = select(*access_keys.c).order_by(access_keys.c.made_at, access_keys.c.key_id)
_REVOKE = (
    update(access_keys)
    .values(revoked_at=bindparam("at", type_=BigInteger))
    .where(
        access_keys.c.tenant == bindparam("of_tenant", type_=Text),
        access_keys.c.key_id == bindparam("of_key", type_=Text),
        access_keys.c.revoked_at.is_(None),
    )
)
_READ_STAMP = select(schema.stamps.c.number).where(schema.stamps.c.name == bindparam("of_name", type_=Text))


@cache
def _raise_stamp(kind: Kind) -> Insert:
    table = schema.stamps
    added = (postgresql.insert if kind == "postgresql" else sqlite.insert)(table)
    one = literal_column("1", BigInteger)
    added = added.values(name=bindparam("name"), number=one)
    return added.on_conflict_do_update(index_elements=[table.c.name], set_={"number": table.c.number + one})


def _row_of(key: AccessKey, digest: str) -> dict[str, Any]:
    return {
        "key_id": key.key_id,
        "digest": digest,
        "tenant": key.tenant,
        "label": key.label,
        "role": key.role.word,
        "made_at": micros(key.made_at),
        "expires_at": None if key.expires_at is None else micros(key.expires_at),
        "revoked_at": None if key.revoked_at is None else micros(key.revoked_at),
        "per_second": key.per_second,
        "burst": key.burst,
    }


def _read(row: tuple[Any, ...]) -> tuple[str, AccessKey]:
    key_id, digest, tenant, label, role, made, expires, revoked, per_second, burst = row
    key = AccessKey(
        key_id,
        tenant,
        label,
        Role.of(role),
        instant(made),
        None if expires is None else instant(expires),
        None if revoked is None else instant(revoked),
        per_second,
        burst,
    )
    return digest, key
