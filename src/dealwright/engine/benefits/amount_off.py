"""An amount off: once over the order, on each line, or on each unit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from dealwright.campaign.items import ALL_ITEMS, Items
from dealwright.campaign.promotion import Language
from dealwright.engine import discount, words
from dealwright.engine.grants import Extent, Grant, Nature, Plainly, Rivalry, Scope, Single, Unmet
from dealwright.engine.policy import Policy
from dealwright.engine.rounding import share_out
from dealwright.engine.units import Pick, pick_units

if TYPE_CHECKING:
    from dealwright.engine.goods import Goods


@dataclass(frozen=True, slots=True)
class AmountOff:
    """`amount_minor` off once, shared by value over the lines named by `items` (or over `most_units` of them)."""

    kind: ClassVar[str] = "amount_off"
    amount_minor: int
    items: Items = ALL_ITEMS
    most_units: int | None = None
    pick: Pick = "dearest"

    @property
    def nature(self) -> Nature:
        """On the order as one, or on picked units."""
        return "order" if self.most_units is None else "units"

    @property
    def scope(self) -> Scope:
        """The order."""
        return "order"

    @property
    def rivalry(self) -> Rivalry:
        """The same terms with another number."""
        return Rivalry((self.kind, self.most_units, self.pick), self.amount_minor)

    def ceiling(self, extent: Extent) -> int:  # noqa: ARG002 - one signature for all benefits
        """The amount."""
        return self.amount_minor

    def saving(self, single: Single) -> int:
        """The amount, or what the units it lands on cost."""
        if self.most_units is None:
            return min(self.amount_minor, single.net_minor)
        return min(self.amount_minor, min(self.most_units, single.quantity) * single.price_minor)

    def plain(self, policy: Policy) -> Plainly | None:
        """The amount shared by value."""
        amount, allocation = self.amount_minor, policy.allocation
        if self.most_units is not None or amount <= 0:
            return None

        def offs(nets: list[int], lines: Sequence[int], quantities: Sequence[int]) -> list[tuple[int, int]]:  # noqa: ARG001 - one signature
            if len(lines) == 1:
                line = lines[0]
                net = nets[line]
                off = amount if amount < net else net
                nets[line] = net - off
                return [(line, off)] if off > 0 else []
            left = [nets[line] for line in lines]
            found = []
            for line, part in zip(lines, share_out(amount, left, left, allocation=allocation), strict=True):
                if part:
                    nets[line] -= part
                    found.append((line, part))
            return found

        return offs

    def give(self, goods: Goods) -> Grant | Unmet:
        """The amount, or as much of it as the goods have room for."""
        lines = goods.lines(self.items)
        if self.most_units is None:
            return discount.spread(goods, lines, self.amount_minor)
        picked = pick_units(goods, lines, by=self.pick, most=self.most_units)
        return discount.spread_over_units(goods, picked, self.amount_minor)

    def sentence(self, currency: str, language: Language) -> str:
        """10.00 EUR off goods."""
        goods, amount = words.goods(self.items, currency, language), words.money(self.amount_minor, currency)
        if language == "zh":
            return f"{goods}立减 {amount}" + (f"，限 {self.most_units} 件" if self.most_units else "")
        return f"{amount} off {goods}" + (f", on at most {self.most_units} units" if self.most_units else "")


@dataclass(frozen=True, slots=True)
class AmountOffLine:
    """`amount_per_line_minor` off each line named by `items`, whatever its quantity."""

    kind: ClassVar[str] = "amount_off_per_line"
    amount_per_line_minor: int
    items: Items = ALL_ITEMS

    @property
    def nature(self) -> Nature:
        """Line by line."""
        return "lines"

    @property
    def scope(self) -> Scope:
        """Items."""
        return "item"

    @property
    def rivalry(self) -> Rivalry:
        """The same terms with another number."""
        return Rivalry((self.kind,), self.amount_per_line_minor)

    def ceiling(self, extent: Extent) -> int:
        """The amount on each line."""
        return self.amount_per_line_minor * extent.n_lines

    def give(self, goods: Goods) -> Grant | Unmet:
        """The amount on each line, at most what the line has room for."""
        return discount.off_each_line(goods, goods.lines(self.items), self.amount_per_line_minor)

    def sentence(self, currency: str, language: Language) -> str:
        """10.00 EUR off each line of category tea."""
        goods, amount = (
            words.goods(self.items, currency, language),
            words.money(self.amount_per_line_minor, currency),
        )
        return f"{goods}每行减 {amount}" if language == "zh" else f"{amount} off each line of {goods}"


@dataclass(frozen=True, slots=True)
class AmountOffUnit:
    """`amount_per_unit_minor` off each unit named by `items`.

    `most_units` bounds the units over the cart, `most_units_per_line` on each line; with `group_size` only units of
    complete groups count, groups spanning lines.
    """

    kind: ClassVar[str] = "amount_off_per_unit"
    amount_per_unit_minor: int
    items: Items = ALL_ITEMS
    most_units: int | None = None
    most_units_per_line: int | None = None
    group_size: int = 1
    pick: Pick = "dearest"

    @property
    def nature(self) -> Nature:
        """Line by line, or on picked units."""
        return "units" if self._is_limited else "lines"

    @property
    def scope(self) -> Scope:
        """Items."""
        return "item"

    @property
    def _is_limited(self) -> bool:
        return self.most_units is not None or self.most_units_per_line is not None or self.group_size > 1

    @property
    def rivalry(self) -> Rivalry:
        """The same terms with another number."""
        return Rivalry(
            (self.kind, self.most_units, self.most_units_per_line, self.group_size, self.pick),
            self.amount_per_unit_minor,
        )

    @property
    def ceiling(self) -> Callable[[Extent], int]:
        """The amount on each unit."""
        amount, most = self.amount_per_unit_minor, self.most_units
        if most is None:
            return lambda extent: amount * extent.n_units
        return lambda extent: amount * (extent[1] if extent[1] < most else most)

    def saving(self, single: Single) -> int | None:
        """The amount on each unit."""
        if self.group_size > 1:
            return None
        n_units = single.quantity
        if self.most_units is not None and self.most_units < n_units:
            n_units = self.most_units
        if self.most_units_per_line is not None and self.most_units_per_line < n_units:
            n_units = self.most_units_per_line
        return n_units * min(self.amount_per_unit_minor, single.price_minor)

    def plain(self, policy: Policy) -> Plainly | None:  # noqa: ARG002 - one signature for all benefits
        """The amount on each unit."""
        amount = self.amount_per_unit_minor
        if self._is_limited or amount <= 0:
            return None

        def offs(nets: list[int], lines: Sequence[int], quantities: Sequence[int]) -> list[tuple[int, int]] | None:
            found = []
            for line in lines:
                net, quantity = nets[line], quantities[line]
                if net % quantity:
                    return None
                off = quantity * amount
                if off > net:
                    off = net
                if off:
                    found.append((line, off))
            for line, off in found:
                nets[line] -= off
            return found

        return offs

    def give(self, goods: Goods) -> Grant | Unmet:
        """The amount on each unit, at most what the unit has room for."""
        lines = goods.lines(self.items)
        n_units = goods.quantity(lines)
        if n_units < self.group_size:
            return Unmet("below_minimum_quantity", missing_quantity=self.group_size - n_units)
        whole = n_units - n_units % self.group_size
        most = whole if self.most_units is None else min(whole, self.most_units)
        picked = pick_units(goods, lines, by=self.pick, most=most, most_per_line=self.most_units_per_line)
        return discount.off_each_unit(goods, picked, self.amount_per_unit_minor)

    def sentence(self, currency: str, language: Language) -> str:
        """1.00 EUR off each unit of category tea."""
        goods, amount = (
            words.goods(self.items, currency, language),
            words.money(self.amount_per_unit_minor, currency),
        )
        most = self.most_units if self.most_units is not None else self.most_units_per_line
        if language == "zh":
            group = f"每 {self.group_size} 件一组，" if self.group_size > 1 else ""
            return f"{goods}{group}每件减 {amount}" + (f"，最多 {most} 件" if most is not None else "")
        group = f" in complete groups of {self.group_size}" if self.group_size > 1 else ""
        limit = (
            f", at most {most}{'' if self.most_units is not None else ' of each line'}" if most is not None else ""
        )
        return f"{amount} off each unit of {goods}{group}{limit}"
