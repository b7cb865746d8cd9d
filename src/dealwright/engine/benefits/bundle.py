"""Goods that are cheaper together: any so many for a price, or a set of named parts."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar

from dealwright.campaign.items import ALL_ITEMS, Items
from dealwright.campaign.promotion import Language
from dealwright.engine import bundling, words
from dealwright.engine.grants import Extent, Grant, Nature, Rivalry, Scope, Unmet
from dealwright.engine.units import Pick

if TYPE_CHECKING:
    from dealwright.engine.goods import Goods


@dataclass(frozen=True, slots=True)
class BundlePrice:
    """Every `quantity` units of `items` cost `price_minor` together; never more than before.

    `is_order` counts the discount as given on the order instead of on items.
    """

    kind: ClassVar[str] = "bundle_price"
    quantity: int
    price_minor: int
    items: Items = ALL_ITEMS
    pick: Pick = "dearest"
    most_uses: int | None = None
    is_order: bool = False

    @property
    def nature(self) -> Nature:
        """On picked units."""
        return "units"

    @property
    def scope(self) -> Scope:
        """Items, unless it counts as the order's."""
        return "order" if self.is_order else "item"

    @property
    def rivalry(self) -> Rivalry:
        """The same terms with another number."""
        return Rivalry((self.kind, self.quantity, self.pick, self.most_uses, self.is_order), -self.price_minor)

    def ceiling(self, extent: Extent) -> int:
        """Everything above the price of one bundle."""
        return max(0, extent.worth_minor - self.price_minor) if extent.n_units >= self.quantity else 0

    def give(self, goods: Goods) -> Grant | Unmet:
        """What the chosen units cost more than the bundles, shared by value."""
        return bundling.any_units(
            goods, goods.lines(self.items), size=self.quantity, price_minor=self.price_minor, pick=self.pick,
            most_uses=self.most_uses,
        )  # fmt: skip

    def sentence(self, currency: str, language: Language) -> str:
        """3 units of category tea for 20.00 EUR."""
        goods, price = words.goods(self.items, currency, language), words.money(self.price_minor, currency)
        if language == "zh":
            return f"任选 {self.quantity} 件{goods}共 {price}" + (
                f"，最多 {self.most_uses} 组" if self.most_uses else ""
            )
        times = f", at most {self.most_uses} times" if self.most_uses else ""
        return f"any {self.quantity} units of {goods} for {price}{times}"


@dataclass(frozen=True, slots=True)
class BundlePart:
    """`quantity` units of `items` in a set; which of them, `pick` says."""

    items: Items
    quantity: int = 1
    pick: Pick = "cheapest"


@dataclass(frozen=True, slots=True)
class BundleSet:
    """Each whole set of `parts` costs `price_minor`, or `percent` less if there is no price."""

    kind: ClassVar[str] = "bundle_set"
    parts: tuple[BundlePart, ...]
    price_minor: int | None = None
    percent: Fraction = Fraction(0)
    most_uses: int | None = None

    @property
    def items(self) -> Items:
        """The goods of the first part; without one of them there is no set."""
        return self.parts[0].items

    @property
    def nature(self) -> Nature:
        """On picked units."""
        return "units"

    @property
    def reads(self) -> tuple[Items, ...]:
        """The goods of the other parts."""
        return tuple(part.items for part in self.parts[1:])

    @property
    def scope(self) -> Scope:
        """Items."""
        return "item"

    def give(self, goods: Goods) -> Grant | Unmet:
        """The discount of whole sets; the units missing to one if there is none."""
        parts = [(goods.lines(part.items), part.quantity, part.pick) for part in self.parts]
        return bundling.named_parts(
            goods, parts, price_minor=self.price_minor, percent=self.percent, most_uses=self.most_uses
        )

    def sentence(self, currency: str, language: Language) -> str:
        """1 of product tea and 2 of product milk together for 5.00 EUR."""
        zh = language == "zh"
        said = [
            f"{part.quantity} 件{words.goods(part.items, currency, language)}"
            if zh
            else f"{part.quantity} of {words.goods(part.items, currency, language)}"
            for part in self.parts
        ]
        if self.price_minor is not None:
            price = words.money(self.price_minor, currency)
            return f"{' + '.join(said)}共 {price}" if zh else f"{' and '.join(said)} together for {price}"
        share = words.percent(self.percent)
        return f"{' + '.join(said)}同购减 {share}" if zh else f"{' and '.join(said)} together {share} off"


@dataclass(frozen=True, slots=True)
class ValueGroup:
    """Units are put together, `pick` first, until a group is worth `at_least_minor`: `percent` off full groups."""

    kind: ClassVar[str] = "value_group"
    at_least_minor: int
    percent: Fraction
    items: Items = ALL_ITEMS
    pick: Pick = "cheapest"
    most_uses: int | None = None

    @property
    def nature(self) -> Nature:
        """On picked units."""
        return "units"

    @property
    def scope(self) -> Scope:
        """The order."""
        return "order"

    def give(self, goods: Goods) -> Grant | Unmet:
        """The percentage of all whole groups, shared by value; the money missing to one if there is none."""
        return bundling.worth_groups(
            goods, goods.lines(self.items), at_least_minor=self.at_least_minor, percent=self.percent,
            pick=self.pick, most_uses=self.most_uses,
        )  # fmt: skip

    def sentence(self, currency: str, language: Language) -> str:
        """10% off every group of goods worth 149.00 EUR."""
        goods, least = words.goods(self.items, currency, language), words.money(self.at_least_minor, currency)
        share = words.percent(self.percent)
        return f"{goods}每凑满 {least} 减 {share}" if language == "zh" else f"{share} off every {least} of {goods}"
