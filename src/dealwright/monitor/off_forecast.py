"""Whether sales left the range that the plan was made with."""

from __future__ import annotations

from datetime import datetime

import numpy as np

from dealwright.campaign.guardrail import Guardrail, metric_word
from dealwright.core.estimate import Estimate
from dealwright.monitor.against_forecast import above_log_e, below_log_e
from dealwright.monitor.alert import Alert, ProposedAction, first_seen
from dealwright.monitor.expectation import Expectation, ExpectedSpan
from dealwright.monitor.minutes import Tallies, promoted, sums_of, within
from dealwright.monitor.respond import action_of
from dealwright.monitor.sequential import Floats, family_bound

LEVEL = 0.05
_SPAN80 = 2.5631  # of an 80 % range, in standard deviations


def off_forecast(
    tallies: Tallies,
    expectation: Expectation,
    guardrail: Guardrail,
    now: datetime,
    *,
    level: float = LEVEL,
    n_tests: int = 1,
) -> Alert | None:
    """Sales of the spans that are over, against their ranges: below with the guardrail's action, above as news.

    `guardrail.metric` is units or net_minor; its limit widens the range downwards. See `against_forecast` for what
    is assumed. The plan is made as if everybody got the campaign; of those held out neither sales nor their share
    of the plan count. Half of `level` is spent on either side.
    """
    spans = [span for span in expectation.spans if span.end <= now]
    if not spans:
        return None
    plan = [_of(span, guardrail.metric) for span in spans]
    reached = 1 - expectation.holdout_share
    low = np.array([max(one.low, 0.0) for one in plan]) * reached * (1 - float(guardrail.limit))
    high = np.array([max(one.high, 0.0) for one in plan]) * reached
    sold = _sold(tallies, spans, guardrail.metric)
    spread = expectation.dispersion.get(guardrail.metric) or _spread(plan)
    bound = family_bound(level / 2, n_tests)
    is_below = below_log_e(sold, low, dispersion=spread).max() >= bound
    is_above = above_log_e(sold, high, dispersion=spread).max() >= bound
    if not is_below and not is_above:
        return None
    return first_seen(
        code="below_forecast" if is_below else "above_forecast",
        severity="warning" if is_below else "info",
        campaign_id=expectation.campaign_id,
        metric=guardrail.metric,
        currency=expectation.currency,
        at=now,
        evidence={
            "what": metric_word(guardrail.metric),
            "value": float(sold.sum()),
            "low": float(low.sum()),
            "high": float(high.sum()),
            "n_spans": len(spans),
            "dispersion": spread,
        },
        action=action_of(guardrail) if is_below else ProposedAction(),
    )


def _of(span: ExpectedSpan, metric: str) -> Estimate:
    return span.units if metric == "units" else span.net_minor


def _sold(tallies: Tallies, spans: list[ExpectedSpan], metric: str) -> Floats:
    seen = promoted(tallies)
    sums = (sums_of(within(seen, span.start, span.end)) for span in spans)
    return np.array([one.units if metric == "units" else max(one.net_minor, 0) for one in sums], dtype=np.float64)


def _spread(plan: list[Estimate]) -> float:
    """Variance over mean as the ranges have it, taken for 80 % ranges of single spans."""
    means = sum(max(one.value, 0.0) for one in plan)
    variances = sum(((one.high - one.low) / _SPAN80) ** 2 for one in plan)
    return max(1.0, variances / means) if means > 0 else 1.0
