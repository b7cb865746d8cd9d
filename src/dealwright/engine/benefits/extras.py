"""What a shopper gets besides a lower price: a gift, points, a coupon for the next order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from dealwright.campaign.items import ALL_ITEMS, Items
from dealwright.campaign.promotion import Language
from dealwright.engine import words
from dealwright.engine.giving import given_units
from dealwright.engine.grants import Grant, Nature, Scope, Unmet

if TYPE_CHECKING:
    from dealwright.engine.goods import Goods


@dataclass(frozen=True, slots=True)
class FreeGift:
    """`quantity` units of `sku` free: once, or for every `every_quantity` paid units (or `every_minor`) of `items`.

    Gift units that lie in the cart already cost nothing; the others are told, for the shop to add.
    """

    kind: ClassVar[str] = "gift"
    sku: str
    quantity: int = 1
    items: Items = ALL_ITEMS
    every_quantity: int | None = None
    every_minor: int | None = None
    most_uses: int | None = None

    @property
    def nature(self) -> Nature:
        """Nothing that is paid gets cheaper."""
        return "extra"

    @property
    def scope(self) -> Scope:
        """Items."""
        return "item"

    def give(self, goods: Goods) -> Grant | Unmet:
        """The gifts that are due; what is missing to the first if there is none."""
        facts, uses = goods.facts, 1
        if self.every_quantity is not None:
            held = facts.quantity(self.items)
            uses = held // self.every_quantity
            if not uses:
                return Unmet("below_minimum_quantity", missing_quantity=self.every_quantity - held)
        elif self.every_minor is not None:
            spent = facts.amount(self.items)
            uses = spent // self.every_minor
            if not uses:
                return Unmet("below_minimum_spend", missing_minor=self.every_minor - spent)
        uses = uses if self.most_uses is None else min(uses, self.most_uses)
        cuts, gifts = given_units(goods, self.sku, uses * self.quantity)
        return Grant(cuts, uses=uses, n_units=uses * self.quantity, gifts=gifts)

    def sentence(self, currency: str, language: Language) -> str:
        """1 unit of mug free for every 3 units of product tea."""
        goods = words.goods(self.items, currency, language)
        if language == "zh":
            every = f"每 {self.every_quantity} 件{goods}" if self.every_quantity else ""
            every = f"{goods}每满 {words.money(self.every_minor, currency)}" if self.every_minor else every
            return f"{every}赠 {self.quantity} 件 {self.sku}"
        every = f" for every {self.every_quantity} units of {goods}" if self.every_quantity else ""
        every = f" for every {words.money(self.every_minor, currency)} of {goods}" if self.every_minor else every
        return f"{self.quantity} of product {self.sku} free{every}"


@dataclass(frozen=True, slots=True)
class Points:
    """`points` at once, and `points_per_unit_of_money` for every whole unit of money paid for `items`."""

    kind: ClassVar[str] = "points"
    points: int = 0
    every_minor: int | None = None
    points_per_every: int = 0
    items: Items = ALL_ITEMS

    @property
    def nature(self) -> Nature:
        """Nothing that is paid gets cheaper."""
        return "extra"

    @property
    def scope(self) -> Scope:
        """The order."""
        return "order"

    def give(self, goods: Goods) -> Grant | Unmet:
        """The points that what is still to be paid brings."""
        lines = goods.facts.matching(self.items)
        earned = self.points
        if self.every_minor:
            paid = goods.worth(lines)
            earned += paid // self.every_minor * self.points_per_every
            if not earned:
                return Unmet("below_minimum_spend", missing_minor=self.every_minor - paid)
        return Grant(points=earned)

    def sentence(self, currency: str, language: Language) -> str:
        """100 points and 2 points for every 1.00 EUR of goods."""
        zh = language == "zh"
        said = [f"{self.points} 积分" if zh else f"{self.points} points"] if self.points else []
        if self.every_minor:
            goods, every = words.goods(self.items, currency, language), words.money(self.every_minor, currency)
            each = self.points_per_every
            said.append(
                f"{goods}每 {every} 得 {each} 积分" if zh else f"{each} points for every {every} of {goods}"
            )
        return ("送 " + "，".join(said)) if zh else " and ".join(said)


@dataclass(frozen=True, slots=True)
class NextCoupon:
    """`quantity` coupons of `coupon` (a promotion or a batch) for the next order."""

    kind: ClassVar[str] = "next_coupon"
    coupon: str
    quantity: int = 1

    @property
    def items(self) -> Items:
        """Any goods."""
        return ALL_ITEMS

    @property
    def nature(self) -> Nature:
        """Nothing that is paid gets cheaper."""
        return "extra"

    @property
    def scope(self) -> Scope:
        """The order."""
        return "order"

    def give(self, goods: Goods) -> Grant | Unmet:  # noqa: ARG002 - one signature for all benefits
        """The coupon's name; the ledger hands it out at commit."""
        return Grant(uses=self.quantity, next_coupon=self.coupon)

    def sentence(self, currency: str, language: Language) -> str:  # noqa: ARG002 - one signature for all terms
        """A coupon for the next order (WELCOME-BACK)."""
        if language == "zh":
            return f"赠下单可用优惠券 {self.coupon} × {self.quantity}"
        return f"{self.quantity} coupon{'s' if self.quantity > 1 else ''} {self.coupon} for the next order"
