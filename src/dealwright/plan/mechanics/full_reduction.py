"""Spend so much in a basket and get so much off: by steps, or for every amount spent."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from dealwright.core.errors import InputError
from dealwright.plan.mechanics.effective import Assumption, EffectiveOffer
from dealwright.plan.mechanics.fields import PRICE, blocks, problems
from dealwright.plan.mechanics.mechanic import Mechanic, mean_cut
from dealwright.plan.mechanics.shopping import Reduction, Shopping

Ints = NDArray[np.int64]

AS_BEFORE = Assumption("baskets_as_before", 0.0, "assumed")


@dataclass(frozen=True, slots=True)
class SpendStep:
    """From `spend_minor` on, `off_minor` is given."""

    spend_minor: int = field(metadata=PRICE)
    off_minor: int = field(metadata=PRICE)

    def __post_init__(self) -> None:
        wrong = list(problems(self)) or (
            ["off is as much as spend or more, which leaves nothing to pay; give less off"]
            if self.off_minor >= self.spend_minor
            else []
        )
        if wrong:
            raise InputError(*wrong)


@dataclass(frozen=True, slots=True)
class FullReduction(Mechanic):
    """The highest of the `steps` that a basket reaches is taken off it, once.

    >>> steps = (SpendStep(20000, 3000), SpendStep(40000, 8000))
    >>> FullReduction(steps).off(np.array([15000, 25000, 45000])).tolist()
    [0, 3000, 8000]
    """

    kind: ClassVar[str] = "full_reduction"
    steps: tuple[SpendStep, ...] = field(metadata=blocks(SpendStep))

    def mistakes(self) -> list[str]:
        """Higher steps give more."""
        pairs = enumerate(zip(self.steps, self.steps[1:], strict=False))
        return [
            f"steps.{i + 1} is not above steps.{i} in spend and in off; let steps rise in both"
            for i, (one, other) in pairs
            if not (one.spend_minor < other.spend_minor and one.off_minor < other.off_minor)
        ]

    def off(self, values: Ints) -> Ints:
        """Minor units given on baskets of `values` (B,) minor units."""
        reached = np.searchsorted([step.spend_minor for step in self.steps], values, side="right")
        return np.array([0, *(step.off_minor for step in self.steps)], dtype=np.int64)[reached]

    def expected_off(self, mean_minor: float) -> float:
        """The mean of `off` if values are exponential: each step adds what it gives more than the one below."""
        more = np.diff([0, *(step.off_minor for step in self.steps)])
        reached = np.exp(-np.array([step.spend_minor for step in self.steps]) / mean_minor)
        return float(more @ reached)

    def on(self, shopping: Shopping) -> EffectiveOffer:
        """Each line of a basket bears the share of the basket that is given."""
        return _reduced(self, self, shopping, first_minor=self.steps[0].spend_minor)


@dataclass(frozen=True, slots=True)
class FullReductionEvery(Mechanic):
    """For every `spend_minor` in a basket `off_minor` is taken off, at most `most_off_minor` in all.

    >>> FullReductionEvery(20000, 3000).off(np.array([15000, 25000, 45000])).tolist()
    [0, 3000, 6000]
    """

    kind: ClassVar[str] = "full_reduction_every"
    spend_minor: int = field(metadata=PRICE)
    off_minor: int = field(metadata=PRICE)
    most_off_minor: int | None = field(default=None, metadata=PRICE)

    def mistakes(self) -> list[str]:
        """Less is given than spent, and a cap allows at least one step."""
        wrong = []
        if self.off_minor >= self.spend_minor:
            wrong.append("off is as much as spend or more, which leaves nothing to pay; give less off")
        if self.most_off_minor is not None and self.most_off_minor < self.off_minor:
            wrong.append("most_off is less than off; allow at least one step")
        return wrong

    def off(self, values: Ints) -> Ints:
        """Minor units given on baskets of `values` (B,) minor units."""
        given = values // self.spend_minor * self.off_minor
        return given if self.most_off_minor is None else np.minimum(given, self.most_off_minor)

    def expected_off(self, mean_minor: float) -> float:
        """The mean of `off` if values are exponential: a geometric series of steps, the last one cut by the cap."""
        again = math.exp(-self.spend_minor / mean_minor)
        if self.most_off_minor is None:
            return self.off_minor * again / (1.0 - again)
        n_whole, rest = divmod(self.most_off_minor, self.off_minor)
        return self.off_minor * again * (1.0 - again**n_whole) / (1.0 - again) + rest * again ** (n_whole + 1)

    def on(self, shopping: Shopping) -> EffectiveOffer:
        """Each line of a basket bears the share of the basket that is given."""
        return _reduced(self, self, shopping, first_minor=self.spend_minor)


def _reduced(mechanic: Mechanic, reduction: Reduction, shopping: Shopping, *, first_minor: int) -> EffectiveOffer:
    spending = shopping.spending(first_minor)
    share = spending.share_off(reduction)
    return mechanic.offer(
        shopping,
        felt_depth=share,
        discount_minor=share * shopping.price_minor,
        reach=spending.share_at_least(first_minor),
        assumptions=(spending.assumption(), AS_BEFORE, mean_cut(share)),
    )
