"""What taking events in needs of a database, a broker and the campaigns, and what goes between them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from types import MappingProxyType
from typing import Literal, NamedTuple, Protocol

from dealwright.data.event_bodies import Event
from dealwright.monitor.tally import Arm, Tally

FIELDS = (
    "n_exposed",
    "n_buyers",
    "n_orders",
    "units",
    "net_minor",
    "cost_minor",
    "n_cost_unknown",
    "discount_minor",
    "n_redemptions",
    "returned_minor",
    "n_errors",
)
"""What is summed of a minute, in the order of a `Change`; all of it can be taken back."""

TILL_SOURCE = "dealwright-till"
"""The source of events that our own till tells; nobody else may send under it."""

State = Literal["waiting", "replayed", "dropped"]
End = Literal["accepted", "corrected", "duplicate", "quarantined", "quarantined_before"]


class Minute(NamedTuple):
    """One campaign, one arm, one minute: microseconds since 1970 at which it starts."""

    campaign_id: str
    arm: Arm
    start: int


Change = list[int]
"""What is added to a minute, in the order of `FIELDS`."""


@dataclass(frozen=True, slots=True)
class CountedCampaign:
    """How events are recognised as a campaign's: by its promotions, and by its skus within [start, end).

    With a hold-out (`holdout_share` above zero) the skus are needed: who is held out uses no promotion. `currency`
    is what its money is counted in; empty is any one.
    """

    campaign_id: str
    promotion_ids: tuple[str, ...] = ()
    skus: tuple[str, ...] = ()
    start: datetime | None = None
    end: datetime | None = None
    currency: str = ""
    holdout_share: Fraction = Fraction(0)
    salt: str = ""


class CountedCampaigns(Protocol):
    """The campaigns that are known now."""

    def counted(self) -> Sequence[CountedCampaign]:
        """Those that were scheduled once; those that ended too, for events come late."""
        ...

    def unscheduled(self) -> Collection[str]:
        """The names of the others: nothing is counted for them yet."""
        ...


ArmOf = Callable[[CountedCampaign, str], Arm]
"""The arm of a customer in a campaign: always the same one."""


@dataclass(frozen=True, slots=True)
class Share:
    """What the lines of one sku of one order are to one campaign; `cost_minor` is None if a cost is not known."""

    campaign_id: str
    arm: Arm
    sku: str
    units: int
    net_minor: int
    cost_minor: int | None
    discount_minor: int


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """An order of a source as far as campaigns are concerned; `n_redemptions` by campaign."""

    order_id: str
    source: str
    event_id: str
    revision: int
    at: int
    shares: tuple[Share, ...]
    n_redemptions: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A cancellation (`refunds` is None: all of it) or a return (minor units by sku) of an order."""

    order_id: str
    source: str
    event_id: str
    at: int
    refunds: Mapping[str, int] | None


@dataclass(frozen=True, slots=True)
class Touch:
    """When a customer was first seen by a campaign, and first ordered, if ever."""

    first_seen_at: int
    first_order_at: int | None


@dataclass(frozen=True, slots=True)
class InboxRow:
    """An event that was taken, with the text that is kept; `is_late` if its minute was closed."""

    event: Event
    at: int
    text: str
    digest: int
    is_late: bool


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """Something sent that could not be taken, and everything that is wrong with it.

    `number` is 0 until it is stored. One that `is_whole` is False of cannot be tried as it stands.
    """

    text: str
    problems: tuple[str, ...]
    source: str = ""
    event_id: str = ""
    is_whole: bool = True
    number: int = 0
    state: State = "waiting"
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of what was sent: `sent` is the sum of the other four.

    `corrected` events came after their minute was closed and corrected it.
    """

    sent: int = 0
    accepted: int = 0
    corrected: int = 0
    duplicates: int = 0
    quarantined: int = 0

    def __post_init__(self) -> None:
        parts = self.accepted + self.corrected + self.duplicates + self.quarantined
        assert parts == self.sent, f"{parts} events have an end of {self.sent} sent"

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.sent + other.sent,
            self.accepted + other.accepted,
            self.corrected + other.corrected,
            self.duplicates + other.duplicates,
            self.quarantined + other.quarantined,
        )


@dataclass(frozen=True, slots=True)
class SourceCounts:
    """What one source sent so far, and the newest instant of its events."""

    source: str
    counts: Counts
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class Backlog:
    """No, not now: too much waits already. Nothing of the batch was taken."""

    n_waiting: int
    most_waiting: int
    retry_after_seconds: int

    def __bool__(self) -> bool:
        return False

    @property
    def reason(self) -> str:
        """In words."""
        return (
            f"{self.n_waiting:,} events wait to be taken and {self.most_waiting:,} may; nothing was taken: "
            f"send the batch again in {self.retry_after_seconds} s"
        )


@dataclass(frozen=True, slots=True)
class Wanted:
    """What has to be known of the past to take a batch.

    `ids` are named by their source and the id there, `orders` by their id, whoever tells of them, `touches` by
    campaign and customer, `letters` by digest, `numbers` are of dead letters that may wait, `messages` of messages
    of the till that may not be counted.
    """

    ids: Sequence[tuple[str, str]] = ()
    orders: Sequence[str] = ()
    touches: Sequence[tuple[str, str]] = ()
    letters: Sequence[str] = ()
    numbers: Sequence[int] = ()
    messages: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the past: digests by (source, event id), orders and what followed by their order's id.

    `letters` are those that were not dropped, `waiting` are numbers of dead letters that wait, `messages` of those
    of the till that are not counted, `newest_at` is the newest instant of all events so far.
    """

    digests: Mapping[tuple[str, str], int] = field(default_factory=lambda: MappingProxyType({}))
    orders: Mapping[str, Sequence[OrderFacts]] = field(default_factory=lambda: MappingProxyType({}))
    follow_ups: Mapping[str, Sequence[FollowUp]] = field(default_factory=lambda: MappingProxyType({}))
    touches: Mapping[tuple[str, str], Touch] = field(default_factory=lambda: MappingProxyType({}))
    letters: frozenset[str] = frozenset()
    waiting: frozenset[int] = frozenset()
    messages: frozenset[int] = frozenset()
    newest_at: int | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """Everything that taking a batch writes, all of it or nothing.

    `corrections` are changes of closed minutes, `letters` by their digests, `replayed` numbers of dead letters that
    live again, `messages` of those of the till that are counted now. `ends` says of each of the batch, in its
    order, what became of it.
    """

    received_at: int
    rows: Sequence[InboxRow] = ()
    orders: Sequence[OrderFacts] = ()
    follow_ups: Sequence[FollowUp] = ()
    touches: Mapping[tuple[str, str], Touch] = field(default_factory=lambda: MappingProxyType({}))
    changes: Mapping[Minute, Change] = field(default_factory=lambda: MappingProxyType({}))
    corrections: Mapping[Minute, Change] = field(default_factory=lambda: MappingProxyType({}))
    letters: Mapping[str, DeadLetter] = field(default_factory=lambda: MappingProxyType({}))
    replayed: Sequence[int] = ()
    messages: Sequence[int] = ()
    by_source: Mapping[str, Counts] = field(default_factory=lambda: MappingProxyType({}))
    ends: Sequence[End] = ()

    @property
    def counts(self) -> Counts:
        """What became of the whole batch."""
        return sum(self.by_source.values(), Counts())


