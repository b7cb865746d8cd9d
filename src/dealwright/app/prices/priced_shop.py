"""What a shop's products earn at other shelf prices, with what they take from one another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dealwright.app.demand.forecast_demand import DemandForecast
from dealwright.app.prices.price_facts import PriceFacts, keeps, price_ladder
from dealwright.app.prices.price_rules import RuledProducts
from dealwright.core.rng import stream
from dealwright.demand.nested import Coefficients
from dealwright.price.curve import Isoelastic
from dealwright.price.ladder import Ladder

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]

REGULAR = "regular_elasticity"


@dataclass(frozen=True, slots=True, eq=False)
class PricedProduct:
    """One product on its ladder: units wanted (D, P) over all weeks, today's rung, which rungs keep the rules."""

    ladder: Ladder
    units: Floats
    today: int
    is_allowed: Flags

    @property
    def dearer(self) -> Floats:
        """How much more than today customers would pay for what they buy today, at each rung, (P,)."""
        rise = self.ladder.array - self.ladder.prices[self.today]
        return np.asarray(rise * self.units[:, self.today].mean())


@dataclass(frozen=True, slots=True, eq=False)
class PricedShop:
    """All products; `switching` (D, n) is the share of what one wins that its category loses.

    `shares` (n,) are of the category's units, `rest` (C,) what a unit lost by products outside costs. `elasticity`
    (D, n) is that of the usual price.
    """

    facts: PriceFacts
    category_of: Ints
    shares: Floats
    rest: Floats
    switching: Floats
    elasticity: Floats
    products: tuple[PricedProduct, ...]

    @property
    def today(self) -> Ints:
        """Today's rungs, (n,)."""
        return np.array([one.today for one in self.products])

    def prices(self, rungs: Ints) -> Floats:
        """Minor units, (n,)."""
        return np.array([float(one.ladder.prices[k]) for one, k in zip(self.products, rungs, strict=True)])

    def near(self, rungs: Ints) -> Floats:
        """The margin that neighbours lose with a unit of category demand that a product wins, (n,)."""
        earned = self.shares * (self.prices(rungs) - self.facts.economics.unit_cost)
        total = np.bincount(self.category_of, weights=earned, minlength=len(self.rest)) + self.rest
        return np.asarray(total[self.category_of] - earned)

    def worth(self, i: int, near: float, *, unit_cost: float | None = None) -> Floats:
        """What each rung of product i earns, less what it takes from neighbours, (D, P)."""
        one = self.products[i]
        cost = self.facts.economics.unit_cost[i] if unit_cost is None else unit_cost
        won = one.units - one.units[:, [one.today]]
        return np.asarray((one.ladder.array - cost) * one.units - self.switching[:, [i]] * near * won)

    def together(self, rungs: Ints) -> Floats:
        """Money of all products at chosen rungs in every draw, (D,), with what they take from one another."""
        units = np.stack([one.units[:, k] for one, k in zip(self.products, rungs, strict=True)], axis=1)
        before = np.stack([one.units[:, one.today] for one in self.products], axis=1)
        switched = self.switching * (units - before)
        belongs = np.equal.outer(self.category_of, np.arange(len(self.rest))).astype(np.float64)
        by_category = switched @ belongs
        lost = self.shares * (by_category[:, self.category_of] - switched)
        margin = self.prices(rungs) - self.facts.economics.unit_cost
        return np.asarray((units - lost) @ margin - by_category @ self.rest)

    def dearer(self, rungs: Ints) -> float:
        """How much more today's purchases would cost customers, minor units."""
        return float(sum(one.dearer[k] for one, k in zip(self.products, rungs, strict=True)))

    @property
    def basket(self) -> float:
        """What today's purchases cost, minor units."""
        return float(sum(one.units[:, one.today].mean() * one.ladder.prices[one.today] for one in self.products))


def priced_shop(
    demand: DemandForecast, facts: PriceFacts, ruled: RuledProducts, *, products: Flags, seed: int
) -> PricedShop:
    """The shop on ladders around today's prices; only `products` (n,) may leave theirs."""
    r, elasticity = demand.response, _elasticities(demand, seed)
    base = r.baseline.sum(axis=2)
    made = []
    for i, (standing, rules) in enumerate(zip(facts.standing, ruled.rules, strict=True)):
        ladder = price_ladder(standing, rules) if products[i] else Ladder.of([standing.price_minor])
        curve = Isoelastic(base[:, i], at=float(standing.price_minor), elasticity=elasticity[:, i])
        today = ladder.prices.index(standing.price_minor)
        is_allowed = keeps(rules, ladder, standing) if products[i] else np.ones(1, dtype=np.bool_)
        made.append(PricedProduct(ladder, curve.units(ladder.array), today, is_allowed))
    return PricedShop(
        facts=facts,
        category_of=r.category_of,
        shares=r.shares,
        rest=r.rest_shares * facts.economics.rest_margin,
        switching=r.switching,
        elasticity=elasticity,
        products=tuple(made),
    )


def _elasticities(demand: DemandForecast, seed: int) -> Floats:
    """Per cent fewer units per per cent higher usual price, (D, n); a draw below zero says that nothing changes."""
    rng, r = stream(seed, "prices", REGULAR), demand.response
    out = np.zeros((r.n_draws, len(r.skus)))
    for fit in demand.fit.categories:
        off = fit.nested.draw(r.n_draws, rng)
        drawn = Coefficients(fit.mode.own + off.own, fit.mode.group + off.group, fit.mode.shared + off.shared)
        out[:, fit.rows] = fit.of_groups(REGULAR, drawn)
    return np.maximum(out, 1e-6)
