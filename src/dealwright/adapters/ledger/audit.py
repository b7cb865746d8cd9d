"""Reads the whole books of a SQL database, for an audit."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, case, cast, func, literal_column, select

from dealwright.adapters.ledger import frozen, schema
from dealwright.adapters.ledger.steps import Database
from dealwright.app.till.ledger_ports import BookFacts
from dealwright.engine.ledger import Balance

_STATES = ("loaded", "held", "used")


class SqlAudit:
    """Everything there is, in five queries."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def facts(self) -> BookFacts:
        """See `Audit.facts`."""
        held: Counter[str] = Counter()
        for (demands,) in self._database.rows(_HELD_DEMANDS, {}):
            held.update({demand.account: demand.amount for demand in frozen.demands_from(demands)})
        ((n_committed,),) = self._database.rows(_COMMITTED, {})
        ((n_orders,),) = self._database.rows(_ORDERS, {})
        ((n_messages,),) = self._database.rows(_MESSAGES, {})
        return BookFacts(
            {row[0]: Balance(*row) for row in self._database.rows(_BALANCES, {})},
            {account: dict(zip(_STATES, sums, strict=True)) for account, *sums in self._database.rows(_MOVED, {})},
            held,
            n_committed,
            n_orders,
            n_messages,
        )


def _text(value: str) -> ColumnElement[str]:
    return literal_column(f"'{value}'")


def _brought(state: str) -> ColumnElement[Any]:
    entries = schema.entries
    nothing: ColumnElement[int] = literal_column("0")
    change = case(
        (entries.c.target == _text(state), entries.c.amount),
        (entries.c.source == _text(state), -entries.c.amount),
        else_=nothing,
    )
    return cast(func.sum(change), BigInteger)


def _count(table: Any, *where: ColumnElement[bool]) -> Select[Any]:
    return select(func.count()).select_from(table).where(*where)


_ACCOUNTS = schema.accounts
_BALANCES = select(_ACCOUNTS.c.account, _ACCOUNTS.c.available, _ACCOUNTS.c.held, _ACCOUNTS.c.used)
_MOVED = select(schema.entries.c.account, *map(_brought, _STATES)).group_by(schema.entries.c.account)
_HELD_DEMANDS = select(schema.holds.c.demands).where(schema.holds.c.state == _text("held"))
_COMMITTED = _count(schema.holds, schema.holds.c.state == _text("committed"))
_ORDERS = _count(schema.orders)
_MESSAGES = _count(schema.outbox, schema.outbox.c.kind == _text("order_committed"))
