"""Whether less of the sales is left as margin than the plan reckoned with: a leak that is no loss yet."""

from __future__ import annotations

from datetime import datetime

from dealwright.campaign.guardrail import Guardrail
from dealwright.monitor.alert import Alert, ProposedAction, first_seen
from dealwright.monitor.expectation import Expectation
from dealwright.monitor.minutes import Tallies, lately, promoted, sums_of
from dealwright.monitor.respond import action_of

_WINDOW_MINUTES = 1_440
_LEAST_ORDERS = 30  # a few baskets are no mix of goods yet


def margin(tallies: Tallies, expectation: Expectation, guardrail: Guardrail | None, now: datetime) -> Alert | None:
    """Margin over sales of the last day, below the lowest share that the plan expects of any span; else None.

    The plan's lowest share is low margin over high sales, the worst its ranges allow. Not judged while costs are
    unknown or fewer than 30 orders came.
    """
    spans = [span for span in expectation.spans if span.net_minor.high > 0]
    sums = sums_of(lately(promoted(tallies), now, _WINDOW_MINUTES))
    if not spans or not sums.is_cost_known or sums.n_orders < _LEAST_ORDERS or sums.net_minor <= 0:
        return None
    planned = min(span.margin_minor.low / span.net_minor.high for span in spans)
    share = sums.margin_minor / sums.net_minor
    if share >= planned:
        return None
    return first_seen(
        code="margin_off",
        severity="warning",
        campaign_id=expectation.campaign_id,
        metric="margin_share",
        currency=expectation.currency,
        at=now,
        evidence={
            "value_share": share,
            "planned_low_share": planned,
            "minutes": _WINDOW_MINUTES,
            "n_orders": sums.n_orders,
            "margin_minor": sums.margin_minor,
        },
        action=ProposedAction() if guardrail is None else action_of(guardrail),
    )
