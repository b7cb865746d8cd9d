"""Sweeps the till in the background: expires holds, settles groups and presales, whatever fails meanwhile."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from dealwright.till import Till

EVERY_SECONDS: Final = 1.0
_LOG = logging.getLogger("dealwright.api")


async def sweep_for_ever(till: Till, threads: Executor, *, every_seconds: float = EVERY_SECONDS) -> None:
    """Sweep until cancelled. A sweep that fails is told in the log and tried again."""
    loop = asyncio.get_running_loop()
    while True:
        try:
            await loop.run_in_executor(threads, till.sweep)
        except Exception:
            _LOG.exception("the sweep failed; it is tried again in %.0f s", every_seconds)
        await asyncio.sleep(every_seconds)
