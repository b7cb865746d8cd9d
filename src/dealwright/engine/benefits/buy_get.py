"""Buy so many, get so many cheaper or free."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar

from dealwright.campaign.items import ALL_ITEMS, Items
from dealwright.campaign.promotion import Language
from dealwright.engine import words
from dealwright.engine.buying import Deal, deal
from dealwright.engine.grants import Extent, Grant, Nature, Rivalry, Scope, Single, Unmet
from dealwright.engine.rounding import percent_of
from dealwright.engine.units import Pick

if TYPE_CHECKING:
    from dealwright.engine.goods import Goods


@dataclass(frozen=True, slots=True)
class BuyGet:
    """For every `buy_quantity` units of `buy`, `get_quantity` further units of `get` cost `percent` less.

    With `off_per_unit_minor` they cost that much less instead. A unit counts once: what was bought for it is not
    given, and no other promotion of this kind may use it. Only whole deals apply, at most `most_uses`.
    """

    kind: ClassVar[str] = "buy_x_get_y"
    buy_quantity: int
    get_quantity: int
    buy: Items = ALL_ITEMS
    get: Items = ALL_ITEMS
    percent: Fraction = Fraction(100)
    off_per_unit_minor: int | None = None
    buy_pick: Pick = "dearest"
    get_pick: Pick = "cheapest"
    most_uses: int | None = None

    @property
    def items(self) -> Items:
        """The goods that get cheaper."""
        return self.get

    @property
    def nature(self) -> Nature:
        """On picked units."""
        return "units"

    @property
    def reads(self) -> tuple[Items, ...]:
        """The goods that must be bought."""
        return (self.buy,)

    @property
    def scope(self) -> Scope:
        """Items."""
        return "item"

    @property
    def rivalry(self) -> Rivalry:
        """The same terms with another number."""
        return Rivalry(
            (
                self.kind,
                self.buy_quantity,
                self.get_quantity,
                self.buy,
                self.off_per_unit_minor is None,
                self.buy_pick,
                self.get_pick,
                self.most_uses,
            ),
            self.percent if self.off_per_unit_minor is None else self.off_per_unit_minor,
        )

    @property
    def ceiling(self) -> Callable[[Extent], int]:
        """The part of everything that is given; of equal goods the cheapest are given."""
        given, size = self.get_quantity, self.buy_quantity + self.get_quantity
        if self.buy == self.get and self.get_pick == "cheapest" and self.buy_pick == "dearest":
            return lambda extent: extent.worth_minor * given // size if extent.is_whole else extent.worth_minor
        return lambda extent: extent.worth_minor

    @property
    def saving(self) -> Callable[[Single], int | Unmet | None]:
        """As many whole deals as the line has units for."""
        if self.buy != self.get or self.most_uses is not None:
            return _not_shorter
        return self._on_one_line

    def _on_one_line(self, single: Single) -> int | Unmet:
        size = self.buy_quantity + self.get_quantity
        if single.quantity < size:
            return Unmet("below_minimum_quantity", missing_quantity=size - single.quantity)
        off = self.off_per_unit_minor
        if off is None:
            off = percent_of(single.price_minor, self.percent, single.rounding)
        return single.quantity // size * self.get_quantity * min(off, single.price_minor)

    def give(self, goods: Goods) -> Grant | Unmet:
        """As many whole deals as the units allow; the missing units if there is none."""
        return deal(
            goods,
            Deal(
                buy=goods.lines(self.buy, is_trigger=True),
                get=goods.lines(self.get),
                n_buy=self.buy_quantity,
                n_get=self.get_quantity,
                buy_pick=self.buy_pick,
                get_pick=self.get_pick,
                most_uses=self.most_uses,
                percent=self.percent,
                off_per_unit_minor=self.off_per_unit_minor,
            ),
        )

    def sentence(self, currency: str, language: Language) -> str:
        """Buy 2 of category tea, get 1 of category tea free (the cheapest)."""
        buy, get = words.goods(self.buy, currency, language), words.goods(self.get, currency, language)
        if language == "zh":
            limit = f"，最多 {self.most_uses} 次" if self.most_uses else ""
            return (
                f"买 {self.buy_quantity} 件{buy}，{self.get_quantity} 件{get}{self._how(currency, language)}{limit}"
            )
        limit = f", at most {self.most_uses} times" if self.most_uses else ""
        how = self._how(currency, language)
        return (
            f"buy {self.buy_quantity} of {buy}, get {self.get_quantity} of {get} {how} (the {self.get_pick}){limit}"
        )

    def _how(self, currency: str, language: Language) -> str:
        if self.off_per_unit_minor is not None:
            off = words.money(self.off_per_unit_minor, currency)
            return f"每件减 {off}" if language == "zh" else f"for {off} less each"
        if self.percent == 100:
            return "免费" if language == "zh" else "free"
        share = words.percent(self.percent)
        return f"减 {share}" if language == "zh" else f"for {share} less"


def _not_shorter(single: Single) -> None:  # noqa: ARG001 - one signature for all benefits
    return None
