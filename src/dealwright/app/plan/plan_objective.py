"""What a scenario's objective is in this shop: weights in its money, customers from its orders, stock to clear."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from dealwright.app.plan.plan_facts import PlanFacts
from dealwright.core.errors import InputError
from dealwright.core.money import exponent
from dealwright.data import columns as c
from dealwright.data.clean import demand_lines
from dealwright.plan.objective import PROFIT, Clearance, Customers, Objective, objective_of

COUNTS = ("units", "customers")
"""Objectives that are not money."""
PLAIN = {"profit": 1.0}


def objective_for(weights: Mapping[str, float], facts: PlanFacts) -> Objective:
    """The weighted objective, so that its value over the currency's minor units is in what the weights are in.

    A unit or customer with weight 1 is worth as much as one major unit of money. InputError names the table that an
    objective needs and the shop has not.
    """
    if weights == PLAIN:
        return PROFIT
    mistakes, made = [], []
    for name in weights:
        if name in _FROM_FACTS:
            try:
                made.append(_FROM_FACTS[name](facts))
            except InputError as error:
                mistakes += [f"objective {name}: {problem}" for problem in error.problems]
    if mistakes:
        raise InputError(*mistakes)
    per_major = 10 ** exponent(facts.currency)
    scaled = {name: weight * (per_major if name in COUNTS else 1.0) for name, weight in weights.items()}
    return objective_of(scaled, made)


def _customers(facts: PlanFacts) -> Objective:
    """Units of a product in an order that holds it, on average; 1 where it was never sold."""
    skus = list(facts.problem.skus)
    lines = demand_lines(facts.tables.table("sales"))
    lines = lines.filter(lines[c.SKU].isin(skus))
    bought = lines.group_by(c.SKU).agg(units=lines[c.QUANTITY].sum(), orders=lines[c.ORDER].nunique())
    frame = bought.to_pandas().set_index(c.SKU).reindex(skus)
    each = pd.to_numeric(frame["units"] / frame["orders"]).fillna(1.0)
    return Customers(np.asarray(each, dtype=np.float64))


def _clearance(facts: PlanFacts) -> Objective:
    """A unit sold of a product that has more in stock than will sell anyway spares its cost, which is spent."""
    stock = facts.stock()
    usual = facts.offers.baseline.mean(axis=0).sum(axis=1)
    flagged = np.nan_to_num(stock) > usual
    if not flagged.any():
        raise InputError(
            "no planned product has more in stock than will sell without promotion, so there is nothing to clear; "
            "choose another objective, or a shorter plan"
        )
    return Clearance.of(facts.problem.economics.unit_cost, flagged=flagged, stock=stock)


_FROM_FACTS: dict[str, Callable[[PlanFacts], Objective]] = {"customers": _customers, "clearance": _clearance}
