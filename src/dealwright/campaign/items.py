"""Which lines of a cart a condition or a benefit speaks of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Items:
    """Lines that match every list that is not empty and none that is excluded; empty means all lines.

    A line matches a list when one of its values is in it. `least_price_minor` and `most_price_minor` bound the
    regular unit price (after the catalogue layer), both ends included.
    """

    skus: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    stores: tuple[str, ...] = ()
    not_skus: tuple[str, ...] = ()
    not_products: tuple[str, ...] = ()
    not_categories: tuple[str, ...] = ()
    not_brands: tuple[str, ...] = ()
    not_tags: tuple[str, ...] = ()
    least_price_minor: int | None = None
    most_price_minor: int | None = None
    without_discounted: bool = False


ALL_ITEMS = Items()
