"""Which action an alert leads to, and whether it may be taken without asking a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dealwright.campaign.guardrail import Action, Guardrail
from dealwright.core.errors import InputError
from dealwright.core.verdict import MET, Verdict
from dealwright.monitor.alert import ActionKind, Alert, Code, ProposedAction

_KINDS: dict[Action, ActionKind] = {
    "pause": "pause",
    "throttle": "throttle",
    "roll_back": "roll_back",
    "contingency": "contingency",
    "notify": "none",
}
_STRENGTH: tuple[ActionKind, ...] = ("none", "throttle", "contingency", "roll_back", "pause")
"""Which of several actions for one campaign is taken: the last."""


@dataclass(frozen=True, slots=True)
class AutomaticLimits:
    """What may be done without a person.

    `codes` are the dangers that may, `kinds` the actions. One campaign is acted on at most `per_campaign_day` times
    in 24 hours, all together at most `per_hour` times in one: an alarm that fires everywhere is rather a fault of
    the data. Nothing is done to a campaign again within `rest_minutes`.
    """

    codes: tuple[Code, ...] = ("breach", "harm")
    kinds: tuple[ActionKind, ...] = ("pause", "throttle", "roll_back", "contingency")
    per_campaign_day: int = 3
    per_hour: int = 10
    rest_minutes: int = 5

    def __post_init__(self) -> None:
        if min(self.per_campaign_day, self.per_hour, self.rest_minutes) < 0:
            raise InputError("limits of automatic actions are 0 or more")


@dataclass(frozen=True, slots=True)
class Acted:
    """An action that was taken by itself."""

    campaign_id: str
    kind: ActionKind
    at: datetime


@dataclass(frozen=True, slots=True)
class Response:
    """An alert's action, and whether it may be taken by itself; if not, the verdict says why."""

    alert: Alert
    action: ProposedAction
    automatic: Verdict


def action_of(guardrail: Guardrail) -> ProposedAction:
    """What a guardrail asks for once it is broken."""
    kind = _KINDS[guardrail.action]
    return ProposedAction(kind, float(guardrail.throttle_share) if kind == "throttle" else None)


def respond(
    alerts: Sequence[Alert], *, limits: AutomaticLimits, acted: Sequence[Acted], now: datetime
) -> tuple[Response, ...]:
    """What to do about each alert: per campaign the strongest automatic action only, within the limits.

    `acted` are the automatic actions of the last day at least. Pausing is stronger than rolling back, and that than
    the contingency, then throttling; the fewer customers are left, the stronger is a throttle.
    """
    done, responses = list(acted), []
    for alert in sorted(alerts, key=lambda one: _weakness(one.action)):
        verdict = _may(alert, limits=limits, acted=done, now=now)
        if verdict:
            done.append(Acted(alert.campaign_id, alert.action.kind, now))
        responses.append(Response(alert, alert.action, verdict))
    return tuple(responses)


def _weakness(action: ProposedAction) -> tuple[int, float]:
    return -_STRENGTH.index(action.kind), action.throttle_share or 0.0


def _may(alert: Alert, *, limits: AutomaticLimits, acted: Sequence[Acted], now: datetime) -> Verdict:
    kind = alert.action.kind
    if kind == "none":
        return Verdict(False, "nothing_to_do", "the alert is for a person to look at")
    if alert.state == "acknowledged":
        return Verdict(False, "person_cares", f"{alert.owner} has taken the alert over and decides")
    if alert.code not in limits.codes:
        return Verdict(False, "code_not_automatic", f"{alert.code} is decided by a person")
    if kind not in limits.kinds:
        return Verdict(False, "action_not_automatic", f"{kind} is done by a person")
    own = [one for one in acted if one.campaign_id == alert.campaign_id]
    if any(now - one.at < timedelta(minutes=limits.rest_minutes) or one.at == now for one in own):
        return Verdict(
            False, "just_acted", f"{alert.campaign_id} was acted on {limits.rest_minutes} minutes ago or less"
        )
    if sum(now - one.at < timedelta(days=1) for one in own) >= limits.per_campaign_day:
        return Verdict(
            False,
            "acted_too_often",
            f"{alert.campaign_id} was acted on {limits.per_campaign_day} times in a day; a person must look",
        )
    if sum(now - one.at < timedelta(hours=1) for one in acted) >= limits.per_hour:
        return Verdict(
            False,
            "too_many_at_once",
            f"{limits.per_hour} automatic actions in an hour: rather the data are wrong; a person must look",
        )
    return MET
