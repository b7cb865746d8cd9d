"""What the till's use cases need of a database, a clock and a source of names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Literal, Protocol

from dealwright.campaign.promotion import Promotion
from dealwright.core.errors import DealwrightError
from dealwright.engine.evaluation import Evaluation
from dealwright.engine.ledger import Balance, Demand, Move
from dealwright.engine.outcomes import Answer, HoldState, Order, Refunded

_NOTHING: Mapping[str, int] = MappingProxyType({})


class LedgerUnavailableError(DealwrightError):
    """The database did not answer: whether the request was written is unknown until `by_key` is asked.

    Sending the same request with the same key again is always safe.
    """


@dataclass(frozen=True, slots=True)
class Request:
    """One request of a caller: its idempotency key, and the fingerprint of what it asks."""

    key: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer stored under a key; `raw` is the same bytes every time.

    `answer` is None if it is not one of a cart (but of a flash sale, a group, a presale).
    """

    fingerprint: str
    raw: bytes
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class HoldRecord:
    """A hold as it is stored: what it draws, the evaluation it promised, and until when."""

    hold_id: str
    order_id: str
    customer_id: str
    state: HoldState
    held_at: datetime
    expires_at: datetime
    demands: tuple[Demand, ...]
    evaluation: Evaluation


@dataclass(frozen=True, slots=True)
class HoldEnd:
    """A hold that is held now ends in `state`.

    `alive_at`: only if it has not expired then. `dead_at`: only if it has.
    """

    hold_id: str
    state: HoldState
    alive_at: datetime | None = None
    dead_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OrderRecord:
    """An order as it is stored, with what it drew; `revision` counts its changes."""

    order: Order
    demands: tuple[Demand, ...]
    delivery_refunded_minor: int = 0
    revision: int = 0


@dataclass(frozen=True, slots=True)
class OrderStep:
    """An order goes from one revision to the next: nobody else may have changed it in between."""

    before: OrderRecord
    after: OrderRecord
    refund: Refunded
    at: datetime


@dataclass(frozen=True, slots=True)
class Message:
    """News for other systems, written with what it tells; `body` is plain data."""

    kind: str
    subject: str
    at: datetime
    body: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class PendingMessage:
    """A message that waits for delivery; `number` is its place in the order of writing."""

    number: int
    message: Message


@dataclass(frozen=True, slots=True)
class Change:
    """Everything one decision writes, all of it or nothing.

    Written in this order: the answer under its key, holds, order, messages, entries, and the accounts last, in the
    one lock order. Accounts in `opens` are made, empty, if they do not exist.
    """

    at: datetime
    request: Request | None = None
    answer: Answer | None = None
    ends: tuple[HoldEnd, ...] = ()
    hold: HoldRecord | None = None
    order: OrderRecord | None = None
    step: OrderStep | None = None
    messages: tuple[Message, ...] = ()
    moves: tuple[Move, ...] = ()
    opens: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Conflict:
    """Why a change was not written; nothing of it was.

    - "key": an answer is stored under the key already (`kept`)
    - "in_progress": another request with the key is being written
    - "hold": a hold that should end is not held, or its time has (not) come; `names` are hold ids
    - "order_has_hold": another hold of the same order is held
    - "order": the order exists already, or changed since it was read
    - "accounts": `names` are the accounts that do not have enough
    - "busy": a lock could not be had in time
    """

    kind: Literal["key", "in_progress", "hold", "order_has_hold", "order", "accounts", "busy"]
    names: tuple[str, ...] = ()
    kept: KeptAnswer | None = None


@dataclass(frozen=True, slots=True)
class CodeRecord:
    """A code that was given out: for which promotion, to whom (empty: anybody), how often, and when it holds.

    `uses` is `None` without limit. The span is half-open; `None` is open.
    """

    code: str
    promotion_id: str
    batch: str = ""
    customer_id: str = ""
    uses: int | None = 1
    start: datetime | None = None
    end: datetime | None = None


