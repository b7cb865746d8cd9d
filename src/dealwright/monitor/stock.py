"""Whether goods run out before more come, or before the campaign is over."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from scipy.special import betainc, gammaincinv

from dealwright.core.errors import InputError
from dealwright.monitor.alert import Alert, ProposedAction, first_seen
from dealwright.monitor.expectation import Expectation

_LEVEL = 0.8
_WARN, _SURE = 0.5, 0.9  # probability of running out
_PRIOR = 0.5  # of a unit sold, so that nothing sold is no proof that nothing sells


@dataclass(frozen=True, slots=True)
class Shelf:
    """One sku of a campaign: `units_left` now, `units_sold` in the `hours` before, when the next delivery comes.

    `dispersion` is variance over mean of what sells in such a time; a count at random has 1.
    """

    sku: str
    units_left: int
    units_sold: int
    hours: float
    next_delivery: datetime | None = None
    dispersion: float = 1.0

    def __post_init__(self) -> None:
        if min(self.units_left, self.units_sold) < 0 or self.hours <= 0 or self.dispersion < 1:
            raise InputError(
                f"sku {self.sku!r}: units are 0 or more, hours above 0, dispersion at least 1; given "
                f"{self.units_left}, {self.units_sold}, {self.hours}, {self.dispersion}"
            )


def stock(shelf: Shelf, expectation: Expectation, now: datetime) -> Alert | None:
    """It is more likely than not that the sku sells out before the next delivery or the end; else None.

    The rate has a gamma distribution around what sold; what will sell is then negative binomial. The time left has
    an 80 % interval. Without a delivery or an end, the next 7 days count.
    """
    until = min(one for one in (shelf.next_delivery, expectation.end, now + timedelta(days=7)) if one is not None)
    horizon = (until - now) / timedelta(hours=1)
    if horizon <= 0:
        return None
    # Counts that are `dispersion` times as scattered tell as much as counts that many times smaller.
    known = (shelf.units_sold + _PRIOR) / shelf.dispersion
    exposure = shelf.hours / shelf.dispersion
    # Negative binomial: at least as many as are left are sold.
    left = math.floor(shelf.units_left / shelf.dispersion)
    rest = horizon / shelf.dispersion
    chance = float(betainc(left, known, rest / (exposure + rest))) if left else 1.0
    if chance < _WARN:
        return None
    slow, fast = gammaincinv(known, [(1 - _LEVEL) / 2, (1 + _LEVEL) / 2]) / exposure
    rate = known / exposure
    return first_seen(
        code="stock_out",
        severity="critical" if chance >= _SURE else "warning",
        campaign_id=expectation.campaign_id,
        metric="units_left",
        subject=shelf.sku,
        currency=expectation.currency,
        at=now,
        evidence={
            "sku": shelf.sku,
            "units_left": shelf.units_left,
            "rate": rate,
            "left_hours": shelf.units_left / rate,
            "left_low_hours": shelf.units_left / float(fast),
            "left_high_hours": shelf.units_left / float(slow),
            "chance_share": chance,
            "until": until.isoformat(),
        },
        action=ProposedAction("throttle", 0.5) if chance >= _SURE else ProposedAction(),
    )
