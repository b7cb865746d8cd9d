"""Which shelf price earns most for each product under demand and rules, and which rule holds it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dealwright.app.demand.forecast_demand import DemandForecast
from dealwright.app.plain import plain_estimate, plain_row
from dealwright.app.prices.price_facts import PriceFacts, keeps
from dealwright.app.prices.price_rules import RuledProducts
from dealwright.app.prices.priced_shop import PricedProduct, PricedShop, priced_shop
from dealwright.core.estimate import Estimate
from dealwright.core.ids import Sku
from dealwright.core.money import exponent
from dealwright.data import columns as c
from dealwright.price.ladder import Ladder
from dealwright.price.relations import best_related
from dealwright.price.rules import PriceRule

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]

METHOD = "draws of demand and of its response to the usual price"
ROUNDS = 4
HALVINGS = 14
DEAREST_BASKET = 4.0
"""Of profit given up for each unit of money that customers are spared; nothing binds harder."""
COST_SHIFT = 0.1
"""By how much other costs are tried, to show what the best price owes to the cost."""


@dataclass(frozen=True, slots=True)
class PriceAim:
    """Which products may change, (n,); how sure a change must be better; how much dearer the basket may get."""

    products: Flags
    least_chance: float
    basket_rise: float | None


@dataclass(frozen=True, slots=True)
class PriceList:
    """The best shelf prices for the forecast weeks, without promotions.

    `table` has a row per product, most gain first: sku, name, category, price, new_price (major units), units a
    week today and then, elasticity of the usual price with bounds; `gain` over the weeks against today's price
    with bounds, neighbours' margins at their new prices included, and `chance` that it is better; `holds` is the
    code of the rule that holds it back most ("" if none does), `rule` and `rule_zh` its sentence, `worth` what
    dropping it would bring; the best price if the unit cost were a tenth lower or higher; `verdict` is raised, cut,
    best, unsure, or forced where today's price breaks a rule. `gain` of all is worked out together. Each unit
    of money that today's purchases may cost customers more would bring `basket_price` (0: no such limit binds).
    """

    currency: str
    n_weeks: int
    table: pd.DataFrame
    gain: Estimate
    basket_change: float
    basket_price: float
    n_costs_assumed: int
    n_prices_inferred: int

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "currency": self.currency,
            "n_weeks": self.n_weeks,
            "gain": plain_estimate(self.gain),
            "basket_change": self.basket_change,
            "basket_price": self.basket_price,
            "products": [plain_row(row) for row in self.table.to_dict("records")],
            "n_costs_assumed": self.n_costs_assumed,
            "n_prices_inferred": self.n_prices_inferred,
        }


def set_prices(
    demand: DemandForecast, facts: PriceFacts, ruled: RuledProducts, aim: PriceAim, *, currency: str, seed: int
) -> PriceList:
    """The rungs that earn most in expectation, each the best answer to the others; relations are kept exactly.

    Own demand follows the elasticity of the usual price, learnt from its changes in the past, not that of
    promotions; what is won from neighbours is the share that promotions win.
    """
    shop = priced_shop(demand, facts, ruled, products=aim.products, seed=seed)
    rungs, price = _within_basket(shop, ruled, aim)
    near, per_major = shop.near(rungs), 10 ** exponent(currency)
    rows = [
        {
            c.SKU: facts.skus[i],
            c.NAME: facts.names[i],
            c.CATEGORY: demand.panel.categories[demand.panel.category_of[i]],
            **_row(_Weighed(shop, ruled, aim, int(i), int(rungs[i]), float(near[i]), price), per_major),
        }
        for i in np.flatnonzero(aim.products)
    ]
    n_weeks = len(demand.response.weeks)
    table = pd.DataFrame(rows).sort_values(["gain", c.SKU], ascending=[False, True], ignore_index=True)
    table[["units_today", "units_then"]] /= n_weeks
    gain = (shop.together(rungs) - shop.together(shop.today)) / per_major
    return PriceList(
        currency=currency,
        n_weeks=n_weeks,
        table=table,
        gain=Estimate.from_draws(gain, method=METHOD),
        basket_change=shop.dearer(rungs) / shop.basket,
        basket_price=price,
        n_costs_assumed=facts.n_costs_assumed,
        n_prices_inferred=facts.n_prices_inferred,
    )


def _within_basket(shop: PricedShop, ruled: RuledProducts, aim: PriceAim) -> tuple[Ints, float]:
    """The best rungs (n,) at the least price of the basket that keeps it as cheap as it must be, and that price."""
    rungs = _chosen(shop, ruled, aim, 0.0)
    if aim.basket_rise is None:
        return rungs, 0.0
    room = aim.basket_rise * shop.basket + 1e-6
    if shop.dearer(rungs) <= room:
        return rungs, 0.0
    low, high = 0.0, DEAREST_BASKET
    rungs = _chosen(shop, ruled, aim, high)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        tried = _chosen(shop, ruled, aim, middle)
        if shop.dearer(tried) <= room:
            high, rungs = middle, tried
        else:
            low = middle
    return rungs, high


def _chosen(shop: PricedShop, ruled: RuledProducts, aim: PriceAim, basket_price: float) -> Ints:
    """Rungs (n,), each round the best answer to the prices before; of all rounds that which earns most together."""
    rungs = best = shop.today
    best_value = -np.inf
    for _ in range(ROUNDS):
        near = shop.near(rungs)
        worth = [shop.worth(i, float(near[i])) - basket_price * one.dearer for i, one in enumerate(shop.products)]
        chosen = _best(shop, ruled, worth, aim.least_chance)
        value = float(shop.together(chosen).mean()) - basket_price * shop.dearer(chosen)
        if value > best_value + 1e-9:
            best, best_value = chosen, value
        if (chosen == rungs).all():
            break
        rungs = chosen
    return best


def _open(one: PricedProduct, worth: Floats, least_chance: float, *, is_allowed: Flags | None = None) -> Flags:
    """Rungs that keep the rules and are surely enough better than today's; today's itself if it keeps them."""
    allowed = one.is_allowed if is_allowed is None else is_allowed
    if not allowed[one.today]:
        # It must move, however unsure that is; where no rung keeps all rules, the price stays and is told.
        return allowed if allowed.any() else np.arange(len(allowed)) == one.today
    chance = (worth > worth[:, [one.today]]).mean(axis=0)
    return np.asarray(allowed & ((chance >= least_chance) | (np.arange(len(allowed)) == one.today)))


def _rung(one: PricedProduct, worth: Floats, least_chance: float) -> int:
    return int(np.argmax(np.where(_open(one, worth, least_chance), worth.mean(axis=0), -np.inf)))


def _best(shop: PricedShop, ruled: RuledProducts, worth: list[Floats], least_chance: float) -> Ints:
    rungs = np.array([_rung(one, value, least_chance) for one, value in zip(shop.products, worth, strict=True)])
    tied = {side.sku for relation in ruled.relations for side in relation.sides}
    index = {sku: i for i, sku in enumerate(shop.facts.skus) if sku in tied}
    if not index:
        return rungs
    ladders, values = {}, {}
    for sku, i in index.items():
        one = shop.products[i]
        # A relation outweighs being unsure: every rung that keeps the rules is open to products that are tied.
        places = np.flatnonzero(one.is_allowed | (np.arange(len(one.is_allowed)) == one.today))
        ladders[Sku(sku)] = Ladder.of(one.ladder.prices[k] for k in places)
        values[Sku(sku)] = np.asarray(worth[i].mean(axis=0)[places])
    found = best_related(ladders, values, ruled.relations)
    for sku, i in index.items():
        rungs[i] = shop.products[i].ladder.prices.index(found.prices[Sku(sku)])
    return rungs


@dataclass(frozen=True, slots=True, eq=False)
class _Weighed:
    """A product `i` at its chosen rung, with what its neighbours lose and what the basket costs."""

    shop: PricedShop
    ruled: RuledProducts
    aim: PriceAim
    i: int
    rung: int
    near: float
    basket_price: float

    @property
    def one(self) -> PricedProduct:
        return self.shop.products[self.i]

    def worth(self, unit_cost: float | None = None) -> Floats:
        """As it is chosen by, (D, P)."""
        money = self.shop.worth(self.i, self.near, unit_cost=unit_cost)
        return np.asarray(money - self.basket_price * self.one.dearer)

    def held(self) -> tuple[PriceRule | None, float]:
        """The rule without which most more would be earned, and how much, in minor units."""
        rules, worth = self.ruled.rules[self.i], self.worth()
        found: tuple[PriceRule | None, float]
        mean, found = worth.mean(axis=0), (None, 0.0)
        for k, rule in enumerate(rules):
            looser = keeps(rules[:k] + rules[k + 1 :], self.one.ladder, self.shop.facts.standing[self.i])
            is_open = _open(self.one, worth, self.aim.least_chance, is_allowed=looser)
            more = float(mean[is_open].max() - mean[self.rung])
            if more > max(found[1], 1e-6):
                found = (rule, more)
        return found

    def at_cost(self, factor: float) -> int:
        """The best price, minor units, if a unit cost something else."""
        cost = float(self.shop.facts.economics.unit_cost[self.i]) * factor
        return self.one.ladder.prices[_rung(self.one, self.worth(cost), self.aim.least_chance)]

    def verdict(self) -> str:
        """What became of the price."""
        one = self.one
        if self.rung != one.today:
            moved = "raised" if self.rung > one.today else "cut"
            return moved if one.is_allowed[one.today] else "forced"
        best = int(np.argmax(np.where(one.is_allowed, self.worth().mean(axis=0), -np.inf)))
        return "best" if best == one.today else "unsure"


def _row(weighed: _Weighed, per_major: int) -> dict[str, Any]:
    one, rung, i = weighed.one, weighed.rung, weighed.i
    money = weighed.shop.worth(i, weighed.near) / per_major
    more = money[:, rung] - money[:, one.today]
    gain = Estimate.from_draws(more, method=METHOD)
    answer = Estimate.from_draws(weighed.shop.elasticity[:, i], method=METHOD)
    rule, worth = weighed.held()
    told = weighed.ruled.told
    return {
        "price": one.ladder.prices[one.today] / per_major,
        "new_price": one.ladder.prices[rung] / per_major,
        "units_today": float(one.units[:, one.today].mean()),
        "units_then": float(one.units[:, rung].mean()),
        "elasticity": answer.value,
        "elasticity_low": answer.low,
        "elasticity_high": answer.high,
        "gain": gain.value,
        "gain_low": gain.low,
        "gain_high": gain.high,
        "chance": float((more > 0).mean()),
        "verdict": weighed.verdict(),
        "holds": "" if rule is None else rule.code,
        "rule": "" if rule is None else told(rule.code, rule.params()),
        "rule_zh": "" if rule is None else told(rule.code, rule.params(), "zh"),
        "worth": worth / per_major,
        "price_if_cost_lower": weighed.at_cost(1 - COST_SHIFT) / per_major,
        "price_if_cost_higher": weighed.at_cost(1 + COST_SHIFT) / per_major,
    }
