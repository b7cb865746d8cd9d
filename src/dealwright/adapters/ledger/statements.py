"""The ledger's statements, said once for SQLite and PostgreSQL.

Where a statement concerns many rows, they come as one JSON parameter: the statement stays the same whatever their
number, so that the database plans it once.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    Text,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import Insert, Update
from sqlalchemy.sql.selectable import FromClause

from dealwright.adapters.ledger import schema

Kind = Literal["sqlite", "postgresql"]

_ZERO: ColumnElement[int] = literal_column("0", BigInteger)
_HELD: ColumnElement[str] = literal_column("'held'", Text)


def given_rows(kind: Kind, columns: Mapping[str, Any]) -> FromClause:
    """The parameter `rows`, a JSON list of objects, as a table called `given`."""
    if kind == "postgresql":
        recordset = func.json_to_recordset(cast(bindparam("rows", type_=Text), JSON))
        table = recordset.table_valued(*(column(name, type_) for name, type_ in columns.items()))
        return table.render_derived(name="given", with_types=True)
    each = func.json_each(bindparam("rows", type_=Text)).table_valued("value")
    return select(
        *(func.json_extract(each.c.value, literal_column(f"'$.{name}'")).label(name) for name in columns)
    ).subquery("given")


def insert_new(kind: Kind, table: Any) -> Insert:
    """Insert one row, or nothing if it exists; parameters are named like columns."""
    insert = (postgresql.insert if kind == "postgresql" else sqlite.insert)(table)
    return insert.values({one.name: bindparam(one.name) for one in table.c}).on_conflict_do_nothing()


def insert_rows(kind: Kind, table: Any, columns: Mapping[str, Any], *, skip_existing: bool = False) -> Insert:
    """Insert the given rows in their order."""
    given = given_rows(kind, {"n": Integer, **columns})
    insert = (postgresql.insert if kind == "postgresql" else sqlite.insert)(table)
    # SQLite takes ON CONFLICT after a SELECT only if that has a WHERE.
    chosen = select(*(given.c[name] for name in columns)).where(given.c.n.is_not(None)).order_by(given.c.n)
    statement = insert.from_select(list(columns), chosen)
    return statement.on_conflict_do_nothing() if skip_existing else statement


@cache
def keep_answer(kind: Kind) -> Insert:
    """The answer under its key, unless there is one."""
    return insert_new(kind, schema.keys)


@cache
def add_hold(kind: Kind) -> Insert:
    """A new hold, unless its order has one or is committed."""
    holds, orders = schema.holds, schema.orders
    given = {
        one.name: bindparam(one.name, type_=one.type) for one in holds.c if one.name not in ("state", "ended_at")
    }
    is_committed = select(orders.c.order_id).where(orders.c.order_id == given["order_id"]).exists()
    insert = (postgresql.insert if kind == "postgresql" else sqlite.insert)(holds)
    chosen = select(*given.values(), _HELD).where(~is_committed)
    return insert.from_select([*given, "state"], chosen).on_conflict_do_nothing()


@cache
def end_holds(kind: Kind) -> Update:
    """Holds that are held get another state, if their time is as expected."""
    holds = schema.holds
    given = given_rows(
        kind, {"hold_id": Text, "state": Text, "at": BigInteger, "alive_at": BigInteger, "dead_at": BigInteger}
    )
    return (
        update(holds)
        .values(state=given.c.state, ended_at=given.c["at"])
        .where(
            holds.c.hold_id == given.c.hold_id,
            holds.c.state == _HELD,
            holds.c.expires_at > given.c.alive_at,
            holds.c.expires_at <= given.c.dead_at,
        )
    )


@cache
def add_order(kind: Kind) -> Insert:
    """A new order, unless there is one of that name or of that hold."""
    return insert_new(kind, schema.orders)


@cache
def step_order() -> Update:
    """An order's next revision, if it still is at the one before."""
    orders = schema.orders
    names = ("state", "revision", "returned", "refunded_minor", "delivery_refunded_minor")
    return (
        update(orders)
        .values({name: bindparam(f"new_{name}", type_=orders.c[name].type) for name in names})
        .where(
            orders.c.order_id == bindparam("of_order", type_=Text),
            orders.c.revision == bindparam("revision_before", type_=Integer),
        )
    )


