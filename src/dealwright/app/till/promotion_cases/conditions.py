"""Conditions of a case as conditions of the till."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from dealwright.app.till.promotion_cases import fields
from dealwright.app.till.promotion_cases.items import items_of, named_items
from dealwright.campaign.items import ALL_ITEMS, Items
from dealwright.core.errors import InputError
from dealwright.engine.conditions.circumstance import (
    DeliveredBy,
    HoldsCode,
    InArm,
    InChannel,
    InRegion,
    InStore,
    PaysBy,
)
from dealwright.engine.conditions.contains import Contains, ContainsNone
from dealwright.engine.conditions.quantity import MaximumQuantity, MinimumQuantity
from dealwright.engine.conditions.shopper import CustomerIs, FirstSeen, InSegment, NewCustomer, OrderNumber
from dealwright.engine.conditions.spend import MaximumSpend, MinimumSpend
from dealwright.engine.protocol import Condition

_MEASURED = re.compile(
    r"(?P<of>goods|cart|order|platform|total|items|eligible|sku|spu|category|brand|tag|store)"
    r"_(?P<measure>total|amount|qty|quantity)"
    r"(?P<look>_net|_gross|_after_discounts)?_(?P<compare>gte|gt|lte|lt|eq)"
)
_FIELDS = {
    "sku": "skus", "spu": "products", "category": "categories", "brand": "brands", "tag": "tags", "store": "stores",
}  # fmt: skip
_TAXES: Mapping[str | None, str] = {"_net": "net", "_gross": "gross"}

_Read = Callable[[tuple[str, ...]], Condition]
_NAMED: Mapping[str, _Read] = {
    "customer_group_in": lambda names: InSegment(names),
    "customer_group_not_in": lambda names: InSegment(not_segments=names),
    "customer_in": CustomerIs,
    "customer_id_in": CustomerIs,
    "shipping_method_in": DeliveredBy,
    "payment_method_in": PaysBy,
    "channel_in": InChannel,
    "store_in": InStore,
    "region_in": lambda names: InRegion(names),
    "country_in": lambda names: InRegion(names),
    "shipping_country_in": lambda names: InRegion(names),
    "region_not_in": lambda names: InRegion(not_regions=names),
    "country_not_in": lambda names: InRegion(not_regions=names),
    "code_in": HoldsCode,
    "first_seen_gte": lambda names: FirstSeen(since=names[0]),
    "first_seen_lte": lambda names: FirstSeen(until=names[0]),
}
_ORDERS: Mapping[str, Callable[[int], Condition]] = {
    "nth_order": OrderNumber,
    "nth_order_gte": lambda number: OrderNumber(number, is_or_later=True),
    "every_nth_order": lambda number: OrderNumber(number, is_every=True),
    "distinct_skus_gte": lambda number: MinimumQuantity(number, is_distinct=True),
    "distinct_lines_gte": lambda number: MinimumQuantity(number, is_distinct=True),
}
_BARE: Mapping[str, Callable[[], Condition]] = {
    "new_customer": NewCustomer,
    "first_order": lambda: OrderNumber(1),
}
_CONTAINS = {f"contains_{name}": field for name, field in _FIELDS.items()}
_CONTAINS_NONE = {f"not_contains_{name}": field for name, field in _FIELDS.items()}
_KNOWN = (
    *_NAMED, *_ORDERS, *_BARE, *_CONTAINS, *_CONTAINS_NONE, "arm_in", "goods_total_gte", "goods_total_net_gte",
    "goods_total_after_discounts_gte", "total_qty_gte", "sku_qty_gte", "category_total_gte", "category_qty_gte",
    "sku_total_gte", "store_total_gte", "platform_total_gte", "brand_total_gte", "eligible_total_gte",
    "eligible_qty_gte",
)  # fmt: skip


def conditions_of(where: str, raw: Mapping[str, Any], *, eligible: Items, currency: str) -> tuple[Condition, ...]:
    """One condition of a case; a bound from both sides is two of the till's."""
    kind = fields.text(f"{where}.type", fields.needed(where, raw, "type"))
    measured = _MEASURED.fullmatch(kind)
    if measured is not None:
        return _measured(where, raw, measured, eligible=eligible, currency=currency)
    fields.one_of(where, "condition", kind, _KNOWN)
    if kind in _BARE:
        return (_BARE[kind](),)
    value = raw.get("value", raw.get("values"))
    if kind in _ORDERS:
        return (_ORDERS[kind](fields.whole(f"{where}.value", value, least=1)),)
    if kind in _CONTAINS or kind in _CONTAINS_NONE:
        field = _CONTAINS.get(kind) or _CONTAINS_NONE[kind]
        name = kind.rsplit("_", 1)[1]
        items = named_items(field, fields.texts(f"{where}.value", raw.get(name) if value is None else value))
        return (Contains(items) if kind in _CONTAINS else ContainsNone(items),)
    names = fields.texts(f"{where}.value", value)
    if kind == "arm_in":
        return (InArm(fields.text(f"{where}.experiment", fields.needed(where, raw, "experiment")), names),)
    if not names:
        raise InputError(f"{where}.value is empty; name at least one")
    return (_NAMED[kind](names),)


def _measured(
    where: str, raw: Mapping[str, Any], said: re.Match[str], *, eligible: Items, currency: str
) -> tuple[Condition, ...]:
    items = _items(where, raw, said["of"], eligible=eligible, currency=currency)
    value = fields.needed(where, raw, "value")
    compare = said["compare"]
    least, most = compare in ("gte", "gt", "eq"), compare in ("lte", "lt", "eq")
    if said["measure"] in ("qty", "quantity"):
        n = fields.whole(f"{where}.value", value)
        bounds = n + (compare == "gt"), n - (compare == "lt")
        return (*_if(least, MinimumQuantity(bounds[0], items)), *_if(most, MaximumQuantity(bounds[1], items)))
    amount = fields.minor(f"{where}.value", value, currency)
    low, high = amount + (compare == "gt"), amount - (compare == "lt")
    basis: Any = "remaining" if said["look"] == "_after_discounts" else "policy"
    tax: Any = _TAXES.get(said["look"], "as_given")
    return (
        *_if(least, MinimumSpend(low, items, basis, tax)),
        *_if(most, MaximumSpend(high, items, basis, tax)),
    )


def _if(wanted: bool, condition: Condition) -> tuple[Condition, ...]:
    return (condition,) if wanted else ()


def _items(where: str, raw: Mapping[str, Any], subject: str, *, eligible: Items, currency: str) -> Items:
    if "filter" in raw:
        return items_of(f"{where}.filter", raw["filter"], currency=currency)
    if subject == "eligible":
        return eligible
    field = _FIELDS.get(subject)
    if field is None or (subject == "store" and "store" not in raw):
        return ALL_ITEMS
    return named_items(field, fields.texts(f"{where}.{subject}", fields.needed(where, raw, subject)))
