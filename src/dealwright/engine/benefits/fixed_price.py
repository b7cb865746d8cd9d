"""A price instead of a discount: per unit, for a flash sale, a group, members, or for everything together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from dealwright.campaign.items import ALL_ITEMS, Items
from dealwright.campaign.promotion import Language
from dealwright.engine import discount, words
from dealwright.engine.grants import Extent, Grant, Nature, Rivalry, Scope, Unmet
from dealwright.engine.units import Pick, pick_units

if TYPE_CHECKING:
    from dealwright.engine.goods import Goods


@dataclass(frozen=True, slots=True)
class FixedPrice:
    """Each unit named by `items` costs `unit_price_minor`, at most `most_units` of them; never more than before."""

    kind: ClassVar[str] = "fixed_price"
    unit_price_minor: int
    items: Items = ALL_ITEMS
    most_units: int | None = None
    pick: Pick = "dearest"

    @property
    def nature(self) -> Nature:
        """Line by line, or on picked units."""
        return "lines" if self.most_units is None else "units"

    @property
    def scope(self) -> Scope:
        """Items."""
        return "item"

    @property
    def rivalry(self) -> Rivalry:
        """The same terms with another number."""
        return Rivalry((self.kind, self.most_units, self.pick), -self.unit_price_minor)

    def give(self, goods: Goods) -> Grant | Unmet:
        """The difference between each unit's price and the fixed one."""
        picked = pick_units(goods, goods.lines(self.items), by=self.pick, most=self.most_units)
        return discount.down_to(goods, picked, self.unit_price_minor)

    def sentence(self, currency: str, language: Language) -> str:
        """Product tea for 3.00 EUR each."""
        goods, price = words.goods(self.items, currency, language), words.money(self.unit_price_minor, currency)
        if language == "zh":
            return f"{goods}每件 {price}" + (f"，最多 {self.most_units} 件" if self.most_units else "")
        return f"{goods} for {price} each" + (f", at most {self.most_units} units" if self.most_units else "")


@dataclass(frozen=True, slots=True)
class FlashPrice:
    """The price of flash sale `sale_id`; the ledger counts its stock, `most_units` is the limit per order."""

    kind: ClassVar[str] = "flash_price"
    sale_id: str
    unit_price_minor: int
    items: Items = ALL_ITEMS
    most_units: int | None = None

    @property
    def nature(self) -> Nature:
        """Line by line, or on picked units."""
        return "lines" if self.most_units is None else "units"

    @property
    def scope(self) -> Scope:
        """Items."""
        return "item"

    @property
    def rivalry(self) -> Rivalry:
        """The same terms with another number."""
        return Rivalry((self.kind, self.sale_id, self.most_units), -self.unit_price_minor)

    def give(self, goods: Goods) -> Grant | Unmet:
        """The difference between each unit's price and the sale's."""
        picked = pick_units(goods, goods.lines(self.items), by="dearest", most=self.most_units)
        return discount.down_to(goods, picked, self.unit_price_minor)

    def sentence(self, currency: str, language: Language) -> str:
        """Flash sale: product tea for 3.00 EUR each."""
        goods, price = words.goods(self.items, currency, language), words.money(self.unit_price_minor, currency)
        if language == "zh":
            return f"秒杀：{goods}每件 {price}" + (f"，每单限 {self.most_units} 件" if self.most_units else "")
        limit = f", at most {self.most_units} units an order" if self.most_units else ""
        return f"flash sale: {goods} for {price} each{limit}"


