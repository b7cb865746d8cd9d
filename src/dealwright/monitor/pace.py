"""Whether the budget lasts to the end of the campaign."""

from __future__ import annotations

from datetime import datetime, timedelta

from scipy.stats import gamma

from dealwright.campaign.guardrail import Guardrail
from dealwright.monitor.alert import Alert, ProposedAction, first_seen
from dealwright.monitor.expectation import Expectation
from dealwright.monitor.minutes import Tallies, promoted, sums_of, within
from dealwright.monitor.respond import action_of

_WINDOW = timedelta(hours=24)
_LEAST = 20  # redemptions, before a pace is told
_LEVEL = 0.9


def pace(tallies: Tallies, expectation: Expectation, guardrail: Guardrail | None, now: datetime) -> Alert | None:
    """The budget is used up before the end, even at the slow end of the pace of the last day; else None.

    The pace is the discount given per hour within the last 24 hours (so that day and night even out), or since the
    start; its 90 % interval is that of the number of redemptions (gamma). A campaign's first hours may
    run faster than its days: with less than a day behind it the alert is information, no warning.
    """
    if expectation.budget_minor is None or expectation.end is None or not expectation.start < now < expectation.end:
        return None
    seen = promoted(tallies)
    given = sums_of(within(seen, expectation.start, now + timedelta(minutes=1))).discount_minor
    since = max(expectation.start, now - _WINDOW)
    lately = sums_of(within(seen, since, now + timedelta(minutes=1)))
    left = max(0, expectation.budget_minor - given)
    if lately.n_redemptions < _LEAST or lately.discount_minor <= 0:
        return None
    hours = (now - since) / timedelta(hours=1)
    pace_minor = lately.discount_minor / hours
    slow, fast = gamma.ppf([(1 - _LEVEL) / 2, (1 + _LEVEL) / 2], lately.n_redemptions) / lately.n_redemptions
    needed = (expectation.end - now) / timedelta(hours=1)
    if left / (pace_minor * slow) >= needed:
        return None
    return first_seen(
        code="budget_pace",
        severity="warning" if now - expectation.start >= _WINDOW else "info",
        campaign_id=expectation.campaign_id,
        metric="discount_minor",
        currency=expectation.currency,
        at=now,
        evidence={
            "given_minor": given,
            "budget_minor": expectation.budget_minor,
            "left_hours": left / pace_minor,
            "left_low_hours": left / (pace_minor * float(fast)),
            "left_high_hours": left / (pace_minor * float(slow)),
            "needed_hours": needed,
        },
        action=ProposedAction() if guardrail is None else action_of(guardrail),
    )
