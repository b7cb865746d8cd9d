"""What happened to one campaign in one minute: counts and sums, the smallest thing that is watched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Arm = Literal["treatment", "holdout", ""]


@dataclass(frozen=True, slots=True)
class Tally:
    """One campaign, one arm, one minute from `start` (UTC). Arm is empty where no hold-out is kept.

    `n_exposed` customers saw the campaign or its products; `n_buyers` of them ordered. Money in minor units;
    `cost_minor` is what the goods cost, `is_cost_known` says whether all of them had a cost. `n_redemptions`
    promotions were used, `discount_minor` was given away, `returned_minor` came back in the minute.
    """

    campaign_id: str
    arm: Arm
    start: datetime
    n_exposed: int = 0
    n_buyers: int = 0
    n_orders: int = 0
    units: int = 0
    net_minor: int = 0
    cost_minor: int = 0
    is_cost_known: bool = True
    discount_minor: int = 0
    n_redemptions: int = 0
    returned_minor: int = 0
    n_errors: int = 0
