"""What a campaign changed, by its hold-out: conversion, sales and margin beyond what would have come anyway."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from dealwright.app.events.event_ports import CountedCampaign
from dealwright.core.errors import InputError
from dealwright.core.estimate import Estimate
from dealwright.experiment.analyse import Effect, difference_in_shares
from dealwright.experiment.blocks import LEAST_BLOCKS, total_difference
from dealwright.experiment.ratio_check import RatioCheck, check_ratio
from dealwright.monitor.tally import Tally

LEVEL = 0.9
LEAST_HELD = 40
"""Units that the hold-out must have bought: with fewer, ranges of sums are too narrow."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

Gain = Literal["units", "net_minor", "margin_minor"]
GAINS: tuple[Gain, ...] = get_args(Gain)
WhyNot = Literal["not_seen", "bought_unseen", "unnamed_products", "costs_missing", "too_few_held", "too_short"]
SENTENCES: Mapping[WhyNot, str] = {
    "not_seen": "it was not told who saw the campaign; send 'view' events of both arms",
    "bought_unseen": "more customers bought than were seen; send the sights of all of them",
    "unnamed_products": "orders of the hold-out are known by their products, and the campaign names none",
    "costs_missing": "not all goods have a cost; import the table 'costs'",
    "too_few_held": f"those held out bought too little to compare with; {LEAST_HELD} units are the least",
    "too_short": f"it ran for too short a time to see what chance does; {LEAST_BLOCKS} hours are the least",
}
_FIGURES: Mapping[Gain, Callable[[Tally], int]] = {
    "units": lambda one: one.units,
    "net_minor": lambda one: one.net_minor - one.returned_minor,
    "margin_minor": lambda one: one.net_minor - one.returned_minor - one.cost_minor,
}


@dataclass(frozen=True, slots=True)
class MeasuredCampaign:
    """What is known of a campaign's effect; everything that is not known has its reason in `why_not`.

    `n_exposed` and `n_buyers` are of treatment and hold-out. `gains` are of the whole campaign, beyond what would
    have come without it: units, and money in minor units of `currency` after discounts and returns. `blocks` is the
    length of time that counted as one observation.
    """

    campaign_id: str
    currency: str
    holdout_share: float
    n_exposed: tuple[int, int]
    n_buyers: tuple[int, int]
    discount_minor: int
    sizes: RatioCheck | None = None
    conversion: Effect | None = None
    gains: Mapping[Gain, Estimate] = field(default_factory=lambda: MappingProxyType({}))
    blocks: timedelta = HOUR
    why_not: Mapping[str, WhyNot] = field(default_factory=lambda: MappingProxyType({}))


def measure_campaign(campaign: CountedCampaign, tallies: Sequence[Tally]) -> MeasuredCampaign:
    """Compare the arms of a campaign with a hold-out; InputError if it keeps none."""
    share = float(campaign.holdout_share)
    if not 0 < share < 1:
        raise InputError(
            f"campaign {campaign.campaign_id!r} keeps no hold-out, so nobody shows what would have come without "
            "it; set holdout_share next time, or compare stores or weeks"
        )
    arms = [[one for one in tallies if one.arm == arm] for arm in ("treatment", "holdout")]
    seen = {"treatment": sum(one.n_exposed for one in arms[0]), "holdout": sum(one.n_exposed for one in arms[1])}
    bought = tuple(sum(one.n_buyers for one in arm) for arm in arms)
    conversion = _conversion(*seen.values(), *bought)
    measured = None if isinstance(conversion, str) else conversion
    blocks = _length_of_blocks(arms)
    gains = {gain: _gain(gain, campaign, arms, blocks) for gain in GAINS}
    answers: list[tuple[str, Effect | Estimate | WhyNot]] = [("conversion", conversion), *gains.items()]
    return MeasuredCampaign(
        campaign_id=campaign.campaign_id,
        currency=campaign.currency,
        holdout_share=share,
        n_exposed=(seen["treatment"], seen["holdout"]),
        n_buyers=(bought[0], bought[1]),
        discount_minor=sum(one.discount_minor for one in arms[0]),
        sizes=check_ratio(seen, {"treatment": 1 - share, "holdout": share}) if measured else None,
        conversion=measured,
        gains={gain: found for gain, found in gains.items() if not isinstance(found, str)},
        blocks=blocks,
        why_not={name: answer for name, answer in answers if isinstance(answer, str)},
    )


def _conversion(seen: int, held_seen: int, bought: int, held_bought: int) -> Effect | WhyNot:
    """The difference of the shares that bought, or why there is none: who buys is seen at the latest then."""
    if not seen or not held_seen or (bought, held_bought) == (seen, held_seen):
        return "not_seen"
    if bought > seen or held_bought > held_seen:
        return "bought_unseen"
    return difference_in_shares(seen, bought, held_seen, held_bought, level=LEVEL)


def _gain(
    gain: Gain, campaign: CountedCampaign, arms: Sequence[Sequence[Tally]], blocks: timedelta
) -> Estimate | WhyNot:
    """What came beyond what would have come anyway, or why that is not known."""
    if not campaign.skus:
        return "unnamed_products"
    if gain == "margin_minor" and not all(one.is_cost_known for arm in arms for one in arm):
        return "costs_missing"
    treated, held = _by_block(arms, _FIGURES[gain], blocks)
    if len(treated) < LEAST_BLOCKS:
        return "too_short"
    if sum(one.units for one in arms[1]) < LEAST_HELD:
        return "too_few_held"
    return total_difference(treated, held, holdout_share=float(campaign.holdout_share), level=LEVEL)


def _length_of_blocks(arms: Sequence[Sequence[Tally]]) -> timedelta:
    """Days where there are enough of them, for customers come back within hours; else hours."""
    starts = [one.start for arm in arms for one in arm]
    return DAY if starts and max(starts) - min(starts) >= LEAST_BLOCKS * DAY else HOUR


def _by_block(
    arms: Sequence[Sequence[Tally]], figure: Callable[[Tally], int], blocks: timedelta
) -> list[NDArray[np.float64]]:
    """Sums of each arm, (blocks,), from the first minute of either to the last; where nothing came, nothing."""
    starts: list[datetime] = [one.start for arm in arms for one in arm]
    if not starts:
        return [np.zeros(0), np.zeros(0)]
    first = min(starts)
    n = (max(starts) - first) // blocks + 1
    sums = [np.zeros(n), np.zeros(n)]
    for arm, into in zip(arms, sums, strict=True):
        for one in arm:
            into[(one.start - first) // blocks] += figure(one)
    return sums
