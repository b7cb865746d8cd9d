"""The statements of flash sales, groups and presales, said once for SQLite and PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Integer,
    LargeBinary,
    Select,
    Table,
    Text,
    any_,
    bindparam,
    cast,
    func,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import Insert, Update

from dealwright.adapters.ledger import sale_tables as tables
from dealwright.adapters.ledger import statements as sql
from dealwright.adapters.ledger.sale_transaction import Query
from dealwright.adapters.ledger.schema import accounts, keys
from dealwright.adapters.ledger.statements import Kind, given_rows
from dealwright.app.till.ledger_ports import Request


def as_rows(rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Rows as the one parameter that statements about many rows take."""
    return {"rows": msgspec.json.encode([{"n": n, **row} for n, row in enumerate(rows)]).decode()}


def as_list(kind: Kind, names: Iterable[str]) -> str | list[str]:
    """Names as the one parameter that statements about many names take."""
    return list(names) if kind == "postgresql" else json.dumps(list(names))


def add(kind: Kind, table: Table) -> Insert:
    """Insert one row, or nothing if it exists; parameters are named like columns."""
    return _add(kind, table)


@cache
def _add(kind: Kind, table: Table) -> Insert:
    new = (postgresql.insert if kind == "postgresql" else sqlite.insert)(table)
    return new.values({one.name: bindparam(one.name) for one in table.c}).on_conflict_do_nothing()


@cache
def put(kind: Kind, table: Table) -> Insert:
    """Insert the given rows, or overwrite those that exist in everything but their keys."""
    columns = {one.name: _wide(one) for one in table.c}
    given = given_rows(kind, {"n": Integer, **columns})
    chosen = select(*(given.c[name] for name in columns)).where(given.c.n.is_not(None)).order_by(given.c.n)
    new = (postgresql.insert if kind == "postgresql" else sqlite.insert)(table)
    names = [one.name for one in table.primary_key]
    statement = new.from_select(list(columns), chosen)
    changed = {one.name: statement.excluded[one.name] for one in table.c if not one.primary_key}
    return statement.on_conflict_do_update(index_elements=names, set_=changed)


@cache
def add_all(kind: Kind, table: Table) -> Insert:
    """Insert the given rows; none of them may exist."""
    columns = {one.name: _wide(one) for one in table.c}
    return sql.insert_rows(kind, table, columns)


@cache
def add_keys(kind: Kind) -> Insert:
    """Answers under their keys; none of the keys may exist."""
    given = given_rows(kind, {"n": Integer, "key": Text, "fingerprint": Text, "answer": Text, "at": BigInteger})
    as_bytes = (
        func.convert_to(given.c.answer, literal_column("'UTF8'"))
        if kind == "postgresql"
        else cast(given.c.answer, LargeBinary)
    )
    chosen = select(given.c.key, given.c.fingerprint, as_bytes, given.c["at"]).order_by(given.c.n)
    return insert(keys).from_select(["key", "fingerprint", "answer", "at"], chosen)


@cache
def take_customers(kind: Kind) -> Insert:
    """What customers have of a sale, so many units more; the row's own check refuses too many."""
    table = tables.sale_customers
    columns = {"sale": Text, "customer_id": Text, "units": BigInteger, "most": BigInteger}
    given = given_rows(kind, {"n": Integer, **columns})
    chosen = select(*(given.c[name] for name in columns)).where(given.c.n.is_not(None)).order_by(given.c.n)
    new = (postgresql.insert if kind == "postgresql" else sqlite.insert)(table)
    statement = new.from_select(list(columns), chosen)
    more = table.c.units + statement.excluded.units
    return statement.on_conflict_do_update(index_elements=["sale", "customer_id"], set_={"units": more})


@cache
def give_back_customers(kind: Kind) -> Update:
    """What customers have of a sale, so many units fewer."""
    table = tables.sale_customers
    given = given_rows(kind, {"n": Integer, "sale": Text, "customer_id": Text, "units": BigInteger})
    return (
        update(table)
        .values(units=table.c.units - given.c.units)
        .where(table.c.sale == given.c.sale, table.c.customer_id == given.c.customer_id)
    )


@cache
def end_reservations(kind: Kind) -> Update:
    """Reservations go from one state to the next, if they still are in the one."""
    table, given = tables.reservations, given_rows(kind, {"n": Integer, "reservation_id": Text})
    return (
        update(table)
        .values(state=bindparam("state_after", type_=Text))
        .where(
            table.c.reservation_id == given.c.reservation_id,
            table.c.state == bindparam("state_before", type_=Text),
        )
    )


