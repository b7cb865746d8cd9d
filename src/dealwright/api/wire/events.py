"""Events, dead letters and minutes as clients send and get them."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from dealwright.api.wire.shape import shaped
from dealwright.app.events.event_ports import Counts, DeadLetter, SourceCounts
from dealwright.monitor.tally import Tally


class CountsOut(Struct, frozen=True):
    """What became of the events that were sent: `sent` is the sum of the other four.

    `corrected` came late and corrected a closed minute; `quarantined` could not be read: see the dead letters.
    """

    sent: int
    accepted: int
    corrected: int
    duplicates: int
    quarantined: int


class SourceOut(Struct, frozen=True):
    """What one source sent so far, and the newest instant of its events."""

    source: str
    counts: CountsOut
    last_at: datetime | None


class SourcesOut(Struct, frozen=True):
    """Every source that ever sent events."""

    sources: tuple[SourceOut, ...]


class DeadLetterOut(Struct, frozen=True):
    """Something sent that could not be taken, and everything that is wrong with it."""

    number: int
    source: str
    event_id: str
    received_at: datetime | None
    problems: tuple[str, ...]
    text: str


class DeadLettersOut(Struct, frozen=True):
    """Dead letters that wait, in the order they came; `next` is the cursor of the page after, empty if none."""

    letters: tuple[DeadLetterOut, ...]
    next: str


class TallyOut(Struct, frozen=True):
    """One minute of one campaign and one arm; money in minor units."""

    campaign_id: str
    arm: str
    start: datetime
    n_exposed: int
    n_buyers: int
    n_orders: int
    units: int
    net_minor: int
    cost_minor: int
    is_cost_known: bool
    discount_minor: int
    n_redemptions: int
    returned_minor: int
    n_errors: int


class TalliesOut(Struct, frozen=True):
    """The minutes of a campaign in order; those without events are left out."""

    minutes: tuple[TallyOut, ...]


def counts_out(counts: Counts) -> CountsOut:
    """The shape of counts."""
    return shaped(counts, CountsOut)


def source_out(source: SourceCounts) -> SourceOut:
    """The shape of a source."""
    return SourceOut(source.source, counts_out(source.counts), source.last_at)


def letter_out(letter: DeadLetter) -> DeadLetterOut:
    """The shape of a dead letter."""
    return shaped(letter, DeadLetterOut)


def tally_out(tally: Tally) -> TallyOut:
    """The shape of a minute."""
    return shaped(tally, TallyOut)
