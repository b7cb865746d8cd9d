"""Alerts as clients send and get them."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from dealwright.api.wire.words import Name
from dealwright.monitor.alert import Alert
from dealwright.monitor.alert_words import alert_sentence


class EvidenceOut(Struct, frozen=True):
    """One figure of the evidence, as text; money ends in `_minor`, shares in `_share`."""

    name: str
    value: str


class AlertOut(Struct, frozen=True):
    """One danger to one campaign: how bad, what was seen, what should be done (`action`), who cares for it.

    `action` is pause, throttle, roll_back, contingency or none; `state` is open, acknowledged or closed.
    """

    alert_id: str
    campaign_id: str
    code: str
    severity: str
    metric: str
    subject: str
    sentence: str
    action: str
    state: str
    owner: str
    first_at: datetime
    last_at: datetime
    n_seen: int
    evidence: tuple[EvidenceOut, ...]


class AlertsOut(Struct, frozen=True):
    """Alerts, the newest first; `next` is the cursor of the page after, empty if there is none."""

    alerts: tuple[AlertOut, ...]
    next: str


class Acknowledge(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Who cares for the alert from now on."""

    owner: Name


def alert_out(alert: Alert) -> AlertOut:
    """The shape of an alert."""
    return AlertOut(
        alert.id,
        alert.campaign_id,
        alert.code,
        alert.severity,
        alert.metric,
        alert.subject,
        alert_sentence(alert),
        alert.action.kind,
        alert.state,
        alert.owner,
        alert.first_at,
        alert.last_at,
        alert.n_seen,
        tuple(EvidenceOut(name, str(value)) for name, value in alert.evidence.items()),
    )
