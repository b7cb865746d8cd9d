"""A till with one guard taken away, to see that the proofs notice."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, Literal

from sqlalchemy import BigInteger, Text, text, update
from sqlalchemy.sql.dml import Update

from dealwright.adapters.ledger import schema
from dealwright.adapters.ledger.sql import SqlBooks
from dealwright.adapters.ledger.statements import Kind, given_rows
from dealwright.adapters.ledger.steps import Database, Step
from dealwright.till.carts import Carts
from dealwright.till.open import Till

Weakness = Literal["", "row_count", "condition", "keys", "hold_state"]

GUARDS: Mapping[Weakness, str] = {
    "row_count": "whether an account's row was changed is not looked at",
    "condition": "balances may fall below zero",
    "keys": "idempotency keys are not kept",
    "hold_state": "a hold may end twice",
}
_DROP_IN_POSTGRESQL = ("ALTER TABLE till_accounts DROP CONSTRAINT ck_till_accounts_balance",)
# SQLite cannot drop a constraint; whoever opens the file afterwards reads the schema without it.
_DROP_IN_SQLITE = (
    "PRAGMA writable_schema = ON",
    "UPDATE sqlite_master SET sql = replace(sql, 'available >= 0 AND held >= 0 AND used >= 0', '1') "
    "WHERE name = 'till_accounts'",
    "PRAGMA writable_schema = RESET",
)
_DECIDED_EARLY, _AWAY_SECONDS = ("row_count", "condition"), 0.03
_UNCHECKED = {"row_count": "accounts", "hold_state": "hold"}


def weakened(till: Till, weakness: Weakness) -> Till:
    """The till, its guard taken away; "" leaves it as it is."""
    if not weakness:
        return till
    assert till.connected is not None, "a till in memory has no processes to race"
    connected = till.connected
    books = SqlBooks(_Weak(connected.database, connected.kind, weakness), connected.kind)
    till.ledger = replace(till.ledger, books=books)
    till.carts = Carts(till.ledger, till.promotions)
    return till


def drop_checks(till: Till) -> None:
    """Take the CHECK on balances away, as a schema without it would be."""
    assert till.connected is not None
    is_sqlite = till.connected.kind == "sqlite"
    with till.connected.database.engine.begin() as connection:
        for command in _DROP_IN_SQLITE if is_sqlite else _DROP_IN_POSTGRESQL:
            connection.execute(text(command))


class _Weak:
    """A database that leaves one guard out."""

    def __init__(self, database: Database, kind: Kind, weakness: Weakness) -> None:
        self._database = database
        self._kind: Kind = kind
        self._weakness = weakness

    def write(self, steps: Sequence[Step]) -> str | None:
        if self._weakness in _DECIDED_EARLY:
            time.sleep(_AWAY_SECONDS)  # as if the database were far away: others decide on the same balances
        return self._database.write([changed for step in steps if (changed := self._without_guard(step))])

    def rows(self, statement: Any, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        return self._database.rows(statement, values)

    def waiting_rows(self, statement: Any, values: Mapping[str, Any], *, probe: Step) -> list[tuple[Any, ...]]:
        return self._database.waiting_rows(statement, values, probe=probe)

    def close(self) -> None:
        self._database.close()

    def _without_guard(self, step: Step) -> Step | None:
        if self._weakness == "keys" and step.what == "key":
            return None
        if self._weakness == "condition" and step.what == "accounts":
            return replace(step, statement=_move_blindly(self._kind), rows=None)
        if _UNCHECKED.get(self._weakness) == step.what:
            return replace(step, rows=None)
        return step


@cache
def _move_blindly(kind: Kind) -> Update:
    """What engines do that read, compare and then write: the amounts move whatever the balance is by now."""
    accounts, names = schema.accounts, ("available", "held", "used")
    given = given_rows(kind, {"account": Text, **dict.fromkeys(names, BigInteger)})
    states = {name: accounts.c[name] + given.c[name] for name in names}
    loaded = accounts.c.loaded + given.c.available + given.c.held + given.c.used
    return update(accounts).values(**states, loaded=loaded).where(accounts.c.account == given.c.account)
