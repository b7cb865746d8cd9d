"""Delivery that is free or cheaper."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar

from dealwright.campaign.items import ALL_ITEMS, Items
from dealwright.campaign.promotion import Language
from dealwright.engine import discount, words
from dealwright.engine.grants import FeeCut, Grant, Nature, Scope, Unmet
from dealwright.engine.rounding import percent_of

if TYPE_CHECKING:
    from dealwright.engine.goods import Goods


@dataclass(frozen=True, slots=True)
class FreeDelivery:
    """Delivery by one of `methods` (any, if none is named) costs nothing, or `cap_minor` less."""

    kind: ClassVar[str] = "free_delivery"
    methods: tuple[str, ...] = ()
    cap_minor: int | None = None

    @property
    def items(self) -> Items:
        """Any goods."""
        return ALL_ITEMS

    @property
    def nature(self) -> Nature:
        """Fee by fee, or on all of them."""
        return "lines" if self.cap_minor is None else "order"

    @property
    def scope(self) -> Scope:
        """Delivery."""
        return "delivery"

    def give(self, goods: Goods) -> Grant | Unmet:
        """Each fee, up to the cap in all."""
        if not goods.facts.is_delivered_by(self.methods):
            return Unmet("other_delivery_method")
        fees = goods.fee_lines(self.methods)
        whole = sum(goods.fees[fee] for fee in fees)
        off = whole if self.cap_minor is None else min(whole, self.cap_minor)
        return Grant(fee_cuts=discount.spread_fees(goods, fees, off), frees_delivery=0 < off == whole)

    def sentence(self, currency: str, language: Language) -> str:
        """Free delivery by standard."""
        named = words.listed(self.methods, language)
        cap = words.money(self.cap_minor, currency) if self.cap_minor is not None else ""
        if language == "zh":
            return f"{named}包邮" + (f"，最多减 {cap}" if cap else "")
        return "free delivery" + (f" by {named}" if named else "") + (f", up to {cap}" if cap else "")


@dataclass(frozen=True, slots=True)
class DeliveryPercentOff:
    """`percent` off each delivery fee of `methods`."""

    kind: ClassVar[str] = "delivery_percent_off"
    percent: Fraction
    methods: tuple[str, ...] = ()

    @property
    def items(self) -> Items:
        """Any goods."""
        return ALL_ITEMS

    @property
    def nature(self) -> Nature:
        """Fee by fee."""
        return "lines"

    @property
    def scope(self) -> Scope:
        """Delivery."""
        return "delivery"

    def give(self, goods: Goods) -> Grant | Unmet:
        """The percentage of each fee as earlier promotions left it."""
        if not goods.facts.is_delivered_by(self.methods):
            return Unmet("other_delivery_method")
        fees = goods.fee_lines(self.methods)
        rounding = goods.facts.policy.rounding
        offs = [(fee, min(goods.fees[fee], percent_of(goods.fees[fee], self.percent, rounding))) for fee in fees]
        return Grant(fee_cuts=tuple(FeeCut(fee, off) for fee, off in offs if off))

    def sentence(self, currency: str, language: Language) -> str:  # noqa: ARG002 - one signature for all terms
        """20% off delivery by express."""
        named, share = words.listed(self.methods, language), words.percent(self.percent)
        if language == "zh":
            return f"{named}运费减 {share}"
        return f"{share} off delivery" + (f" by {named}" if named else "")


@dataclass(frozen=True, slots=True)
class DeliveryAmountOff:
    """`amount_minor` off delivery by `methods`: once over all of them, or off each (`is_each`)."""

    kind: ClassVar[str] = "delivery_amount_off"
    amount_minor: int
    methods: tuple[str, ...] = ()
    is_each: bool = False

    @property
    def items(self) -> Items:
        """Any goods."""
        return ALL_ITEMS

    @property
    def nature(self) -> Nature:
        """Fee by fee, or on all of them."""
        return "lines" if self.is_each else "order"

    @property
    def scope(self) -> Scope:
        """Delivery."""
        return "delivery"

    def give(self, goods: Goods) -> Grant | Unmet:
        """The amount, never more than the fees."""
        if not goods.facts.is_delivered_by(self.methods):
            return Unmet("other_delivery_method")
        fees = goods.fee_lines(self.methods)
        if self.is_each:
            offs = [(fee, min(goods.fees[fee], self.amount_minor)) for fee in fees]
            return Grant(fee_cuts=tuple(FeeCut(fee, off) for fee, off in offs if off))
        return Grant(fee_cuts=discount.spread_fees(goods, fees, self.amount_minor))

    def sentence(self, currency: str, language: Language) -> str:
        """3.00 EUR off delivery."""
        named, amount = words.listed(self.methods, language), words.money(self.amount_minor, currency)
        if language == "zh":
            return f"{named}{'每笔' if self.is_each else ''}运费减 {amount}"
        return f"{amount} off {'each ' if self.is_each else ''}delivery" + (f" by {named}" if named else "")
