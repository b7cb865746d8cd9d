"""Brings the outbox's messages to another system: each is sent, or tried again later, or in the end dead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from dealwright.app.till.ledger_ports import PendingMessage


@dataclass(frozen=True, slots=True)
class Due:
    """A message that is to be sent now, after so many failed attempts."""

    pending: PendingMessage
    attempts: int


@dataclass(frozen=True, slots=True)
class Failed:
    """What went wrong with a message, and when it is tried again; `next_at` is None for a dead one."""

    number: int
    attempts: int
    error: str
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class DeadMessage:
    """A message that is not tried any more."""

    pending: PendingMessage
    attempts: int
    error: str


class Relay(Protocol):
    """The outbox as seen by who empties it."""

    def due(self, *, at: datetime, limit: int) -> tuple[Due, ...]:
        """The oldest messages that are neither sent nor dead nor to be left alone until later."""
        ...

    def note(self, sent: Sequence[int], failed: Sequence[Failed], *, at: datetime) -> None:
        """What became of messages, all at once."""
        ...

    def dead(self, *, limit: int = 100) -> tuple[DeadMessage, ...]:
        """Messages that are not tried any more, the oldest first."""
        ...

    def revive(self, numbers: Sequence[int], *, at: datetime) -> int:
        """Dead messages are tried again from the start; how many of them were dead."""
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the other system said: empty if it took the message, else what went wrong.

    `is_down` says that it could not be reached at all, so that others need not be tried now.
    """

    problem: str = ""
    is_down: bool = False


class Sink(Protocol):
    """Where messages go."""

    def send(self, message: PendingMessage) -> Outcome:
        """Send one message; the same may come twice, under the same number."""
        ...


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait after a failure: twice as long each time, up to `most`; dead after so many attempts."""

    first: timedelta = timedelta(seconds=5)
    most: timedelta = timedelta(hours=1)
    most_attempts: int = 12

    def after(self, attempts: int) -> timedelta:
        """The wait after the so-manieth failure.

        >>> [Patience().after(n).seconds for n in (1, 2, 3, 11)]
        [5, 10, 20, 3600]
        """
        doublings = min(attempts - 1, 40)  # enough for any wait, and no number grows without end
        return min(self.first * (1 << doublings), self.most)


PATIENCE = Patience()


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of the messages of a round; `postponed` will be tried again."""

    sent: int = 0
    postponed: int = 0
    dead: int = 0
    errors: tuple[str, ...] = field(default=())


def deliver_messages(
    relay: Relay, sink: Sink, *, now: datetime, patience: Patience = PATIENCE, limit: int = 100
) -> Delivered:
    """Send what is due, the oldest first; at least once each.

    A sink that is down ends the round: one message pays for it, the others are not counted as tried. After a crash
    before the note is written, messages are sent again under the same number.
    """
    sent: list[int] = []
    failed: list[Failed] = []
    for due in relay.due(at=now, limit=limit):
        outcome = sink.send(due.pending)
        if not outcome.problem:
            sent.append(due.pending.number)
            continue
        failed.append(_failed(due, outcome.problem, now, patience))
        if outcome.is_down:
            break
    relay.note(sent, failed, at=now)
    n_dead = sum(one.next_at is None for one in failed)
    return Delivered(len(sent), len(failed) - n_dead, n_dead, tuple(one.error for one in failed))


def _failed(due: Due, problem: str, now: datetime, patience: Patience) -> Failed:
    attempts = due.attempts + 1
    is_dead = attempts >= patience.most_attempts
    return Failed(due.pending.number, attempts, problem[:500], None if is_dead else now + patience.after(attempts))
