"""The settings shops disagree about: how amounts are rounded, shared and combined."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Rounding = Literal["half_up", "half_even", "half_down", "down", "up", "half_up_on_price"]
Allocation = Literal["largest_remainder", "first_line_remainder", "last_line_remainder"]
Stacking = Literal["best", "sequential", "best_per_line", "additive"]
ConditionBase = Literal["after_catalogue", "regular", "remaining"]
ExclusiveChoice = Literal["value", "priority"]
BudgetOverrun = Literal["refuse", "shrink"]


@dataclass(frozen=True, slots=True)
class Policy:
    """How this shop's till decides where others decide otherwise.

    - `rounding` of a percentage; "half_up_on_price" rounds the price that is left, not the discount.
    - `allocation` of spare cents: to the largest remainders (ties by line), or all to the first or last line.
    - `stacking` inside a lane: "best" takes the legal combination with the lowest total; "sequential" applies every
      promotion that may apply, by priority; "best_per_line" leaves each line its best discount alone; "additive"
      takes percentages from the amounts at the beginning of the lane instead of from what is left.
    - `condition_base`: what thresholds look at: amounts after the catalogue layer, at regular prices, or remaining.
    - `exclusive_choice`: whether an exclusive promotion must save most ("value") or comes first ("priority").
    - `budget_overrun`: a discount larger than what is left of its money budget is refused, or shrinks to it.
    """

    rounding: Rounding = "half_up"
    allocation: Allocation = "largest_remainder"
    stacking: Stacking = "best"
    condition_base: ConditionBase = "after_catalogue"
    exclusive_choice: ExclusiveChoice = "value"
    budget_overrun: BudgetOverrun = "refuse"
    codes_are_case_sensitive: bool = False


DEFAULT_POLICY = Policy()
