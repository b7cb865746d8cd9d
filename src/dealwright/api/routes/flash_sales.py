"""Flash sales: open one, reserve units of it, pay or give them back."""

from __future__ import annotations

import asyncio

from dealwright.api.gate import Rank
from dealwright.api.operations import Answer, Asked, Operation
from dealwright.api.problems import refuse
from dealwright.api.wire import flash_sales as wire
from dealwright.api.wire.shape import shaped, shaped_unless_refused
from dealwright.api.wire.words import instant
from dealwright.app.service.access_ports import Role
from dealwright.engine.flash import Reserved
from dealwright.engine.outcomes import Refused


def _open(asked: Asked[wire.NewFlashSale]) -> Answer:
    body = asked.body
    opened = asked.till.flash.open(
        body.sale_id,
        body.sku,
        body.units,
        per_customer=body.per_customer,
        start=instant(body.start, "start"),
        end=instant(body.end, "end"),
        price_minor=body.price_minor,
        currency=body.currency,
        hold_seconds=body.hold_seconds,
    )
    return shaped(opened, wire.FlashSaleOut)


async def _reserve(asked: Asked[wire.Reserve]) -> Answer:
    body = asked.body
    waiting = asked.till.flash.submit(
        asked.names["sale_id"],
        customer_id=body.customer_id,
        quantity=body.quantity,
        key=asked.key,
        order_id=body.order_id,
    )
    # The answer comes when the transaction that holds it is durable.
    done: Reserved | Refused = await asyncio.wrap_future(waiting)
    return shaped_unless_refused(done, wire.ReservedOut)


def _left(asked: Asked[None]) -> Answer:
    sale_id = asked.names["sale_id"]
    left = asked.till.flash.left(sale_id)
    if left is None:
        raise refuse("sale_unknown", f"no flash sale is called {sale_id!r}")
    return wire.LeftOut(sale_id, left)


def _reservation(asked: Asked[None]) -> Answer:
    name = asked.names["reservation_id"]
    found = asked.till.flash.reservation(name)
    if found is None:
        raise refuse("reservation_unknown", f"no reservation is called {name!r}")
    return shaped(found, wire.ReservationOut)


def _commit(asked: Asked[None]) -> Answer:
    return shaped_unless_refused(asked.till.flash.commit(asked.names["reservation_id"]), wire.ReservationOut)


def _release(asked: Asked[None]) -> Answer:
    return shaped_unless_refused(asked.till.flash.release(asked.names["reservation_id"]), wire.ReservationOut)


def _cancel(asked: Asked[None]) -> Answer:
    return shaped_unless_refused(asked.till.flash.cancel(asked.names["reservation_id"]), wire.ReservationOut)


_RESERVATIONS = ("reservation_unknown", "hold_expired", "hold_released", "already_committed")

OPERATIONS = (
    Operation(
        method="POST",
        path="/v1/flash-sales/{sale_id}/reservations",
        name="reserve_flash_units",
        summary="Units of a flash sale for one customer; answered when the reservation is durable",
        tag="flash sales",
        takes=wire.Reserve,
        gives=wire.ReservedOut,
        role=Role.OPERATOR,
        status=201,
        lean=_reserve,
        is_keyed=True,
        refusals=("sale_unknown", "not_started", "ended", "sold_out", "customer_limit_reached"),
        rank=Rank.RESERVE,
    ),
    Operation(
        method="POST",
        path="/v1/flash-sales",
        name="open_flash_sale",
        summary="Put a flash sale on the shelf; repeating it with the same terms changes nothing",
        tag="flash sales",
        takes=wire.NewFlashSale,
        gives=wire.FlashSaleOut,
        role=Role.OPERATOR,
        status=201,
        work=_open,
    ),
    Operation(
        method="GET",
        path="/v1/flash-sales/{sale_id}/left",
        name="get_flash_units_left",
        summary="How many units can still be reserved",
        tag="flash sales",
        gives=wire.LeftOut,
        role=Role.VIEWER,
        work=_left,
        refusals=("sale_unknown",),
        rank=Rank.EVALUATE,
    ),
    Operation(
        method="POST",
        path="/v1/reservations/{reservation_id}/commit",
        name="commit_reservation",
        summary="The reservation is paid; repeating it changes nothing",
        tag="flash sales",
        gives=wire.ReservationOut,
        role=Role.OPERATOR,
        work=_commit,
        refusals=_RESERVATIONS,
        rank=Rank.SETTLE,
    ),
    Operation(
        method="GET",
        path="/v1/reservations/{reservation_id}",
        name="get_reservation",
        summary="The reservation as it stands",
        tag="flash sales",
        gives=wire.ReservationOut,
        role=Role.ANALYST,
        work=_reservation,
        refusals=("reservation_unknown",),
    ),
    Operation(
        method="POST",
        path="/v1/reservations/{reservation_id}/cancel",
        name="cancel_reservation",
        summary="Take back what was sold: its units can be sold again; repeating it changes nothing",
        tag="flash sales",
        gives=wire.ReservationOut,
        role=Role.OPERATOR,
        work=_cancel,
        refusals=_RESERVATIONS,
        rank=Rank.SETTLE,
    ),
    Operation(
        method="DELETE",
        path="/v1/reservations/{reservation_id}",
        name="release_reservation",
        summary="Give the units back; repeating it changes nothing",
        tag="flash sales",
        gives=wire.ReservationOut,
        role=Role.OPERATOR,
        work=_release,
        refusals=_RESERVATIONS,
        rank=Rank.SETTLE,
    ),
)
