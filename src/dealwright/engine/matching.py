"""Which goods a promotion names, worked out once per promotion instead of once per cart."""

from __future__ import annotations

from typing import Literal, NamedTuple

from dealwright.campaign.items import Items

Attribute = Literal["sku", "product", "category", "brand", "tag", "store"]

WANTED: tuple[tuple[str, Attribute], ...] = (
    ("skus", "sku"),
    ("products", "product"),
    ("categories", "category"),
    ("brands", "brand"),
    ("tags", "tag"),
    ("stores", "store"),
)
_UNWANTED: tuple[tuple[str, Attribute], ...] = (
    ("not_skus", "sku"),
    ("not_products", "product"),
    ("not_categories", "category"),
    ("not_brands", "brand"),
    ("not_tags", "tag"),
)


class Values(NamedTuple):
    """Values of one attribute, one of which a line must have (or must not have)."""

    attribute: Attribute
    values: tuple[str, ...]


class Matcher(NamedTuple):
    """`items` taken apart: what a line needs, what it must not have, and whether its price matters.

    `only`: the one value of one attribute, if that is all there is to it.
    """

    number: int
    items: Items
    needs: tuple[Values, ...]
    excludes: tuple[Values, ...]
    is_priced: bool
    only: tuple[Attribute, str] | None


def matcher_of(items: Items, number: int = -1) -> Matcher:
    """The lists that are not empty; `number` is its place among the matchers of all promotions."""
    needs, excludes = _named(items, WANTED), _named(items, _UNWANTED)
    is_priced = items.least_price_minor is not None or items.most_price_minor is not None
    is_simple = len(needs) == 1 and len(needs[0].values) == 1 and not excludes and not is_priced
    only = (needs[0].attribute, needs[0].values[0]) if is_simple and not items.without_discounted else None
    return Matcher(number, items, needs, excludes, is_priced, only)


def _named(items: Items, fields: tuple[tuple[str, Attribute], ...]) -> tuple[Values, ...]:
    return tuple([Values(attribute, getattr(items, field)) for field, attribute in fields if getattr(items, field)])


class Matchers:
    """Matchers by the identity of the items, equal items sharing one; the items must outlive them."""

    def __init__(self) -> None:
        self.by_id: dict[int, Matcher] = {}
        self._equal: dict[Items, Matcher] = {}
        self._kept: list[Items] = []

    def __len__(self) -> int:
        return len(self._equal)

    def add(self, items: Items) -> Matcher:
        """The matcher of items, known from now on."""
        matcher = self._equal.get(items)
        if matcher is None:
            matcher = self._equal[items] = matcher_of(items, len(self._equal))
        self.by_id[id(items)] = matcher
        self._kept.append(items)
        return matcher
