"""Clients that race: separate processes, each with threads, all starting at one moment."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing.context import ForkServerContext
from multiprocessing.synchronize import Barrier
from typing import Any, TypeVar

from dealwright.prove.weaken import Weakness, weakened
from dealwright.till.open import Till, open_till

T = TypeVar("T")
Job = Callable[[Till, int, int], T]
"""Called with the till, the seed and the number of the client; a function of a module, so that it can travel."""

_PART = 250  # of what is shared out
_PATIENCE_SECONDS = 120  # for the slowest process to open its till
# What jobs need, imported once by the process that all others are copied from.
_JOBS = tuple(f"dealwright.prove.{name}" for name in ("crash", "expiry", "money", "races", "sales"))


@dataclass(frozen=True, slots=True)
class Crew:
    """`n_processes` processes with `n_threads` clients each."""

    pool: ProcessPoolExecutor
    n_processes: int
    n_threads: int

    @property
    def n_clients(self) -> int:
        """How many do the same thing at once."""
        return self.n_processes * self.n_threads

    def race(self, job: Job[T], url: str, *, seed: int, weakness: Weakness = "") -> list[T]:
        """What each client's job returned; all begin together."""
        first = range(0, self.n_clients, self.n_threads)
        told = [self.pool.submit(_run, job, url, weakness, seed, range(k, k + self.n_threads)) for k in first]
        return [answer for one in told for answer in one.result()]

    def share(self, job: Callable[[int, range], list[T]], n: int, *, seed: int) -> list[T]:
        """What `job` returned for the numbers below `n`, in their order; each process takes a part at a time."""
        parts = [range(k, min(k + _PART, n)) for k in range(0, n, _PART)]
        return [one for answers in self.pool.map(job, [seed] * len(parts), parts) for one in answers]


@contextmanager
def hired(n_processes: int = 4, n_threads: int = 16) -> Iterator[Crew]:
    """A crew; its processes are started once and end with the context."""
    context = job_context()
    together = context.Barrier(n_processes)
    with ProcessPoolExecutor(n_processes, context, _meet_at, (together,)) as pool:
        yield Crew(pool, n_processes, n_threads)


def job_context() -> ForkServerContext:
    """How processes are made: copies of one that has imported what jobs need and nothing else.

    A copy of this process would share connections and locks with us; a new one would import everything anew.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(_JOBS))
    return context


_together: Barrier


def _meet_at(together: Barrier) -> None:
    global _together  # of this process, whose initializer can leave it nowhere else
    _together = together


def _meet() -> None:
    _together.wait(_PATIENCE_SECONDS)


def _run(job: Job[Any], url: str, weakness: Weakness, seed: int, clients: Sequence[int]) -> list[Any]:
    till = _till(url, weakness)
    ready = threading.Barrier(len(clients), action=_meet)

    def run(client: int) -> Any:
        till.promotions.live(till.ledger.clock.now())  # nobody starts later because it has to connect or read first
        ready.wait(_PATIENCE_SECONDS)
        return job(till, seed, client)

    with ThreadPoolExecutor(len(clients)) as threads:
        return list(threads.map(run, clients))


@lru_cache(maxsize=1)
def _till(url: str, weakness: Weakness) -> Till:
    return weakened(open_till(url), weakness)
