"""What the goods of a shop cost, as its workspace says: read again when that has changed."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Final

from dealwright.core.errors import WorkspaceError
from dealwright.settings import FILE_NAME, read_settings

LOOK_AGAIN_SECONDS: Final = 10.0
_WAREHOUSE: Final = "shop.duckdb"


class WorkspaceCosts:
    """See `UnitCosts`; while a job has the workspace, what was read before holds."""

    def __init__(self, folder: Path, *, now: Callable[[], datetime]) -> None:
        self._folder = folder
        self._now = now
        self._looked_at = -LOOK_AGAIN_SECONDS
        self._read: tuple[int, date] | None = None
        self._currency = ""
        self._costs: Mapping[str, int] = {}

    def __call__(self, skus: Collection[str], currency: str) -> Mapping[str, int]:
        """What a unit of each costs today, where it is known in this currency."""
        if time.monotonic() - self._looked_at >= LOOK_AGAIN_SECONDS:
            self._looked_at = time.monotonic()
            self._refresh()
        if currency != self._currency:
            return {}
        return {sku: self._costs[sku] for sku in skus if sku in self._costs}

    def _refresh(self) -> None:
        """What a cost is changes with the warehouse, and with the day."""
        from dealwright.app.campaigns.price_evidence import costs_on
        from dealwright.bootstrap import assemble

        file, today = self._folder / _WAREHOUSE, self._now().date()
        if not file.exists() or not (self._folder / FILE_NAME).exists():
            return
        if self._read == (file.stat().st_mtime_ns, today):
            return
        try:
            warehouse = assemble(self._folder).warehouse
        except WorkspaceError:  # a job has it open, or writes it
            return
        try:
            self._costs, self._currency = costs_on(warehouse, today), read_settings(self._folder).currency
        finally:
            warehouse.close()
        self._read = (file.stat().st_mtime_ns, today)
