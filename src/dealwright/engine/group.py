"""What becomes of a group buy: who is in, when it has succeeded, and who gets money back.

A group has succeeded when every seat is paid; a moment equal to the deadline is too late. Nothing here knows the
time or keeps anything: whoever carries a decision out holds the group still meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from dealwright.core.cart import MOST_MINOR
from dealwright.core.errors import InputError
from dealwright.core.money import exponent
from dealwright.engine.ledger import part
from dealwright.engine.outcomes import Refused

MOST_SEATS = 100_000

GroupState = Literal["open", "succeeded", "failed", "cancelled"]
MemberState = Literal["joined", "paid", "left", "refunded"]
Then = Literal["paid", "succeeded", "refund"]


@dataclass(frozen=True, slots=True)
class Group:
    """`seats` people who buy at `price_minor` each if all of them have paid before `deadline`."""

    group_id: str
    seats: int
    deadline: datetime
    price_minor: int
    currency: str
    sku: str = ""


@dataclass(frozen=True, slots=True)
class GroupStanding:
    """A group at `now`: its state, the seats nobody has, and how many are paid."""

    state: GroupState
    now: datetime
    seats_left: int
    n_paid: int

    def is_open(self, group: Group) -> bool:
        """Whether joining and paying still count."""
        return self.state == "open" and self.now < group.deadline


@dataclass(frozen=True, slots=True)
class Joined:
    """A seat in a group; it is lost unless everybody has paid before `deadline`."""

    group_id: str
    customer_id: str
    amount_minor: int
    currency: str
    deadline: datetime
    is_paid: bool


@dataclass(frozen=True, slots=True)
class Paid:
    """What a payment did: it paid the seat (and completed the group), or it goes back, once."""

    group_id: str
    customer_id: str
    payment: str
    then: Then


@dataclass(frozen=True, slots=True)
class MemberRefund:
    """A member is out; `amount_minor` goes back: nothing if the seat was not paid. The group stays as it is."""

    group_id: str
    customer_id: str
    amount_minor: int
    group_state: GroupState


@dataclass(frozen=True, slots=True)
class Leaving:
    """A member goes: `state` is what the member becomes, `frees_seat` whether another may have the seat."""

    state: MemberState
    frees_seat: bool


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a group ends: its state, what paid and unpaid members become; freed seats count for nobody any more."""

    state: GroupState
    paid_become: MemberState = "refunded"
    unpaid_become: MemberState = "left"


def checked_group(group: Group) -> Group:
    """The same group; InputError with every mistake in it at once."""
    exponent(group.currency)
    limits = (("seats", group.seats, 2, MOST_SEATS), ("price_minor", group.price_minor, 0, MOST_MINOR))
    problems = [
        f"{name} is a whole number from {least} to {most}; given {given!r}"
        for name, given, least, most in limits
        if isinstance(given, bool) or not isinstance(given, int) or not least <= given <= most
    ]
    if not group.group_id:
        problems.append("group_id must not be empty")
    if group.deadline.tzinfo is None:
        problems.append("deadline needs a time zone, like 2026-11-27T00:00:00+01:00")
    if problems:
        raise InputError(*problems)
    return group


def seats_account(group_id: str) -> str:
    """The account of a group's seats: available, held (joined), used (paid)."""
    return f"seats/{part(group_id)}"


def may_join(group: Group, standing: GroupStanding, member: MemberState | None) -> Refused | None:
    """Why a customer cannot take a seat, or None: one seat each, while the group is open and has seats.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 11, 27, 12, tzinfo=UTC)
    >>> group = Group("G", 3, noon, 990, "EUR")
    >>> may_join(group, GroupStanding("open", noon, seats_left=1, n_paid=0), None).code
    'group_closed'
    """
    if not standing.is_open(group):
        return Refused("group_closed", _over(group, standing))
    if member in ("joined", "paid"):
        return Refused("already_member", "this customer has a seat in the group already")
    if standing.seats_left < 1:
        return Refused("group_full", f"all {group.seats} seats are taken")
    return None


def paying(group: Group, standing: GroupStanding, member: MemberState | None) -> Then | Refused:
    """What a payment does: it pays the seat, completes the group, or goes back because it is late or not needed."""
    if member is None:
        return Refused("reservation_unknown", f"this customer never joined the group {group.group_id!r}")
    if member != "joined" or not standing.is_open(group):
        return "refund"
    return "succeeded" if standing.n_paid + 1 == group.seats else "paid"


def leaving(group: Group, standing: GroupStanding, member: MemberState | None) -> Leaving | Refused:
    """What becomes of a member who wants out; a group that has succeeded stays so and keeps the seat taken."""
    if member is None:
        return Refused("reservation_unknown", f"this customer never joined the group {group.group_id!r}")
    if member in ("left", "refunded"):
        return Refused("already_returned", f"this member is out of the group already: {member}")
    return Leaving("refunded" if member == "paid" else "left", frees_seat=standing.state == "open")


def settlement(group: Group, standing: GroupStanding) -> Settlement | None:
    """How the group ends now, or None if it has ended or has time left; a full one ended with its last payment."""
    if standing.state != "open" or standing.now < group.deadline:
        return None
    return Settlement("failed")


def cancellation(standing: GroupStanding) -> Settlement | None:
    """How the shop calls a group off; None if it has ended."""
    return Settlement("cancelled") if standing.state == "open" else None


def _over(group: Group, standing: GroupStanding) -> str:
    if standing.state == "open":
        return f"the group's time ended at {group.deadline.isoformat()}"
    return f"the group has ended: {standing.state}"
