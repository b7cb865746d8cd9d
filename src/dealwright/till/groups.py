"""Group buys at the till: open a group, join, pay, leave; whoever pays for nothing gets the money back, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from dealwright.adapters.ledger.frozen import fingerprint_of
from dealwright.app.till.join_group import join_group, leave_group, open_group, pay_seat
from dealwright.app.till.ledger_ports import Request
from dealwright.app.till.sale_ports import GroupBooks, GroupView
from dealwright.app.till.settle_groups import cancel_group, settle_groups
from dealwright.engine.group import Group, Joined, MemberRefund, Paid
from dealwright.engine.outcomes import Refused
from dealwright.till.names import check_names


class Groups:
    """Group buys. A request that is repeated with its `key` gets the same answer; a payment is named by its key."""

    def __init__(self, books: GroupBooks) -> None:
        self._books = books

    def open(
        self, group_id: str, *, seats: int, deadline: datetime, price_minor: int, currency: str, sku: str = ""
    ) -> Group:
        """Open a group; the same terms again change nothing. InputError names every mistake in the terms."""
        check_names(group_id=group_id, sku=sku or "-")
        group = Group(group_id, seats, deadline, price_minor, currency, sku)
        return open_group(group, books=self._books)

    def join(self, group_id: str, *, customer_id: str, key: str, is_paid: bool = False) -> Joined | Refused:
        """Take a seat before the deadline; with `is_paid` its payment was authorised, and counts with the seat."""
        check_names(group_id=group_id, customer_id=customer_id, key=key)
        request = Request(key, fingerprint_of("join_group", group_id, customer_id, is_paid))
        answer = join_group(group_id, customer_id, is_paid=is_paid, request=request, books=self._books)
        assert isinstance(answer, Joined | Refused), answer
        return answer

    def pay(self, group_id: str, *, customer_id: str, key: str) -> Paid | Refused:
        """A payment of a member arrived: it pays the seat, completes the group, or is late and goes back."""
        check_names(group_id=group_id, customer_id=customer_id, key=key)
        request = Request(key, fingerprint_of("pay_seat", group_id, customer_id))
        answer = pay_seat(group_id, customer_id, request=request, books=self._books)
        assert isinstance(answer, Paid | Refused), answer
        return answer

    def refund_member(self, group_id: str, *, customer_id: str, key: str) -> MemberRefund | Refused:
        """A member leaves, with the money back if paid. A group that has succeeded stays so."""
        check_names(group_id=group_id, customer_id=customer_id, key=key)
        request = Request(key, fingerprint_of("refund_member", group_id, customer_id))
        answer = leave_group(group_id, customer_id, request=request, books=self._books)
        assert isinstance(answer, MemberRefund | Refused), answer
        return answer

    def cancel(self, group_id: str) -> Refused | None:
        """The shop calls the group off: everybody gets the money back. None if that is done now."""
        check_names(group_id=group_id)
        return cancel_group(group_id, books=self._books)

    def view(self, group_id: str) -> GroupView | None:
        """The group, how it stands, and its members."""
        check_names(group_id=group_id)
        return self._books.view(group_id)

    def settle(self, *, after_group: Callable[[], None] = lambda: None) -> int:
        """End the groups whose deadline has passed, by the database's clock; how many this call ended."""
        return settle_groups(books=self._books, after_group=after_group)