@cache
def add_refund(kind: Kind) -> Insert:
    """What one return or cancellation gave back."""
    return insert_new(kind, schema.refunds)


@cache
def add_messages(kind: Kind) -> Insert:
    """Messages for other systems."""
    return insert_rows(kind, schema.outbox, {"kind": Text, "subject": Text, "body": Text, "at": BigInteger})


@cache
def add_entries(kind: Kind) -> Insert:
    """One entry per move."""
    columns = {"account": Text, "source": Text, "target": Text, "amount": BigInteger, "cause": Text}
    return insert_rows(kind, schema.entries, {**columns, "at": BigInteger})


_DELTAS: Mapping[str, Any] = {
    "n": Integer,
    "account": Text,
    "available": BigInteger,
    "held": BigInteger,
    "used": BigInteger,
    "limit": BigInteger,
}


@cache
def open_accounts(kind: Kind) -> Insert:
    """Accounts that have a limit and do not exist yet, loaded with it."""
    given = given_rows(kind, _DELTAS)
    limit = given.c["limit"]
    chosen = (
        select(given.c.account, limit.label("available"), _ZERO, _ZERO, limit.label("loaded"))
        .where(limit.is_not(None))
        .order_by(given.c.n)
    )
    insert = (postgresql.insert if kind == "postgresql" else sqlite.insert)(schema.accounts)
    return insert.from_select(["account", "available", "held", "used", "loaded"], chosen).on_conflict_do_nothing()


@cache
def move_accounts(kind: Kind) -> Update:
    """All deltas at once, each only if no state falls below zero; a limit that changed is renewed.

    PostgreSQL locks the rows in the given order first, so that two changes never wait for one another in a ring.
    """
    accounts = schema.accounts
    given = given_rows(kind, _DELTAS)
    wanted = _locked_in_order(given) if kind == "postgresql" else given
    renewed = func.coalesce(wanted.c["limit"], accounts.c.loaded) - accounts.c.loaded
    states = {
        "available": accounts.c.available + wanted.c.available + renewed,
        "held": accounts.c.held + wanted.c.held,
        "used": accounts.c.used + wanted.c.used,
    }
    loaded = accounts.c.loaded + renewed + wanted.c.available + wanted.c.held + wanted.c.used
    return (
        update(accounts)
        .values(**states, loaded=loaded)
        .where(accounts.c.account == wanted.c.account, *(amount >= _ZERO for amount in states.values()))
    )


def _locked_in_order(given: FromClause) -> FromClause:
    accounts = schema.accounts
    return (
        select(accounts.c.account, *(given.c[name] for name in ("available", "held", "used", "limit")))
        .select_from(accounts.join(given, accounts.c.account == given.c.account))
        .order_by(given.c.n)
        .with_for_update(of=accounts)
        .cte("wanted")
    )


def among(kind: Kind, one: ColumnElement[Any], parameter: str) -> ColumnElement[bool]:
    """Whether a column is one of the values of a JSON list."""
    listed = bindparam(parameter, type_=Text)
    if kind == "postgresql":
        values: Select[Any] = select(func.json_array_elements_text(cast(listed, JSON)))
    else:
        values = select(func.json_each(listed).table_valued("value").c.value)
    return one.in_(values)


@cache
def mark_sent(kind: Kind) -> Update:
    """Messages that are delivered."""
    outbox = schema.outbox
    given = given_rows(kind, {"number": BigInteger, "at": BigInteger})
    return update(outbox).values(sent_at=given.c["at"]).where(outbox.c.number == given.c.number)
