"""Presales in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import cast

from dealwright.adapters.ledger.sale_memory import SaleMemory
from dealwright.app.till.ledger_ports import Request
from dealwright.app.till.sale_ports import PresaleAnswer, PresaleChange, PresaleView
from dealwright.engine.outcomes import Refused
from dealwright.engine.presale import Presale, PresaleOrder, presale_account


class MemoryPresales:
    """See `PresaleBooks` and `PresaleOrders`."""

    def __init__(self, memory: SaleMemory) -> None:
        self._memory = memory
        self._presales: dict[str, Presale] = {}
        self._orders: dict[str, PresaleOrder] = {}
        self._taken: dict[str, Counter[str]] = {}

    def add(self, presale: Presale) -> Presale:
        """See `PresaleBooks.add`."""
        with self._memory.lock:
            if presale.presale_id not in self._presales:
                self._memory.load(presale_account(presale), presale.units, cause=presale.presale_id)
                self._presales[presale.presale_id] = presale
                self._taken[presale.presale_id] = Counter()
            return self._presales[presale.presale_id]

    def find(self, presale_id: str) -> Presale | None:
        """See `PresaleBooks.find`."""
        return self._presales.get(presale_id)

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
        memory = self._memory
        with memory.lock:
            before = memory.answered(request)
            if before is not None:
                return cast(PresaleAnswer | Refused, before)
            presale = self._presales.get(presale_id)
            if presale is None:
                return Refused("presale_unknown", f"no presale is called {presale_id!r}")
            left, taken = memory.left(presale_account(presale)), self._taken[presale_id]
            order = self._orders.get(order_id)
            change = decide(PresaleView(presale, memory.ledger.clock.now(), left, taken[customer_id], order))
            if isinstance(change, Refused):
                return change
            memory.write(
                moves=change.moves,
                messages=change.messages,
                paybacks=change.paybacks,
                request=request,
                answer=change.answer,
            )
            if change.order is not None:
                self._orders[order_id] = change.order
                taken[customer_id] += change.taken
            return change.answer

    def order(self, order_id: str) -> PresaleOrder | None:
        """See `PresaleOrders.order`."""
        return self._orders.get(order_id)

    def due(self, *, limit: int) -> tuple[PresaleOrder, ...]:
        """See `PresaleOrders.due`."""
        with self._memory.lock:
            now = self._memory.ledger.clock.now()
            due = [
                order
                for _, order in sorted(self._orders.items())
                if order.state == "deposit_paid" and self._presales[order.presale_id].balance_end <= now
            ]
            return tuple(due[:limit])
