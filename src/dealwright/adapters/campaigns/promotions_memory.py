"""Promotions changed by people, in memory: one at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from dealwright.app.campaigns.change_promotions import Change, Found, NotChanged, Owner
from dealwright.app.service.keep_audit import Entry
from dealwright.app.till.ledger_ports import PromotionShelf


class MemoryPromotionBooks:
    """See `PromotionBooks`; `owners` and `append` are of the campaigns of the same process."""

    def __init__(
        self,
        shelf: PromotionShelf,
        *,
        owners: Callable[[], Mapping[str, Owner]],
        append: Callable[[Sequence[Entry]], object],
        now: Callable[[], datetime],
    ) -> None:
        self._shelf = shelf
        self._owners = owners
        self._append = append
        self._now = now
        self._lock = threading.Lock()

    def change(self, decide: Callable[[Found], Change | NotChanged]) -> Change | NotChanged:
        """See `PromotionBooks.change`."""
        with self._lock:
            found = Found(self._now(), {one.id: one for one in self._shelf.all()}, self._owners())
            change = decide(found)
            if not isinstance(change, Change) or not change.entries:
                return change
            if change.put:
                self._shelf.put(change.put, at=found.now)
            if change.retire:
                self._shelf.retire(change.retire, at=found.now)
            self._append(change.entries)
            return change
