"""What to ask for products together, beside or instead of one by one, given what customers would pay for each.

Every customer takes what is worth most over its price: nothing, any products one by one, or the bundle; who is
indifferent takes what earns the shop more.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from dealwright.core.errors import InputError
from dealwright.core.estimate import Estimate
from dealwright.price.given import Floats, refuse, wrong
from dealwright.price.ladder import Ladder

_MOST_CHOICES = 200_000


@dataclass(frozen=True, slots=True, eq=False)
class Willingness:
    """The most each customer (rows, N) would pay for each product (columns, M), minor units.

    `together` (N,) is what they would pay for all; without it the sum, as if no product mattered to another.
    """

    alone: Floats
    together: Floats | None = None

    def __post_init__(self) -> None:
        refuse(wrong("willingness", self.alone, least=0))
        if np.ndim(self.alone) != 2:
            raise InputError(f"willingness has {np.ndim(self.alone)} dimensions; give a row per customer")
        if self.together is not None:
            refuse(wrong("willingness together", self.together, least=0))
            if np.shape(self.together) != (len(self.alone),):
                raise InputError("willingness together has another number of customers than alone; make them agree")

    @property
    def for_all(self) -> Floats:
        """For the bundle, (N,)."""
        return np.asarray(self.alone.sum(axis=1) if self.together is None else self.together)


@dataclass(frozen=True, slots=True)
class BundleOffer:
    """Prices one by one (none: not sold alone) and of the bundle (none: no bundle), with profit per customer.

    The interval of `profit` is the sampling error of the customers it was computed on. Prices were chosen on
    the same customers, so a small sample flatters it.
    """

    prices: tuple[int, ...] | None
    bundle_price: int | None
    profit: Estimate
    bundle_share: float


@dataclass(frozen=True, slots=True)
class Bundling:
    """The three ways to sell, each at its best prices."""

    separate: BundleOffer
    pure: BundleOffer
    mixed: BundleOffer

    @property
    def best(self) -> BundleOffer:
        """The one that earns most; of equals the simplest."""
        return max([self.separate, self.pure, self.mixed], key=lambda offer: offer.profit.value)


def best_bundle(
    ladders: Sequence[Ladder], bundle_ladder: Ladder, willingness: Willingness, *, unit_costs: Sequence[float]
) -> Bundling:
    """The best prices on the ladders, exactly, for each way to sell.

    A mixed bundle never costs more than its products one by one; if none helps, there is none. InputError for
    numbers that do not match, or too many combinations.
    """
    costs = np.asarray(unit_costs, dtype=np.float64)
    n_products = willingness.alone.shape[1]
    refuse(wrong("unit costs", costs, least=0))
    if not len(ladders) == len(costs) == n_products:
        raise InputError(
            f"there are {n_products} products, {len(ladders)} ladders and {len(costs)} unit costs; give one of each"
        )
    n_choices = math.prod(len(ladder.prices) for ladder in ladders)
    if n_choices > _MOST_CHOICES:
        raise InputError(f"{n_choices:,} combinations of prices are too many; take at most {_MOST_CHOICES:,}")
    bundles = bundle_ladder.array
    separate = tuple(_best_alone(ladder, willingness.alone[:, i], costs[i]) for i, ladder in enumerate(ladders))
    never = np.full(n_products, np.inf)
    pure = bundles[int(np.argmax(_profits(never, bundles, willingness, costs).mean(axis=1)))]
    best_mixed: tuple[tuple[int, ...], int | None] = (separate, None)
    best_value = float(_one_by_one(np.array(separate, dtype=np.float64), willingness, costs)[1].mean())
    for prices in product(*(ladder.prices for ladder in ladders)):
        tried = bundles[bundles <= sum(prices)]
        if not len(tried):
            continue
        value = _profits(np.array(prices, dtype=np.float64), tried, willingness, costs).mean(axis=1)
        if value.max() > best_value:
            best_value, best_mixed = float(value.max()), (prices, int(tried[int(np.argmax(value))]))
    return Bundling(
        separate=_offer(separate, None, willingness, costs),
        pure=_offer(None, int(pure), willingness, costs),
        mixed=_offer(*best_mixed, willingness, costs),
    )


def _best_alone(ladder: Ladder, worth: Floats, cost: float) -> int:
    buyers = (worth[:, None] >= ladder.array).sum(axis=0)
    return ladder.prices[int(np.argmax((ladder.array - cost) * buyers))]


def _profits(prices: Floats, bundles: Floats, willingness: Willingness, costs: Floats) -> Floats:
    """Profit from each customer at each bundle price, (B, N)."""
    surplus, margin = _one_by_one(prices, willingness, costs)
    takes = _takes_bundle(surplus, margin, bundles, willingness, costs)
    return np.asarray(np.where(takes, bundles[:, None] - costs.sum(), margin))


def _one_by_one(prices: Floats, willingness: Willingness, costs: Floats) -> tuple[Floats, Floats]:
    """What each customer gains, and the shop earns, (N,) each, without the bundle."""
    buys = willingness.alone >= prices
    gains = np.where(buys, willingness.alone - prices, 0.0).sum(axis=1)
    return gains, np.where(buys, prices - costs, 0.0).sum(axis=1)


def _takes_bundle(
    surplus: Floats, margin: Floats, bundles: Floats, willingness: Willingness, costs: Floats
) -> Floats:
    gained = willingness.for_all - bundles[:, None]
    earns_more = bundles[:, None] - costs.sum() >= margin
    return np.asarray((gained > surplus) | ((gained == surplus) & earns_more))


def _offer(
    prices: tuple[int, ...] | None, bundle: int | None, willingness: Willingness, costs: Floats
) -> BundleOffer:
    alone = np.full(len(costs), np.inf) if prices is None else np.array(prices, dtype=np.float64)
    surplus, margin = _one_by_one(alone, willingness, costs)
    takes = np.zeros(len(margin), dtype=np.bool_)
    if bundle is not None:
        takes = _takes_bundle(surplus, margin, np.array([float(bundle)]), willingness, costs)[0]
        margin = np.where(takes, bundle - costs.sum(), margin)
    mean = float(margin.mean())
    spread = 1.2816 * float(margin.std(ddof=1)) / math.sqrt(len(margin)) if len(margin) > 1 else 0.0
    profit = Estimate(mean, mean - spread, mean + spread, 0.8, "sampling error of the customers")
    return BundleOffer(prices, bundle, profit, float(takes.mean()))
