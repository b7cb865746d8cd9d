"""Benefits of a case as benefits of the till."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dealwright.app.till.promotion_cases import fields
from dealwright.app.till.promotion_cases.items import items_of, methods_of
from dealwright.campaign.items import ALL_ITEMS, Items
from dealwright.core.errors import InputError
from dealwright.core.money import exponent
from dealwright.engine.benefits.amount_off import AmountOff, AmountOffLine, AmountOffUnit
from dealwright.engine.benefits.bundle import BundlePart, BundlePrice, BundleSet, ValueGroup
from dealwright.engine.benefits.buy_get import BuyGet
from dealwright.engine.benefits.delivery import DeliveryAmountOff, DeliveryPercentOff, FreeDelivery
from dealwright.engine.benefits.extras import FreeGift, NextCoupon, Points
from dealwright.engine.benefits.fixed_price import FixedPrice, FixedTotal
from dealwright.engine.benefits.full_reduction import EveryReduction, FullReduction, SpendTier
from dealwright.engine.benefits.nth_unit import NthUnit
from dealwright.engine.benefits.pay_with import PayWithPoints
from dealwright.engine.benefits.percent_off import PercentOff
from dealwright.engine.benefits.quantity_tiers import QuantityTier, QuantityTiers
from dealwright.engine.protocol import Benefit
from dealwright.engine.units import Pick

_SCOPES = ("order", "line", "unit", "units_pool", "shipping", "shipping_each", "shipping_across")
_PICKS: Mapping[str, Pick] = {
    "cheapest": "cheapest", "price_asc": "cheapest", "least_expensive": "cheapest",
    "most_expensive": "dearest", "price_desc": "dearest", "dearest": "dearest",
}  # fmt: skip
_CHOICES: Mapping[str, Any] = {
    "within_each_group": "each_group",
    "across_groups_cheapest": "cheapest_of_all",
    "cheapest": "cheapest_of_all",
    "across_groups_most_expensive": "dearest_of_all",
    "most_expensive": "dearest_of_all",
}
_FIELDS = (
    "type", "scope", "value", "percent", "amount", "filter", "cap", "max", "max_units", "max_applications",
    "max_percent", "group_size", "group_min_value", "pick", "sort", "buy", "get", "buy_pick", "get_pick",
    "units_used_once", "nth", "qty", "qty_per_application", "price", "sku", "tiers", "mode", "every", "off",
    "groups", "value_per_point", "points", "points_per_unit", "coupon", "code",
)  # fmt: skip
_PARTS = (
    "qty", "filter", "percent", "amount", "amount_off", "off", "value", "gte", "every", "sort", "qty_gte", "points",
    "free_shipping", "price", "unit_price",
)  # fmt: skip
_MODES = ("highest_tier_once", "once", "every", "every_x", "repeat", "repeating", "each_full")


@dataclass(frozen=True, slots=True)
class Given:
    """One benefit of a case with what is needed to read it; `conditions` are the promotion's, as given."""

    where: str
    raw: Mapping[str, Any]
    currency: str
    conditions: Sequence[Mapping[str, Any]]

    @property
    def items(self) -> Items:
        """The goods of its filter."""
        return items_of(f"{self.where}.filter", self.raw.get("filter"), currency=self.currency)

    @property
    def methods(self) -> tuple[str, ...]:
        """The delivery methods of its filter."""
        return methods_of(f"{self.where}.filter", self.raw.get("filter"))

    @property
    def scope(self) -> str:
        """Where it lands."""
        return fields.one_of(f"{self.where}.scope", "scope", str(self.raw.get("scope", "order")), _SCOPES)

    def money(self, *names: str) -> int:
        """A needed amount, under one of several names."""
        name = next((name for name in names if name in self.raw), names[0])
        return fields.minor(f"{self.where}.{name}", fields.needed(self.where, self.raw, name), self.currency)

    def money_or_none(self, *names: str) -> int | None:
        """An amount that may be missing."""
        return self.money(*names) if any(self.raw.get(name) is not None for name in names) else None

    def percent(self, *names: str, usual: str | None = None) -> Fraction:
        """A percentage, under one of several names."""
        name = next((name for name in names if name in self.raw), names[0])
        value = self.raw.get(name, usual) if usual is not None else fields.needed(self.where, self.raw, name)
        return percent(f"{self.where}.{name}", value)

    def count(self, name: str, usual: int | None = None) -> int | None:
        """A number of units or times that may be missing."""
        value = self.raw.get(name)
        return usual if value is None else fields.whole(f"{self.where}.{name}", value, least=1)

    def needed_count(self, *names: str) -> int:
        """A number of units that must be there."""
        name = next((name for name in names if name in self.raw), names[0])
        return fields.whole(f"{self.where}.{name}", fields.needed(self.where, self.raw, name), least=1)

    def pick(self, name: str = "pick", usual: str = "most_expensive") -> Pick:
        """Which units come first."""
        return _PICKS[fields.one_of(f"{self.where}.{name}", name, str(self.raw.get(name, usual)), _PICKS)]

    def part(self, name: str) -> Given:
        """An object inside the benefit."""
        inner = fields.mapping(f"{self.where}.{name}", fields.needed(self.where, self.raw, name))
        fields.check_names(f"{self.where}.{name}", inner, _PARTS)
        return Given(f"{self.where}.{name}", inner, self.currency, self.conditions)

    def parts(self, name: str) -> list[Given]:
        """Objects of a list inside the benefit."""
        found = fields.sequence(f"{self.where}.{name}", fields.needed(self.where, self.raw, name))
        if not found:
            raise InputError(f"{self.where}.{name} is empty; name at least one")
        inner = [fields.mapping(f"{self.where}.{name}[{n}]", one) for n, one in enumerate(found)]
        for n, one in enumerate(inner):
            fields.check_names(f"{self.where}.{name}[{n}]", one, _PARTS)
        return [Given(f"{self.where}.{name}[{n}]", one, self.currency, ()) for n, one in enumerate(inner)]


