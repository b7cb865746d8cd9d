"""What prices of a whole category bring when customers choose one of its products or none.

Multinomial logit: a product's share is its attraction over the sum of all attractions and 1 for buying nothing.
Products take customers from one another, so the best prices cannot be found one by one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dealwright.core.errors import InputError
from dealwright.price.given import Floats, Ints, refuse, wrong


@dataclass(frozen=True, slots=True, eq=False)
class Category:
    """Prices (n, K) on each product's ladder, unit costs (n,), and how customers choose.

    `appeal` (D, n) is each product's utility at price zero against buying nothing, `price_effect` (D, n) the
    utility lost per minor unit, in every draw; `customers` how many choose.
    """

    prices: Floats
    unit_cost: Floats
    appeal: Floats
    price_effect: Floats
    customers: float = 1.0

    def __post_init__(self) -> None:
        refuse(
            wrong("prices", self.prices, above=0),
            wrong("unit costs", self.unit_cost, least=0),
            wrong("appeal", self.appeal),
            wrong("price effect", self.price_effect, least=0),
            wrong("customers", self.customers, least=0),
        )
        n = len(self.prices)
        shapes = np.shape(self.unit_cost), np.shape(self.appeal)[1:], np.shape(self.price_effect)[1:]
        if np.ndim(self.prices) != 2 or any(shape != (n,) for shape in shapes):
            raise InputError(
                f"prices are for {n} products, unit costs, appeal and price effect for {shapes}; make them agree"
            )

    @property
    def n_rungs(self) -> Ints:
        """How many rungs each product has, (n,)."""
        return np.full(len(self.prices), self.prices.shape[1], dtype=np.int64)

    def attraction(self) -> Floats:
        """exp(utility) of each draw, product and rung, (D, n, K)."""
        return np.asarray(np.exp(self.appeal[..., None] - self.price_effect[..., None] * self.prices))

    def profit_draws(self, choices: Ints) -> Floats:
        """What choices of rungs (B, n) bring in every draw, (D, B), minor units."""
        products = np.arange(len(self.prices))
        attraction = self.attraction()[:, products, choices]  # (D, B, n)
        margin = self.prices[products, choices] - self.unit_cost
        return np.asarray(self.customers * (attraction * margin).sum(axis=2) / (1.0 + attraction.sum(axis=2)))

    def profit(self, choices: Ints) -> Floats:
        """Mean over draws, (B,): the objective of a search."""
        return np.asarray(self.profit_draws(choices).mean(axis=0))


def best_category_prices(category: Category) -> Ints:
    """The best rung of each product (n,), exactly, for one draw and no rule that ties products together.

    Profit is at least r exactly if the sum of attraction * (margin - r) reaches r, which is separable; r rises to
    the optimum in a few steps (Dinkelbach). InputError for several draws: their mean is no single fraction, so a
    search is needed.
    """
    attraction = category.attraction()
    if len(attraction) > 1:
        raise InputError(
            f"{len(attraction)} draws have no exact solution; use a search from price.search, or their mean"
        )
    margin = category.prices - category.unit_cost[:, None]
    products = np.arange(len(margin))
    rate = -np.inf
    choice = np.zeros(len(margin), dtype=np.int64)
    found = float(category.profit(choice[None])[0]) / max(category.customers, 1e-300)
    while found > rate:
        rate = found
        taken = (attraction[0] * (margin - rate)).argmax(axis=1)
        pulled = attraction[0, products, taken]
        found = float((pulled * margin[products, taken]).sum() / (1.0 + pulled.sum()))
        choice = taken if found > rate else choice
    return choice
