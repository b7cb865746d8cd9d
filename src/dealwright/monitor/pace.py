"""Whether the budget lasts to the end of the campaign, or is spent already."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from scipy.special import gammaincinv

from dealwright.campaign.guardrail import Guardrail
from dealwright.monitor.alert import Alert, Plain, ProposedAction, Severity, first_seen
from dealwright.monitor.expectation import Expectation
from dealwright.monitor.minutes import Tallies, promoted, sums_of, within
from dealwright.monitor.respond import action_of

_WINDOW = timedelta(hours=24)
_LEAST = 20  # redemptions, before a pace is told
_LEVEL = 0.9


def pace(
    tallies: Tallies,
    expectation: Expectation,
    guardrail: Guardrail | None,
    now: datetime,
    *,
    since: datetime | None = None,
) -> Alert | None:
    """The budget is spent, or will be before the end even at the slow end of the pace of the last day; else None.

    All that was given since the campaign's start counts against its budget, also by earlier versions. The pace is
    the discount given per hour within the last 24 hours (so that day and night even out), or since the start, or
    since something else is in force (`since`); its 90 % interval is that of the number of redemptions (gamma). A
    campaign's first hours may run faster than its days: with less than a day behind it the alert is information, no
    warning.
    """
    budget, end = expectation.budget_minor, expectation.end
    if budget is None or now <= expectation.start or (end is not None and end <= now):
        return None
    seen = promoted(tallies)
    given = sums_of(within(seen, expectation.start, now + timedelta(minutes=1))).discount_minor
    hours_to_go = None if end is None else (end - now) / timedelta(hours=1)
    evidence: dict[str, Plain] = {"given_minor": given, "budget_minor": budget, "needed_hours": hours_to_go}
    if given >= budget:
        spent: dict[str, Plain] = {"over_minor": given - budget, "most_minor": expectation.most_minor}
        none_left: dict[str, Plain] = {"left_hours": 0.0, "left_low_hours": 0.0, "left_high_hours": 0.0}
        action = ProposedAction("pause") if guardrail is None else action_of(guardrail)
        return _alert("critical", expectation, evidence | spent | none_left, now, action)
    if hours_to_go is None:
        return None
    left = _hours_left(seen, expectation, budget - given, now, since)
    if left is None or left["left_high_hours"] >= hours_to_go:
        return None
    severity: Severity = "warning" if now - expectation.start >= _WINDOW else "info"
    action = ProposedAction() if guardrail is None else action_of(guardrail)
    return _alert(severity, expectation, evidence | left, now, action)


def _hours_left(
    seen: Tallies, expectation: Expectation, left_minor: int, now: datetime, since: datetime | None
) -> dict[str, float] | None:
    """How long the rest of the budget lasts, with its range; None while no pace can be told."""
    start = max(expectation.start, since or expectation.start, now - _WINDOW)
    lately = sums_of(within(seen, start, now + timedelta(minutes=1)))
    if lately.n_redemptions < _LEAST or lately.discount_minor <= 0 or now <= start:
        return None
    hourly = lately.discount_minor / ((now - start) / timedelta(hours=1))
    slow, fast = gammaincinv(lately.n_redemptions, [(1 - _LEVEL) / 2, (1 + _LEVEL) / 2]) / lately.n_redemptions
    return {
        "left_hours": left_minor / hourly,
        "left_low_hours": left_minor / (hourly * float(fast)),
        "left_high_hours": left_minor / (hourly * float(slow)),
    }


def _alert(
    severity: Severity,
    expectation: Expectation,
    evidence: Mapping[str, Plain],
    now: datetime,
    action: ProposedAction,
) -> Alert:
    return first_seen(
        code="budget_pace",
        severity=severity,
        campaign_id=expectation.campaign_id,
        metric="discount_minor",
        currency=expectation.currency,
        at=now,
        evidence=evidence,
        action=action,
    )
