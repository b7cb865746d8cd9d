"""How a product is bought: how many units at once, and in baskets of what value."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dealwright.core.errors import InputError
from dealwright.plan.mechanics.effective import Assumption, Source

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

UNITS_AT_ONCE = 1.3
"""Mean number of units of a product in an order line of groceries (Complete Journey, 1.47 million lines)."""
_TAIL = 1e-15


class Reduction(Protocol):
    """What is given on a basket of some value."""

    def off(self, values: Ints) -> Ints:
        """Minor units given on baskets of `values` (B,) minor units."""
        ...

    def expected_off(self, mean_minor: float) -> float:
        """The mean of `off` if values are exponential with this mean."""
        ...


class Spending(Protocol):
    """What is known of the values of baskets."""

    @property
    def mean_minor(self) -> float:
        """Mean value of a basket."""
        ...

    def share_off(self, reduction: Reduction) -> float:
        """The share of a product's price that a reduction gives, mean over the units sold."""
        ...

    def share_at_least(self, spend_minor: int) -> float:
        """The share of baskets that are worth so much or more."""
        ...

    def assumption(self) -> Assumption:
        """Where it is known from."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Purchases:
    """How often (`times`) customers took how many units at once (`quantities`, each once), both (P,)."""

    quantities: Ints
    times: Floats
    source: Source = "data"

    @classmethod
    def observed(cls, quantities: ArrayLike) -> Purchases:
        """From the quantity of each purchase, whole units of at least 1.

        >>> Purchases.observed([1, 2, 3, 3]).mean
        2.25
        """
        counted, times = np.unique(_whole("quantities", quantities), return_counts=True)
        return cls(counted, times.astype(np.float64))

    @classmethod
    def assumed(cls, mean: float = UNITS_AT_ONCE) -> Purchases:
        """Geometric: each further unit is taken with the same chance; the tail below 1e-15 is left out.

        >>> round(Purchases.assumed(2.0).mean, 9)
        2.0
        """
        if not (math.isfinite(mean) and mean >= 1):
            raise InputError(f"customers take {mean} units at once on average; give a number of at least 1")
        again = 1.0 - 1.0 / mean
        n = 1 if again == 0 else math.ceil(math.log(_TAIL) / math.log(again))
        quantities = np.arange(1, n + 1)
        return cls(quantities, np.asarray(again ** (quantities - 1.0), dtype=np.float64), "assumed")

    @property
    def mean(self) -> float:
        """Units per purchase."""
        return self.expected(self.quantities) / self.expected(np.ones_like(self.quantities))

    def expected(self, values: Ints | Floats) -> float:
        """Sum of `values` (P,) of the quantities, each as often as it was seen."""
        return float(self.times @ values)

    def per_unit(self, values: Ints | Floats) -> float:
        """Sum of `values` (P,) over all purchases for each unit bought."""
        return self.expected(values) / self.expected(self.quantities)

    def share(self, is_meant: NDArray[np.bool_]) -> float:
        """The share of purchases whose quantity is meant, (P,)."""
        return float(self.times[is_meant].sum() / self.times.sum())

    def assumption(self) -> Assumption:
        """Where it is known from."""
        return Assumption("units_at_once", self.mean, self.source)


@dataclass(frozen=True, slots=True, eq=False)
class Baskets:
    """Baskets by `values` (B,) minor units, each once: how many `orders`, how much of the product (`weight`)."""

    values: Ints
    orders: Floats
    weight: Floats

    @classmethod
    def observed(cls, values: ArrayLike, *, units: ArrayLike | None = None) -> Baskets:
        """From the value of each basket (minor units, above 0) and the `units` of the product in it.

        Without `units` these are baskets of the whole shop, and the product is taken to be where the money is.

        >>> Baskets.observed([15000, 25000, 45000]).share_at_least(20000).__round__(3)
        0.667
        """
        worth = _whole("basket values", values)
        held = worth if units is None else _whole("units in baskets", units)
        if held.shape != worth.shape:
            raise InputError(
                f"there are {worth.size} basket values and {held.size} units in them; give one for each"
            )
        distinct, at = np.unique(worth, return_inverse=True)
        weight = np.bincount(at, weights=held).astype(np.float64)
        return cls(distinct, np.bincount(at).astype(np.float64), weight)

    @property
    def mean_minor(self) -> float:
        """Value of a basket that holds the product, mean over units: what a cost per order is spread over."""
        return float(self.weight.sum() / (self.weight @ (1.0 / self.values)))

    def share_off(self, reduction: Reduction) -> float:
        """A unit bears the share of its basket that is given."""
        given = reduction.off(self.values) / self.values
        return float(self.weight @ given / self.weight.sum())

    def share_at_least(self, spend_minor: int) -> float:
        """The share of orders that are worth so much or more."""
        return float(self.orders[self.values >= spend_minor].sum() / self.orders.sum())

    def assumption(self) -> Assumption:
        """Where it is known from."""
        return Assumption("mean_basket", self.orders @ self.values / self.orders.sum(), "data")


@dataclass(frozen=True, slots=True)
class AssumedBaskets:
    """Values as if exponential: each amount more makes baskets rarer by the same factor."""

    mean_minor: float
    source: Source = "assumed"

    def __post_init__(self) -> None:
        if not (math.isfinite(self.mean_minor) and self.mean_minor > 0):
            raise InputError(f"the mean basket is {self.mean_minor} minor units; give an amount above 0")

    def share_off(self, reduction: Reduction) -> float:
        """Expected reduction over the expected basket."""
        return reduction.expected_off(self.mean_minor) / self.mean_minor

    def share_at_least(self, spend_minor: int) -> float:
        """exp(-spend / mean)."""
        return math.exp(-spend_minor / self.mean_minor)

    def assumption(self) -> Assumption:
        """Where it is known from."""
        return Assumption("exponential_baskets", self.mean_minor, self.source)


@dataclass(frozen=True, slots=True)
class Shopping:
    """One product, as mechanics need to know it; `price_minor` is its regular price.

    `shelf` are regular prices of other products (minor units by sku), for bundles.
    """

    sku: str
    price_minor: int
    purchases: Purchases = field(default_factory=Purchases.assumed)
    baskets: Spending | None = None
    shelf: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        is_whole = isinstance(self.price_minor, (int, np.integer)) and not isinstance(self.price_minor, bool)
        if not is_whole or self.price_minor < 1:
            raise InputError(
                f"the regular price of {self.sku!r} is {self.price_minor!r}; "
                "give a whole number of minor units above 0"
            )

    def spending(self, threshold_minor: int) -> Spending:
        """Its baskets; where nobody looked, they are assumed to be worth `threshold_minor` on average.

        Shops set the threshold near the usual basket. A threshold of nothing says nothing: the basket is then one
        unit of the product.
        """
        return self.baskets or AssumedBaskets(threshold_minor or self.price_minor)


def _whole(name: str, given: ArrayLike | Iterable[int]) -> Ints:
    array = np.asarray(given)
    if array.ndim != 1 or array.size == 0:
        raise InputError(f"{name} are a list of numbers, at least one; given shape {array.shape}")
    if array.dtype.kind not in "iuf" or not np.isfinite(array).all() or (array != np.floor(array)).any():
        raise InputError(f"{name} hold something that is no whole number; give whole numbers of at least 1")
    if array.min() < 1:
        raise InputError(f"{name} hold {array.min():g}; leave out returns and empty baskets")
    return array.astype(np.int64)
