"""Which arm of a campaign a customer is in: the same one whoever asks, whenever, on every machine."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Literal

from dealwright.core.errors import InputError

Assigned = Literal["treatment", "holdout"]

_WHOLE = 2**64


def arm_of(
    customer_id: str, *, campaign_id: str, holdout_share: Fraction | float, salt: str = "", stratum: str = ""
) -> Assigned:
    """The arm of one customer: a number made of the four texts, held against `holdout_share`.

    Another campaign or salt draws anew, independently; raising the share moves customers only out of treatment.
    `stratum` belongs to the draw, so that the share holds within each stratum; it must not change while the
    campaign lives.

    >>> arm_of("c-1", campaign_id="tea", holdout_share=1), arm_of("c-1", campaign_id="tea", holdout_share=0)
    ('holdout', 'treatment')
    """
    if not 0 <= holdout_share <= 1:
        raise InputError(f"holdout_share is 0 to 1; given {holdout_share}")
    is_held = _drawn(customer_id, campaign_id, salt, stratum) < Fraction(holdout_share) * _WHOLE
    return "holdout" if is_held else "treatment"


def assign_exactly(
    strata: Mapping[str, str], *, campaign_id: str, holdout_share: Fraction | float, salt: str = ""
) -> Mapping[str, Assigned]:
    """The arm of every customer of a closed list (`strata`: stratum by customer id), as even as can be.

    In each stratum the customers are put in the order of their numbers and the first share of them is held out,
    rounded up or down so that all strata together keep the share to within one customer. Which ones depends on the
    list: keep the answer.
    """
    if not 0 <= holdout_share <= 1:
        raise InputError(f"holdout_share is 0 to 1; given {holdout_share}")
    share, owed, arms = Fraction(holdout_share), Fraction(0), dict[str, Assigned]()
    for stratum in sorted(set(strata.values())):
        members = [one for one, its in strata.items() if its == stratum]
        n_held, owed = _whole_and_rest(share * len(members) + owed)
        ordered = _in_order(members, campaign_id=campaign_id, salt=salt, stratum=stratum)
        arms |= {one: "holdout" if place < n_held else "treatment" for place, one in enumerate(ordered)}
    return arms


def _whole_and_rest(wanted: Fraction) -> tuple[int, Fraction]:
    whole = round(wanted)
    return whole, wanted - whole


def _in_order(members: Sequence[str], *, campaign_id: str, salt: str, stratum: str) -> list[str]:
    return sorted(members, key=lambda one: (_drawn(one, campaign_id, salt, stratum), one))


def _drawn(*parts: str) -> int:
    """A number from 0 to 2^64 - 1, all equally likely (SHA-256 of the parts with their lengths)."""
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode()
        digest.update(len(raw).to_bytes(8, "big") + raw)
    return int.from_bytes(digest.digest()[:8], "big")