class Books(Protocol):
    """Where decisions are written."""

    def write(self, change: Change) -> Conflict | None:
        """Write all of the change, durably, or nothing of it."""
        ...

    def kept(self, key: str) -> KeptAnswer | Literal["in_progress"] | None:
        """What is stored under a key; waits shortly for a writer of the same key."""
        ...


@dataclass(frozen=True, slots=True)
class BookFacts:
    """What an audit compares: accounts as they stand, and as their entries and the holds say they must.

    `moved` maps an account to what its entries brought to "loaded" (negative), "held" and "used"; `held` to what
    holds of carts that are held draw on it. Holds and orders are counted.
    """

    balances: Mapping[str, Balance]
    moved: Mapping[str, Mapping[str, int]]
    held: Mapping[str, int]
    n_committed_holds: int
    n_orders: int
    n_order_messages: int


class Audit(Protocol):
    """Everything there is in the books, for whoever checks them."""

    def facts(self) -> BookFacts:
        """All accounts, entries and holds; consistent when nobody writes meanwhile."""
        ...


class Accounts(Protocol):
    """What accounts hold."""

    def balances(self, accounts: Sequence[str]) -> Mapping[str, Balance]:
        """The balances of those accounts that exist."""
        ...

    def holders(self, account: str, *, limit: int) -> tuple[HoldRecord, ...]:
        """Holds that draw on the account now, the one that ends first first."""
        ...


class Holds(Protocol):
    """Holds by name."""

    def hold(self, hold_id: str) -> HoldRecord | None:
        """The hold, whatever its state."""
        ...

    def hold_of(self, order_id: str) -> HoldRecord | None:
        """The hold of the order that is held now."""
        ...

    def due(self, at: datetime, *, limit: int) -> tuple[HoldRecord, ...]:
        """Holds whose time is over but that are still held, the oldest first."""
        ...


class Orders(Protocol):
    """Orders by name."""

    def order(self, order_id: str) -> OrderRecord | None:
        """The order as it stands."""
        ...


class Outbox(Protocol):
    """News on its way to other systems; it is added by `Books.write`, with what it tells."""

    def pending(self, limit: int) -> tuple[PendingMessage, ...]:
        """The oldest messages that are not delivered."""
        ...

    def done(self, numbers: Iterable[int], *, at: datetime) -> None:
        """These messages were delivered at this time."""
        ...


class Codes(Protocol):
    """Codes that were given out."""

    def find(self, codes: Iterable[str]) -> Mapping[str, CodeRecord]:
        """Those of the codes that exist, by the code as it was typed; one look-up each, however many there are."""
        ...


class PromotionShelf(Protocol):
    """Every version of every promotion, and which of them are in force."""

    def put(self, promotions: Sequence[Promotion], *, at: datetime) -> None:
        """Make these versions the ones in force; InputError if a version exists with other terms."""
        ...

    def retire(self, promotion_id: str, *, at: datetime) -> bool:
        """Take a promotion out of force; False if it was not in force."""
        ...

    def all(self) -> tuple[Promotion, ...]:
        """The versions in force, by id."""
        ...

    def stamp(self) -> int:
        """A number that grows with every change."""
        ...


class Clock(Protocol):
    """The time that decides."""

    def now(self) -> datetime:
        """This instant, in UTC."""
        ...

    def skew_seconds(self) -> float:
        """How far this machine's own clock is ahead of the one that decides."""
        ...


class Ids(Protocol):
    """New names."""

    def new(self, kind: str) -> str:
        """A name nobody has had or can guess, starting with its kind."""
        ...


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ports of one database, with the clock and the names that go with it."""

    books: Books
    accounts: Accounts
    holds: Holds
    orders: Orders
    outbox: Outbox
    codes: Codes
    promotions: PromotionShelf
    audit: Audit
    clock: Clock
    ids: Ids