@dataclass(frozen=True, slots=True)
class GroupPrice:
    """The price for members of a group of `seats`; who is a member, the group's own code tells."""

    kind: ClassVar[str] = "group_price"
    seats: int
    unit_price_minor: int
    items: Items = ALL_ITEMS
    most_units: int | None = 1

    @property
    def nature(self) -> Nature:
        """Line by line, or on picked units."""
        return "lines" if self.most_units is None else "units"

    @property
    def scope(self) -> Scope:
        """Items."""
        return "item"

    @property
    def rivalry(self) -> Rivalry:
        """The same terms with another number."""
        return Rivalry((self.kind, self.seats, self.most_units), -self.unit_price_minor)

    def give(self, goods: Goods) -> Grant | Unmet:
        """The difference between each unit's price and the group's."""
        picked = pick_units(goods, goods.lines(self.items), by="dearest", most=self.most_units)
        return discount.down_to(goods, picked, self.unit_price_minor)

    def sentence(self, currency: str, language: Language) -> str:
        """In a group of 3: product tea for 3.00 EUR each."""
        goods, price = words.goods(self.items, currency, language), words.money(self.unit_price_minor, currency)
        if language == "zh":
            return f"{self.seats} 人团：{goods}每件 {price}"
        return f"in a group of {self.seats}: {goods} for {price} each"


@dataclass(frozen=True, slots=True)
class SkuPrice:
    """The price of one sku in a price list."""

    sku: str
    unit_price_minor: int


@dataclass(frozen=True, slots=True)
class MemberPrice:
    """A price list for the shoppers in one of `segments`."""

    kind: ClassVar[str] = "member_price"
    segments: tuple[str, ...]
    prices: tuple[SkuPrice, ...]

    @property
    def items(self) -> Items:
        """The skus of the list."""
        return Items(skus=tuple(price.sku for price in self.prices))

    @property
    def nature(self) -> Nature:
        """Line by line."""
        return "lines"

    @property
    def scope(self) -> Scope:
        """Items."""
        return "item"

    def give(self, goods: Goods) -> Grant | Unmet:
        """The difference between each unit's price and the member's."""
        held = goods.facts.cart.shopper.segments
        if not any(segment in held for segment in self.segments):
            return Unmet("not_in_segment")
        price_of = {price.sku: price.unit_price_minor for price in self.prices}
        cuts = [
            cut
            for line, item in enumerate(goods.facts.lines)
            if item.sku in price_of and goods.is_open(line)
            for cut in discount.down_to(goods, pick_units(goods, [line]), price_of[item.sku]).cuts
        ]
        return Grant(tuple(cuts), n_units=sum(goods.facts.lines[cut.line].quantity for cut in cuts))

    def sentence(self, currency: str, language: Language) -> str:
        """Members (gold): product tea for 3.00 EUR each."""
        named = words.listed(self.segments, language)
        said = [f"{price.sku} {words.money(price.unit_price_minor, currency)}" for price in self.prices]
        prices = words.listed(said, language)
        return f"{named}会员价：{prices}" if language == "zh" else f"price for segment {named}: {prices}"


@dataclass(frozen=True, slots=True)
class FixedTotal:
    """All goods named by `items` together cost `price_minor`; never more than before."""

    kind: ClassVar[str] = "fixed_total"
    price_minor: int
    items: Items = ALL_ITEMS

    @property
    def nature(self) -> Nature:
        """On the order as one."""
        return "order"

    @property
    def scope(self) -> Scope:
        """The order."""
        return "order"

    @property
    def rivalry(self) -> Rivalry:
        """The same terms with another number."""
        return Rivalry((self.kind,), -self.price_minor)

    def ceiling(self, extent: Extent) -> int:
        """What there is above the price."""
        return max(0, extent.worth_minor - self.price_minor)

    def give(self, goods: Goods) -> Grant | Unmet:
        """What the goods cost more than the price."""
        lines = goods.lines(self.items)
        return discount.spread(goods, lines, goods.worth(lines) - self.price_minor)

    def sentence(self, currency: str, language: Language) -> str:
        """Goods for 40.00 EUR together."""
        goods, price = words.goods(self.items, currency, language), words.money(self.price_minor, currency)
        return f"{goods}合计 {price}" if language == "zh" else f"{goods} for {price} together"
