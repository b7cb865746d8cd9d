"""Some products together for one price."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from dealwright.core.errors import InputError
from dealwright.core.money import allocate
from dealwright.core.verdict import MET, Verdict
from dealwright.plan.mechanics.effective import Assumption, EffectiveOffer
from dealwright.plan.mechanics.fields import COUNT, PRICE, SHARE, TEXT, blocks, problems
from dealwright.plan.mechanics.mechanic import Mechanic, mean_cut
from dealwright.plan.mechanics.shopping import Shopping


@dataclass(frozen=True, slots=True)
class BundleItem:
    """So many `units` of a product."""

    sku: str = field(metadata=TEXT)
    units: int = field(default=1, metadata=COUNT)

    def __post_init__(self) -> None:
        wrong = list(problems(self))
        if wrong:
            raise InputError(*wrong)


@dataclass(frozen=True, slots=True)
class Bundle(Mechanic):
    """All `items` together cost `price_minor`; the share `taken` of their units is sold in the bundle."""

    kind: ClassVar[str] = "bundle"
    items: tuple[BundleItem, ...] = field(metadata=blocks(BundleItem))
    price_minor: int = field(metadata=PRICE)
    taken: float = field(metadata=SHARE)

    def mistakes(self) -> list[str]:
        """Several units, each product named once."""
        names = [item.sku for item in self.items]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            return [f"items name {', '.join(twice)} more than once; give its units instead"]
        if sum(item.units for item in self.items) < 2:
            return ["items are one unit in all; a bundle has two or more, use fixed_price for one"]
        return []

    def regular_minor(self, shelf: Mapping[str, int]) -> int:
        """What the items cost one by one; `shelf` are regular prices by sku."""
        return sum(item.units * shelf[item.sku] for item in self.items)

    def shares(self, shelf: Mapping[str, int]) -> dict[str, int]:
        """The discount on all units of each item: in proportion to regular prices, and exact in sum.

        >>> Bundle((BundleItem("tea"), BundleItem("mug")), 700, 0.5).shares({"tea": 400, "mug": 600})
        {'tea': 120, 'mug': 180}
        """
        worth = [item.units * shelf[item.sku] for item in self.items]
        parts = allocate(sum(worth) - self.price_minor, worth)
        return {item.sku: part for item, part in zip(self.items, parts, strict=True)}

    def suits(self, shopping: Shopping) -> Verdict:
        """The product is in it, all prices are known, and it is cheaper than its items."""
        names = [item.sku for item in self.items]
        if shopping.sku not in names:
            return Verdict(False, "not_in_bundle", f"the bundle holds {', '.join(names)} only")
        shelf = _with_own(shopping)
        unknown = [name for name in names if name not in shelf]
        if unknown:
            return Verdict(False, "no_price", f"nobody says what {', '.join(unknown)} costs; give its price")
        if self.price_minor >= self.regular_minor(shelf):
            return Verdict(
                False,
                "not_below_regular",
                f"{self.price_minor} is not below {self.regular_minor(shelf)} minor units, the sum of its items",
            )
        return MET

    def on(self, shopping: Shopping) -> EffectiveOffer:
        """All items are felt to be cut alike; each bears its exact share of the discount."""
        shelf = _with_own(shopping)
        item = next(item for item in self.items if item.sku == shopping.sku)
        depth = self.taken * (1.0 - self.price_minor / self.regular_minor(shelf))
        return self.offer(
            shopping,
            felt_depth=depth,
            discount_minor=self.taken * self.shares(shelf)[item.sku] / item.units,
            uses_per_unit=self.taken,
            reach=self.taken,
            assumptions=(Assumption("bundled", self.taken, "given"), mean_cut(depth)),
        )


def _with_own(shopping: Shopping) -> dict[str, int]:
    return {**shopping.shelf, shopping.sku: shopping.price_minor}
