"""Group buys as clients send and get them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from dealwright.api.wire.shape import shaped
from dealwright.api.wire.words import Currency, Id, Instant, MaybeName, Minor, Name
from dealwright.app.till.sale_ports import GroupView
from dealwright.engine.group import MOST_SEATS


class NewGroup(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """`seats` people who buy at `price_minor` each if all of them have paid before `deadline`."""

    group_id: Id
    seats: Annotated[int, Meta(ge=2, le=MOST_SEATS)]
    deadline: Instant
    price_minor: Minor
    currency: Currency
    sku: MaybeName = ""


class GroupOut(Struct, frozen=True):
    """A group: how many people at which price until when."""

    group_id: str
    seats: int
    deadline: datetime
    price_minor: int
    currency: str
    sku: str


class MemberOut(Struct, frozen=True):
    """Who is in the group: joined, paid, left or refunded."""

    customer_id: str
    state: str


class GroupStandingOut(Struct, frozen=True):
    """A group as it stands: open, succeeded, failed or cancelled; free seats, paid seats, members."""

    group: GroupOut
    state: str
    seats_left: int
    n_paid: int
    members: tuple[MemberOut, ...]


class Join(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A customer who takes a seat; with `is_paid` the payment was authorised and counts at once."""

    customer_id: Name
    is_paid: bool = False


class Member(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A customer who pays or leaves."""

    customer_id: Name


class JoinedOut(Struct, frozen=True):
    """A seat in the group; it is lost unless everybody has paid before `deadline`."""

    group_id: str
    customer_id: str
    amount_minor: int
    currency: str
    deadline: datetime
    is_paid: bool


class PaidOut(Struct, frozen=True):
    """What a payment did: `then` is paid, succeeded (it completed the group) or refund (it came too late)."""

    group_id: str
    customer_id: str
    payment: str
    then: str


class MemberRefundOut(Struct, frozen=True):
    """The member is out; `amount_minor` goes back, nothing if the seat was not paid."""

    group_id: str
    customer_id: str
    amount_minor: int
    group_state: str


def standing(view: GroupView) -> GroupStandingOut:
    """The shape of a group as it stands."""
    return GroupStandingOut(
        shaped(view.group, GroupOut),
        view.standing.state,
        view.standing.seats_left,
        view.standing.n_paid,
        tuple(shaped(member, MemberOut) for member in view.members.values()),
    )
