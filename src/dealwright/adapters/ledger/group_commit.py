"""Many waiting requests become one transaction: what waits is written together, answered when it is durable.

A hot row allows one durable commit at a time; folding all that wait into the next commit makes the row as fast as
its transactions are large. There is no timer: a request that comes alone is written alone, at once.
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


class GroupCommit(Generic[Asked, Answered]):
    """A bounded queue per topic, written by `n_writers` threads; one topic is written by one thread at a time.

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
    ) -> None:
        self._write = write
        self._n_writers = n_writers
        self._most_waiting = most_waiting
        self._most_together = most_together
        self._changed = threading.Condition()
        self._waiting: dict[str, deque[tuple[Asked, Future[Answered]]]] = {}
        self._turns: deque[str] = deque()  # topics that wait and that nobody writes now
        self._threads: list[threading.Thread] = []
        self._is_closed = False

    def submit(self, topic: str, ask: Asked) -> Future[Answered] | None:
        """The answer to come; None if too many wait already. RuntimeError after `close`."""
        future: Future[Answered] = Future()
        with self._changed:
            if self._is_closed:
                raise RuntimeError("the queue is closed; open the till again")
            if not self._threads:
                self._start()
            waiting = self._waiting.get(topic)
            if waiting is None:
                self._waiting[topic] = deque([(ask, future)])
                self._turns.append(topic)
                self._changed.notify()
            elif len(waiting) >= self._most_waiting:
                return None
            else:
                waiting.append((ask, future))
        return future

    def close(self) -> None:
        """Write what waits, then stop."""
        with self._changed:
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
            self._answer(topic, self._take(topic))
            with self._changed:
                if self._waiting[topic]:
                    self._turns.append(topic)
                    self._changed.notify()
                else:
                    del self._waiting[topic]

    def _next_topic(self) -> str | None:
        with self._changed:
            while not self._turns:
                if self._is_closed:
                    return None
                self._changed.wait()
            return self._turns.popleft()

    def _take(self, topic: str) -> list[tuple[Asked, Future[Answered]]]:
        with self._changed:
            waiting = self._waiting[topic]
            taken = [waiting.popleft() for _ in range(min(len(waiting), self._most_together))]
        return [(ask, future) for ask, future in taken if future.set_running_or_notify_cancel()]

    def _answer(self, topic: str, taken: Sequence[tuple[Asked, Future[Answered]]]) -> None:
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
