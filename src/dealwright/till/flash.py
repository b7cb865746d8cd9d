"""Flash sales at the till: open one, reserve units, pay them or give them back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime

from dealwright.adapters.ledger.group_commit import MOST_TOGETHER, MOST_WAITING, GroupCommit
from dealwright.app.till.ledger_ports import Accounts, Ids
from dealwright.app.till.reserve_flash import end_reservation, expire_reservations, open_flash
from dealwright.app.till.sale_ports import FlashBooks, Reservations
from dealwright.engine.flash import (
    MOST_PER_ASK,
    Ask,
    FlashSale,
    Reservation,
    ReservationState,
    Reserved,
    ask_for,
    pool_account,
)
from dealwright.engine.outcomes import Refused
from dealwright.till.names import check_names, check_quantity

_FULL = Refused("busy", "too many wait for this sale; try again with the same key", retry_after_seconds=1)


class FlashSales:
    """Units of flash sales. Every reservation is durable before its answer is given.

    Requests that wait are written together, `most_together` at a time. At most `most_waiting` wait for one sale;
    whoever comes on top is refused as "busy" at once. A refusal writes nothing: its key may be tried again.
    """

    def __init__(
        self,
        books: FlashBooks,
        reservations: Reservations,
        *,
        accounts: Accounts,
        ids: Ids,
        n_writers: int = 1,
        most_together: int = MOST_TOGETHER,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self._books = books
        self._reservations = reservations
        self._accounts = accounts
        self._ids = ids
        self._queue: GroupCommit[Ask, Reserved | Refused] = GroupCommit(
            self._write, n_writers=n_writers, most_together=most_together, most_waiting=most_waiting
        )

    def open(
        self,
        sale_id: str,
        sku: str,
        units: int,
        *,
        per_customer: int,
        start: datetime,
        end: datetime,
        price_minor: int,
        currency: str,
        hold_seconds: int = 900,
    ) -> FlashSale:
        """Put a sale on the shelf, with units of its own; the same terms again change nothing.

        InputError names every mistake in the terms, or says that a sale of that name has other terms.
        """
        check_names(sale_id=sale_id, sku=sku)
        sale = FlashSale(sale_id, sku, units, per_customer, start, end, price_minor, currency, hold_seconds)
        return open_flash(sale, books=self._books)

    def reserve(
        self, sale_id: str, *, customer_id: str, quantity: int, key: str, order_id: str
    ) -> Reserved | Refused:
        """Set units aside for an order; waits for the durable answer."""
        waiting = self.submit(sale_id, customer_id=customer_id, quantity=quantity, key=key, order_id=order_id)
        return waiting.result()

    def submit(
        self, sale_id: str, *, customer_id: str, quantity: int, key: str, order_id: str
    ) -> Future[Reserved | Refused]:
        """As `reserve`, without waiting: the future has the answer when it is durable."""
        check_names(sale_id=sale_id, customer_id=customer_id, key=key, order_id=order_id)
        check_quantity(quantity, most=MOST_PER_ASK)
        ask = ask_for(
            sale_id,
            customer_id=customer_id,
            quantity=quantity,
            key=key,
            order_id=order_id,
            reservation_id=self._ids.new("reservation"),
        )
        waiting = self._queue.submit(sale_id, ask)
        if waiting is None:
            waiting = Future()
            waiting.set_result(_FULL)
        return waiting

    def commit(self, reservation_id: str) -> Reservation | Refused:
        """The reservation is paid: its units are sold. Repeating it changes nothing."""
        return self._end(reservation_id, "sold")

    def release(self, reservation_id: str) -> Reservation | Refused:
        """Give the units of an unpaid reservation back. Repeating it changes nothing."""
        return self._end(reservation_id, "released")

    def cancel(self, reservation_id: str) -> Reservation | Refused:
        """Take back what was sold: its units can be sold again. Repeating it changes nothing."""
        return self._end(reservation_id, "cancelled")

    def reservation(self, reservation_id: str) -> Reservation | None:
        """The reservation as it stands."""
        check_names(reservation_id=reservation_id)
        return self._reservations.reservation(reservation_id)

    def left(self, sale_id: str) -> int | None:
        """How many units can be reserved; None if there is no such sale."""
        check_names(sale_id=sale_id)
        sale = self._books.find(sale_id)
        if sale is None:
            return None
        account = pool_account(sale)
        return self._accounts.balances([account])[account].available

    def expire(self, *, after_batch: Callable[[], None] = lambda: None) -> int:
        """Give back the units of reservations nobody paid in time; how many ended."""
        return expire_reservations(books=self._books, reservations=self._reservations, after_batch=after_batch)

    def close(self) -> None:
        """Answer who waits, then stop."""
        self._queue.close()

    def _end(self, reservation_id: str, to: ReservationState) -> Reservation | Refused:
        check_names(reservation_id=reservation_id)
        return end_reservation(reservation_id, to, books=self._books, reservations=self._reservations)

    def _write(self, sale_id: str, asks: Sequence[Ask]) -> list[Reserved | Refused]:
        return self._books.reserve(sale_id, asks)
