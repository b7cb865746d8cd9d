"""Units of flash sales in a SQL database: many reservations in one transaction, each with key, row and message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from dealwright.adapters.ledger import sale_answers
from dealwright.adapters.ledger import sale_statements as sql
from dealwright.adapters.ledger import sale_steps as steps
from dealwright.adapters.ledger import sale_tables as tables
from dealwright.adapters.ledger.flash_rows import (
    reservation_of,
    reservation_values,
    sale_of,
    sale_values,
    topic,
    units_by_customer,
)
from dealwright.adapters.ledger.instants import micros
from dealwright.adapters.ledger.sale_keys import carried_out
from dealwright.adapters.ledger.sale_transaction import MisfitError, Query, Transaction, Transactions
from dealwright.adapters.ledger.statements import add_messages
from dealwright.adapters.ledger.steps import Step
from dealwright.app.till.reserve_flash import ended_message
from dealwright.engine.flash import (
    COMES_FROM,
    Ask,
    Decision,
    FlashSale,
    Known,
    Reservation,
    ReservationState,
    Reserved,
    Standing,
    decide,
    ending,
    move_to,
    pool_account,
)
from dealwright.engine.ledger import Move
from dealwright.engine.outcomes import Refused


class SqlFlash:
    """See `FlashBooks` and `Reservations`. Everybody who changes a sale locks its account before anything else."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions
        self._kind = transactions.kind
        self._sales: dict[str, FlashSale] = {}  # a sale's terms never change

    def open(self, sale: FlashSale) -> FlashSale:
        """See `FlashBooks.open`."""
        load = Move(pool_account(sale), sale.units, "loaded", "available", sale.sale_id)
        with self._transactions.begin() as transaction:
            at = micros(transaction.look().now)
            opening = [
                Step("sale", sql.add(self._kind, tables.flash_sales), sale_values(sale)),
                *steps.move_steps(self._kind, [load], at=at, opens=True),
            ]
            try:
                transaction.commit(opening)
            except MisfitError as misfit:
                if misfit.args[0] != "sale":
                    raise
        found = self.find(sale.sale_id)
        assert found is not None
        return found

    def find(self, sale_id: str) -> FlashSale | None:
        """See `FlashBooks.find`."""
        if sale_id not in self._sales:
            query = Query(sql.by_name(tables.flash_sales, "sale_id"), {"sale_id": sale_id})
            rows = self._transactions.read(query)
            if not rows:
                return None
            self._sales[sale_id] = sale_of(rows[0])
        return self._sales[sale_id]

    def reserve(self, sale_id: str, asks: Sequence[Ask]) -> list[Reserved | Refused]:
        """See `FlashBooks.reserve`."""
        sale = self.find(sale_id)
        if sale is None:
            return [Refused("sale_unknown", f"no flash sale is called {sale_id!r}")] * len(asks)
        answers = carried_out(lambda: self._reserve(sale, asks))
        return [answers] * len(asks) if isinstance(answers, Refused) else answers

    def finish(
        self, sale_id: str, reservation_ids: Sequence[str], *, to: ReservationState
    ) -> list[Reservation | Refused]:
        """See `FlashBooks.finish`."""
        sale = self.find(sale_id)
        if sale is None:
            return [Refused("sale_unknown", f"no flash sale is called {sale_id!r}")] * len(reservation_ids)
        answers = carried_out(lambda: self._finish(sale, reservation_ids, to))
        return [answers] * len(reservation_ids) if isinstance(answers, Refused) else answers

    def reservation(self, reservation_id: str) -> Reservation | None:
        """See `Reservations.reservation`."""
        statement = sql.by_name(tables.reservations, "reservation_id")
        rows = self._transactions.read(Query(statement, {"reservation_id": reservation_id}))
        return reservation_of(rows[0]) if rows else None

    def due(self, *, limit: int) -> tuple[Reservation, ...]:
        """See `Reservations.due`."""
        values = {"at": micros(self._transactions.now()), "most": limit}
        return tuple(map(reservation_of, self._transactions.read(Query(sql.due_reservations(), values))))

    def _finish(
        self, sale: FlashSale, reservation_ids: Sequence[str], to: ReservationState
    ) -> list[Reservation | Refused]:
        lock = Query(sql.lock_account(), {"account": pool_account(sale)})
        by_names = sql.by_names(self._kind, tables.reservations, "reservation_id")
        named = Query(by_names, {"names": sql.as_list(self._kind, reservation_ids)})
        with self._transactions.begin() as transaction:
            look = transaction.look(lock, named)
            known = {one.reservation_id: one for one in map(reservation_of, look.rows[1])}
            answers = {name: _ended(known, name, to, look.now) for name in reservation_ids}
            ended = [one for one in answers.values() if isinstance(one, Reservation)]
            changed = [one for one in ended if one != known[one.reservation_id]]
            if changed:
                transaction.commit(self._finish_steps(sale, changed, to, look.now))
        return [answers[name] for name in reservation_ids]

    def _reserve(self, sale: FlashSale, asks: Sequence[Ask]) -> list[Reserved | Refused]:
        with self._transactions.begin() as transaction:
            standing = self._standing(transaction, sale, asks)
            decisions = decide(sale, asks, standing)
            granted = granted_of(asks, decisions)
            if granted:
                transaction.commit(self._reserve_steps(sale, granted, standing.now))
        return [answer_of(one) for one in decisions]

    def _standing(self, transaction: Transaction, sale: FlashSale, asks: Sequence[Ask]) -> Standing:
        kind, customers = self._kind, {ask.customer_id for ask in asks}
        look = transaction.look(
            Query(sql.lock_account(), {"account": pool_account(sale)}),
            Query(sql.known_keys(kind), {"keys": sql.as_list(kind, (ask.key for ask in asks))}),
            Query(sql.taken_units(kind), {"sale": topic(sale.sale_id), "customers": sql.as_list(kind, customers)}),
        )
        return Standing(
            look.now,
            left=look.rows[0][0][0],
            known={key: Known(body, bytes(raw)) for key, body, raw in look.rows[1]},
            taken=dict(look.rows[2]),
        )

    def _reserve_steps(
        self, sale: FlashSale, granted: Mapping[str, tuple[Ask, Reserved]], at: datetime
    ) -> list[Step]:
        units = units_by_customer(one for _, one in granted.values())
        move = move_to("held", units.total(), sale=sale)
        return [
            *self._grant_steps(granted, micros(at)),
            *steps.customer_steps(self._kind, topic(sale.sale_id), units, most=sale.per_customer),
            *steps.move_steps(self._kind, [move], at=micros(at)),
        ]

    def _grant_steps(self, granted: Mapping[str, tuple[Ask, Reserved]], at: int) -> Sequence[Step]:
        """For each reservation its key, its row and its message."""
        kind, keys, told, rows = self._kind, [], [], []
        for ask, one in granted.values():
            body, raw = sale_answers.body(one), sale_answers.encode(one).decode()
            keys.append({"key": ask.key, "fingerprint": ask.body, "answer": raw, "at": at})
            told.append({"kind": "flash.reserved", "subject": one.reservation_id, "body": body, "at": at})
            rows.append(reservation_values(one))
        return [
            Step("key", sql.add_keys(kind), sql.as_rows(keys), len(keys)),
            Step("reservation", sql.add_all(kind, tables.reservations), sql.as_rows(rows), len(rows)),
            Step("messages", add_messages(kind), sql.as_rows(told), len(told)),
        ]

    def _finish_steps(
        self, sale: FlashSale, changed: Sequence[Reservation], to: ReservationState, at: datetime
    ) -> list[Step]:
        kind, now = self._kind, micros(at)
        units = units_by_customer(changed)
        back = {} if to == "sold" else {name: -n for name, n in units.items()}
        names = sql.as_rows({"reservation_id": one.reservation_id} for one in changed)
        told = (ended_message(one, at) for one in changed)
        return [
            Step(
                "reservation",
                sql.end_reservations(kind),
                {**names, "state_before": COMES_FROM[to], "state_after": to},
                len(changed),
            ),
            *steps.customer_steps(kind, topic(sale.sale_id), back, most=sale.per_customer),
            steps.message_step(kind, told),
            *steps.move_steps(kind, [move_to(to, units.total(), sale=sale)], at=now),
        ]


def _ended(
    known: Mapping[str, Reservation], name: str, to: ReservationState, now: datetime
) -> Reservation | Refused:
    if name not in known:
        return Refused("reservation_unknown", f"no reservation is called {name!r}")
    return ending(known[name], to, now=now)


def granted_of(asks: Sequence[Ask], decisions: Sequence[Decision]) -> dict[str, tuple[Ask, Reserved]]:
    """By key: a key that came twice in the batch is written once."""
    pairs = zip(asks, decisions, strict=True)
    return {ask.key: (ask, one) for ask, one in pairs if isinstance(one, Reserved)}


def answer_of(decision: Decision) -> Reserved | Refused:
    """The answer that a decision is, or that was kept."""
    if not isinstance(decision, Known):
        return decision
    answer = sale_answers.decode(decision.raw)
    assert isinstance(answer, Reserved), "the body of the request was the same"
    return answer
