"""What is told of stock product by product: promotions' risk, when to reorder, what to buy ahead."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dealwright.app.supply.stock_situation import Situation
from dealwright.app.supply.supply_terms import minor
from dealwright.core.money import exponent
from dealwright.data import columns as c
from dealwright.supply.forward import Deal, forward_buy
from dealwright.supply.laws import DrawnDemand
from dealwright.supply.newsvendor import level_for_cost, level_for_service
from dealwright.supply.policy import best_order_up_to, reorder_for_service
from dealwright.supply.position import StockProjection

Floats = NDArray[np.float64]

LEVEL = 0.8
"""Probability that what is told with a range lies in it."""
MOST_EXACT_UNITS = 2_000
"""Units in stock and on order up to which the best policy is searched exactly: the work grows with their square."""


def promotions_table(s: Situation, usual: StockProjection, ordered: StockProjection) -> pd.DataFrame:
    """One row per promotion and week: what will be asked for, its stock-out risk, what to have on the shelf."""
    weeks, rows = s.demand.response.weeks, []
    per_major = 10 ** exponent(s.currency)
    for i, t in np.argwhere(s.plan.is_promoted):
        margin = s.plan.price[i, t] - s.plan.economics.unit_cost[i]
        costs = {"holding_cost": s.holding[i], "shortage_cost": max(s.terms.missed_margins * margin, 0.01)}
        level = level_for_cost(DrawnDemand(s.wanted[:, i, t]), **costs)
        plain = level_for_service(DrawnDemand(s.usual[:, i, t]), service_level=s.service[i], **costs)
        rows.append(
            {
                c.SKU: s.skus[i],
                c.NAME: s.names[i],
                c.WEEK: weeks[t],
                "offer": str(s.plan.catalogue[s.plan.choice[i, t]]),
                "asked": float(s.wanted[:, i, t].mean()),
                "asked_low": float(np.quantile(s.wanted[:, i, t], (1 - LEVEL) / 2)),
                "asked_high": float(np.quantile(s.wanted[:, i, t], (1 + LEVEL) / 2)),
                "risk_usual": float(usual.stock_out_probability[i, t]),
                "risk": float(ordered.stock_out_probability[i, t]),
                "to_have": level.units,
                "because": max(level.units - plain.units, 0.0),
                "cost": level.cost.value / per_major,
                "cost_low": level.cost.low / per_major,
                "cost_high": level.cost.high / per_major,
            }
        )
    return pd.DataFrame(rows, columns=_PROMOTION_COLUMNS).sort_values(
        ["risk_usual", c.WEEK, c.SKU], ascending=[False, True, True], ignore_index=True
    )


_PROMOTION_COLUMNS = [
    c.SKU,
    c.NAME,
    c.WEEK,
    "offer",
    "asked",
    "asked_low",
    "asked_high",
    "risk_usual",
    "risk",
    "to_have",
    "because",
    "cost",
    "cost_low",
    "cost_high",
]


def policies_table(s: Situation) -> pd.DataFrame:
    """(s, S) of each product for ordinary weeks; where nothing is sold, nothing is ordered."""
    rows = []
    for i, sku in enumerate(s.skus):
        week = DrawnDemand(s.usual[:, i].ravel())
        exposed = DrawnDemand.over(s.usual[:, i], int(s.lead[i]) + 1)
        point, up_to, is_exact = 0.0, 0.0, True
        if week.mean > 0:
            costs = {"holding_cost": s.holding[i], "order_cost": s.order_cost[i]}
            found = reorder_for_service(exposed, service_level=s.service[i], period_mean=week.mean, **costs)
            is_exact = found.order_up_to <= MOST_EXACT_UNITS and not np.isfinite(_own_service(s)[i])
            if is_exact:
                found = best_order_up_to(week, exposed=exposed, shortage_cost=s.missed[i], **costs)
            point, up_to = found.reorder_point, found.order_up_to
        rows.append(
            {
                c.SKU: sku,
                c.NAME: s.names[i],
                "on_hand": int(s.opening[i]),
                "usual_a_week": week.mean,
                "service_level": float(s.service[i]),
                "lead_time_weeks": int(s.lead[i]),
                "reorder_point": point,
                "order_up_to": up_to,
                "is_best": is_exact,
            }
        )
    return pd.DataFrame(rows)


def _own_service(s: Situation) -> Floats:
    """The service levels that were given, NaN where costs decide, (n,)."""
    return s.terms.of_products("service_level", s.skus)


def deals_table(s: Situation) -> pd.DataFrame:
    """One row per product that a supplier offers a deal on: how much to buy ahead, and what that saves."""
    per_major = 10 ** exponent(s.currency)
    rows = []
    for sku in dict.fromkeys(deal.sku for deal in s.terms.deals):
        i = s.skus.index(sku)
        offered = [
            Deal(minor(deal.unit_cost, s.currency), deal.minimum, np.inf if deal.limit is None else deal.limit)
            for deal in s.terms.deals
            if deal.sku == sku
        ]
        bought = forward_buy(
            s.wanted[:, i],
            offered,
            regular_cost=float(s.plan.economics.unit_cost[i]),
            holding_cost=float(s.holding[i]),
            on_hand=float(s.opening[i]),
            # What is left after the forecast still replaces units bought later, at what it cost now.
            leftover_value=min(min(deal.unit_cost for deal in offered), float(s.plan.economics.unit_cost[i])),
            pack=int(s.terms.of_products("pack", [sku])[0]),
        )
        rows.append(
            {
                c.SKU: sku,
                c.NAME: s.names[i],
                "deal_cost": None if bought.deal is None else bought.deal.unit_cost / per_major,
                "usual_cost": float(s.plan.economics.unit_cost[i]) / per_major,
                c.UNITS: bought.units,
                "saving": bought.saving.value / per_major,
                "saving_low": bought.saving.low / per_major,
                "saving_high": bought.saving.high / per_major,
                "left": bought.left.value,
                "left_low": bought.left.low,
                "left_high": bought.left.high,
                "break_even_weeks": bought.break_even_periods,
            }
        )
    return pd.DataFrame(rows)
