"""Where and how it is bought: channel, store, region, payment, delivery, code, experiment arm, share, hours."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar

from dealwright.campaign.promotion import Language
from dealwright.campaign.schedule import Schedule
from dealwright.core.ids import fingerprint
from dealwright.engine import words
from dealwright.engine.grants import Keys, Unmet

if TYPE_CHECKING:
    from dealwright.engine.facts import Facts


@dataclass(frozen=True, slots=True)
class InChannel:
    """The order comes through one of `channels` (web, app, store ...)."""

    kind: ClassVar[str] = "in_channel"
    channels: tuple[str, ...]

    @property
    def keys(self) -> Keys:
        """Without one of these it cannot be met."""
        return Keys("channel", self.channels)

    def check(self, facts: Facts) -> Unmet | None:
        """Met, or it comes another way."""
        return None if facts.cart.channel in self.channels else Unmet("other_channel")

    def sentence(self, currency: str, language: Language) -> str:  # noqa: ARG002 - one signature for all terms
        """The order comes through app."""
        named = words.listed(self.channels, language)
        return f"经{named}渠道下单" if language == "zh" else f"the order comes through {named}"


@dataclass(frozen=True, slots=True)
class InStore:
    """The cart belongs to one of `stores`."""

    kind: ClassVar[str] = "in_store"
    stores: tuple[str, ...]

    @property
    def keys(self) -> Keys:
        """Without one of these it cannot be met."""
        return Keys("cart_store", self.stores)

    def check(self, facts: Facts) -> Unmet | None:
        """Met, or it is bought elsewhere."""
        return None if facts.cart.store in self.stores else Unmet("other_store")

    def sentence(self, currency: str, language: Language) -> str:  # noqa: ARG002 - one signature for all terms
        """It is bought in store s1."""
        named = words.listed(self.stores, language)
        return f"在店铺{named}购买" if language == "zh" else f"it is bought in store {named}"


@dataclass(frozen=True, slots=True)
class InRegion:
    """The cart is delivered to one of `regions`, or to none of `not_regions`."""

    kind: ClassVar[str] = "in_region"
    regions: tuple[str, ...] = ()
    not_regions: tuple[str, ...] = ()

    @property
    def keys(self) -> Keys:
        """Without one of these it cannot be met."""
        return Keys("region", self.regions)

    def check(self, facts: Facts) -> Unmet | None:
        """Met, or the region is not addressed."""
        region = facts.cart.region
        is_in = not self.regions or region in self.regions
        return None if is_in and region not in self.not_regions else Unmet("other_region")

    def sentence(self, currency: str, language: Language) -> str:  # noqa: ARG002 - one signature for all terms
        """The region is DE."""
        named, without = words.listed(self.regions, language), words.listed(self.not_regions, language)
        if language == "zh":
            return "且".join(([f"地区为{named}"] if named else []) + ([f"地区不是{without}"] if without else []))
        parts = ([f"the region is {named}"] if named else []) + (
            [f"the region is not {without}"] if without else []
        )
        return " and ".join(parts)


@dataclass(frozen=True, slots=True)
class PaysBy:
    """The cart is paid by one of `methods`."""

    kind: ClassVar[str] = "pays_by"
    methods: tuple[str, ...]

    @property
    def keys(self) -> Keys:
        """Without one of these it cannot be met."""
        return Keys("payment", self.methods)

    def check(self, facts: Facts) -> Unmet | None:
        """Met, or it is paid otherwise."""
        return None if facts.cart.payment_method in self.methods else Unmet("other_payment_method")

    def sentence(self, currency: str, language: Language) -> str:  # noqa: ARG002 - one signature for all terms
        """It is paid by card."""
        named = words.listed(self.methods, language)
        return f"使用{named}支付" if language == "zh" else f"it is paid by {named}"


@dataclass(frozen=True, slots=True)
class DeliveredBy:
    """At least one delivery of the cart uses one of `methods`."""

    kind: ClassVar[str] = "delivered_by"
    methods: tuple[str, ...]

    @property
    def keys(self) -> Keys:
        """Without one of these it cannot be met."""
        return Keys("delivery", self.methods)

    def check(self, facts: Facts) -> Unmet | None:
        """Met, or it is delivered otherwise."""
        is_met = any(delivery.method in self.methods for delivery in facts.cart.deliveries)
        return None if is_met else Unmet("other_delivery_method")

    def sentence(self, currency: str, language: Language) -> str:  # noqa: ARG002 - one signature for all terms
        """It is delivered by express."""
        named = words.listed(self.methods, language)
        return f"使用{named}配送" if language == "zh" else f"it is delivered by {named}"


@dataclass(frozen=True, slots=True)
class HoldsCode:
    """The shopper holds one of `codes`, besides any code of the promotion itself."""

    kind: ClassVar[str] = "holds_code"
    codes: tuple[str, ...]

    def check(self, facts: Facts) -> Unmet | None:
        """Met, or the code is missing."""
        return None if any(facts.holds(code) for code in self.codes) else Unmet("code_missing")

    def sentence(self, currency: str, language: Language) -> str:  # noqa: ARG002 - one signature for all terms
        """Code TEA is entered."""
        named = words.listed(self.codes, language)
        return f"输入口令 {named}" if language == "zh" else f"code {named} is entered"


@dataclass(frozen=True, slots=True)
class InArm:
    """The shopper is in one of `arms` of `experiment`."""

    kind: ClassVar[str] = "in_arm"
    experiment: str
    arms: tuple[str, ...]

    def check(self, facts: Facts) -> Unmet | None:
        """Met, or the shopper is in another arm or not in the experiment."""
        arm = facts.cart.arms.get(self.experiment)
        return None if arm in self.arms else Unmet("other_experiment_arm")

    def sentence(self, currency: str, language: Language) -> str:  # noqa: ARG002 - one signature for all terms
        """The shopper is in arm B of experiment x."""
        named = words.listed(self.arms, language)
        if language == "zh":
            return f"属于实验 {self.experiment} 的 {named} 组"
        return f"the shopper is in arm {named} of experiment {self.experiment}"


@dataclass(frozen=True, slots=True)
class InShare:
    """The customer is among the `share` of all whom the draw `draw` picks first.

    A customer's place in a draw never changes: a larger share adds customers and drops none. Other draws, and the
    arms of experiments, are independent of it. Whoever buys without a name is in no share.
    """

    kind: ClassVar[str] = "in_share"
    draw: str
    share: Fraction = field(metadata={"least": 0, "most": 1})

    def check(self, facts: Facts) -> Unmet | None:
        """Met, or the customer is not among them, or not known."""
        customer = facts.cart.shopper.customer_id
        if not customer:
            return Unmet("customer_unknown")
        place = int(fingerprint(customer, self.draw, "share"), 16)  # of 2^64, all equally likely
        is_in = place * self.share.denominator < self.share.numerator << 64
        return None if is_in else Unmet("other_share")

    def sentence(self, currency: str, language: Language) -> str:  # noqa: ARG002 - one signature for all terms
        """The customer is among the 10% that tea is given to."""
        said = words.percent(self.share * 100)
        if language == "zh":
            return f"属于 {self.draw} 面向的 {said} 顾客"
        return f"the customer is among the {said} that {self.draw} is given to"


@dataclass(frozen=True, slots=True)
class Within:
    """The moment lies within a recurring window of its own zone, besides the promotion's own schedule."""

    kind: ClassVar[str] = "within"
    schedule: Schedule

    def check(self, facts: Facts) -> Unmet | None:
        """Met, or it is another hour."""
        return None if self.schedule.holds(facts.at) else Unmet("outside_hours")

    def sentence(self, currency: str, language: Language) -> str:  # noqa: ARG002 - one signature for all terms
        """It is between 18:00-20:00, UTC."""
        days = ", ".join(_DAYS[language][day] for day in self.schedule.weekdays)
        parts = [part for part in (days, ", ".join(self.schedule.hours)) if part]
        if self.schedule.start:
            parts.append(f"{'自' if language == 'zh' else 'from '}{self.schedule.start.isoformat()}")
        if self.schedule.end:
            parts.append(f"{'至' if language == 'zh' else 'before '}{self.schedule.end.isoformat()}")
        said = ", ".join([*parts, self.schedule.zone])
        return f"时段 {said}" if language == "zh" else f"the time is {said}"


_DAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
}
