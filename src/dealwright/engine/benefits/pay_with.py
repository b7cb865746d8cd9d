"""What was earned or paid before counts as money now: points, a presale deposit."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar

from dealwright.campaign.items import ALL_ITEMS, Items
from dealwright.campaign.promotion import Language
from dealwright.engine import discount, words
from dealwright.engine.grants import Grant, Nature, Scope, Unmet
from dealwright.engine.units import pick_units

if TYPE_CHECKING:
    from dealwright.engine.goods import Goods


@dataclass(frozen=True, slots=True)
class PayWithPoints:
    """The shopper's points pay for goods: `points_per_step` points are worth `step_minor`; at most `most_minor`.

    `most_percent` bounds it to a share of what is still to be paid.
    """

    kind: ClassVar[str] = "pay_with_points"
    step_minor: int
    points_per_step: int = 1
    items: Items = ALL_ITEMS
    most_minor: int | None = None
    most_percent: Fraction = Fraction(100)

    @property
    def nature(self) -> Nature:
        """Money instead of a discount, in whole steps."""
        return "money"

    @property
    def scope(self) -> Scope:
        """The order."""
        return "order"

    def give(self, goods: Goods) -> Grant | Unmet:
        """Whole steps only, as many as the points, the bounds and the goods allow, shared by value."""
        held = goods.facts.cart.shopper.points
        lines = goods.lines(self.items)
        bounds = [goods.room(lines), int(goods.worth(lines) * self.most_percent / 100)]
        if self.most_minor is not None:
            bounds.append(self.most_minor)
        steps = min(held // self.points_per_step, min(bounds) // self.step_minor)
        if held < self.points_per_step:
            return Unmet("points_missing", missing_quantity=self.points_per_step - held)
        grant = discount.spread(goods, lines, steps * self.step_minor)
        grant.points_spent = steps * self.points_per_step
        return grant

    def sentence(self, currency: str, language: Language) -> str:
        """100 points pay 1.00 EUR, at most 5.00 EUR."""
        worth = words.money(self.step_minor, currency)
        if language == "zh":
            most = f"，最多抵 {words.money(self.most_minor, currency)}" if self.most_minor is not None else ""
            return f"{self.points_per_step} 积分抵 {worth}{most}"
        most = f", at most {words.money(self.most_minor, currency)}" if self.most_minor is not None else ""
        return f"{self.points_per_step} points pay {worth}{most}"


@dataclass(frozen=True, slots=True)
class PresaleDeposit:
    """`deposit_per_unit_minor` was paid before for each unit and counts as `counts_per_unit_minor` on the balance.

    The difference is the discount; the deposit itself is told as prepaid.
    """

    kind: ClassVar[str] = "presale_deposit"
    deposit_per_unit_minor: int
    counts_per_unit_minor: int
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

    def give(self, goods: Goods) -> Grant | Unmet:
        """What the deposit counts more than was paid, on each unit."""
        picked = pick_units(goods, goods.lines(self.items), most=self.most_units)
        more = max(0, self.counts_per_unit_minor - self.deposit_per_unit_minor)
        grant = discount.off_each_unit(goods, picked, more)
        n_units = sum(unit.count for unit in picked)
        left = sum(unit.price_minor * unit.count for unit in picked) - grant.amount_minor
        grant.prepaid_minor = min(n_units * self.deposit_per_unit_minor, left)
        return grant

    def sentence(self, currency: str, language: Language) -> str:
        """A deposit of 10.00 EUR counts as 20.00 EUR on the balance of product tea."""
        goods = words.goods(self.items, currency, language)
        paid = words.money(self.deposit_per_unit_minor, currency)
        counts = words.money(self.counts_per_unit_minor, currency)
        if language == "zh":
            return f"{goods}定金 {paid} 抵 {counts}"
        return f"a deposit of {paid} counts as {counts} on the balance of {goods}"
