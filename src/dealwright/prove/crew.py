"""Clients that race: separate processes, each with threads, all starting at one moment."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from dealwright.prove.weaken import Weakness, weakened
from dealwright.till.open import Till, open_till

T = TypeVar("T")
Job = Callable[[Till, int, int], T]
"""Called with the till, the seed and the number of the client; a function of a module, so that it can travel."""

_SOON_SECONDS = 0.15  # until all processes have been told what to do


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
        begins = time.time() + _SOON_SECONDS
        first = range(0, self.n_clients, self.n_threads)
        told = [
            self.pool.submit(_run, job, url, weakness, seed, range(k, k + self.n_threads), begins) for k in first
        ]
        return [answer for one in told for answer in one.result()]


@contextmanager
def hired(n_processes: int = 4, n_threads: int = 16) -> Iterator[Crew]:
    """A crew; its processes are started once and end with the context."""
    # Processes are made anew, not copied: a copy would share connections and locks with us.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(n_processes, mp_context=context) as pool:
        yield Crew(pool, n_processes, n_threads)


def _run(
    job: Job[Any], url: str, weakness: Weakness, seed: int, clients: Sequence[int], begins: float
) -> list[Any]:
    till = _till(url, weakness)
    time.sleep(max(0.0, begins - time.time()))
    with ThreadPoolExecutor(len(clients)) as threads:
        return list(threads.map(lambda client: job(till, seed, client), clients))


@lru_cache(maxsize=1)
def _till(url: str, weakness: Weakness) -> Till:
    return weakened(open_till(url), weakness)
