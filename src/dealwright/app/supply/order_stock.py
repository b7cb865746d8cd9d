"""What to order, when and how much under the plan, and how likely each promotion runs out of stock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dealwright.app.plain import plain_estimate, plain_row
from dealwright.app.supply.stock_situation import Situation
from dealwright.app.supply.stock_tables import LEVEL, deals_table, policies_table, promotions_table
from dealwright.app.supply.supply_terms import SupplyTerms
from dealwright.core.estimate import Estimate
from dealwright.core.money import exponent
from dealwright.core.period import WEEK
from dealwright.data import columns as c
from dealwright.supply.capacity import LotLimits, capacitated_lots
from dealwright.supply.lots import wagner_whitin
from dealwright.supply.position import project_stock

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class StockOrders:
    """What to order, and what that leaves on the shelf.

    `orders`: a row per order: sku, name, order_on, arrives_on, units, cost (major units), covers_until, and what
    will be asked for in the weeks it covers (`asked`, `asked_low`, `asked_high`). `promotions`: a row per promotion
    and week: stock-out risk if only the usual arrives (`risk_usual`) and with these orders (`risk`), units to have
    when the week begins (`to_have`, of which `because` of the promotion) and what left and missed units then cost
    (`cost`, `cost_low`, `cost_high`). `policies`: a row per product for weeks without promotion: reorder point,
    order up to, service level aimed at. `deals`: what to buy ahead. `course`: the stock week by week with bounds.
    `lost_usual`, `lost` are margins missed over all weeks with the usual arrivals and with the orders, `saved` the
    difference draw by draw, all in major units.
    """

    currency: str
    orders: pd.DataFrame
    promotions: pd.DataFrame
    policies: pd.DataFrame
    deals: pd.DataFrame
    course: pd.DataFrame
    lost_usual: Estimate
    lost: Estimate
    saved: Estimate
    assumed: tuple[dict[str, object], ...]

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by the name of its file."""
        return {
            "orders": self.orders,
            "promotion_stock": self.promotions,
            "reorder_points": self.policies,
            "forward_buys": self.deals,
            "stock_course": self.course,
        }

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON; without the course of the stock, which is in its table."""
        return {
            "currency": self.currency,
            **{
                name: [plain_row(row) for row in table.to_dict("records")]
                for name, table in self.tables.items()
                if name != "stock_course"
            },
            **{name: plain_estimate(getattr(self, name)) for name in ("lost_usual", "lost", "saved")},
            "assumed": [dict(one) for one in self.assumed],
        }


def order_stock(situation: Situation) -> StockOrders:
    """Lots that keep every week's chance of a stock-out within the service level at the least cost."""
    s = situation
    lots = _lots(s)
    usual = project_stock(s.opening, s.usual_arrivals, s.wanted)
    ordered = project_stock(s.opening, s.receipts + lots, s.wanted)
    missed = s.missed / 10 ** exponent(s.currency)
    before, after = usual.shortage @ missed, ordered.shortage @ missed
    return StockOrders(
        currency=s.currency,
        orders=_orders_table(s, lots),
        promotions=promotions_table(s, usual, ordered),
        policies=policies_table(s),
        deals=deals_table(s),
        course=ordered.to_frame(s.skus, s.demand.response.weeks),
        lost_usual=_estimate(before),
        lost=_estimate(after),
        saved=_estimate(before - after),
        assumed=tuple(_assumed(s)),
    )


def _lots(s: Situation) -> Ints:
    """Units that arrive in each week because they are ordered now or later, (n, T)."""
    n, n_weeks = s.opening.shape[0], s.wanted.shape[2]
    pack, minimum = (s.terms.of_products(name, s.skus) for name in ("pack", "minimum"))
    lots = np.zeros((n, n_weeks), dtype=np.int64)
    for i in range(n):
        needed = _needed(s, i)
        if not needed.any():
            continue
        first, costs = int(s.lead[i]), {"order_cost": s.order_cost[i], "holding_cost": s.holding[i]}
        if pack[i] > 1 or minimum[i] > 0:
            limits = LotLimits(minimum=minimum[i], pack=pack[i])
            plan = capacitated_lots(
                needed[None], order_cost=s.order_cost[i], holding_cost=s.holding[i], limits=limits
            )
        else:
            plan = wagner_whitin(needed, **costs)
        lots[i, first:] = np.rint(plan.order[0]).astype(np.int64)
    return lots


