"""Audit logs in SQLite and PostgreSQL: entries follow one another under the lock of their chain's head."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Integer,
    LargeBinary,
    Select,
    Text,
    Update,
    bindparam,
    insert,
    literal_column,
    select,
    update,
)

from dealwright.adapters.campaigns import tables
from dealwright.adapters.ledger import sale_statements as sql
from dealwright.adapters.ledger.instants import instant, micros
from dealwright.adapters.ledger.sale_transaction import MisfitError, Query, Row, Transactions
from dealwright.adapters.ledger.steps import BusyError, Step
from dealwright.app.service.keep_audit import Entry, Head, Link, linked, no_head

_AT_ONCE = 5_000  # entries read by one query
_FIRST = -(2**62)  # numbers below 1 can only have been put there by somebody else; they are to be seen
_LATEST = 200_000_000_000_000_000  # microseconds: the year 8307
_NEVER = datetime.min.replace(tzinfo=UTC)
_MOST_TRIES = 5


class SqlAudit:
    """See `AuditLog`."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    def append(self, tenant: str, entries: Sequence[Entry]) -> Head:
        """See `AuditLog.append`."""
        for attempt in range(_MOST_TRIES):
            try:
                with self._transactions.begin() as transaction:
                    (rows,) = transaction.look(lock_head(tenant)).rows
                    head, steps = append_steps(head_of(tenant, rows), entries)
                    transaction.commit(steps)
                    return head
            except (MisfitError, BusyError):
                if attempt + 1 == _MOST_TRIES:
                    raise BusyError("the audit log is written by others all the time; try again") from None
        raise AssertionError("a try ends or raises")

    def head(self, tenant: str) -> Head | None:
        """See `AuditLog.head`."""
        rows = self._transactions.read(Query(sql.by_name(tables.audit_heads, "tenant"), {"tenant": tenant}))
        return head_of(tenant, rows) if rows else None

    def links(self, tenant: str, *, after: int = 0) -> Iterator[Link]:
        """See `AuditLog.links`."""
        number = after or _FIRST
        while True:
            values = {"tenant": tenant, "after": number, "most": _AT_ONCE}
            rows = self._transactions.read(Query(_page(), values))
            yield from map(_link, rows)
            if len(rows) < _AT_ONCE:
                return
            number = rows[-1][0]


def lock_head(tenant: str) -> Query:
    """Reads the head of a chain and keeps others from appending until the transaction ends; see `head_of`."""
    return Query(sql.by_name(tables.audit_heads, "tenant", locks=True), {"tenant": tenant})


def head_of(tenant: str, rows: Sequence[Row]) -> Head:
    """The head in the rows of `lock_head`."""
    return Head(tenant, rows[0][1], bytes(rows[0][2])) if rows else no_head(tenant)


def append_steps(head: Head, entries: Iterable[Entry]) -> tuple[Head, list[Step]]:
    """The new head, and what writes entries behind a locked head, in one transaction with what they tell."""
    links = list(linked(head, entries))
    last = Head(head.tenant, links[-1].number, links[-1].hash)
    steps = [Step("audit", insert(tables.audit), _values(head.tenant, link)) for link in links]
    values: dict[str, Any] = {"tenant": last.tenant, "number": last.number, "hash": last.hash}
    if head.number == 0:
        return last, [*steps, Step("head", insert(tables.audit_heads), values)]
    values = {"of_tenant": last.tenant, "behind": head.number, "number_after": last.number, "hash_after": last.hash}
    return last, [*steps, Step("head", _move_head(), values)]


def _values(tenant: str, link: Link) -> dict[str, Any]:
    entry = link.entry
    return {
        "tenant": tenant,
        "number": link.number,
        "at": micros(entry.at),
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "before": entry.before,
        "after": entry.after,
        "hash": link.hash,
    }


def _link(row: Row) -> Link:
    number, at, actor, action, subject, before, after, digest = row
    # What somebody put there may be of any type; looking through the log must tell it and not fail of it.
    moment = instant(at) if isinstance(at, int) and 0 <= at < _LATEST else _NEVER
    entry = Entry(actor, action, subject, before, after, moment)
    return Link(number if isinstance(number, int) else _FIRST, entry, digest)


@cache
def _page() -> Select[Any]:
    table = tables.audit
    return (
        select(*(one for one in table.c if one.name != "tenant"))
        .where(
            table.c.tenant == bindparam("tenant", type_=Text),
            table.c.number > bindparam("after", type_=BigInteger),
        )
        .order_by(table.c.number)
        .limit(bindparam("most", type_=Integer))
        .offset(literal_column("0"))
    )


@cache
def _move_head() -> Update:
    table = tables.audit_heads
    return (
        update(table)
        .values(number=bindparam("number_after", type_=BigInteger), hash=bindparam("hash_after", type_=LargeBinary))
        .where(
            table.c.tenant == bindparam("of_tenant", type_=Text),
            table.c.number == bindparam("behind", type_=BigInteger),
        )
    )
