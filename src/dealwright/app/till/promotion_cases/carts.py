"""The cart, the policy and what was used before, as a case tells them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

from dealwright.app.till.promotion_cases import fields
from dealwright.core.cart import Cart, Delivery, LineItem, Shopper
from dealwright.core.errors import InputError
from dealwright.engine.policy import Allocation, ConditionBase, ExclusiveChoice, Policy, Rounding, Stacking

USUAL_MOMENT = datetime(2030, 1, 1, tzinfo=UTC)

_CART = (
    "currency", "lines", "unselected_lines", "shipping", "shipping_methods", "shipping_method", "customer", "codes",
    "now", "channel", "store", "region", "country", "payment_method", "arms", "experiments",
)  # fmt: skip
_LINE = (
    "line", "sku", "qty", "unit_price", "spu", "category", "categories", "brand", "tags", "store", "floor_price",
    "tax_rate", "discountable", "is_gift",
)  # fmt: skip
_CUSTOMER = ("id", "group", "groups", "placed_orders", "cancelled_orders", "points", "first_seen", "orders")
_POLICY = (
    "rounding", "allocation", "stacking", "price_basis", "condition_base", "exclusive_choice",
    "code_case_sensitive",
)  # fmt: skip

_ROUNDINGS: Mapping[str, Rounding] = {
    "half_up": "half_up", "half_even": "half_even", "bankers": "half_even", "half_down": "half_down",
    "down": "down", "floor": "down", "round_down": "down", "up": "up", "ceil": "up", "round_up": "up",
    "half_up_on_price": "half_up_on_price",
}  # fmt: skip
_ALLOCATIONS: Mapping[str, Allocation] = {
    "largest_remainder": "largest_remainder",
    "first_line_remainder": "first_line_remainder",
    "floor_first_line_remainder": "first_line_remainder",
    "last_line_remainder": "last_line_remainder",
    "floor_last_line_remainder": "last_line_remainder",
}
_STACKINGS: Mapping[str, Stacking] = {
    "sequential": "sequential", "best": "best", "best_combination": "best", "best_per_line": "best_per_line",
    "best_per_slot": "sequential", "best_per_group": "sequential", "additive": "additive",
    "additive_on_original": "additive",
}  # fmt: skip
_BASES: Mapping[str, ConditionBase] = {
    "after_catalogue": "after_catalogue", "after_catalog": "after_catalogue", "activity_price": "after_catalogue",
    "original_total": "regular", "regular": "regular", "original": "regular",
    "after_discounts": "remaining", "remaining": "remaining", "running_total": "remaining",
}  # fmt: skip
_CHOICES: Mapping[str, ExclusiveChoice] = {"value": "value", "best": "value", "priority": "priority"}


def cart_of(where: str, raw: Mapping[str, Any], *, price_basis: str, codes: tuple[str, ...]) -> Cart:
    """The cart; lines that are not selected do not exist."""
    fields.check_names(where, raw, _CART)
    currency = fields.text(f"{where}.currency", fields.needed(where, raw, "currency"))
    lines = fields.sequence(f"{where}.lines", fields.needed(where, raw, "lines"))
    return Cart(
        currency=currency,
        lines=tuple(_line(f"{where}.lines[{n}]", line, currency) for n, line in enumerate(lines)),
        deliveries=_deliveries(where, raw, currency),
        shopper=_shopper(f"{where}.customer", raw.get("customer", {})),
        codes=codes,
        store=str(raw.get("store", "")),
        channel=str(raw.get("channel", "")),
        region=str(raw.get("region", raw.get("country", ""))),
        payment_method=str(raw.get("payment_method", "")),
        arms=_arms(f"{where}.arms", raw.get("arms") or raw.get("experiments") or {}),
        price_basis=price_basis,
    )


def _arms(where: str, given: object) -> dict[str, str]:
    return {str(name): fields.text(f"{where}.{name}", arm) for name, arm in fields.mapping(where, given).items()}


def _line(where: str, given: object, currency: str) -> LineItem:
    raw = fields.mapping(where, given)
    fields.check_names(where, raw, _LINE)
    categories = (*fields.texts(where, raw.get("category", ())), *fields.texts(where, raw.get("categories", ())))
    return LineItem(
        line=fields.text(f"{where}.line", fields.needed(where, raw, "line")),
        sku=fields.text(f"{where}.sku", fields.needed(where, raw, "sku")),
        quantity=fields.whole(f"{where}.qty", fields.needed(where, raw, "qty"), least=1),
        unit_price_minor=fields.minor(f"{where}.unit_price", fields.needed(where, raw, "unit_price"), currency),
        product=fields.text(f"{where}.spu", raw.get("spu", "")),
        categories=categories,
        brand=fields.text(f"{where}.brand", raw.get("brand", "")),
        tags=fields.texts(f"{where}.tags", raw.get("tags", ())),
        store=fields.text(f"{where}.store", raw.get("store", "")),
        floor_minor=fields.minor(f"{where}.floor_price", raw.get("floor_price", "0"), currency),
        tax_percent=_tax(f"{where}.tax_rate", raw.get("tax_rate", "0")),
        is_discountable=fields.flag(f"{where}.discountable", raw.get("discountable", True)),
        is_gift=fields.flag(f"{where}.is_gift", raw.get("is_gift", False)),
    )


def _tax(where: str, given: object) -> Fraction:
    rate = fields.exact(where, given)
    if rate < 0:
        raise InputError(f"{where} is a percentage from 0 on; given {given!r}")
    return rate


def _deliveries(where: str, raw: Mapping[str, Any], currency: str) -> tuple[Delivery, ...]:
    methods = fields.sequence(f"{where}.shipping_methods", raw.get("shipping_methods", ()))
    if methods:
        return tuple(_delivery(f"{where}.shipping_methods[{n}]", one, currency) for n, one in enumerate(methods))
    fee = fields.minor(f"{where}.shipping", raw.get("shipping", "0"), currency)
    method = str(raw.get("shipping_method", ""))
    return (Delivery(method or "delivery", fee),) if fee or method else ()


def _delivery(where: str, given: object, currency: str) -> Delivery:
    raw = fields.mapping(where, given)
    name = fields.text(f"{where}.id", fields.needed(where, raw, "id"))
    return Delivery(name, fields.minor(f"{where}.price", raw.get("price", "0"), currency))


def _shopper(where: str, given: object) -> Shopper:
    raw = fields.mapping(where, given)
    fields.check_names(where, raw, _CUSTOMER)
    groups = (*fields.texts(where, raw.get("group", ())), *fields.texts(where, raw.get("groups", ())))
    placed = raw.get("placed_orders", raw.get("orders"))
    cancelled = fields.whole(f"{where}.cancelled_orders", raw.get("cancelled_orders", 0))
    return Shopper(
        customer_id=fields.text(f"{where}.id", raw.get("id", "")),
        segments=groups,
        n_orders=None if placed is None else max(0, fields.whole(f"{where}.placed_orders", placed) - cancelled),
        first_seen=fields.text(f"{where}.first_seen", raw.get("first_seen", "")),
        points=fields.whole(f"{where}.points", raw.get("points", 0)),
    )


def policy_of(where: str, raw: Mapping[str, Any]) -> Policy:
    """The policy under which a case's numbers hold."""
    fields.check_names(where, raw, _POLICY)

    def named(name: str, known: Mapping[str, Any], usual: str) -> Any:
        return known[fields.one_of(f"{where}.{name}", name, str(raw.get(name, usual)), known)]

    return Policy(
        rounding=named("rounding", _ROUNDINGS, "half_up"),
        allocation=named("allocation", _ALLOCATIONS, "largest_remainder"),
        stacking=named("stacking", _STACKINGS, "sequential"),
        condition_base=named("condition_base", _BASES, "after_catalogue"),
        exclusive_choice=named("exclusive_choice", _CHOICES, "value"),
        codes_are_case_sensitive=fields.flag(f"{where}.code_case_sensitive", raw.get("code_case_sensitive", False)),
    )


def price_basis_of(where: str, raw: Mapping[str, Any]) -> str:
    """What the given prices are."""
    given = str(raw.get("price_basis", "as_given"))
    return fields.one_of(f"{where}.price_basis", "price basis", given, ("as_given", "gross", "net"))
