"""A hard limit that is broken: facts, so it acts at once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from dealwright.campaign.guardrail import Guardrail, metric_word
from dealwright.monitor.alert import Alert, first_seen
from dealwright.monitor.expectation import Expectation
from dealwright.monitor.minutes import Sums, Tallies, lately, promoted, sums_of
from dealwright.monitor.respond import action_of

_LEAST_ERRORS = 5  # fewer failed orders are no rate yet
_STILL = 12  # a burn must still go on in the last twelfth of its window


@dataclass(frozen=True, slots=True)
class _Looked:
    """What is there to look at: tallies of the window, its sums, what is planned, the moment."""

    tallies: Tallies
    sums: Sums
    expectation: Expectation
    window_minutes: int
    now: datetime


def breach(tallies: Tallies, expectation: Expectation, guardrail: Guardrail, now: datetime) -> Alert | None:
    """The hard guardrail, held against the last minutes; None while it holds or cannot be judged.

    Nothing is judged with fewer orders than it asks for; where the share of orders that fail is judged, those count
    too. Margin is not judged while costs are unknown. Only customers who may get the campaign count. The share of
    orders that fail must be above the limit in the window and in its last twelfth too, so that an alarm ends soon
    after its cause (Beyer et al. 2018), with at least five failures.
    """
    assert guardrail.kind == "hard", f"{guardrail.name} needs a test"
    seen = lately(promoted(tallies), now, guardrail.window_minutes)
    looked = _Looked(seen, sums_of(seen), expectation, guardrail.window_minutes, now)
    n_orders = looked.sums.n_orders + (looked.sums.n_errors if guardrail.metric == "error_share" else 0)
    value = _METRICS[guardrail.metric](looked) if n_orders >= guardrail.least_orders else None
    limit = float(guardrail.limit)
    if value is None or not (value < limit if guardrail.direction == "below" else value > limit):
        return None
    return first_seen(
        code="breach",
        severity="critical",
        campaign_id=expectation.campaign_id,
        metric=guardrail.metric,
        subject=guardrail.name,
        currency=expectation.currency,
        at=now,
        evidence={
            "what": metric_word(guardrail.metric),
            "value": value if math.isfinite(value) else None,
            "limit": limit,
            "side": guardrail.direction,
            "minutes": guardrail.window_minutes,
            "n_orders": n_orders,
            "least_orders": guardrail.least_orders,
            "net_minor": looked.sums.net_minor,
        },
        action=action_of(guardrail),
    )


def _margin_minor(looked: _Looked) -> float | None:
    sums = looked.sums
    return float(sums.margin_minor) if sums.n_orders and sums.is_cost_known else None


def _margin_share(looked: _Looked) -> float | None:
    sums = looked.sums
    if not sums.n_orders or not sums.is_cost_known:
        return None
    if sums.net_minor <= 0:
        return -math.inf if sums.cost_minor > 0 else None
    return sums.margin_minor / sums.net_minor


def _unit_net_minor(looked: _Looked) -> float | None:
    return looked.sums.net_minor / looked.sums.units if looked.sums.units > 0 else None


def _budget_burn(looked: _Looked) -> float | None:
    """Given in the window over what is planned for a whole window: a first busy minute is no burn yet.

    None where the plan says nothing of some of the window: what it means to give there is unknown.
    """
    window = timedelta(minutes=looked.window_minutes)
    start = max(looked.expectation.start, looked.now - window)
    if not looked.expectation.is_planned(start, looked.now):
        return None
    planned = looked.expectation.planned_discount_minor(start, start + window)
    if planned is None or looked.sums.discount_minor <= 0:
        return None
    return looked.sums.discount_minor / planned if planned > 0 else math.inf


def _error_share(looked: _Looked) -> float | None:
    recent = sums_of(lately(looked.tallies, looked.now, max(1, looked.window_minutes // _STILL)))
    shares = [_failed(sums) for sums in (looked.sums, recent)]
    if looked.sums.n_errors < _LEAST_ERRORS or None in shares:
        return None
    return min(share for share in shares if share is not None)


def _failed(sums: Sums) -> float | None:
    tried = sums.n_errors + sums.n_orders
    return sums.n_errors / tried if tried else None


def _return_share(looked: _Looked) -> float | None:
    return looked.sums.returned_minor / looked.sums.net_minor if looked.sums.net_minor > 0 else None


_METRICS = {
    "margin_minor": _margin_minor,
    "margin_share": _margin_share,
    "unit_net_minor": _unit_net_minor,
    "budget_burn": _budget_burn,
    "error_share": _error_share,
    "return_share": _return_share,
}
