"""Many waiting requests become one transaction: what waits is written together, answered when it is durable.

A hot row allows one durable commit at a time; folding all that wait into the next commit makes the row as fast as
its transactions are large. There is no timer: a request that comes alone is written alone, at once.

Two batches of a topic may be under way: while the database makes one durable, the next is prepared and sent. The
second starts only when it is worth a commit: when some wait, and at least half as many as are being written.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Answered = TypeVar("Answered")

MOST_TOGETHER = 512
MOST_WAITING = 4_096
MOST_AT_ONCE = 2
LEAST_BESIDE = 32


class _Topic(Generic[Asked, Answered]):
    """Who waits, and how many are being written in how many batches."""

    __slots__ = ("has_turn", "n_batches", "n_written", "waiting")

    def __init__(self) -> None:
        self.waiting: deque[tuple[Asked, Future[Answered]]] = deque()
        self.has_turn = False
        self.n_batches = 0
        self.n_written = 0


class GroupCommit(Generic[Asked, Answered]):
    """A bounded queue per topic, written by `n_writers` threads, `most_at_once` of them at one topic.

    A batch that is begun beside another has at least `least_beside` asks.
    `write(topic, asks)` answers all asks, in their order, after one durable commit; what it raises is raised to all
    who asked. Topics take turns, so a busy one does not starve the others.
    """

    def __init__(
        self,
        write: Callable[[str, Sequence[Asked]], Sequence[Answered]],
        *,
        n_writers: int = 1,
        most_waiting: int = MOST_WAITING,
        most_together: int = MOST_TOGETHER,
        most_at_once: int = MOST_AT_ONCE,
        least_beside: int = LEAST_BESIDE,
    ) -> None:
        self._write = write
        self._n_writers = n_writers
        self._most_waiting = most_waiting
        self._most_together = most_together
        self._most_at_once = min(most_at_once, n_writers)
        self._least_beside = least_beside
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._topics: dict[str, _Topic[Asked, Answered]] = {}
        self._turns: deque[str] = deque()  # topics whose next batch may be written
        self._threads: list[threading.Thread] = []
        self._is_closed = False

    def submit(self, topic: str, ask: Asked) -> Future[Answered] | None:
        """The answer to come; None if too many wait already. RuntimeError after `close`."""
        future: Future[Answered] = Future()
        with self._lock:
            if self._is_closed:
                raise RuntimeError("the queue is closed; open the till again")
            if not self._threads:
                self._start()
            found = self._topics.get(topic)
            if found is None:
                found = self._topics[topic] = _Topic()
            if len(found.waiting) >= self._most_waiting:
                return None
            found.waiting.append((ask, future))
            self._give_turn(topic, found)
        return future

    def close(self) -> None:
        """Write what waits, then stop."""
        with self._lock:
            self._is_closed = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _start(self) -> None:
        self._threads = [
            threading.Thread(target=self._run, name=f"group-commit-{number}", daemon=True)
            for number in range(self._n_writers)
        ]
        for thread in self._threads:
            thread.start()

    def _run(self) -> None:
        while (topic := self._next_topic()) is not None:
            taken = self._take(topic)
            self._answer(topic, taken)
            with self._lock:
                done = self._topics[topic]
                done.n_batches -= 1
                done.n_written -= len(taken)
                if done.waiting:
                    self._give_turn(topic, done)
                elif done.n_batches == 0:
                    del self._topics[topic]

    def _give_turn(self, topic: str, of: _Topic[Asked, Answered]) -> None:
        """Let the next batch be written, if it may be now."""
        if of.has_turn or of.n_batches == self._most_at_once:
            return
        if of.n_batches == 0 or len(of.waiting) >= max(self._least_beside, of.n_written / 2):
            of.has_turn = True
            self._turns.append(topic)
            self._changed.notify()

    def _next_topic(self) -> str | None:
        with self._lock:
            while not self._turns:
                if self._is_closed:
                    return None
                self._changed.wait()
            return self._turns.popleft()

    def _take(self, topic: str) -> list[tuple[Asked, Future[Answered]]]:
        with self._lock:
            found = self._topics[topic]
            waiting = found.waiting
            taken = [waiting.popleft() for _ in range(min(len(waiting), self._most_together))]
            found.has_turn = False
            found.n_batches += 1
            found.n_written += len(taken)
            if waiting:
                self._give_turn(topic, found)
        return taken

    def _answer(self, topic: str, taken: Sequence[tuple[Asked, Future[Answered]]]) -> None:
        taken = [(ask, future) for ask, future in taken if future.set_running_or_notify_cancel()]
        if not taken:
            return
        try:
            answers = self._write(topic, [ask for ask, _ in taken])
        except BaseException as error:  # belongs to those who asked, not to this thread
            for _, future in taken:
                future.set_exception(error)
            return
        for (_, future), answer in zip(taken, answers, strict=True):
            future.set_result(answer)
