"""Prices carts on the event loop as long as nothing has to be read from the database; else says so.

Most carts need no reading: their promotions are known and nothing they get is limited. Those that hold codes or get
something limited are priced in a thread, which may wait for the database.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final, NoReturn

from dealwright.app.ledger_ports import CodeRecord, HoldRecord
from dealwright.app.price_cart import Offers, price_cart
from dealwright.core.cart import Cart, checked
from dealwright.engine.evaluation import Evaluation
from dealwright.engine.ledger import Balance

if TYPE_CHECKING:
    from dealwright.till import Till

REFRESH_SECONDS: Final = 0.2
MOST_STALE_SECONDS: Final = 1.0
MOST_LINES: Final = 50  # a longer cart would hold up the others on the loop
_LOG = logging.getLogger("dealwright.api")


class _WouldReadError(Exception):
    """The evaluation needs something of the database."""


class _Unread:
    """Accounts and codes that nobody may read on the loop."""

    def balances(self, accounts: Sequence[str]) -> Mapping[str, Balance]:
        self._stop(accounts)

    def holders(self, account: str, *, limit: int) -> tuple[HoldRecord, ...]:
        self._stop(account, limit)

    def find(self, codes: Iterable[str]) -> Mapping[str, CodeRecord]:
        self._stop(codes)

    def add(self, codes: Iterable[CodeRecord]) -> int:
        self._stop(codes)

    def _stop(self, *_: object) -> NoReturn:
        raise _WouldReadError


@dataclass(frozen=True, slots=True)
class _Known:
    offers: Offers
    looked_at: float


class Pricing:
    """The promotions in force as they were a moment ago; a thread keeps them fresh."""

    def __init__(self, till: Till) -> None:
        self._till = till
        unread = _Unread()
        self._ledger = replace(till.ledger, accounts=unread, codes=unread)
        self._known: _Known | None = None

    def refresh(self) -> None:
        """Look at the database for changes."""
        looked_at = time.monotonic()
        self._till.ledger.clock.now()  # the clock asks the database too, now and then
        self._known = _Known(self._till.promotions.offers(), looked_at)

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
        known = self._known
        is_fresh = known is not None and time.monotonic() - known.looked_at < MOST_STALE_SECONDS
        if known is None or not is_fresh or cart.codes or len(cart.lines) > MOST_LINES:
            return None
        moment = self._till.ledger.clock.now() if at is None else at
        try:
            return price_cart(checked(cart), at=moment, offers=known.offers, ledger=self._ledger).evaluation
        except _WouldReadError:
            return None
