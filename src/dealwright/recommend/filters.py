"""Which items may be shown: rules as data, each with the reason it refuses for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dealwright.core.errors import InputError
from dealwright.core.verdict import MET, Verdict
from dealwright.recommend.catalogue import Catalogue

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Shelf:
    """What is known of items now (n_items each): stock in units, price in minor units, youngest age allowed.

    None where a shop does not know; `margin_minor` is what a unit brings at this price.
    """

    items: tuple[str, ...]
    catalogue: Catalogue = field(default_factory=Catalogue)
    stock: Ints | None = None
    price_minor: Ints | None = None
    least_age: Ints | None = None
    margin_minor: Ints | None = None

    def __post_init__(self) -> None:
        wrong = [
            f"the shelf has {len(values)} values of {name} for {len(self.items)} items; give one for each"
            for name, values in (
                ("stock", self.stock),
                ("price_minor", self.price_minor),
                ("least_age", self.least_age),
                ("margin_minor", self.margin_minor),
            )
            if values is not None and len(values) != len(self.items)
        ]
        if wrong:
            raise InputError(*wrong)


class Filter(Protocol):
    """A rule that lets items pass or not."""

    @property
    def code(self) -> str:
        """A short name of the refusal."""
        ...

    def passes(self, shelf: Shelf) -> Bools:
        """Whether each item may be shown (n_items); InputError where the shelf does not know what is asked."""
        ...


@dataclass(frozen=True, slots=True)
class InStock:
    """At least so many units are there."""

    at_least: int = 1
    code: str = "out_of_stock"

    def passes(self, shelf: Shelf) -> Bools:
        """Needs the stock."""
        return _known("stock", shelf.stock) >= self.at_least


@dataclass(frozen=True, slots=True)
class PriceWithin:
    """Costs from `least` to `most` (minor units, None: any)."""

    least_minor: int | None = None
    most_minor: int | None = None
    code: str = "price_out_of_range"

    def passes(self, shelf: Shelf) -> Bools:
        """Needs prices."""
        price = _known("price_minor", shelf.price_minor)
        above = np.ones(len(price), dtype=np.bool_) if self.least_minor is None else price >= self.least_minor
        return above if self.most_minor is None else above & (price <= self.most_minor)


@dataclass(frozen=True, slots=True)
class OldEnough:
    """A customer of this age may buy it; None: an unknown age, for which only items for everybody pass."""

    age: int | None
    code: str = "too_young"

    def passes(self, shelf: Shelf) -> Bools:
        """Needs the ages allowed."""
        return _known("least_age", shelf.least_age) <= (0 if self.age is None else self.age)


@dataclass(frozen=True, slots=True)
class Labelled:
    """Has one of these labels, or, if `is_excluded`, none of them. `kind` is "category", "brand" and the like."""

    kind: str
    labels: tuple[str, ...]
    is_excluded: bool = False
    code: str = "not_in_selection"

    def passes(self, shelf: Shelf) -> Bools:
        """InputError for a label the catalogue does not have."""
        numbers = shelf.catalogue.label(self.kind)
        if numbers is None:
            raise InputError.unknown("label of products", self.kind, shelf.catalogue.labels)
        words = shelf.catalogue.words[self.kind]
        unknown = [label for label in self.labels if label not in words]
        if unknown:
            raise InputError(*(str(InputError.unknown(self.kind, label, words)) for label in unknown))
        is_listed = np.isin(numbers, [words.index(label) for label in self.labels])
        return ~is_listed if self.is_excluded else is_listed


@dataclass(frozen=True, slots=True)
class NotThese:
    """Everything but these items: bought lately, seen enough, recalled."""

    items: tuple[str, ...]
    code: str = "left_out"

    def passes(self, shelf: Shelf) -> Bools:
        """An item that nobody knows is no mistake here."""
        return ~np.isin(np.array(shelf.items, dtype=object), list(self.items))


def allowed(shelf: Shelf, filters: Sequence[Filter]) -> Bools:
    """Whether each item passes all (n_items)."""
    passing = np.ones(len(shelf.items), dtype=np.bool_)
    for rule in filters:
        passing &= rule.passes(shelf)
    return passing


def check(shelf: Shelf, filters: Sequence[Filter], item: int) -> Verdict:
    """Whether one item may be shown, with the first rule that refuses."""
    for rule in filters:
        if not rule.passes(shelf)[item]:
            return Verdict(False, rule.code, f"{shelf.items[item]} is refused by {type(rule).__name__}")
    return MET


def _known(name: str, values: Ints | None) -> Ints:
    if values is None:
        raise InputError(f"the shelf does not know {name}; give it, or leave out the filter that needs it")
    return values
