"""Opens flash sales, gives their units out, and takes them back when nobody has paid in time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import groupby

from dealwright.app.till.ledger_ports import Message
from dealwright.app.till.sale_ports import FlashBooks, Reservations
from dealwright.core.errors import InputError
from dealwright.engine.flash import FlashSale, Reservation, ReservationState, checked_sale
from dealwright.engine.outcomes import Refused

BATCH = 500


def open_flash(sale: FlashSale, *, books: FlashBooks) -> FlashSale:
    """The sale, on the shelf with its units; InputError if one of that name is there with other terms."""
    opened = books.open(checked_sale(sale))
    if opened != sale:
        raise InputError(
            f"flash sale {sale.sale_id!r} exists with other terms, which are never edited; take another name"
        )
    return opened


def end_reservation(
    reservation_id: str, to: ReservationState, *, books: FlashBooks, reservations: Reservations
) -> Reservation | Refused:
    """The reservation after it is paid, released or cancelled; repeating it changes nothing."""
    found = reservations.reservation(reservation_id)
    if found is None:
        return Refused("reservation_unknown", f"no reservation is called {reservation_id!r}")
    return books.finish(found.sale_id, [reservation_id], to=to)[0]


def expire_reservations(
    *,
    books: FlashBooks,
    reservations: Reservations,
    after_batch: Callable[[], None] = lambda: None,
    batch: int = BATCH,
) -> int:
    """How many reservations this call expired; whoever pays or sweeps at the same moment takes his own.

    Every batch is one transaction: a sweeper that dies leaves whole batches done, and the next one goes on.
    """
    n_expired = 0
    while due := sorted(reservations.due(limit=batch), key=lambda one: one.sale_id):
        n_batch = 0
        for sale_id, of_sale in groupby(due, key=lambda one: one.sale_id):
            ended = books.finish(sale_id, [one.reservation_id for one in of_sale], to="expired")
            n_batch += sum(isinstance(one, Reservation) for one in ended)
            after_batch()
        n_expired += n_batch
        if n_batch == 0:
            break
    return n_expired


def ended_message(ended: Reservation, at: datetime) -> Message:
    """Tells how a reservation ended: "flash.sold", "flash.expired" ..."""
    body = {
        "sale_id": ended.sale_id,
        "order_id": ended.order_id,
        "customer_id": ended.customer_id,
        "quantity": ended.quantity,
    }
    return Message(f"flash.{ended.state}", ended.reservation_id, at, body)
