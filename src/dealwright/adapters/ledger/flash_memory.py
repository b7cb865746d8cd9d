"""Units of flash sales in memory."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from dealwright.adapters.ledger import sale_answers
from dealwright.adapters.ledger.sale_memory import SaleMemory
from dealwright.app.till.ledger_ports import Message, Request
from dealwright.app.till.reserve_flash import ended_message
from dealwright.engine.flash import (
    Ask,
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
from dealwright.engine.outcomes import Refused


class MemoryFlash:
    """See `FlashBooks` and `Reservations`."""

    def __init__(self, memory: SaleMemory) -> None:
        self._memory = memory
        self._sales: dict[str, FlashSale] = {}
        self._reservations: dict[str, Reservation] = {}
        self._taken: dict[str, Counter[str]] = {}

    def open(self, sale: FlashSale) -> FlashSale:
        """See `FlashBooks.open`."""
        with self._memory.lock:
            if sale.sale_id not in self._sales:
                self._memory.load(pool_account(sale), sale.units, cause=sale.sale_id)
                self._sales[sale.sale_id] = sale
                self._taken[sale.sale_id] = Counter()
            return self._sales[sale.sale_id]

    def find(self, sale_id: str) -> FlashSale | None:
        """See `FlashBooks.find`."""
        return self._sales.get(sale_id)

    def reserve(self, sale_id: str, asks: Sequence[Ask]) -> list[Reserved | Refused]:
        """See `FlashBooks.reserve`."""
        with self._memory.lock:
            sale = self._sales.get(sale_id)
            if sale is None:
                return [Refused("sale_unknown", f"no flash sale is called {sale_id!r}")] * len(asks)
            return [self._reserve(sale, ask) for ask in asks]

    def finish(
        self, sale_id: str, reservation_ids: Sequence[str], *, to: ReservationState
    ) -> list[Reservation | Refused]:
        """See `FlashBooks.finish`."""
        with self._memory.lock:
            sale = self._sales.get(sale_id)
            if sale is None:
                return [Refused("sale_unknown", f"no flash sale is called {sale_id!r}")] * len(reservation_ids)
            return [self._finish(sale, name, to) for name in reservation_ids]

    def reservation(self, reservation_id: str) -> Reservation | None:
        """See `Reservations.reservation`."""
        return self._reservations.get(reservation_id)

    def due(self, *, limit: int) -> tuple[Reservation, ...]:
        """See `Reservations.due`."""
        with self._memory.lock:
            now = self._memory.ledger.clock.now()
            held = (one for one in self._reservations.values() if one.state == "held" and one.expires_at <= now)
            return tuple(sorted(held, key=lambda one: (one.expires_at, one.reservation_id))[:limit])

    def _reserve(self, sale: FlashSale, ask: Ask) -> Reserved | Refused:
        memory, taken = self._memory, self._taken[sale.sale_id]
        now = memory.ledger.clock.now()
        request = Request(ask.key, ask.body)
        known = {}
        if ask.key in memory.kept:
            before, answer = memory.kept[ask.key]
            known[ask.key] = Known(before.fingerprint, sale_answers.encode(answer))
        standing = Standing(now, memory.left(pool_account(sale)), taken, known)
        (decision,) = decide(sale, [ask], standing)
        if isinstance(decision, Known):
            kept = memory.kept[ask.key][1]
            assert isinstance(kept, Reserved), "the body of the request was the same"
            return kept
        if isinstance(decision, Reserved):
            move = move_to("held", ask.quantity, sale=sale)
            memory.write(
                moves=[move], messages=[_reserved_message(decision, now)], request=request, answer=decision
            )
            taken[ask.customer_id] += ask.quantity
            self._reservations[decision.reservation_id] = Reservation(
                decision.reservation_id,
                sale.sale_id,
                ask.customer_id,
                ask.order_id,
                ask.quantity,
                "held",
                decision.expires_at,
            )
        return decision

    def _finish(self, sale: FlashSale, name: str, to: ReservationState) -> Reservation | Refused:
        known = self._reservations.get(name)
        if known is None:
            return Refused("reservation_unknown", f"no reservation is called {name!r}")
        now = self._memory.ledger.clock.now()
        ended = ending(known, to, now=now)
        if isinstance(ended, Refused) or ended == known:
            return ended
        self._memory.write(moves=[move_to(to, ended.quantity, sale=sale)], messages=[ended_message(ended, now)])
        self._reservations[name] = ended
        if to != "sold":
            self._taken[sale.sale_id][ended.customer_id] -= ended.quantity
        return ended


def _reserved_message(reserved: Reserved, at: datetime) -> Message:
    return Message("flash.reserved", reserved.reservation_id, at, json.loads(sale_answers.body(reserved)))
