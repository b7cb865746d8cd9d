"""What the ledger asks its database: balances, holds, orders, kept answers, messages that wait."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, Select, Text, bindparam, func, literal_column, select

from dealwright.adapters.ledger import schema
from dealwright.adapters.ledger.statements import Kind, among

_ZERO: ColumnElement[int] = literal_column("0", BigInteger)
_HELD: ColumnElement[str] = literal_column("'held'", Text)


@cache
def read_balances(kind: Kind) -> Select[Any]:
    """The balances of accounts."""
    accounts = schema.accounts
    return select(accounts.c.account, accounts.c.available, accounts.c.held, accounts.c.used).where(
        among(kind, accounts.c.account, "accounts")
    )


HOLD_COLUMNS: Sequence[ColumnElement[Any]] = tuple(
    schema.holds.c[name]
    for name in (
        "hold_id",
        "order_id",
        "customer_id",
        "state",
        "held_at",
        "expires_at",
        "demands",
        "evaluation",
    )
)


@cache
def read_holders(kind: Kind) -> Select[Any]:
    """Of the holds that end next, those that draw on an account."""
    holds = schema.holds
    next_ends = (
        select(*HOLD_COLUMNS)
        .where(holds.c.state == _HELD)
        .order_by(holds.c.expires_at)
        .limit(literal_column("500"))  # more are not looked through for the sake of a message
        .subquery("next_ends")
    )
    position = func.strpos if kind == "postgresql" else func.instr
    return (
        select(*next_ends.c)
        .where(position(next_ends.c.demands, bindparam("quoted", type_=Text)) > _ZERO)
        .order_by(next_ends.c.expires_at)
        .limit(bindparam("most", type_=Integer))
    )


@cache
def read_hold() -> Select[Any]:
    """A hold by name."""
    return select(*HOLD_COLUMNS).where(schema.holds.c.hold_id == bindparam("hold_id", type_=Text))


@cache
def read_hold_of() -> Select[Any]:
    """The hold of an order that is held."""
    holds = schema.holds
    return select(*HOLD_COLUMNS).where(
        holds.c.order_id == bindparam("order_id", type_=Text), holds.c.state == _HELD
    )


@cache
def read_due() -> Select[Any]:
    """Holds whose time is over, the oldest first."""
    holds = schema.holds
    return (
        select(*HOLD_COLUMNS)
        .where(holds.c.state == _HELD, holds.c.expires_at <= bindparam("at", type_=BigInteger))
        .order_by(holds.c.expires_at, holds.c.hold_id)
        .limit(bindparam("most", type_=Integer))
    )


@cache
def read_order() -> Select[Any]:
    """An order with the evaluation and the demands of its hold."""
    orders, holds = schema.orders, schema.holds
    names = ("order_id", "hold_id", "customer_id", "state", "committed_at", "revision", "returned")
    return (
        select(
            *(orders.c[name] for name in names),
            orders.c.refunded_minor,
            orders.c.delivery_refunded_minor,
            holds.c.demands,
            holds.c.evaluation,
        )
        .join(holds, holds.c.hold_id == orders.c.hold_id)
        .where(orders.c.order_id == bindparam("order_id", type_=Text))
    )


@cache
def read_kept() -> Select[Any]:
    """What is kept under a key, with the evaluation that belongs to it."""
    keys, holds = schema.keys, schema.holds
    return (
        select(keys.c.fingerprint, keys.c.answer, holds.c.evaluation)
        .join(holds, holds.c.hold_id == keys.c.hold_id, isouter=True)
        .where(keys.c.key == bindparam("key", type_=Text))
    )


@cache
def read_pending() -> Select[Any]:
    """The oldest messages that are not delivered."""
    outbox = schema.outbox
    return (
        select(outbox.c.number, outbox.c.kind, outbox.c.subject, outbox.c["at"], outbox.c.body)
        .where(outbox.c.sent_at.is_(None))
        .order_by(outbox.c.number)
        .limit(bindparam("most", type_=Integer))
    )
