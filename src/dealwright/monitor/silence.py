"""Whether nothing is heard for longer than usual: the shop sells nothing, or the data do not come."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

from dealwright.campaign.guardrail import Guardrail
from dealwright.monitor.alert import Alert, first_seen
from dealwright.monitor.expectation import Expectation
from dealwright.monitor.minutes import Tallies

_LEAST_TALLIES = 30  # before it is known what is usual
_LEAST_MINUTES = 15
_TIMES = 2  # the longest pause so far


def silence(tallies: Tallies, expectation: Expectation, guardrail: Guardrail | None, now: datetime) -> Alert | None:
    """No tally for twice the longest pause of the last seven days, and at least a quarter of an hour; else None.

    Pauses of n random arrivals reach twice their longest so far in about one of n cases; what is closed at night
    has its nights among the pauses after the first day.
    """
    del guardrail
    starts = sorted({tally.start for tally in tallies if now - timedelta(days=7) <= tally.start <= now})
    if len(starts) < _LEAST_TALLIES:
        return None
    longest = max(after - before for before, after in pairwise(starts))
    silent = now - starts[-1]
    if silent < max(_TIMES * longest, timedelta(minutes=_LEAST_MINUTES)):
        return None
    return first_seen(
        code="silence",
        severity="warning",
        campaign_id=expectation.campaign_id,
        metric="data",
        at=now,
        evidence={
            "silent_minutes": round(silent / timedelta(minutes=1)),
            "usual_minutes": round(longest / timedelta(minutes=1)),
            "last_at": starts[-1].isoformat(),
        },
    )
