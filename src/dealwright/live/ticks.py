"""What happens by itself while a service runs: campaigns start and end in time, dangers are seen and acted on."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Final

from dealwright.app.watch.watch_risk import Scope
from dealwright.live.campaigns import Campaigns
from dealwright.live.watch import Watch

EVERY_SECONDS: Final = 1.0
ALL_EVERY_SECONDS: Final = 60.0
_LOG = logging.getLogger("dealwright.campaigns")


class Ticks:
    """Tends the campaigns of a shop and looks at hard guardrails every second, at everything once a minute.

    Each time stands inside what `around` gives.
    """

    def __init__(
        self,
        campaigns: Campaigns,
        watch: Watch,
        *,
        around: Callable[[], AbstractContextManager[Any]] = nullcontext,
    ) -> None:
        self._campaigns = campaigns
        self._watch = watch
        self._around = around

    def work(self, stop: threading.Event) -> None:
        """Go on until `stop` is set; what fails is told in the log and tried again."""
        all_at = time.monotonic()
        while not stop.is_set():
            is_all = time.monotonic() >= all_at
            with self._around():
                self._tick("all" if is_all else "hard")
            if is_all:
                all_at = time.monotonic() + ALL_EVERY_SECONDS
            stop.wait(EVERY_SECONDS)

    def _tick(self, scope: Scope) -> None:
        try:
            self.tend()
        except Exception:
            _LOG.exception("campaigns could not be tended; it is tried again")
        try:  # of its own: dangers are looked for also while nothing can be started or ended
            self._watch.look(scope=scope)
        except Exception:
            _LOG.exception("campaigns could not be watched; it is tried again")

    def tend(self) -> None:
        """Start and end campaigns once, and log it."""
        tended = self._campaigns.tend()
        for campaign_id in tended.launched:
            _LOG.info("campaign %s went live", campaign_id)
        for campaign_id in tended.ended:
            _LOG.info("campaign %s ended", campaign_id)
        for campaign_id, reason in tended.held_back.items():
            _LOG.warning("campaign %s was held back: %s", campaign_id, reason)
