"""Every n-th unit cheaper: second at half price, three for two."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Literal

from dealwright.campaign.items import ALL_ITEMS, Items
from dealwright.campaign.promotion import Language
from dealwright.engine import discount, words
from dealwright.engine.grants import Extent, Grant, Nature, Rivalry, Scope, Unmet
from dealwright.engine.units import Pick, every_nth, pick_units

if TYPE_CHECKING:
    from dealwright.engine.goods import Goods


@dataclass(frozen=True, slots=True)
class NthUnit:
    """Of every whole group of `group_size` units, unit number `position` costs `percent` less.

    Units are put in a row "dearest" or "cheapest" first (`sort`). `choice` "each_group" takes the unit at
    `position` in each group; "cheapest_of_all" and "dearest_of_all" take as many units as there are groups.
    """

    kind: ClassVar[str] = "nth_unit"
    group_size: int
    percent: Fraction = Fraction(100)
    items: Items = ALL_ITEMS
    position: int = 0
    sort: Pick = "dearest"
    choice: Literal["each_group", "cheapest_of_all", "dearest_of_all"] = "each_group"
    most_uses: int | None = None

    @property
    def nature(self) -> Nature:
        """On picked units."""
        return "units"

    @property
    def scope(self) -> Scope:
        """Items."""
        return "item"

    @property
    def rivalry(self) -> Rivalry:
        """The same terms with another number."""
        return Rivalry(
            (self.kind, self.group_size, self.position, self.sort, self.choice, self.most_uses), self.percent
        )

    def ceiling(self, extent: Extent) -> int:
        """The percentage of everything, or of its part if it is the cheapest of each group."""
        part = self.group_size if self._is_cheapest else 1
        whole = extent.worth_minor * self.percent.numerator // (100 * self.percent.denominator * part)
        return whole + extent.n_units + 1

    def give(self, goods: Goods) -> Grant | Unmet:
        """The percentage off the chosen units; the units missing to one whole group if there is none."""
        lines = goods.lines(self.items)
        n_units = goods.quantity(lines)
        uses = n_units // self.group_size
        if not uses:
            return Unmet("below_minimum_quantity", missing_quantity=self.group_size - n_units)
        uses = uses if self.most_uses is None else min(uses, self.most_uses)
        if self.choice == "each_group":
            row = pick_units(goods, lines, by=self.sort)
            picked = every_nth(row, self.group_size, position=self.position or self.group_size, most=uses)
        else:
            by: Pick = "cheapest" if self.choice == "cheapest_of_all" else "dearest"
            picked = pick_units(goods, lines, by=by, most=uses)
        grant = discount.percent_of_units(goods, picked, self.percent, per="unit")
        grant.uses = uses
        return grant

    def sentence(self, currency: str, language: Language) -> str:
        """Of every 3 units of goods the cheapest free."""
        goods = words.goods(self.items, currency, language)
        is_free = self.percent == 100
        share = words.percent(self.percent)
        times = self.most_uses
        if language == "zh":
            how = "免费" if is_free else f"减 {share}"
            which = "最低价的一件" if self._is_cheapest else f"第 {self.position or self.group_size} 件"
            return f"{goods}每 {self.group_size} 件{which}{how}" + (f"，最多 {times} 次" if times else "")
        how = "free" if is_free else f"{share} off"
        which = "the cheapest" if self._is_cheapest else f"number {self.position or self.group_size}"
        return f"of every {self.group_size} units of {goods} {which} {how}" + (
            f", at most {times} times" if times else ""
        )

    @property
    def _is_cheapest(self) -> bool:
        at_end = self.position in (0, self.group_size)
        return self.choice == "cheapest_of_all" or (at_end if self.sort == "dearest" else self.position == 1)