def percent(where: str, value: object) -> Fraction:
    """A percentage from 0 to 100."""
    number = fields.exact(where, value)
    if not 0 <= number <= 100:
        raise InputError(f"{where} is a percentage from 0 to 100; given {value!r}")
    return number


def benefit_of(where: str, given: object, *, currency: str, conditions: Sequence[Mapping[str, Any]]) -> Benefit:
    """One benefit of a case."""
    raw = fields.mapping(where, given)
    kind = fields.text(f"{where}.type", fields.needed(where, raw, "type"))
    fields.one_of(where, "benefit", kind, _READERS)
    fields.check_names(where, raw, _FIELDS)
    return _READERS[kind](Given(where, raw, currency, conditions))


def _percent_off(given: Given) -> Benefit:
    scope, share = given.scope, given.percent("value", "percent")
    if scope.startswith("shipping"):
        return DeliveryPercentOff(share, given.methods)
    is_line = scope == "line"
    units = given.count("max_units")
    per: Any = {"units_pool": "pool"}.get(scope, scope)
    return PercentOff(
        share,
        given.items,
        per,
        cap_minor=given.money_or_none("cap", "max"),
        most_units=None if is_line else units,
        most_units_per_line=units if is_line else None,
        group_size=given.count("group_size", 1) or 1,
        pick=given.pick(),
    )


def _amount_off(given: Given) -> Benefit:
    scope, amount, units = given.scope, given.money("value", "amount"), given.count("max_units")
    if scope.startswith("shipping"):
        return DeliveryAmountOff(amount, given.methods, is_each=scope == "shipping_each")
    if scope == "line" and units is None:
        return AmountOffLine(amount, given.items)
    if scope in ("order", "units_pool"):
        return AmountOff(amount, given.items, units, given.pick())
    is_line = scope == "line"
    return AmountOffUnit(
        amount,
        given.items,
        most_units=None if is_line else units,
        most_units_per_line=units if is_line else None,
        group_size=given.count("group_size", 1) or 1,
        pick=given.pick(),
    )


