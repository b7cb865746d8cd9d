"""Flash sales and reservations as rows, and rows as flash sales and reservations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from dealwright.adapters.ledger.instants import instant, micros
from dealwright.adapters.ledger.sale_transaction import Row
from dealwright.engine.flash import FlashSale, Reservation, Reserved


def topic(sale_id: str) -> str:
    """What customers' units of the sale are counted under."""
    return f"flash/{sale_id}"


def sale_values(sale: FlashSale) -> dict[str, Any]:
    """The row of a sale."""
    return {
        "sale_id": sale.sale_id,
        "sku": sale.sku,
        "units": sale.units,
        "per_customer": sale.per_customer,
        "start_at": micros(sale.start),
        "end_at": micros(sale.end),
        "price_minor": sale.price_minor,
        "currency": sale.currency,
        "hold_seconds": sale.hold_seconds,
    }


def sale_of(row: Row) -> FlashSale:
    """The sale in a row."""
    sale_id, sku, units, per_customer, start, end, price_minor, currency, hold_seconds = row
    return FlashSale(
        sale_id, sku, units, per_customer, instant(start), instant(end), price_minor, currency, hold_seconds
    )


def reservation_values(reserved: Reserved) -> dict[str, Any]:
    """The row of a new reservation."""
    return {
        "reservation_id": reserved.reservation_id,
        "sale_id": reserved.sale_id,
        "customer_id": reserved.customer_id,
        "order_id": reserved.order_id,
        "quantity": reserved.quantity,
        "state": "held",
        "expires_at": micros(reserved.expires_at),
    }


def reservation_of(row: Row) -> Reservation:
    """The reservation in a row."""
    name, sale_id, customer_id, order_id, quantity, state, expires_at = row
    return Reservation(name, sale_id, customer_id, order_id, quantity, state, instant(expires_at))


def units_by_customer(given: Iterable[Reserved | Reservation]) -> Counter[str]:
    """How many units each customer has in these."""
    units: Counter[str] = Counter()
    for one in given:
        units[one.customer_id] += one.quantity
    return units
