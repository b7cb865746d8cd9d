"""Alerts in memory: for tests, notebooks and a till in memory."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime

from dealwright.monitor.alert import Alert, State
from dealwright.monitor.respond import Acted


class MemoryAlerts:
    """Alerts by id, as long as the process lives."""

    def __init__(self) -> None:
        self._alerts: dict[str, Alert] = {}
        self._acted: list[Acted] = []
        self._lock = threading.Lock()

    def alerts(
        self, *, campaign_id: str | None = None, states: Sequence[State] = (), limit: int = 1_000
    ) -> tuple[Alert, ...]:
        """Alerts, the newest first."""
        with self._lock:
            found = [
                alert
                for alert in self._alerts.values()
                if (campaign_id is None or alert.campaign_id == campaign_id)
                and (not states or alert.state in states)
            ]
        return tuple(sorted(found, key=lambda one: (one.last_at, one.id), reverse=True)[:limit])

    def keep(self, alerts: Sequence[Alert], *, acted: Sequence[Acted] = ()) -> None:
        """Write alerts by their ids, and automatic actions."""
        with self._lock:
            self._alerts |= {alert.id: alert for alert in alerts}
            self._acted += acted

    def acted(self, since: datetime) -> tuple[Acted, ...]:
        """Automatic actions from `since` on."""
        with self._lock:
            return tuple(sorted((one for one in self._acted if one.at >= since), key=lambda one: one.at))