def _free_shipping(given: Given) -> Benefit:
    return FreeDelivery(given.methods, given.money_or_none("cap", "max"))


def _buy_get(given: Given) -> Benefit:
    buy, get = given.part("buy"), given.part("get")
    amount = get.money_or_none("amount", "amount_off")
    return BuyGet(
        buy.needed_count("qty"),
        get.needed_count("qty"),
        buy.items,
        get.items,
        percent=get.percent("percent", usual="100"),
        off_per_unit_minor=amount,
        buy_pick=given.pick("buy_pick"),
        get_pick=given.pick("get_pick"),
        most_uses=given.count("max_applications"),
    )


def _cheapest_free(given: Given) -> Benefit:
    return NthUnit(
        given.needed_count("group_size"),
        given.percent("percent", usual="100"),
        given.items,
        choice="cheapest_of_all",
        most_uses=given.count("max_applications"),
    )


def _nth_unit(given: Given) -> Benefit:
    size = given.needed_count("group_size", "nth")
    choice = str(given.raw.get("pick", "within_each_group"))
    return NthUnit(
        size,
        given.percent("percent", usual="100"),
        given.items,
        position=min(size, given.count("nth", size) or size),
        sort=given.pick("sort", "price_desc"),
        choice=_CHOICES[fields.one_of(f"{given.where}.pick", "pick", choice, _CHOICES)],
        most_uses=given.count("max_applications"),
    )


def _bundle(given: Given) -> Benefit:
    """A bundle that says which units it picks chooses them over the whole order, and counts as the order's."""
    return BundlePrice(
        given.needed_count("qty", "group_size"),
        given.money("price"),
        given.items,
        given.pick(),
        given.count("max_applications"),
        is_order=given.scope == "order" and "pick" in given.raw,
    )


def _bundle_groups(given: Given) -> Benefit:
    parts = [
        BundlePart(part.items, part.needed_count("qty"), part.pick("sort", "price_asc"))
        for part in given.parts("groups")
    ]
    price = given.money_or_none("price")
    share = given.percent("percent", usual="0")
    return BundleSet(tuple(parts), price, share, given.count("max_applications"))


def _value_group(given: Given) -> Benefit:
    return ValueGroup(
        given.money("group_min_value"),
        given.percent("percent", "value"),
        given.items,
        given.pick("sort", "price_asc"),
        given.count("max_applications"),
    )


def _tiers(given: Given) -> Benefit:
    mode = str(given.raw.get("mode", "highest_tier_once"))
    fields.one_of(f"{given.where}.mode", "mode", mode, _MODES)
    if mode not in ("highest_tier_once", "once") or "every" in given.raw:
        return _every(given)
    parts = given.parts("tiers")
    if any("qty_gte" in part.raw for part in parts):
        return QuantityTiers(tuple(_quantity_tier(part) for part in parts), given.items)
    per: Any = "line" if given.scope in ("line", "unit") else "order"
    return FullReduction(tuple(_spend_tier(part) for part in parts), given.items, per)


def _every(given: Given) -> Benefit:
    parts = [given] if "every" in given.raw else given.parts("tiers")
    if len(parts) > 1:
        raise fields.CaseError("a reduction for every so much spent has one step; given several tiers")
    steps = parts[0]
    every = steps.money("every", "gte")
    if every == 0:
        raise InputError(f"{steps.where}: the amount it repeats for is above zero; given 0")
    return EveryReduction(
        every,
        steps.money("off", "value"),
        given.items,
        cap_minor=given.money_or_none("cap", "max"),
        most_uses=given.count("max_applications"),
    )


def _spend_tier(part: Given) -> SpendTier:
    return SpendTier(
        part.money("gte"),
        part.money_or_none("off", "amount") or 0,
        part.percent("percent", usual="0"),
        fields.whole(f"{part.where}.points", part.raw.get("points", 0)),
        fields.flag(f"{part.where}.free_shipping", part.raw.get("free_shipping", False)),
    )


