"""What is written for flash sales, groups and presales, as steps of one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dealwright.adapters.ledger import frozen, sale_answers
from dealwright.adapters.ledger import sale_statements as statements
from dealwright.adapters.ledger import sale_tables as tables
from dealwright.adapters.ledger import statements as sql
from dealwright.adapters.ledger.instants import micros
from dealwright.adapters.ledger.sale_answers import SaleAnswer
from dealwright.adapters.ledger.statements import Kind
from dealwright.adapters.ledger.steps import Step
from dealwright.app.till.ledger_ports import Message, Request
from dealwright.app.till.sale_ports import Payback
from dealwright.engine.ledger import Move, deltas


def customer_steps(kind: Kind, sale: str, units: Mapping[str, int], *, most: int) -> list[Step]:
    """Customers have so many units of a sale more, or fewer where the number is below zero; one order for all."""
    given = [(name, units[name]) for name in sorted(units)]
    more = [{"sale": sale, "customer_id": name, "units": n, "most": most} for name, n in given if n > 0]
    fewer = [{"sale": sale, "customer_id": name, "units": -n} for name, n in given if n < 0]
    steps = []
    if more:
        steps.append(Step("customer", statements.take_customers(kind), statements.as_rows(more), len(more)))
    if fewer:
        steps.append(Step("customer", statements.give_back_customers(kind), statements.as_rows(fewer), len(fewer)))
    return steps


def payback_steps(kind: Kind, subject: str, paybacks: Iterable[Payback], *, at: int) -> list[Step]:
    """Money that goes back; a payment that went back before does not fit."""
    rows = [
        {
            "payment": one.payment,
            "subject": subject,
            "customer_id": one.customer_id,
            "amount_minor": one.amount_minor,
            "reason": one.reason,
            "at": at,
        }
        for one in paybacks
    ]
    return (
        [Step("payback", statements.add_all(kind, tables.paybacks), statements.as_rows(rows), len(rows))]
        if rows
        else []
    )


def keep_step(kind: Kind, request: Request, answer: SaleAnswer, *, at: int) -> Step:
    """The answer under its key."""
    values = {
        "key": request.key,
        "fingerprint": request.fingerprint,
        "answer": sale_answers.encode(answer),
        "hold_id": None,
        "at": at,
    }
    return Step("key", sql.keep_answer(kind), values)


def message_step(kind: Kind, messages: Iterable[Message]) -> Step:
    """News for other systems."""
    rows = (
        {"kind": one.kind, "subject": one.subject, "body": frozen.text(one.body), "at": micros(one.at)}
        for one in messages
    )
    return Step("messages", sql.add_messages(kind), statements.as_rows(rows), None)


def move_steps(kind: Kind, moves: Iterable[Move], *, at: int, opens: bool = False) -> list[Step]:
    """Entries, then the accounts they move; with `opens`, accounts that do not exist are made."""
    moves = tuple(moves)
    if not moves:
        return []
    changed = deltas(moves)
    entries = (
        {
            "account": m.account,
            "source": m.source,
            "target": m.target,
            "amount": m.amount,
            "cause": m.cause,
            "at": at,
        }
        for m in moves
    )
    rows = statements.as_rows(
        {"account": d.account, "available": d.available, "held": d.held, "used": d.used, "limit": None}
        for d in changed
    )
    steps = [Step("entries", sql.add_entries(kind), statements.as_rows(entries), None)]
    if opens:
        empty = ({"account": one.account, "limit": 0} for one in changed)
        steps.append(Step("open", sql.open_accounts(kind), statements.as_rows(empty), None))
    return [*steps, Step("accounts", sql.move_accounts(kind), rows, len(changed))]
