"""How the prices of all products stand today: asked, cost, how long unchanged, and what competitors ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dealwright.app.plan.plan_promotions import economics_of
from dealwright.app.ports import Tables
from dealwright.core.errors import InputError
from dealwright.data import columns as c
from dealwright.data.panel import Panel
from dealwright.plan.scenario import Scenario
from dealwright.plan.value import Economics
from dealwright.price.competitor import Quote
from dealwright.price.ladder import Ladder
from dealwright.price.rules import PriceRule, Standing

Flags = NDArray[np.bool_]

SAME_PRICE = 0.02
"""Weeks whose usual price differs by less count as the same price: the rest is rounding and the mix of stores."""
WIDEST = 0.3
"""How far from today's price is looked, as a share of it: farther off nobody knows what is wanted."""
MOST_RUNGS = 120


@dataclass(frozen=True, slots=True)
class PriceFacts:
    """Of n products: `standing` (minor units), `economics`, and how many costs and prices are not in the data."""

    skus: tuple[str, ...]
    names: tuple[str, ...]
    standing: tuple[Standing, ...]
    economics: Economics
    n_costs_assumed: int
    n_prices_inferred: int


def price_facts(panel: Panel, tables: Tables, scenario: Scenario, *, on: date, currency: str) -> PriceFacts:
    """As they are on a day."""
    economics, n_assumed = economics_of(panel, tables, scenario.assumptions, currency=currency, on=on)
    near = np.abs(panel.price / np.maximum(panel.price[:, -1:], 1e-9) - 1.0) <= SAME_PRICE
    weeks_same = np.cumprod(near[:, ::-1], axis=1).sum(axis=1)
    listed = _listed(tables, panel.skus, on)
    return PriceFacts(
        skus=tuple(panel.skus),
        names=tuple(str(name) for name in panel.products[c.NAME]),
        standing=tuple(
            Standing(int(price), int(cost), int(weeks) * panel.period_days)
            for price, cost, weeks in zip(economics.price, economics.unit_cost, weeks_same, strict=True)
        ),
        economics=economics,
        n_costs_assumed=n_assumed,
        n_prices_inferred=len(panel.skus) - listed,
    )


def _listed(tables: Tables, skus: list[str], on: date) -> int:
    """How many products have an own price in the table `prices`."""
    if not tables.has("prices"):
        return 0
    rows = tables.table("prices")
    own = rows.filter(rows[c.COMPETITOR].isnull() & rows[c.SKU].isin(skus) & (rows[c.STARTS_ON] <= on))
    return int(own.select(c.SKU).distinct().count().execute())


def quotes_of(tables: Tables, skus: tuple[str, ...], *, on: date) -> dict[str, list[Quote]]:
    """What competitors ask for each product on a day; InputError if none is known at all."""
    if not tables.has("prices"):
        raise InputError("needs competitors' prices; import the table 'prices' with the column 'competitor'")
    rows = tables.table("prices")
    wanted = rows[c.COMPETITOR].notnull() & rows[c.SKU].isin(list(skus)) & (rows[c.STARTS_ON] <= on)
    rows = rows.filter(wanted & (rows[c.REGULAR_PRICE] > 0) & (rows[c.ENDS_ON].isnull() | (rows[c.ENDS_ON] >= on)))
    frame: pd.DataFrame = rows.select(c.SKU, c.COMPETITOR, c.STARTS_ON, c.REGULAR_PRICE).to_pandas()
    if frame.empty:
        raise InputError(f"no competitor's price is valid on {on} in the table 'prices'; import newer ones")
    newest = frame.sort_values(c.STARTS_ON).drop_duplicates([c.SKU, c.COMPETITOR], keep="last")
    quotes: dict[str, list[Quote]] = {}
    for row in newest.sort_values([c.SKU, c.COMPETITOR]).to_dict("records"):
        quotes.setdefault(str(row[c.SKU]), []).append(Quote(str(row[c.COMPETITOR]), int(row[c.REGULAR_PRICE])))
    return quotes


def price_ladder(standing: Standing, rules: tuple[PriceRule, ...], *, most: int = MOST_RUNGS) -> Ladder:
    """Today's price and those around it whose digits the rules allow, evenly thinned to about `most`."""
    price = standing.price_minor
    low, high = max(int(np.floor(price * (1 - WIDEST))), 1), int(np.ceil(price * (1 + WIDEST)))
    fitting = [rung for rung in range(low, high + 1) if all(rule.fits(rung) for rule in rules)]
    every = -(-len(fitting) // most) if fitting else 1
    return Ladder.of([price, *fitting[::every]])


def keeps(rules: tuple[PriceRule, ...], ladder: Ladder, standing: Standing) -> Flags:
    """Which rungs keep all rules, (P,); today's price may stay whatever its digits."""
    spans = [rule.span(standing) for rule in rules]
    low, high = max((span.low for span in spans), default=0.0), min((span.high for span in spans), default=np.inf)
    is_within = (low <= ladder.array) & (ladder.array <= high)
    has_digits = [rung == standing.price_minor or all(rule.fits(rung) for rule in rules) for rung in ladder.prices]
    return np.asarray(is_within & np.array(has_digits, dtype=np.bool_))