def _quantity_tier(part: Given) -> QuantityTier:
    return QuantityTier(
        fields.whole(f"{part.where}.qty_gte", fields.needed(part.where, part.raw, "qty_gte")),
        part.percent("percent", usual="0"),
        part.money_or_none("off", "amount") or 0,
        part.money_or_none("price", "unit_price"),
    )


def _gift(given: Given) -> Benefit:
    """A gift "per application" is given for every so many paid units as the promotion's own condition asks for."""
    sku = fields.text(f"{given.where}.sku", fields.needed(given.where, given.raw, "sku"))
    each = given.count("qty_per_application")
    if each is None:
        return FreeGift(sku, given.count("qty", 1) or 1, given.items)
    for condition in given.conditions:
        if str(condition.get("type", "")).endswith("qty_gte"):
            skus = fields.texts(given.where, condition.get("sku", ()))
            categories = fields.texts(given.where, condition.get("category", ()))
            every = fields.whole(f"{given.where}: its condition's value", condition.get("value"), least=1)
            items = Items(skus=skus, categories=categories) if skus or categories else ALL_ITEMS
            return FreeGift(sku, each, items, every_quantity=every, most_uses=given.count("max_applications"))
        if str(condition.get("type", "")) == "goods_total_gte":
            every = fields.minor(f"{given.where}: its condition's value", condition.get("value"), given.currency)
            return FreeGift(sku, each, every_minor=every or None, most_uses=given.count("max_applications"))
    return FreeGift(sku, each, given.items)


def _points_redeem(given: Given) -> Benefit:
    worth = fields.exact(f"{given.where}.value_per_point", fields.needed(given.where, given.raw, "value_per_point"))
    step = worth * 10 ** exponent(given.currency)
    if step <= 0:
        raise InputError(f"{given.where}.value_per_point is above zero; given {given.raw['value_per_point']!r}")
    return PayWithPoints(
        step.numerator,
        step.denominator,
        given.items,
        given.money_or_none("max", "cap"),
        given.percent("max_percent", usual="100"),
    )


def _points(given: Given) -> Benefit:
    flat = fields.whole(f"{given.where}.points", given.raw.get("points", 0))
    per = fields.whole(f"{given.where}.points_per_unit", given.raw.get("points_per_unit", 0))
    return Points(flat, 10 ** exponent(given.currency) if per else None, per, given.items)


def _coupon(given: Given) -> Benefit:
    name = given.raw.get("coupon", given.raw.get("code"))
    return NextCoupon(fields.text(f"{given.where}.coupon", name), given.count("qty", 1) or 1)


def _fixed_total(given: Given) -> Benefit:
    return FixedTotal(given.money("price", "value"), given.items)


def _fixed_unit(given: Given) -> Benefit:
    return FixedPrice(given.money("price", "value"), given.items, given.count("max_units"), given.pick())


_READERS: Mapping[str, Callable[[Given], Benefit]] = {
    "percent_off": _percent_off,
    "amount_off": _amount_off,
    "free_shipping": _free_shipping,
    "buy_x_get_y": _buy_get,
    "cheapest_free": _cheapest_free,
    "nth_unit_free_in_group": _nth_unit,
    "nth_unit_percent": _nth_unit,
    "nth_unit": _nth_unit,
    "fixed_price_bundle": _bundle,
    "bundle_groups_percent": _bundle_groups,
    "bundle_groups_price": _bundle_groups,
    "value_group_percent": _value_group,
    "tiered_amount_off": _tiers,
    "tiered_percent_off": _tiers,
    "tiered_percent": _tiers,
    "tiered_percent_by_qty": _tiers,
    "tiered_amount_by_qty": _tiers,
    "tiered_price_by_qty": _tiers,
    "full_reduction": _tiers,
    "every_x_reduction": _every,
    "gift": _gift,
    "points": _points,
    "points_earn": _points,
    "points_redeem": _points_redeem,
    "coupon": _coupon,
    "next_coupon": _coupon,
    "fixed_price_total": _fixed_total,
    "fixed_price": _fixed_unit,
    "fixed_price_unit": _fixed_unit,
    "fixed_unit_price": _fixed_unit,
}
