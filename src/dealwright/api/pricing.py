"""Prices carts on the event loop as long as nothing has to be read from the database; else says so.

Most carts need no reading: their promotions are known and nothing they get is limited. Those that hold codes or get
something limited are priced in a thread, which may wait for the database.
"""

from __future__ import annotations

import asyncio
import logging
import time
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from dealwright.api.garbage import settle_again
from dealwright.app.till.price_at_once import AtOnce, at_once_of, price_at_once
from dealwright.core.cart import Cart
from dealwright.engine.evaluation import Evaluation

if TYPE_CHECKING:
    from dealwright.till import Till

REFRESH_SECONDS: Final = 0.2
MOST_STALE_SECONDS: Final = 1.0
MOST_LINES: Final = 50  # a longer cart would hold up the others on the loop
_LOG = logging.getLogger("dealwright.api")


@dataclass(frozen=True, slots=True)
class _Known:
    at_once: AtOnce
    looked_at: float


class Pricing:
    """The promotions in force as they were a moment ago; a thread keeps them fresh."""

    def __init__(self, till: Till) -> None:
        self._till = till
        self._known: _Known | None = None

    def refresh(self) -> None:
        """Look at the database for changes."""
        looked_at = time.monotonic()
        self._till.ledger.clock.now()  # the clock asks the database too, now and then
        offers, known = self._till.promotions.offers(), self._known
        if known is not None and known.at_once.offers is offers:
            self._known = replace(known, looked_at=looked_at)
        else:
            self._known = _Known(at_once_of(offers), looked_at)
            settle_again()

    async def stay_fresh(self, threads: Executor) -> None:
        """Refresh until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                await loop.run_in_executor(threads, self.refresh)
            except Exception:
                _LOG.exception("promotions could not be read; it is tried again in %.1f s", REFRESH_SECONDS)
            await asyncio.sleep(REFRESH_SECONDS)

    def at_once(self, cart: Cart, *, at: datetime | None) -> Evaluation | None:
        """What the cart gets, or None if that takes reading or long computing."""
        known = self._fresh()
        if known is None or len(cart.lines) > MOST_LINES:
            return None
        moment = self._till.ledger.clock.now() if at is None else at
        return price_at_once(cart, at=moment, known=known.at_once)

    def _fresh(self) -> _Known | None:
        known = self._known
        is_fresh = known is not None and time.monotonic() - known.looked_at < MOST_STALE_SECONDS
        return known if is_fresh else None
