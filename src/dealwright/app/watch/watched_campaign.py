"""What is watched of a campaign: its own guardrails, and its plan as spans of real time."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from fractions import Fraction

from dealwright.app.watch.watch_ports import WatchedCampaign
from dealwright.campaign.campaign import Campaign, Expected
from dealwright.campaign.guardrail import DEFAULT_GUARDRAILS
from dealwright.campaign.wall_clock import day_begins, zone_named
from dealwright.core.estimate import Estimate
from dealwright.monitor.expectation import Expectation, ExpectedSpan

_METHOD = "the plan"


def watched_campaign(campaign: Campaign, *, since: datetime) -> WatchedCampaign:
    """The campaign as it is watched, its terms having held since then; without guardrails the usual ones hold."""
    return WatchedCampaign(
        campaign.id,
        since,
        expectation_of(campaign, since=since),
        campaign.guardrails or DEFAULT_GUARDRAILS,
        campaign.owner,
    )


def expectation_of(campaign: Campaign, *, since: datetime) -> Expectation:
    """What was planned; days are those of the schedule's zone, as long as its clock makes them.

    Without a budget the ceiling is what is meant to be given.
    """
    start = since if campaign.schedule.start is None else campaign.schedule.start
    end = campaign.schedule.end
    told = (_span(one, campaign.schedule.zone) for one in campaign.expected)
    spans = sorted((one for one in told if one is not None), key=lambda one: one.start)
    return Expectation(
        campaign.id,
        campaign.currency,
        start,
        end if end is None or end > start else None,
        tuple(spans),
        campaign.budget_minor or campaign.ceiling_minor,
        _most_minor(campaign),
        float(campaign.holdout_share),
    )


def _most_minor(campaign: Campaign) -> int | None:
    """What the budgets of its promotions, which the till never exceeds, add up to; None if one of them has none."""
    budgets = [one.limits.budget_minor for one in campaign.promotions]
    return None if None in budgets else sum(budget for budget in budgets if budget is not None)


def _span(expected: Expected, zone: str) -> ExpectedSpan | None:
    """None for days or figures that no calendar or number holds: one bad plan must not blind the watch to all."""
    try:
        return _told_span(expected, zone)
    except OverflowError:
        return None


def _told_span(expected: Expected, zone: str) -> ExpectedSpan:
    first, where = date.fromisoformat(expected.day), zone_named(zone)
    level = expected.level_percent / 100
    return ExpectedSpan(
        day_begins(first, where),
        day_begins(first + timedelta(days=expected.days), where),
        _estimate(expected.units, expected.units_low, expected.units_high, level=level),
        _estimate(expected.net_minor, expected.net_low_minor, expected.net_high_minor, level=level),
        _estimate(expected.margin_minor, expected.margin_low_minor, expected.margin_high_minor, level=level),
    )


def _estimate(value: Fraction | int, low: Fraction | int, high: Fraction | int, *, level: float) -> Estimate:
    return Estimate(float(value), float(low), float(high), level, _METHOD)
