"""Presales: open one, pay a deposit, pay the balance, end an order before it is paid."""

from __future__ import annotations

from dealwright.api.gate import Rank
from dealwright.api.operations import Answer, Asked, Operation
from dealwright.api.problems import refuse
from dealwright.api.wire import presales as wire
from dealwright.api.wire.shape import shaped, shaped_unless_refused
from dealwright.app.service.access_ports import Role


def _open(asked: Asked[wire.NewPresale]) -> Answer:
    return shaped(asked.till.presales.open(wire.to_presale(asked.body)), wire.PresaleOut)


def _pay_deposit(asked: Asked[wire.PayDeposit]) -> Answer:
    body = asked.body
    done = asked.till.presales.pay_deposit(
        asked.names["presale_id"],
        order_id=body.order_id,
        customer_id=body.customer_id,
        quantity=body.quantity,
        key=asked.key,
    )
    return shaped_unless_refused(done, wire.DepositOut)


def _order(asked: Asked[None]) -> Answer:
    order_id = asked.names["order_id"]
    found = asked.till.presales.order(order_id)
    if found is None:
        raise refuse("order_unknown", f"no order of a presale is called {order_id!r}")
    return shaped(found, wire.PresaleOrderOut)


def _pay_balance(asked: Asked[wire.PayBalance]) -> Answer:
    done = asked.till.presales.pay_balance(
        asked.names["order_id"], key=asked.key, discount_minor=asked.body.discount_minor
    )
    return shaped_unless_refused(done, wire.BalanceOut)


def _cancel(asked: Asked[wire.EndPresaleOrder]) -> Answer:
    done = asked.till.presales.cancel(asked.names["order_id"], key=asked.key, by_shop=asked.body.by_shop)
    return shaped_unless_refused(done, wire.PresaleReturnOut)


OPERATIONS = (
    Operation(
        method="POST",
        path="/v1/presales",
        name="open_presale",
        summary="Open a presale; repeating it with the same terms changes nothing",
        tag="presales",
        takes=wire.NewPresale,
        gives=wire.PresaleOut,
        role=Role.OPERATOR,
        status=201,
        work=_open,
    ),
    Operation(
        method="POST",
        path="/v1/presales/{presale_id}/deposits",
        name="pay_deposit",
        summary="A deposit was authorised, named by its key: units are set aside for the order",
        tag="presales",
        takes=wire.PayDeposit,
        gives=wire.DepositOut,
        role=Role.OPERATOR,
        status=201,
        work=_pay_deposit,
        is_keyed=True,
        refusals=(
            "presale_unknown",
            "not_started",
            "ended",
            "sold_out",
            "customer_limit_reached",
            "order_exists",
        ),
        rank=Rank.RESERVE,
    ),
    Operation(
        method="GET",
        path="/v1/presale-orders/{order_id}",
        name="get_presale_order",
        summary="An order of a presale as it stands",
        tag="presales",
        gives=wire.PresaleOrderOut,
        role=Role.ANALYST,
        work=_order,
        refusals=("order_unknown",),
    ),
    Operation(
        method="POST",
        path="/v1/presale-orders/{order_id}/balance",
        name="pay_balance",
        summary="The rest of the order was authorised, within its window, less what coupons take off",
        tag="presales",
        takes=wire.PayBalance,
        gives=wire.BalanceOut,
        role=Role.OPERATOR,
        work=_pay_balance,
        is_keyed=True,
        refusals=("order_unknown", "balance_not_due", "ended", "already_committed", "already_returned"),
        rank=Rank.SETTLE,
    ),
    Operation(
        method="POST",
        path="/v1/presale-orders/{order_id}/cancel",
        name="cancel_presale_order",
        summary="An order ends before its balance is paid, by the rules for the shop or for the customer",
        tag="presales",
        takes=wire.EndPresaleOrder,
        gives=wire.PresaleReturnOut,
        role=Role.OPERATOR,
        work=_cancel,
        is_keyed=True,
        refusals=("order_unknown", "already_committed", "already_returned"),
        rank=Rank.SETTLE,
    ),
)
