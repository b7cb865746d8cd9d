"""The ledger's records as rows of its tables, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from dealwright.adapters.ledger import frozen
from dealwright.adapters.ledger.instants import EARLIEST, LATEST, instant, micros
from dealwright.app.till.ledger_ports import HoldEnd, HoldRecord, Message, OrderRecord
from dealwright.engine.ledger import Delta
from dealwright.engine.outcomes import Order

_encode = msgspec.json.Encoder().encode


def as_rows(rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Rows as the one parameter of a statement about many, numbered in their order."""
    return {"rows": _encode([{"n": n, **row} for n, row in enumerate(rows)]).decode()}


def end_row(end: HoldEnd, at: int) -> dict[str, Any]:
    """How a hold ends."""
    return {
        "hold_id": end.hold_id,
        "state": end.state,
        "at": at,
        "alive_at": EARLIEST if end.alive_at is None else micros(end.alive_at),
        "dead_at": LATEST if end.dead_at is None else micros(end.dead_at),
    }


def hold_values(hold: HoldRecord) -> dict[str, Any]:
    """A new hold as columns."""
    return {
        "hold_id": hold.hold_id,
        "order_id": hold.order_id,
        "customer_id": hold.customer_id,
        "held_at": micros(hold.held_at),
        "expires_at": micros(hold.expires_at),
        "demands": frozen.demands_text(hold.demands),
        "evaluation": frozen.evaluation_bytes(hold.evaluation),
    }


def hold_record(row: tuple[Any, ...]) -> HoldRecord:
    """A row of `queries.HOLD_COLUMNS` as a hold."""
    hold_id, order_id, customer_id, state, held_at, expires_at, demands, evaluation = row
    return HoldRecord(
        hold_id,
        order_id,
        customer_id,
        state,
        instant(held_at),
        instant(expires_at),
        frozen.demands_from(demands),
        frozen.evaluation_from(evaluation),
    )


def order_values(record: OrderRecord) -> dict[str, Any]:
    """A new order as columns."""
    order = record.order
    return {
        "order_id": order.order_id,
        "hold_id": order.hold_id,
        "customer_id": order.customer_id,
        "state": order.state,
        "committed_at": micros(order.committed_at),
        "revision": record.revision,
        "returned": frozen.counts_bytes(order.returned),
        "refunded_minor": order.refunded_minor,
        "delivery_refunded_minor": record.delivery_refunded_minor,
    }


def order_record(row: tuple[Any, ...]) -> OrderRecord:
    """A row of `queries.read_order` as an order."""
    order_id, hold_id, customer_id, state, committed_at, revision, *so_far, demands, priced = row
    returned, refunded, delivery_refunded = so_far
    order = Order(
        order_id,
        hold_id,
        customer_id,
        instant(committed_at),
        frozen.evaluation_from(priced),
        state,
        frozen.counts_from(returned),
        refunded,
    )
    return OrderRecord(order, frozen.demands_from(demands), delivery_refunded, revision)


def message_row(message: Message) -> dict[str, Any]:
    """A message for the outbox."""
    return {
        "kind": message.kind,
        "subject": message.subject,
        "body": frozen.text(message.body),
        "at": micros(message.at),
    }


def delta_row(delta: Delta) -> dict[str, Any]:
    """What moves of one account."""
    return {
        "account": delta.account,
        "available": delta.available,
        "held": delta.held,
        "used": delta.used,
        "limit": delta.limit,
    }
