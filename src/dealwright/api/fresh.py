"""Keeps what is held in memory as fresh as the database, whatever fails meanwhile."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Executor

_LOG = logging.getLogger("dealwright.api")


async def keep_fresh(refresh: Callable[[], None], threads: Executor, *, every_seconds: float) -> None:
    """Call `refresh` in a thread again and again until cancelled; a failure is told in the log."""
    loop = asyncio.get_running_loop()
    while True:
        try:
            await loop.run_in_executor(threads, refresh)
        except Exception:
            _LOG.exception("what is held could not be refreshed; it is tried again in %.1f s", every_seconds)
        await asyncio.sleep(every_seconds)
