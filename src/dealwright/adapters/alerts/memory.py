"""Alerts in memory: for tests, notebooks and a till in memory."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from dealwright.monitor.alert import Alert, State, closed
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

    def alert(self, alert_id: str) -> Alert | None:
        """See `AlertPages.alert`."""
        with self._lock:
            return self._alerts.get(alert_id)

    def page(self, *, states: Sequence[State], behind: Alert | None = None, limit: int) -> tuple[Alert, ...]:
        """See `AlertPages.page`."""
        with self._lock:
            found = [alert for alert in self._alerts.values() if alert.state in states]
        found = [one for one in found if behind is None or _age(one) < _age(behind)]
        return tuple(sorted(found, key=_age, reverse=True)[:limit])

    def keep(self, alerts: Sequence[Alert], *, over: Sequence[Alert] = (), acted: Sequence[Acted] = ()) -> None:
        """See `AlertBooks.keep`."""
        with self._lock:
            for alert in over:
                there = self._alerts.get(alert.id)
                if there and (there.state, there.last_at) == (alert.state, alert.last_at):
                    self._alerts[alert.id] = closed(there)
            for alert in alerts:
                self._keep(alert)
            self._acted += acted

    def hand(self, alert: Alert) -> bool:
        """See `AlertBooks.hand`."""
        with self._lock:
            there = self._alerts.get(alert.id)
            if there is None or there.state == "closed":
                return False
            self._alerts[alert.id] = replace(there, state=alert.state, owner=alert.owner)
            return True

    def _keep(self, alert: Alert) -> None:
        there = self._alerts.get(alert.id)
        if there is not None:
            if there.state != "closed":
                self._alerts[alert.id] = replace(alert, state=there.state, owner=there.owner)
        elif all(one.key != alert.key or one.state == "closed" for one in self._alerts.values()):
            self._alerts[alert.id] = alert

    def acted(self, since: datetime) -> tuple[Acted, ...]:
        """Automatic actions from `since` on."""
        with self._lock:
            return tuple(sorted((one for one in self._acted if one.at >= since), key=lambda one: one.at))


def _age(alert: Alert) -> tuple[datetime, str]:
    return alert.first_at, alert.id
