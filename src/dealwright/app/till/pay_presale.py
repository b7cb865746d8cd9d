"""An order's way through a presale: deposit, balance, or an end without delivery by the rules on default."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from dealwright.app.till.ledger_ports import Message, Request
from dealwright.app.till.sale_ports import (
    Payback,
    PresaleAnswer,
    PresaleBooks,
    PresaleChange,
    PresaleOrders,
    PresaleView,
)
from dealwright.core.errors import InputError
from dealwright.engine.ledger import Move, State
from dealwright.engine.outcomes import Refused
from dealwright.engine.presale import (
    BalancePaid,
    DepositPaid,
    Division,
    Presale,
    PresaleOrder,
    PresaleReturn,
    PresaleState,
    balance,
    checked_presale,
    may_pay_balance,
    may_pay_deposit,
    on_cancel_by_shop,
    on_default,
    presale_account,
)

BATCH = 500


def open_presale(presale: Presale, *, books: PresaleBooks) -> Presale:
    """The presale with its units; InputError if one of that name is there with other terms."""
    opened = books.add(checked_presale(presale))
    if opened != presale:
        raise InputError(
            f"presale {presale.presale_id!r} exists with other terms, which are never edited; take another name"
        )
    return opened


def pay_deposit(
    presale_id: str,
    *,
    order_id: str,
    customer_id: str,
    quantity: int,
    request: Request,
    books: PresaleBooks,
) -> PresaleAnswer | Refused:
    """The deposit named by the request's key was authorised: set the units aside, or refuse it."""

    def decide(view: PresaleView) -> PresaleChange | Refused:
        if view.order is not None:
            return Refused("order_exists", f"order {order_id!r} exists; give the new one another name")
        refused = may_pay_deposit(view.presale, quantity, now=view.now, left=view.left, taken=view.taken)
        if refused is not None:
            return refused
        presale, due = view.presale, balance(view.presale, quantity)
        order = PresaleOrder(
            order_id,
            presale_id,
            customer_id,
            quantity,
            "deposit_paid",
            request.key,
            presale.deposit_minor * quantity,
            due.due_minor,
        )
        answer = DepositPaid(
            order_id,
            presale_id,
            customer_id,
            presale.sku,
            quantity,
            order.deposit_minor,
            due.due_minor,
            presale.currency,
            presale.balance_start,
            presale.balance_end,
        )
        return PresaleChange(
            answer,
            moves=(_units(presale, quantity, "available", "held"),),
            messages=(_told(order, view.now),),
            order=order,
            taken=quantity,
        )

    return _answered(books.change(presale_id, decide, order_id=order_id, customer_id=customer_id, request=request))


def pay_balance(
    order_id: str, *, discount_minor: int, request: Request, books: PresaleBooks, orders: PresaleOrders
) -> PresaleAnswer | Refused:
    """The rest was authorised, less what coupons took off it: the order is complete, or it is refused."""

    def decide(view: PresaleView) -> PresaleChange | Refused:
        order, presale = view.order, view.presale
        assert order is not None, "orders are never deleted"
        refused = may_pay_balance(presale, order.state, now=view.now)
        if refused is not None:
            return refused
        due = balance(presale, order.quantity, discount_minor=discount_minor)
        paid = replace(order, state="completed", balance_minor=due.due_minor, discount_minor=due.discount_minor)
        answer = BalancePaid(
            order_id,
            order.presale_id,
            order.customer_id,
            order.deposit_minor,
            due.discount_minor,
            due.due_minor,
            presale.currency,
        )
        return PresaleChange(
            answer,
            moves=(_units(presale, order.quantity, "held", "used"),),
            messages=(_told(paid, view.now),),
            order=paid,
        )

    return _change(order_id, decide, request=request, books=books, orders=orders)


def cancel_presale_order(
    order_id: str, *, by_shop: bool, request: Request, books: PresaleBooks, orders: PresaleOrders
) -> PresaleAnswer | Refused:
    """An order whose balance is not paid ends: the shop returns as ruled, a customer loses as on default."""

    def decide(view: PresaleView) -> PresaleChange | Refused:
        order, presale = view.order, view.presale
        assert order is not None, "orders are never deleted"
        if order.state != "deposit_paid":
            is_paid = order.state == "completed"
            return Refused("already_committed" if is_paid else "already_returned", f"the order is {order.state}")
        rule = on_cancel_by_shop if by_shop else on_default
        return _ended(view, order, "cancelled", rule(presale, order.deposit_minor))

    return _change(order_id, decide, request=request, books=books, orders=orders)


def settle_presales(
    *,
    books: PresaleBooks,
    orders: PresaleOrders,
    after_order: Callable[[], None] = lambda: None,
    batch: int = BATCH,
) -> int:
    """How many orders this call ended because their balance was not paid in time; each ends once."""
    n_settled = 0
    while due := orders.due(limit=batch):
        n_batch = 0
        for order in due:
            ended = books.change(
                order.presale_id,
                _default,
                order_id=order.order_id,
                customer_id=order.customer_id,
                request=None,
            )
            n_batch += isinstance(ended, PresaleReturn)
            after_order()
        n_settled += n_batch
        if n_batch == 0:
            break
    return n_settled


def _default(view: PresaleView) -> PresaleChange | Refused:
    order, presale = view.order, view.presale
    assert order is not None, "orders are never deleted"
    if order.state != "deposit_paid" or view.now < presale.balance_end:
        return Refused("already_returned", f"the order is {order.state}")
    return _ended(view, order, "defaulted", on_default(presale, order.deposit_minor))


def _ended(view: PresaleView, order: PresaleOrder, state: PresaleState, division: Division) -> PresaleChange:
    ended = replace(order, state=state)
    payback = Payback(order.payment, order.customer_id, division.returned_minor, state)
    answer = PresaleReturn(
        order.order_id,
        order.presale_id,
        order.customer_id,
        state,
        division.kept_minor,
        division.returned_minor,
        view.presale.currency,
    )
    return PresaleChange(
        answer,
        moves=(_units(view.presale, order.quantity, "held", "available"),),
        paybacks=(payback,) if division.returned_minor else (),
        messages=(_told(ended, view.now, division),),
        order=ended,
        taken=-order.quantity,
    )


def _change(
    order_id: str,
    decide: Callable[[PresaleView], PresaleChange | Refused],
    *,
    request: Request,
    books: PresaleBooks,
    orders: PresaleOrders,
) -> PresaleAnswer | Refused:
    order = orders.order(order_id)
    if order is None:
        return Refused("deposit_missing", f"no deposit was paid for an order called {order_id!r}")
    return _answered(
        books.change(order.presale_id, decide, order_id=order_id, customer_id=order.customer_id, request=request)
    )


def _told(order: PresaleOrder, now: datetime, division: Division | None = None) -> Message:
    body: dict[str, object] = {
        "presale_id": order.presale_id,
        "customer_id": order.customer_id,
        "quantity": order.quantity,
        "deposit_minor": order.deposit_minor,
        "balance_minor": order.balance_minor,
        "discount_minor": order.discount_minor,
    }
    if division is not None:
        body |= {"kept_minor": division.kept_minor, "returned_minor": division.returned_minor}
    return Message(f"presale.{order.state}", order.order_id, now, body)


def _units(presale: Presale, quantity: int, source: State, target: State) -> Move:
    return Move(presale_account(presale), quantity, source, target, presale.presale_id)


def _answered(answer: PresaleAnswer | Refused | None) -> PresaleAnswer | Refused:
    assert answer is not None, "a request is always answered"
    return answer