@cache
def lock_account() -> Select[Any]:
    """What is available of an account that nobody else may change until this transaction ends."""
    return read_account().with_for_update(key_share=True)


@cache
def known_keys(kind: Kind) -> Select[Any]:
    """What is kept under keys."""
    return select(keys.c.key, keys.c.fingerprint, keys.c.answer).where(_one_of(kind, keys.c.key, "keys"))


@cache
def taken_units(kind: Kind) -> Select[Any]:
    """What customers have of a sale."""
    table = tables.sale_customers
    return select(table.c.customer_id, table.c.units).where(
        table.c.sale == bindparam("sale", type_=Text), _one_of(kind, table.c.customer_id, "customers")
    )


@cache
def by_name(table: Table, name: str, *, locks: bool = False) -> Select[Any]:
    """The rows of a table whose column `name` is the parameter of that name."""
    statement = select(table).where(table.c[name] == bindparam(name, type_=Text))
    return statement.with_for_update() if locks else statement


@cache
def by_names(kind: Kind, table: Table, name: str) -> Select[Any]:
    """The rows of a table whose column `name` is in the list that is the parameter `names`."""
    return select(table).where(_one_of(kind, table.c[name], "names"))


@cache
def due_reservations() -> Select[Any]:
    """Reservations that are held past their time, the oldest first."""
    table = tables.reservations
    return (
        select(table)
        .where(table.c.state == literal_column("'held'"), table.c.expires_at <= bindparam("at", type_=BigInteger))
        .order_by(table.c.expires_at, table.c.reservation_id)
        .limit(bindparam("most", type_=Integer))
        .offset(literal_column("0"))
    )


@cache
def due_groups() -> Select[Any]:
    """Groups that are open past their deadline, the oldest first."""
    table = tables.groups
    return (
        select(table.c.group_id)
        .where(table.c.state == literal_column("'open'"), table.c.deadline <= bindparam("at", type_=BigInteger))
        .order_by(table.c.deadline, table.c.group_id)
        .limit(bindparam("most", type_=Integer))
        .offset(literal_column("0"))
    )


@cache
def due_presale_orders() -> Select[Any]:
    """Orders of presales whose balance was not paid in time."""
    table, terms = tables.presale_orders, tables.presales
    return (
        select(table)
        .join(terms, terms.c.presale_id == table.c.presale_id)
        .where(
            table.c.state == literal_column("'deposit_paid'"),
            terms.c.balance_end <= bindparam("at", type_=BigInteger),
        )
        .order_by(table.c.order_id)
        .limit(bindparam("most", type_=Integer))
        .offset(literal_column("0"))
    )


@cache
def count_paid() -> Select[Any]:
    """How many seats of a group are paid."""
    table = tables.members
    return (
        select(func.count())
        .select_from(table)
        .where(table.c.group_id == bindparam("group_id", type_=Text), table.c.state == literal_column("'paid'"))
    )


@cache
def members_of() -> Select[Any]:
    """All who ever joined a group."""
    return select(tables.members).where(tables.members.c.group_id == bindparam("group_id", type_=Text))


@cache
def one_member() -> Select[Any]:
    """One who joined a group."""
    return members_of().where(tables.members.c.customer_id == bindparam("customer_id", type_=Text))


@cache
def read_account() -> Select[Any]:
    """What is available of an account."""
    return select(accounts.c.available).where(accounts.c.account == bindparam("account", type_=Text))


@cache
def set_group_state() -> Update:
    """A group that is open ends."""
    table = tables.groups
    return (
        update(table)
        .values(state=bindparam("state_after", type_=Text))
        .where(table.c.group_id == bindparam("of_group", type_=Text), table.c.state == literal_column("'open'"))
    )


def known_key(kind: Kind, request: Request | None) -> Query:
    """What is kept under the request's key; nothing without a request."""
    return Query(known_keys(kind), {"keys": as_list(kind, [] if request is None else [request.key])})


def _one_of(kind: Kind, column: Column[Any], parameter: str) -> ColumnElement[bool]:
    # PostgreSQL looks every element of an array up in the index; of a JSON list it would not know how short it is.
    if kind == "postgresql":
        return column == any_(bindparam(parameter, type_=postgresql.ARRAY(Text)))
    return column.in_(select(func.json_each(bindparam(parameter, type_=Text)).table_valued("value").c.value))


def _wide(column: Column[Any]) -> Any:
    return BigInteger if isinstance(column.type, Integer) else Text
