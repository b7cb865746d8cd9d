"""What was planned of a campaign while it is live: ranges per span of time, a budget, an end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType

from dealwright.core.errors import InputError
from dealwright.core.estimate import Estimate


@dataclass(frozen=True, slots=True)
class ExpectedSpan:
    """What is expected of [start, end): units, what shoppers pay, what is left after the goods' cost."""

    start: datetime
    end: datetime
    units: Estimate
    net_minor: Estimate
    margin_minor: Estimate

    def share_in(self, start: datetime, end: datetime) -> float:
        """The share of the span that lies in [start, end)."""
        inside = min(self.end, end) - max(self.start, start)
        return max(0.0, inside / (self.end - self.start))


@dataclass(frozen=True, slots=True)
class Expectation:
    """Everything that live figures of one campaign are held against.

    `spans` are in order. `dispersion` is variance over mean of units and net_minor per span in weeks without the
    campaign, as `against_forecast.dispersion_of` measures it. Without it the ranges themselves say how much chance
    moves. `end` is None if the campaign has none. `most_minor` is what the till gives of it at most (None: it stops
    nowhere).
    """

    campaign_id: str
    currency: str
    start: datetime
    end: datetime | None = None
    spans: tuple[ExpectedSpan, ...] = ()
    budget_minor: int | None = None
    most_minor: int | None = None
    holdout_share: float = 0.0
    dispersion: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        if any(span.end <= span.start for span in self.spans):
            raise InputError("a span ends after it starts")
        if self.end is not None and self.end <= self.start:
            raise InputError(f"the campaign ends ({self.end}) after it starts ({self.start})")

    def is_planned(self, start: datetime, end: datetime) -> bool:
        """Whether the spans say something of all of [start, end) while the campaign runs; without spans they need
        not.
        """
        if not self.spans:
            return True
        reached = max(start, self.start)
        until = end if self.end is None else min(end, self.end)
        for span in self.spans:
            if reached < span.start:
                break
            reached = max(reached, span.end)
        return reached >= until

    def planned_discount_minor(self, start: datetime, end: datetime) -> float | None:
        """How much of the budget is meant for [start, end): evenly over time, or as the spans' sales are.

        None without a budget, or without an end to spread it to.
        """
        if self.budget_minor is None:
            return None
        weights = [max(span.net_minor.value, 0.0) for span in self.spans]
        if sum(weights) > 0:
            inside = sum(w * span.share_in(start, end) for w, span in zip(weights, self.spans, strict=True))
            return self.budget_minor * inside / sum(weights)
        if self.end is None:
            return None
        inside_time = max(timedelta(), min(end, self.end) - max(start, self.start))
        return self.budget_minor * (inside_time / (self.end - self.start))
