"""Presales in a SQL database: the presale's account is locked, an order is decided about, then written at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields
from typing import Any, cast

from dealwright.adapters.ledger import sale_statements as sql
from dealwright.adapters.ledger import sale_steps as steps
from dealwright.adapters.ledger import sale_tables as tables
from dealwright.adapters.ledger.instants import instant, micros
from dealwright.adapters.ledger.sale_keys import answered_before, carried_out
from dealwright.adapters.ledger.sale_transaction import MisfitError, Query, Row, Transactions
from dealwright.adapters.ledger.steps import Step
from dealwright.app.till.ledger_ports import Request
from dealwright.app.till.sale_ports import PresaleAnswer, PresaleChange, PresaleView
from dealwright.engine.ledger import Move
from dealwright.engine.outcomes import Refused
from dealwright.engine.presale import Presale, PresaleOrder, presale_account

_MOMENTS = ("deposit_start", "deposit_end", "balance_start", "balance_end")


class SqlPresales:
    """See `PresaleBooks`. Everybody who changes a presale's orders locks its account before anything else."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions
        self._kind = transactions.kind
        self._presales: dict[str, Presale] = {}  # a presale's terms never change

    def add(self, presale: Presale) -> Presale:
        """See `PresaleBooks.add`."""
        load = Move(presale_account(presale), presale.units, "loaded", "available", presale.presale_id)
        with self._transactions.begin() as transaction:
            at = micros(transaction.look().now)
            opening = [
                Step("presale", sql.add(self._kind, tables.presales), _presale_values(presale)),
                *steps.move_steps(self._kind, [load], at=at, opens=True),
            ]
            try:
                transaction.commit(opening)
            except MisfitError as misfit:
                if misfit.args[0] != "presale":
                    raise
        found = self.find(presale.presale_id)
        assert found is not None
        return found

    def find(self, presale_id: str) -> Presale | None:
        """See `PresaleBooks.find`."""
        if presale_id not in self._presales:
            query = Query(sql.by_name(tables.presales, "presale_id"), {"presale_id": presale_id})
            rows = self._transactions.read(query)
            if not rows:
                return None
            self._presales[presale_id] = _presale(rows[0])
        return self._presales[presale_id]

    def change(
        self,
        presale_id: str,
        decide: Callable[[PresaleView], PresaleChange | Refused],
        *,
        order_id: str,
        customer_id: str,
        request: Request | None,
    ) -> PresaleAnswer | Refused | None:
        """See `PresaleBooks.change`."""
        presale = self.find(presale_id)
        if presale is None:
            return Refused("presale_unknown", f"no presale is called {presale_id!r}")
        return carried_out(lambda: self._change(presale, decide, order_id, customer_id, request))

    def order(self, order_id: str) -> PresaleOrder | None:
        """See `PresaleBooks.order`."""
        rows = self._transactions.read(
            Query(sql.by_name(tables.presale_orders, "order_id"), {"order_id": order_id})
        )
        return PresaleOrder(*rows[0]) if rows else None

    def due(self, *, limit: int) -> tuple[PresaleOrder, ...]:
        """See `PresaleBooks.due`."""
        values = {"at": micros(self._transactions.now()), "most": limit}
        return tuple(PresaleOrder(*row) for row in self._transactions.read(Query(sql.due_presale_orders(), values)))

    def _change(
        self,
        presale: Presale,
        decide: Callable[[PresaleView], PresaleChange | Refused],
        order_id: str,
        customer_id: str,
        request: Request | None,
    ) -> PresaleAnswer | Refused | None:
        topic = f"presale/{presale.presale_id}"
        customers = sql.as_list(self._kind, [customer_id])
        with self._transactions.begin() as transaction:
            look = transaction.look(
                Query(sql.lock_account(), {"account": presale_account(presale)}),
                Query(sql.taken_units(self._kind), {"sale": topic, "customers": customers}),
                Query(sql.by_name(tables.presale_orders, "order_id"), {"order_id": order_id}),
                sql.known_key(self._kind, request),
            )
            before = answered_before(look.rows[3], request)
            if before is not None:
                return cast(PresaleAnswer | Refused, before)
            taken = next((units for _, units in look.rows[1]), 0)
            order = next((PresaleOrder(*row) for row in look.rows[2]), None)
            change = decide(PresaleView(presale, look.now, look.rows[0][0][0], taken, order))
            if isinstance(change, Refused):
                return change
            transaction.commit([*self._steps(presale, change, request, at=micros(look.now))])
            return change.answer

    def _steps(
        self, presale: Presale, change: PresaleChange, request: Request | None, *, at: int
    ) -> Iterable[Step]:
        kind, topic, order = self._kind, f"presale/{presale.presale_id}", change.order
        if request is not None and change.answer is not None:
            yield steps.keep_step(kind, request, change.answer, at=at)
        if order is not None:
            yield Step("order", sql.put(kind, tables.presale_orders), sql.as_rows([_order_values(order)]))
            yield from steps.customer_steps(
                kind, topic, {order.customer_id: change.taken}, most=presale.per_customer
            )
        yield from steps.payback_steps(kind, topic, change.paybacks, at=at)
        if change.messages:
            yield steps.message_step(kind, change.messages)
        yield from steps.move_steps(kind, change.moves, at=at)


def _presale_values(presale: Presale) -> dict[str, Any]:
    values = {one.name: getattr(presale, one.name) for one in fields(presale)}
    return {**values, **{name: micros(values[name]) for name in _MOMENTS}}


def _presale(row: Row) -> Presale:
    values = dict(zip((column.name for column in tables.presales.c), row, strict=True))
    return Presale(**{**values, **{name: instant(values[name]) for name in _MOMENTS}})


def _order_values(order: PresaleOrder) -> dict[str, Any]:
    return {one.name: getattr(order, one.name) for one in fields(order)}
