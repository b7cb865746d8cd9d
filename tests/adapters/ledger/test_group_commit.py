"""Many waiting requests become one transaction."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import pytest

from dealwright.adapters.ledger.group_commit import GroupCommit


class Gate:
    """A writer that notes its batches and waits where a test tells it to."""

    def __init__(self) -> None:
        self.batches: list[tuple[str, list[int]]] = []
        self.entered = threading.Event()
        self.opened = threading.Event()

    def write(self, topic: str, asks: Sequence[int]) -> list[int]:
        self.batches.append((topic, list(asks)))
        self.entered.set()
        assert self.opened.wait(timeout=30)
        return [ask * 10 for ask in asks]


def holding(gate: Gate, **limits: int) -> GroupCommit[int, int]:
    """A queue whose writer is busy with the ask 0 of the topic "a"."""
    queue: GroupCommit[int, int] = GroupCommit(gate.write, **limits)
    assert queue.submit("a", 0) is not None
    assert gate.entered.wait(timeout=30)
    return queue


def test_a_request_that_comes_alone_is_written_alone_and_what_waits_is_written_together() -> None:
    gate = Gate()
    queue = holding(gate)
    waiting = [queue.submit("a", number) for number in (1, 2, 3)]
    gate.opened.set()
    assert [one.result(timeout=30) for one in waiting if one is not None] == [10, 20, 30]
    assert gate.batches == [("a", [0]), ("a", [1, 2, 3])]
    queue.close()


def test_no_more_are_written_together_than_allowed() -> None:
    gate = Gate()
    queue = holding(gate, most_together=2)
    for number in (1, 2, 3):
        queue.submit("a", number)
    gate.opened.set()
    queue.close()
    assert gate.batches == [("a", [0]), ("a", [1, 2]), ("a", [3])]


def test_whoever_comes_when_too_many_wait_is_turned_away_and_other_topics_are_not() -> None:
    gate = Gate()
    queue = holding(gate, most_waiting=2)
    assert [queue.submit("a", number) is None for number in (1, 2, 3)] == [False, False, True]
    assert queue.submit("b", 4) is not None
    gate.opened.set()
    queue.close()
    assert gate.batches == [("a", [0]), ("b", [4]), ("a", [1, 2])]


def test_topics_take_turns_so_that_a_busy_one_does_not_starve_the_others() -> None:
    gate = Gate()
    queue = holding(gate, most_together=1)
    for topic, number in (("a", 1), ("a", 2), ("b", 3), ("b", 4)):
        queue.submit(topic, number)
    gate.opened.set()
    queue.close()
    assert [asks[0] for _, asks in gate.batches[1:]] == [3, 1, 4, 2]


@pytest.mark.parametrize("most_at_once", [1, 2])
def test_one_topic_is_never_written_by_more_threads_at_once_than_allowed(most_at_once: int) -> None:
    at_work, most = 0, 0
    lock = threading.Lock()

    def write(_topic: str, asks: Sequence[int]) -> Sequence[int]:
        nonlocal at_work, most
        with lock:
            at_work += 1
            most = max(most, at_work)
        with lock:
            at_work -= 1
        return asks

    queue: GroupCommit[int, int] = GroupCommit(
        write, n_writers=4, most_together=1, most_at_once=most_at_once, least_beside=1
    )
    waiting = [queue.submit("a", number) for number in range(200)]
    assert [one.result(timeout=30) for one in waiting if one is not None] == list(range(200))
    queue.close()
    assert most <= most_at_once


def test_while_a_batch_is_made_durable_the_next_is_written_if_enough_wait() -> None:
    gate = Gate()
    queue = holding(gate, n_writers=2, least_beside=3)
    gate.entered.clear()
    for number in (1, 2):
        queue.submit("a", number)
    assert gate.batches == [("a", [0])]
    queue.submit("a", 3)
    assert gate.entered.wait(timeout=30)
    for number in (4, 5, 6):  # two batches are under way: these wait for one of them
        queue.submit("a", number)
    gate.opened.set()
    queue.close()
    assert gate.batches == [("a", [0]), ("a", [1, 2, 3]), ("a", [4, 5, 6])]


def test_a_second_batch_does_not_start_for_fewer_than_half_of_the_first() -> None:
    gate = Gate()
    queue = holding(gate, n_writers=3, most_at_once=3, least_beside=1)
    for number in (1, 2):  # half of one, half of two
        gate.entered.clear()
        queue.submit("a", number)
        assert gate.entered.wait(timeout=30)
    queue.submit("a", 3)  # less than half of three
    gate.opened.set()
    queue.close()
    assert gate.batches == [("a", [0]), ("a", [1]), ("a", [2]), ("a", [3])]


def test_what_goes_wrong_is_told_to_all_who_asked_and_the_next_are_served() -> None:
    def write(_topic: str, asks: Sequence[int]) -> Sequence[int]:
        if 1 in asks:
            raise OSError("the disk is full")
        return asks

    queue: GroupCommit[int, int] = GroupCommit(write)
    first = queue.submit("a", 1)
    assert first is not None
    with pytest.raises(OSError, match="disk"):
        first.result(timeout=30)
    second = queue.submit("a", 2)
    assert second is not None
    assert second.result(timeout=30) == 2
    queue.close()


def test_a_request_that_was_cancelled_while_it_waited_is_not_written() -> None:
    gate = Gate()
    queue = holding(gate)
    cancelled, kept = queue.submit("a", 1), queue.submit("a", 2)
    assert cancelled is not None
    assert kept is not None
    assert cancelled.cancel()
    gate.opened.set()
    assert kept.result(timeout=30) == 20
    queue.close()
    assert gate.batches == [("a", [0]), ("a", [2])]


def test_a_queue_that_closes_answers_who_waits_and_takes_nobody_new() -> None:
    asked: list[Callable[[], object]] = []
    queue: GroupCommit[int, int] = GroupCommit(lambda _topic, asks: asks)
    for number in range(100):
        waiting = queue.submit("a", number)
        assert waiting is not None
        asked.append(waiting.result)
    queue.close()
    assert [one() for one in asked] == list(range(100))
    with pytest.raises(RuntimeError, match="closed"):
        queue.submit("a", 100)
