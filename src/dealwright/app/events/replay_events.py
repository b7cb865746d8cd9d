"""Tries dead letters again, as they stand or corrected."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from dealwright.app.events.event_ports import Counts, DeadLetter, DeadLetters, EventStore, Wanted
from dealwright.app.events.ingest_events import Intake, counts_of, judge, settle
from dealwright.app.events.placed_events import Placed, Sent
from dealwright.core.errors import InputError

_AT_ONCE = 500
_TAKEN = ("accepted", "corrected", "duplicate")


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of dead letters that were tried again; `refused` are still dead, with what is wrong now."""

    taken: int = 0
    refused: tuple[DeadLetter, ...] = ()


def replay_letters(
    numbers: Sequence[int],
    *,
    corrected: Sent | None = None,
    intake: Intake,
    store: EventStore,
    letters: DeadLetters,
    now: datetime,
) -> Replayed:
    """Take dead letters (all that wait, if none is named) as if they came now.

    They move from quarantined to what they are now in the counts of their sources, in the transaction that takes
    them. InputError for a number that no waiting letter has, and for a correction of not exactly one.
    """
    if corrected is not None and len(numbers) != 1:
        raise InputError(f"a correction is of one dead letter; given {len(numbers)} numbers")
    n_taken = 0
    refused: list[DeadLetter] = []
    for chunk in _chunks(numbers, letters):
        tried = [(one, _judged(one, corrected, intake, now)) for one in chunk]
        taken = _take(tried, intake=intake, store=store, now=now)
        n_taken += len(taken)
        refused += _refused(tried, taken)
    return Replayed(n_taken, tuple(refused))


_Tried = tuple[DeadLetter, Placed | DeadLetter]


def _chunks(numbers: Sequence[int], letters: DeadLetters) -> Iterator[Sequence[DeadLetter]]:
    if numbers:
        found = {number: letters.letter(number) for number in numbers}
        wrong = [
            f"no dead letter {number} waits; see the dead letters for those that do"
            for number, one in found.items()
            if one is None or one.state != "waiting"
        ]
        if wrong:
            raise InputError(*wrong)
        yield [one for one in found.values() if one is not None]
        return
    after = 0
    while chunk := letters.letters(after=after, limit=_AT_ONCE):
        yield chunk
        after = chunk[-1].number


def _judged(letter: DeadLetter, corrected: Sent | None, intake: Intake, now: datetime) -> Placed | DeadLetter:
    if corrected is not None:
        return judge(intake.contract.read(corrected, is_kept=True), intake, now)
    return judge(intake.contract.read(letter.text, is_kept=True), intake, now) if letter.is_whole else letter


def _take(tried: Sequence[_Tried], *, intake: Intake, store: EventStore, now: datetime) -> set[int]:
    """Take what can be taken; the numbers of its letters."""
    pairs = [(letter, what) for letter, what in tried if isinstance(what, Placed)]
    with store.batch() as transaction:
        waiting = transaction.known(Wanted(numbers=[letter.number for letter, _ in pairs])).waiting
        pairs = [(letter, what) for letter, what in pairs if letter.number in waiting]
        events = [what for _, what in pairs]
        taken = settle(events, transaction, intake=intake, now=now)
        ended = [
            (letter, what, end) for (letter, what), end in zip(pairs, taken.ends, strict=True) if end in _TAKEN
        ]
        by_source: dict[str, Counts] = defaultdict(Counts)
        for letter, what, end in ended:
            by_source[letter.source] += Counts(sent=-1, quarantined=-1)
            by_source[what.event.source] += counts_of([end])
        numbers = [letter.number for letter, *_ in ended]
        transaction.write(replace(taken, letters={}, replayed=numbers, by_source=by_source))
    return set(numbers)


def _refused(tried: Sequence[_Tried], taken: set[int]) -> Iterator[DeadLetter]:
    for letter, what in tried:
        if letter.number not in taken:
            wrong = what.problems if isinstance(what, DeadLetter) else letter.problems
            yield replace(letter, problems=wrong)
