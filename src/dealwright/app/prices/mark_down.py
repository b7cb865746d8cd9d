"""Which falling prices clear stock by a date, and what that brings against holding the price."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dealwright.app.demand.forecast_demand import DemandForecast
from dealwright.app.plain import plain_estimate, plain_row
from dealwright.app.plan.demand_at_prices import SLACK, PricedDemand
from dealwright.app.plan.running_plan import RunningPlan
from dealwright.app.ports import Tables
from dealwright.app.supply.clear_overstock import counted, weeks_until
from dealwright.core.errors import InputError
from dealwright.core.estimate import Estimate
from dealwright.core.money import exponent
from dealwright.core.rng import stream
from dealwright.data import columns as c
from dealwright.price.ladder import Ladder
from dealwright.price.markdown import Group, Markdown, SellThrough, clear, sold_on_paths

Floats = NDArray[np.float64]

METHOD = "draws of demand, chance of single weeks included; paths were chosen on the same draws"


@dataclass(frozen=True, slots=True)
class Clearance:
    """What is to be gone by a day: the products, and how prices may fall.

    `depths` are the cuts a label may show, `ending` its last digit (None: any). At most `n_labels` prices, for each
    product or, with `is_shared`, for all together. `salvage_share` of its cost is what a unit left still brings.
    `sell_through` is the share that must be sold, a hard demand unless `penalty_minor` prices each unit short.
    """

    by: date
    skus: tuple[str, ...]
    depths: tuple[float, ...]
    ending: int | None = 9
    n_labels: int = 3
    is_shared: bool = False
    salvage_share: float = 0.5
    sell_through: float | None = None
    penalty_minor: float | None = None


@dataclass(frozen=True, slots=True)
class MarkdownPlan:
    """`table` has a row per product and week: sku, name, week, price, depth, units expected to sell.

    `products` has a row per product: stock, left at the end if the price is held and with the markdown, the share
    sold, money, and against holding the price (`gain`), with bounds. `value` and `gain` are of all; no choice of
    labels and paths scores above `bound`, this one scores `score`. Money is in major units. `not_believed` are
    products whose answer to a cut is not known: they hold their price.
    """

    currency: str
    by: date
    labels: tuple[int, ...]
    table: pd.DataFrame
    products: pd.DataFrame
    value: Estimate
    gain: Estimate
    score: float
    bound: float
    not_believed: tuple[str, ...]
    n_costs_assumed: int

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "currency": self.currency,
            "by": str(self.by),
            "weeks": [plain_row(row) for row in self.table.to_dict("records")],
            "products": [plain_row(row) for row in self.products.to_dict("records")],
            "value": plain_estimate(self.value),
            "gain": plain_estimate(self.gain),
            "score": self.score,
            "bound": self.bound,
            "not_believed": list(self.not_believed),
            "n_costs_assumed": self.n_costs_assumed,
        }


@dataclass(frozen=True, slots=True, eq=False)
class _Case:
    """The products to clear on one ladder."""

    ladder: Ladder
    groups: tuple[Group, ...]


def mark_down(
    demand: DemandForecast, plan: RunningPlan, stock: Floats, asked: Clearance, *, currency: str, seed: int
) -> MarkdownPlan:
    """The paths that bring most money, salvage included; `stock` (n,) units on hand, NaN where nobody counted."""
    weeks = demand.response.weeks
    n_weeks = weeks_until(weeks, asked.by)
    wanted = demand.response.weekly_units(plan.offers, stream(seed, "markdown"))
    priced = PricedDemand.of(demand, plan, wanted, n_weeks=n_weeks)
    rows = [demand.panel.skus.index(sku) for sku in asked.skus]
    cases = _cases(demand, plan, priced, stock, asked, rows)
    per_major = 10 ** exponent(currency)
    target = None if asked.sell_through is None else SellThrough(asked.sell_through, asked.penalty_minor)
    cleared = [clear(case.ladder, case.groups, n_labels=asked.n_labels, sell_through=target) for case in cases]
    names = dict(zip(demand.panel.skus, map(str, demand.panel.products[c.NAME]), strict=True))
    told = [_told(case, markdown, names, weeks, per_major) for case, markdown in zip(cases, cleared, strict=True)]
    believed = priced.answers_to(np.full(len(stock), min(asked.depths)))
    return MarkdownPlan(
        currency=currency,
        by=asked.by,
        labels=tuple(sorted({label for markdown in cleared for label in markdown.labels}, reverse=True)),
        table=pd.DataFrame([row for one in told for row in one.weeks]),
        products=pd.DataFrame([row for one in told for row in one.products]),
        value=Estimate.from_draws(np.sum([one.money for one in told], axis=0), method=METHOD),
        gain=Estimate.from_draws(np.sum([one.gain for one in told], axis=0), method=METHOD),
        score=sum(markdown.score for markdown in cleared) / per_major,
        bound=sum(markdown.bound for markdown in cleared) / per_major,
        not_believed=tuple(demand.panel.skus[i] for i in rows if not believed[i]),
        n_costs_assumed=plan.n_costs_assumed,
    )


def _cases(
    demand: DemandForecast,
    plan: RunningPlan,
    priced: PricedDemand,
    stock: Floats,
    asked: Clearance,
    rows: Sequence[int],
) -> list[_Case]:
    """One ladder for all, or one for each product."""
    price = plan.economics.price.astype(np.int64)
    ladders = {i: _ladder(int(price[i]), asked) for i in rows}
    if asked.is_shared:
        shared = Ladder.of(rung for ladder in ladders.values() for rung in ladder.prices)
        ladders = dict.fromkeys(rows, shared)

    def group(i: int) -> Group:
        return Group(
            name=demand.panel.skus[i],
            stock=float(stock[i]),
            price=int(price[i]),
            wanted=_on_ladder(priced, i, ladders[i], int(price[i])),
            salvage=min(asked.salvage_share * float(plan.economics.unit_cost[i]), float(ladders[i].prices[0])),
        )

    if asked.is_shared:
        return [_Case(ladders[rows[0]], tuple(group(i) for i in rows))]
    return [_Case(ladders[i], (group(i),)) for i in rows]


def _ladder(price: int, asked: Clearance) -> Ladder:
    if asked.ending is None:
        return Ladder.from_depths(price, asked.depths)
    return Ladder.from_depths(price, asked.depths, ending=asked.ending, every=10)


def _on_ladder(priced: PricedDemand, i: int, ladder: Ladder, price: int) -> Floats:
    """Units of one product at each rung, (D, T, K)."""
    n = priced.depth.shape[0]
    depths = np.maximum(1.0 - ladder.array / price, 0.0)
    # Rounding a price down to its ending may overstep the deepest cut that was seen by a hair.
    deepest = priced.response.greatest_depth[i]
    depths = np.where((depths > deepest) & (depths <= deepest + 2 * SLACK), deepest, depths)
    return np.stack([priced.at_depths(np.full(n, depth))[:, i] for depth in depths], axis=2)


@dataclass(frozen=True, slots=True, eq=False)
class _Told:
    """What one case comes to: rows of the two tables, money and gain in every draw (major units)."""

    weeks: list[dict[str, Any]]
    products: list[dict[str, Any]]
    money: Floats
    gain: Floats


def _told(case: _Case, found: Markdown, names: Mapping[str, str], days: Sequence[date], per_major: int) -> _Told:
    weeks: list[dict[str, Any]] = []
    products: list[dict[str, Any]] = []
    totals = []
    rungs = {price: k for k, price in enumerate(case.ladder.prices)}
    for group, path in zip(case.groups, found.groups, strict=True):
        places = np.array([rungs[price] for price in path.prices])
        # Holding: at today's price, or the rung next below where the shared ladder has it not.
        held = np.full(len(places), int(np.searchsorted(case.ladder.array, group.price, side="right")) - 1)
        money, left = zip(*(_money(case.ladder, group, one) for one in (places, held)), strict=True)
        gain, kept = Estimate.from_draws(money[0] - money[1], method=METHOD), left[0].mean()
        totals.append((money[0], money[0] - money[1]))
        low, high = np.quantile(left[0], [0.1, 0.9])
        products.append(
            {
                c.SKU: group.name,
                c.NAME: names[group.name],
                "stock": group.stock,
                "price": group.price / per_major,
                "left_if_held": float(left[1].mean()),
                "left": float(kept),
                "left_low": float(low),
                "left_high": float(high),
                "sold_share": path.sell_through.value,
                "money": path.value.value / per_major,
                "money_low": path.value.low / per_major,
                "money_high": path.value.high / per_major,
                "gain": gain.value / per_major,
                "gain_low": gain.low / per_major,
                "gain_high": gain.high / per_major,
            }
        )
        weeks += [
            {
                c.SKU: group.name,
                c.NAME: names[group.name],
                c.WEEK: days[t],
                "price": price / per_major,
                "depth": max(1.0 - price / group.price, 0.0),
                c.UNITS: float(path.units[t]),
            }
            for t, price in enumerate(path.prices)
        ]
    return _Told(
        weeks,
        products,
        np.sum([money for money, _ in totals], axis=0) / per_major,
        np.sum([gain for _, gain in totals], axis=0) / per_major,
    )


def _money(ladder: Ladder, group: Group, path: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Money with salvage, and units left, in every draw, (D,) each."""
    units = sold_on_paths(group.wanted, group.stock, path[None])[:, 0]
    left = group.stock - units.sum(axis=1)
    return np.asarray(units @ ladder.array[path] + group.salvage * left), np.asarray(left)


def stock_of(tables: Tables, skus: Sequence[str], given: Mapping[str, int]) -> Floats:
    """Units on hand: as given, else as counted; InputError where neither is known for any product."""
    if given:
        unknown = [str(InputError.unknown("forecast product", sku, skus)) for sku in given if sku not in skus]
        if unknown:
            raise InputError(*unknown)
        return np.array([float(given.get(sku, np.nan)) for sku in skus])
    return counted(tables, list(skus))
