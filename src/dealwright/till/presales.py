"""Presales at the till: a deposit now, the balance later, and rules for who does not keep his word."""

from __future__ import annotations

from collections.abc import Callable

from dealwright.adapters.ledger.frozen import fingerprint_of
from dealwright.app.till.ledger_ports import Request
from dealwright.app.till.pay_presale import (
    cancel_presale_order,
    open_presale,
    pay_balance,
    pay_deposit,
    settle_presales,
)
from dealwright.app.till.sale_ports import PresaleBooks, PresaleOrders
from dealwright.core.cart import MOST_MINOR
from dealwright.core.errors import InputError
from dealwright.engine.outcomes import Refused
from dealwright.engine.presale import (
    MOST_PER_ORDER,
    BalancePaid,
    DepositPaid,
    Presale,
    PresaleOrder,
    PresaleReturn,
)
from dealwright.till.names import check_names, check_quantity


class Presales:
    """Presales. A request that is repeated with its `key` gets the same answer; a deposit is named by its key."""

    def __init__(self, books: PresaleBooks, orders: PresaleOrders) -> None:
        self._books = books
        self._orders = orders

    def open(self, presale: Presale) -> Presale:
        """Open a presale; the same terms again change nothing. InputError names every mistake in the terms."""
        check_names(presale_id=presale.presale_id, sku=presale.sku)
        return open_presale(presale, books=self._books)

    def pay_deposit(
        self, presale_id: str, *, order_id: str, customer_id: str, quantity: int, key: str
    ) -> DepositPaid | Refused:
        """The deposit for an order was authorised: its units are set aside, or it is refused."""
        check_names(presale_id=presale_id, order_id=order_id, customer_id=customer_id, key=key)
        check_quantity(quantity, most=MOST_PER_ORDER)
        answer = pay_deposit(
            presale_id,
            order_id=order_id,
            customer_id=customer_id,
            quantity=quantity,
            request=Request(key, fingerprint_of("deposit", presale_id, order_id, customer_id, quantity)),
            books=self._books,
        )
        assert isinstance(answer, DepositPaid | Refused), answer
        return answer

    def pay_balance(self, order_id: str, *, key: str, discount_minor: int = 0) -> BalancePaid | Refused:
        """The rest was authorised, within its window; `discount_minor` is what coupons take off it."""
        check_names(order_id=order_id, key=key)
        if isinstance(discount_minor, bool) or not 0 <= discount_minor <= MOST_MINOR:
            raise InputError(f"discount_minor is 0 to {MOST_MINOR}; given {discount_minor!r}")
        answer = pay_balance(
            order_id,
            discount_minor=discount_minor,
            request=Request(key, fingerprint_of("balance", order_id, discount_minor)),
            books=self._books,
            orders=self._orders,
        )
        assert isinstance(answer, BalancePaid | Refused), answer
        return answer

    def cancel(self, order_id: str, *, key: str, by_shop: bool) -> PresaleReturn | Refused:
        """End an order before its balance is paid, by the rules for the shop or by those for the customer."""
        check_names(order_id=order_id, key=key)
        answer = cancel_presale_order(
            order_id,
            by_shop=by_shop,
            request=Request(key, fingerprint_of("cancel_presale", order_id, by_shop)),
            books=self._books,
            orders=self._orders,
        )
        assert isinstance(answer, PresaleReturn | Refused), answer
        return answer

    def order(self, order_id: str) -> PresaleOrder | None:
        """The order as it stands."""
        check_names(order_id=order_id)
        return self._orders.order(order_id)

    def settle(self, *, after_order: Callable[[], None] = lambda: None) -> int:
        """End orders whose balance was not paid in its window; how many this call ended."""
        return settle_presales(books=self._books, orders=self._orders, after_order=after_order)
