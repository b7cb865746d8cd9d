"""The more units, the better the price."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Literal

from dealwright.campaign.items import ALL_ITEMS, Items
from dealwright.campaign.promotion import Language
from dealwright.engine import discount, words
from dealwright.engine.grants import Cut, Extent, Grant, Nature, Scope, Single, Unmet
from dealwright.engine.rounding import percent_of
from dealwright.engine.units import pick_units

if TYPE_CHECKING:
    from dealwright.engine.goods import Goods


@dataclass(frozen=True, slots=True)
class QuantityTier:
    """From `at_quantity` units on: `percent` off, or `off_per_unit_minor` off each, or `unit_price_minor` each."""

    at_quantity: int
    percent: Fraction = Fraction(0)
    off_per_unit_minor: int = 0
    unit_price_minor: int | None = None


@dataclass(frozen=True, slots=True)
class QuantityTiers:
    """The highest tier reached applies to all units named by `items`.

    `counted` says whose units are counted: all of them "together", or those of "each_line" for itself.
    """

    kind: ClassVar[str] = "quantity_tiers"
    tiers: tuple[QuantityTier, ...]
    items: Items = ALL_ITEMS
    counted: Literal["together", "each_line"] = "together"

    @property
    def nature(self) -> Nature:
        """Line by line: quantities do not change."""
        return "lines"

    @property
    def scope(self) -> Scope:
        """Items."""
        return "item"

    def _reached(self, quantity: int) -> QuantityTier | None:
        reached = [tier for tier in self.tiers if tier.at_quantity <= quantity]
        return max(reached, key=lambda tier: tier.at_quantity) if reached else None

    def _counts(self, goods: Goods) -> list[tuple[int, list[int]]]:
        lines = goods.lines(self.items)
        if self.counted == "together":
            return [(goods.quantity(lines), lines)]
        return [(goods.quantity([line]), [line]) for line in lines]

    @property
    def ceiling(self) -> Callable[[Extent], int]:
        """The tier that all units together reach."""
        if self.counted == "each_line" or any(
            tier.unit_price_minor is not None or tier.off_per_unit_minor for tier in self.tiers
        ):
            return self._ceiling
        first = {tier.at_quantity: tier.percent for tier in reversed(self.tiers)}
        ats = sorted(first)
        shares = [(first[at].numerator, 100 * first[at].denominator) for at in ats]

        def most(extent: Extent) -> int:
            n_reached = bisect_right(ats, extent.n_units)
            if not n_reached:
                return 0
            top, bottom = shares[n_reached - 1]
            return extent.worth_minor * top // bottom + 1 + extent.n_lines

        return most

    def _ceiling(self, extent: Extent) -> int:
        tier = self._reached(extent.n_units)
        if tier is None:
            return 0
        if tier.unit_price_minor is not None or self.counted == "each_line":
            return extent.worth_minor
        if tier.off_per_unit_minor:
            return tier.off_per_unit_minor * extent.n_units
        return extent.worth_minor * tier.percent.numerator // (100 * tier.percent.denominator) + 1 + extent.n_lines

    def saving(self, single: Single) -> int | Unmet | None:
        """The percentage of the tier reached; the gap to the lowest if none is."""
        tier = self._reached(single.quantity)
        if tier is None:
            lowest = min([tier.at_quantity for tier in self.tiers])
            return Unmet("below_minimum_quantity", 0, lowest - single.quantity)
        if tier.unit_price_minor is not None or tier.off_per_unit_minor:
            return None
        return min(percent_of(single.net_minor, tier.percent, single.rounding), single.net_minor)

    def give(self, goods: Goods) -> Grant | Unmet:
        """The tier's price on all units counted; the gap to the lowest tier if none is reached."""
        counts = self._counts(goods)
        cuts: list[Cut] = []
        is_reached = False
        for quantity, lines in counts:
            tier = self._reached(quantity)
            if tier is not None:
                is_reached = True
                cuts += _given(goods, tier, lines).cuts
        if not is_reached:
            most = max((quantity for quantity, _ in counts), default=0)
            return Unmet("below_minimum_quantity", 0, min(tier.at_quantity for tier in self.tiers) - most)
        return Grant(tuple(cuts), n_units=sum(goods.facts.lines[cut.line].quantity for cut in cuts))

    def next_step(self, goods: Goods) -> Unmet | None:
        """The units missing to the nearest higher tier."""
        gaps = [
            tier.at_quantity - quantity
            for quantity, _ in self._counts(goods)
            for tier in self.tiers
            if tier.at_quantity > quantity
        ]
        return Unmet("below_minimum_quantity", missing_quantity=min(gaps)) if gaps else None

    def sentence(self, currency: str, language: Language) -> str:
        """From 10 units of goods 15% off."""
        goods = words.goods(self.items, currency, language)
        tiers = sorted(self.tiers, key=lambda tier: tier.at_quantity)
        each = self.counted == "each_line"
        if language == "zh":
            said = "，".join(f"满 {tier.at_quantity} 件{_said(tier, currency, language)}" for tier in tiers)
            return f"{goods}{'每款' if each else ''}{said}"
        said = "; ".join(f"from {tier.at_quantity} units {_said(tier, currency, language)}" for tier in tiers)
        return f"on {goods}{', each line for itself' if each else ''}: {said}"


def _given(goods: Goods, tier: QuantityTier, lines: list[int]) -> Grant:
    if tier.unit_price_minor is not None:
        return discount.down_to(goods, pick_units(goods, lines), tier.unit_price_minor)
    if tier.off_per_unit_minor:
        return discount.off_each_unit(goods, pick_units(goods, lines), tier.off_per_unit_minor)
    return discount.percent_of_lines(goods, lines, tier.percent, per="line")


def _said(tier: QuantityTier, currency: str, language: Language) -> str:
    if tier.unit_price_minor is not None:
        price = words.money(tier.unit_price_minor, currency)
        return f"每件 {price}" if language == "zh" else f"{price} each"
    if tier.off_per_unit_minor:
        off = words.money(tier.off_per_unit_minor, currency)
        return f"每件减 {off}" if language == "zh" else f"{off} off each"
    share = words.percent(tier.percent)
    return f"减 {share}" if language == "zh" else f"{share} off"
