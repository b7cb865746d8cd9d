"""What a campaign changed, as clients get it."""

from __future__ import annotations

from msgspec import Struct

from dealwright.app.campaigns.measure_campaign import SENTENCES, MeasuredCampaign
from dealwright.core.estimate import Estimate


class EstimateOut(Struct, frozen=True):
    """A value, and the range that holds the truth with probability `level`."""

    value: float
    low: float
    high: float
    level: float


class GainOut(Struct, frozen=True):
    """`what`: units, or net_minor and margin_minor in minor units; the whole campaign beyond what came anyway."""

    what: str
    extra: EstimateOut


class UnknownOut(Struct, frozen=True):
    """What is not known, and why."""

    what: str
    code: str
    sentence: str


class EffectOut(Struct, frozen=True):
    """Treatment and hold-out side by side.

    `conversion` is the difference of the shares that bought; `sizes_p_value` is the chance of arms as uneven as
    these (below 0.001: find out why before you believe the rest). What is not there is told in `unknown`.
    """

    campaign_id: str
    currency: str
    holdout_share: float
    n_seen_treated: int
    n_seen_held: int
    n_buyers_treated: int
    n_buyers_held: int
    discount_minor: int
    sizes_p_value: float | None
    conversion: EstimateOut | None
    gains: tuple[GainOut, ...]
    unknown: tuple[UnknownOut, ...]


def effect_out(found: MeasuredCampaign) -> EffectOut:
    """The shape of what was measured."""
    (seen, held_seen), (bought, held_bought) = found.n_exposed, found.n_buyers
    return EffectOut(
        campaign_id=found.campaign_id,
        currency=found.currency,
        holdout_share=found.holdout_share,
        n_seen_treated=seen,
        n_seen_held=held_seen,
        n_buyers_treated=bought,
        n_buyers_held=held_bought,
        discount_minor=found.discount_minor,
        sizes_p_value=None if found.sizes is None else found.sizes.p_value,
        conversion=None if found.conversion is None else _estimate_out(found.conversion.difference),
        gains=tuple(GainOut(name, _estimate_out(one)) for name, one in found.gains.items()),
        unknown=tuple(UnknownOut(name, code, SENTENCES[code]) for name, code in found.why_not.items()),
    )


def _estimate_out(one: Estimate) -> EstimateOut:
    return EstimateOut(one.value, one.low, one.high, one.level)