def _needed(s: Situation, i: int) -> Floats:
    """Units that must arrive new in each week that an order can still reach, so that each week is served."""
    first = int(s.lead[i])
    stock = np.full(s.wanted.shape[0], float(s.opening[i]))
    for t in range(first):
        stock = np.maximum(stock + s.receipts[i, t] - s.wanted[:, i, t], 0.0)
    missing = np.cumsum(s.wanted[:, i, first:] - s.receipts[i, first:], axis=1) - stock[:, None]
    # Static service: by each week so much has come that all weeks up to it are met with the wanted probability.
    by_week = np.array([float(_quantile(missing[:, t], s.service[i])) for t in range(missing.shape[1])])
    reached = np.maximum.accumulate(np.maximum(np.ceil(by_week), 0.0))
    return np.diff(reached, prepend=0.0)


def _quantile(draws: Floats, share: float) -> float:
    """The smallest draw that at least `share` of them do not exceed."""
    rank = int(np.ceil(np.round(share * len(draws), 9))) - 1
    return float(np.sort(draws)[rank])


def _orders_table(s: Situation, lots: Ints) -> pd.DataFrame:
    weeks, rows = s.demand.response.weeks, []
    per_major = 10 ** exponent(s.currency)
    for i, t in np.argwhere(lots > 0):
        later = np.flatnonzero(lots[i, t + 1 :] > 0)
        end = int(t + 1 + later[0]) if len(later) else lots.shape[1]
        asked = _estimate(s.wanted[:, i, t:end].sum(axis=1))
        rows.append(
            {
                c.SKU: s.skus[i],
                c.NAME: s.names[i],
                "order_on": weeks[t] - int(s.lead[i]) * WEEK,
                "arrives_on": weeks[t],
                c.UNITS: int(lots[i, t]),
                "cost": float(lots[i, t] * s.plan.economics.unit_cost[i]) / per_major,
                "covers_until": weeks[end - 1] + timedelta(days=6),
                "asked": asked.value,
                "asked_low": asked.low,
                "asked_high": asked.high,
                "is_promoted": bool(s.plan.is_promoted[i, t:end].any()),
            }
        )
    columns = ["order_on", c.NAME, c.SKU]
    return pd.DataFrame(rows, columns=_ORDER_COLUMNS).sort_values(columns, ignore_index=True)


_ORDER_COLUMNS = [
    c.SKU,
    c.NAME,
    "order_on",
    "arrives_on",
    c.UNITS,
    "cost",
    "covers_until",
    "asked",
    "asked_low",
    "asked_high",
    "is_promoted",
]


def _assumed(s: Situation) -> list[dict[str, object]]:
    """What the data did not say, as codes with their parameters."""
    n, terms = len(s.skus), s.terms
    used: list[dict[str, object]] = []
    if s.n_counted < n:
        used.append({"code": "stock", "count": n - s.n_counted, "weeks": s.cover_weeks})
    if s.plan.n_costs_assumed:
        used.append({"code": "cost", "count": s.plan.n_costs_assumed})
    given = terms.model_fields_set
    used += [
        {"code": name, "value": float(getattr(terms, name))}
        for name in ("order_cost", "holding_share", "lead_time_weeks", "missed_margins")
        if name not in given and not (name in {"order_cost", "lead_time_weeks"} and _all_have(terms, name, n))
    ]
    if not terms.on_order:
        used.append({"code": "receipts"})
    return used


def _all_have(terms: SupplyTerms, name: str, n: int) -> bool:
    return sum(getattr(own, name) is not None for own in terms.products) == n


def _estimate(draws: Floats) -> Estimate:
    return Estimate.from_draws(draws, level=LEVEL, method="draws of demand, chance of single weeks included")
