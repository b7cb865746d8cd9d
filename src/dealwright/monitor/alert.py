"""A danger that was seen: the evidence, what should be done, and who cares for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Literal, get_args

from dealwright.core.errors import InputError
from dealwright.core.ids import fingerprint

Code = Literal[
    "breach",
    "harm",
    "sample_ratio",
    "budget_pace",
    "margin_off",
    "below_forecast",
    "above_forecast",
    "stock_out",
    "velocity",
    "ring",
    "code_guessing",
    "refund_after_threshold",
    "silence",
    "drift",
    "not_watched",
    "not_compared",
]
Severity = Literal["info", "warning", "critical"]
State = Literal["open", "acknowledged", "closed"]
ActionKind = Literal["pause", "throttle", "roll_back", "contingency", "none"]
Plain = str | int | float | bool | None

SEVERITIES: tuple[Severity, ...] = get_args(Severity)


@dataclass(frozen=True, slots=True)
class ProposedAction:
    """What should be done; "none" is to tell the owner only. `throttle_share` of the customers keep it then."""

    kind: ActionKind = "none"
    throttle_share: float | None = None


_NONE = ProposedAction()


@dataclass(frozen=True, slots=True)
class Alert:
    """One danger to one campaign; `subject` is what it concerns within it (a sku, a guardrail, a ring).

    `evidence` is plain data: money ends in `_minor`, shares in `_share`; what was inferred has its `_low` and
    `_high` beside it. `first_at` and `last_at` are when it was seen, `n_seen` how often.
    """

    code: Code
    severity: Severity
    campaign_id: str
    metric: str
    first_at: datetime
    last_at: datetime
    subject: str = ""
    currency: str = ""
    evidence: Mapping[str, Plain] = field(default_factory=lambda: MappingProxyType({}))
    action: ProposedAction = _NONE
    state: State = "open"
    owner: str = ""
    n_seen: int = 1

    @property
    def key(self) -> str:
        """The same danger seen again has the same key."""
        return fingerprint(self.campaign_id, self.code, self.metric, self.subject)

    @property
    def id(self) -> str:
        """This alert: the danger, and when it was first seen."""
        return f"al-{fingerprint(self.key, self.first_at.isoformat())}"


def first_seen(
    code: Code,
    severity: Severity,
    *,
    at: datetime,
    campaign_id: str,
    metric: str,
    subject: str = "",
    currency: str = "",
    evidence: Mapping[str, Plain],
    action: ProposedAction = _NONE,
    owner: str = "",
) -> Alert:
    """The alert of a danger that is seen now; `seen_again` joins it with one that is open already."""
    return Alert(code, severity, campaign_id, metric, at, at, subject, currency, evidence, action, "open", owner)


def seen_again(known: Alert, now: Alert) -> Alert:
    """The alert that is open already, with what is known of it now; its severity never falls."""
    assert known.key == now.key, f"{known.key} and {now.key} are two dangers"
    return replace(
        known,
        last_at=now.last_at,
        evidence=now.evidence,
        action=now.action if now.action.kind != "none" else known.action,
        severity=max(known.severity, now.severity, key=SEVERITIES.index),
        n_seen=known.n_seen + 1,
    )


def acknowledged(alert: Alert, *, owner: str) -> Alert:
    """The alert once somebody cares for it; InputError if it is closed or nobody is named."""
    if alert.state == "closed":
        raise InputError(f"alert {alert.id} is closed; it opens anew if the danger is seen again")
    if not owner:
        raise InputError("name who cares for the alert")
    return replace(alert, state="acknowledged", owner=owner)


def closed(alert: Alert) -> Alert:
    """The alert once the danger is over; seen again, it is a new one."""
    return replace(alert, state="closed")
