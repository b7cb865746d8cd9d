"""A percentage off."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Literal

from dealwright.campaign.items import ALL_ITEMS, Items
from dealwright.campaign.promotion import Language
from dealwright.engine import discount, words
from dealwright.engine.grants import Extent, Grant, Nature, Plainly, Rivalry, Scope, Single, Unmet
from dealwright.engine.policy import Policy
from dealwright.engine.rounding import percent_of
from dealwright.engine.units import Pick, pick_units

if TYPE_CHECKING:
    from dealwright.engine.goods import Goods

Per = Literal["line", "unit", "pool", "order"]

_NATURE: dict[Per, Nature] = {"line": "lines", "unit": "lines", "pool": "order", "order": "order"}


@dataclass(frozen=True, slots=True)
class PercentOff:
    """`percent` off the goods named by `items`.

    `per` is where it is rounded: on each line, on each unit, or once over all units ("pool", "order"; the spare
    cents are then allocated). An "order" discount counts as given on the order, the others on items.
    `cap_minor` bounds it in all; `most_units` bounds the units over the cart, `most_units_per_line` on each line;
    with `group_size` only units of complete groups count; `pick` says which units then.
    """

    kind: ClassVar[str] = "percent_off"
    percent: Fraction
    items: Items = ALL_ITEMS
    per: Per = "line"
    cap_minor: int | None = None
    most_units: int | None = None
    most_units_per_line: int | None = None
    group_size: int = 1
    pick: Pick = "dearest"

    @property
    def nature(self) -> Nature:
        """Line by line, on the order as one, or neither: on picked units, or under a cap over lines."""
        return "units" if self._is_limited else _NATURE[self.per]

    @property
    def scope(self) -> Scope:
        """Items, unless it is rounded once over the order."""
        return "order" if self.per == "order" else "item"

    @property
    def _is_limited(self) -> bool:
        return self._picks or (self.cap_minor is not None and _NATURE[self.per] == "lines")

    @property
    def _picks(self) -> bool:
        return self.most_units is not None or self.most_units_per_line is not None or self.group_size > 1

    @property
    def rivalry(self) -> Rivalry:
        """The same terms with another number."""
        return Rivalry(
            (
                self.kind,
                self.per,
                self.cap_minor,
                self.most_units,
                self.most_units_per_line,
                self.group_size,
                self.pick,
            ),
            self.percent,
        )

    @property
    def ceiling(self) -> Callable[[Extent], int]:
        """The percentage of everything, with the cents that rounding may add."""
        top, bottom, cap = self.percent.numerator, 100 * self.percent.denominator, self.cap_minor
        if self.per == "unit":
            return lambda extent: _capped(extent.worth_minor * top // bottom + 1 + extent.n_units, cap)
        if cap is None:
            return lambda extent: extent[2] * top // bottom + 1 + extent[0]
        return lambda extent: _capped(extent[2] * top // bottom + 1 + extent[0], cap)

    def saving(self, single: Single) -> int | None:
        """The percentage of the line, or of the units picked."""
        if self.per == "unit" or self.group_size > 1:
            return None
        n_units = single.quantity
        if self.most_units is not None and self.most_units < n_units:
            n_units = self.most_units
        if self.most_units_per_line is not None and self.most_units_per_line < n_units:
            n_units = self.most_units_per_line
        worth = n_units * single.price_minor
        off = percent_of(worth, self.percent, single.rounding)
        most = worth if self.cap_minor is None or self.cap_minor > worth else self.cap_minor
        return off if off < most else most

    def plain(self, policy: Policy) -> Plainly | None:
        """The percentage of each line."""
        if self.nature != "lines" or self.per != "line" or policy.rounding != "half_up":
            return None
        top, bottom, whole = (
            2 * self.percent.numerator,
            100 * self.percent.denominator,
            200 * self.percent.denominator,
        )

        def offs(nets: list[int], lines: Sequence[int], quantities: Sequence[int]) -> list[tuple[int, int]]:  # noqa: ARG001 - one signature
            found = []
            for line in lines:
                net = nets[line]
                off = (net * top + bottom) // whole
                if off:
                    if off > net:
                        off = net
                    nets[line] = net - off
                    found.append((line, off))
            return found

        return offs

    def give(self, goods: Goods) -> Grant | Unmet:
        """The percentage of what earlier promotions left (or of the lane's beginning, if the policy adds)."""
        lines = goods.lines(self.items)
        if not self._picks:
            return discount.percent_of_lines(goods, lines, self.percent, per=self.per, cap_minor=self.cap_minor)
        n_units = goods.quantity(lines)
        if n_units < self.group_size:
            return Unmet("below_minimum_quantity", missing_quantity=self.group_size - n_units)
        whole = n_units - n_units % self.group_size
        most = whole if self.most_units is None else min(whole, self.most_units)
        picked = pick_units(goods, lines, by=self.pick, most=most, most_per_line=self.most_units_per_line)
        return discount.percent_of_units(goods, picked, self.percent, per=self.per, cap_minor=self.cap_minor)

    def sentence(self, currency: str, language: Language) -> str:
        """20% off category tea."""
        goods, share = words.goods(self.items, currency, language), words.percent(self.percent)
        units = self.most_units if self.most_units is not None else self.most_units_per_line
        if language == "zh":
            limit = f"，最多 {units} 件" if units is not None else ""
            cap = f"，最多减 {words.money(self.cap_minor, currency)}" if self.cap_minor is not None else ""
            return f"{goods}减 {share}{limit}{cap}"
        where = " of each line" if self.most_units is None else f", the {self.pick}"
        limit = f" for at most {units} units{where}" if units is not None else ""
        cap = f", at most {words.money(self.cap_minor, currency)}" if self.cap_minor is not None else ""
        return f"{share} off {goods}{limit}{cap}"


def _capped(whole: int, cap: int | None) -> int:
    return whole if cap is None or whole < cap else cap
