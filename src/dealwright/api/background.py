"""What runs beside the requests from the first to the last: refreshing, sweeping, and companions in threads."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

from dealwright.api.access import REFRESH_SECONDS
from dealwright.api.fresh import keep_fresh
from dealwright.api.sweeper import sweep_for_ever

if TYPE_CHECKING:
    from dealwright.api.door import House

Companion = Callable[[threading.Event], None]
"""Works in a thread of its own until the event is set."""

_RECOMMENDER_SECONDS: Final = 2.0
_N_HELPERS: Final = 4


@contextlib.asynccontextmanager
async def at_work(house: House, companions: Sequence[Companion]) -> AsyncIterator[None]:
    """While this lasts everything beside the requests runs; at its end the house is left and its till closed."""
    helpers = ThreadPoolExecutor(_N_HELPERS, thread_name_prefix="helper")
    house.guard.refresh()  # before the first request asks
    tasks = [asyncio.create_task(each) for each in _tasks(house, helpers)]
    stop = threading.Event()
    # Daemons, so that who is in a hurry and tells the process twice to end is not kept by one that hangs.
    threads = [threading.Thread(target=each, args=(stop,), name="companion", daemon=True) for each in companions]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for thread in threads:
            await asyncio.to_thread(thread.join)
        for pool in (house.threads, helpers):
            pool.shutdown()
        house.till.close()


def _tasks(house: House, helpers: Executor) -> tuple[Coroutine[Any, Any, None], ...]:
    recommender = house.service.live.recommender
    return (
        sweep_for_ever(house.till, helpers),
        house.pricing.stay_fresh(helpers),
        keep_fresh(house.guard.refresh, helpers, every_seconds=REFRESH_SECONDS),
        keep_fresh(recommender.refresh, helpers, every_seconds=_RECOMMENDER_SECONDS),
        house.gate.watch(),
    )
