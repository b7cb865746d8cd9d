"""Filters of a case as the till's items."""

from __future__ import annotations

from typing import Any

from dealwright.app.till.promotion_cases import fields
from dealwright.campaign.items import ALL_ITEMS, Items

_LISTS = {
    "skus": "skus", "spus": "products", "products": "products", "categories": "categories", "brands": "brands",
    "tags": "tags", "stores": "stores",
    "exclude_skus": "not_skus", "not_skus": "not_skus", "exclude_spus": "not_products", "not_spus": "not_products",
    "exclude_categories": "not_categories", "not_categories": "not_categories", "exclude_brands": "not_brands",
    "not_brands": "not_brands", "exclude_tags": "not_tags", "not_tags": "not_tags",
}  # fmt: skip
_PRICES = ("unit_price_gte", "unit_price_lte", "unit_price_gt", "unit_price_lt")


def items_of(where: str, given: object, *, currency: str) -> Items:
    """What a filter names; no filter is all goods."""
    if given is None:
        return ALL_ITEMS
    raw = fields.mapping(where, given)
    fields.check_names(where, raw, (*_LISTS, *_PRICES, "exclude_already_discounted", "shipping"))
    named: dict[str, Any] = {
        _LISTS[name]: fields.texts(f"{where}.{name}", value) for name, value in raw.items() if name in _LISTS
    }
    prices = {name: fields.minor(f"{where}.{name}", raw[name], currency) for name in _PRICES if name in raw}
    least = prices.get("unit_price_gte", prices["unit_price_gt"] + 1 if "unit_price_gt" in prices else None)
    most = prices.get("unit_price_lte", prices["unit_price_lt"] - 1 if "unit_price_lt" in prices else None)
    is_fresh = fields.flag(f"{where}.exclude_already_discounted", raw.get("exclude_already_discounted", False))
    items = Items(**named, least_price_minor=least, most_price_minor=most, without_discounted=is_fresh)
    return ALL_ITEMS if items == ALL_ITEMS else items


def named_items(field: str, names: tuple[str, ...]) -> Items:
    """The goods that have one of these names in a field of `Items`."""
    named: dict[str, Any] = {field: names}
    return Items(**named)


def methods_of(where: str, given: object) -> tuple[str, ...]:
    """The delivery methods a filter names; none is any."""
    raw = fields.mapping(where, given or {})
    return fields.texts(f"{where}.shipping", raw.get("shipping", ()))