class Batch(Protocol):
    """One transaction that nobody else interferes with."""

    def known(self, wanted: Wanted) -> Known:
        """Those of the wanted facts that exist."""
        ...

    def sums(self, minutes: Collection[Minute]) -> Mapping[Minute, Change]:
        """What these minutes hold so far; those without anything are left out."""
        ...

    def write(self, taken: Taken) -> None:
        """All of it; committed when the transaction ends."""
        ...

    def forget(self, until: int, *, most: int) -> int:
        """Of the oldest events, ended dead letters and corrections, at most so many each, drop those from before.

        `until` is in microseconds since 1970. How many were dropped; tallies and orders stay.
        """
        ...


class EventStore(Protocol):
    """The inbox and everything counted from it."""

    def batch(self) -> AbstractContextManager[Batch]:
        """Begin a transaction, alone; it is committed at the end, undone if an error leaves it."""
        ...

    def tallies(
        self, campaign_id: str, *, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[Tally, ...]:
        """The minutes of a campaign that start in [since, until), in order."""
        ...

    def sources(self) -> tuple[SourceCounts, ...]:
        """What each source sent so far."""
        ...


@dataclass(frozen=True, slots=True)
class Correction:
    """A closed minute was changed by what came late: `change` by the names of `FIELDS`."""

    number: int
    campaign_id: str
    arm: Arm
    start: datetime
    received_at: datetime
    change: Mapping[str, int]


class DeadLetters(Protocol):
    """What could not be taken."""

    def letters(self, *, state: State = "waiting", after: int = 0, limit: int = 100) -> tuple[DeadLetter, ...]:
        """Dead letters of a state in the order of their numbers, from behind one on."""
        ...

    def letter(self, number: int) -> DeadLetter | None:
        """One dead letter."""
        ...

    def drop(self, numbers: Sequence[int]) -> int:
        """Those of these dead letters that wait are not tried again; how many they are."""
        ...

    def corrections(self, *, after: int = 0, limit: int = 1000) -> tuple[Correction, ...]:
        """Changes of closed minutes in the order they were written, from behind a number on."""
        ...


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event as it was taken and kept, under its place in the inbox."""

    number: int
    text: str
    received_at: datetime
    is_late: bool


class EventLog(Protocol):
    """Every event that was taken and is remembered."""

    def newest(self) -> int:
        """The number of the event that was taken last; 0 if there is none."""
        ...

    def recorded(
        self, *, kind: str = "", after: int = 0, since: datetime | None = None, limit: int = 1000
    ) -> tuple[Recorded, ...]:
        """Events (of one kind, or all) in the order they were taken, from behind a number on.

        With `since` only those that happened from then on.
        """
        ...


@dataclass(frozen=True, slots=True)
class Parcel:
    """Some events from a broker, as text, under a name for saying that they were taken."""

    name: str
    texts: Sequence[str | bytes]


class Feed(Protocol):
    """A broker: what is pulled and not said to be done is delivered again."""

    def pull(self, most: int, *, wait_seconds: float) -> Parcel | None:
        """At most so many events; None if none came in the time."""
        ...

    def done(self, parcel: Parcel) -> None:
        """The parcel was taken: it is durable here."""
        ...

    def close(self) -> None:
        """Give connections back; what is not done is delivered again to others."""
        ...
