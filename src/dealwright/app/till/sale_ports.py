"""What flash sales, group buys and presales need of a database: one step each that decides and writes, or does not.

Every port holds its subject still (a sale's units, a group, a presale), shows what is known at that moment, and
writes what was decided, durably and as a whole. The database's clock says what time it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeAlias, TypeVar

from dealwright.app.till.ledger_ports import Message, Request
from dealwright.engine.flash import Ask, FlashSale, Reservation, ReservationState, Reserved
from dealwright.engine.group import Group, GroupStanding, GroupState, Joined, MemberRefund, MemberState, Paid
from dealwright.engine.ledger import Move
from dealwright.engine.outcomes import Refused
from dealwright.engine.presale import BalancePaid, DepositPaid, Presale, PresaleOrder, PresaleReturn

GroupAnswer: TypeAlias = Joined | Paid | MemberRefund
PresaleAnswer: TypeAlias = DepositPaid | BalancePaid | PresaleReturn
Answered = TypeVar("Answered", covariant=True)


@dataclass(frozen=True, slots=True)
class Member:
    """A customer in a group; `payment` is the key the seat was paid under."""

    customer_id: str
    state: MemberState
    payment: str = ""


@dataclass(frozen=True, slots=True)
class Payback:
    """Money of one payment that goes back to who paid it; a payment goes back once."""

    payment: str
    customer_id: str
    amount_minor: int
    reason: str


@dataclass(frozen=True, slots=True)
class Written(Generic[Answered]):
    """What is written beside the answer: all of it or nothing. A refusal writes nothing at all."""

    answer: Answered
    moves: tuple[Move, ...] = ()
    paybacks: tuple[Payback, ...] = ()
    messages: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group, held still: how it stands, and those members that were asked for."""

    group: Group
    standing: GroupStanding
    members: Mapping[str, Member]


@dataclass(frozen=True, slots=True)
class GroupChange(Written[GroupAnswer | None]):
    """What becomes of a group and of some of its members."""

    state: GroupState | None = None
    members: tuple[Member, ...] = ()


@dataclass(frozen=True, slots=True)
class PresaleView:
    """A presale, held still at `now`: units left, the order if it exists, what the customer has of the presale."""

    presale: Presale
    now: datetime
    left: int
    taken: int
    order: PresaleOrder | None


@dataclass(frozen=True, slots=True)
class PresaleChange(Written[PresaleAnswer | None]):
    """What becomes of an order of a presale; `taken` is how many units more (or fewer) the customer has."""

    order: PresaleOrder | None = None
    taken: int = 0


class FlashBooks(Protocol):
    """Units of flash sales and who has them."""

    def open(self, sale: FlashSale) -> FlashSale:
        """Put the sale on the shelf and load its units; the sale that has this id already, if there is one."""
        ...

    def find(self, sale_id: str) -> FlashSale | None:
        """The sale."""
        ...

    def reserve(self, sale_id: str, asks: Sequence[Ask]) -> list[Reserved | Refused]:
        """Answer all asks in one durable transaction."""
        ...

    def finish(
        self, sale_id: str, reservation_ids: Sequence[str], *, to: ReservationState
    ) -> list[Reservation | Refused]:
        """End reservations of one sale in one durable transaction; each ends once, whoever comes first."""
        ...


class Reservations(Protocol):
    """Reservations by name."""

    def reservation(self, reservation_id: str) -> Reservation | None:
        """The reservation as it stands."""
        ...

    def due(self, *, limit: int) -> tuple[Reservation, ...]:
        """Reservations whose time is over but that are still held, the oldest first."""
        ...


class GroupBooks(Protocol):
    """Groups, their members and the money that goes back."""

    def add(self, group: Group) -> Group:
        """Open the group and load its seats; the group that has this id already, if there is one."""
        ...

    def change(
        self,
        group_id: str,
        decide: Callable[[GroupView], GroupChange | Refused],
        *,
        customer_id: str | None,
        request: Request | None,
    ) -> GroupAnswer | Refused | None:
        """Hold the group still, decide, write. `customer_id` names the one member to show, None all of them.

        With `request`, an answer stored under its key is given again instead. None if nothing was to be answered.
        """
        ...

    def view(self, group_id: str) -> GroupView | None:
        """The group as committed, with all members."""
        ...

    def due(self, *, limit: int) -> tuple[str, ...]:
        """Groups that are open past their deadline, the oldest first."""
        ...


class PresaleBooks(Protocol):
    """Presales and what is decided about their orders."""

    def add(self, presale: Presale) -> Presale:
        """Open the presale and load its units; the presale that has this id already, if there is one."""
        ...

    def change(
        self,
        presale_id: str,
        decide: Callable[[PresaleView], PresaleChange | Refused],
        *,
        order_id: str,
        customer_id: str,
        request: Request | None,
    ) -> PresaleAnswer | Refused | None:
        """Hold the presale still, decide, write; as `GroupBooks.change` does."""
        ...

    def find(self, presale_id: str) -> Presale | None:
        """The presale."""
        ...


class PresaleOrders(Protocol):
    """Orders of presales by name."""

    def order(self, order_id: str) -> PresaleOrder | None:
        """The order as committed."""
        ...

    def due(self, *, limit: int) -> tuple[PresaleOrder, ...]:
        """Orders whose balance was not paid though its window is over."""
        ...
