"""Who buys within the coming days, learnt from what customers did after earlier moments."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

import ibis
import pandas as pd

from dealwright.app.ports import Progress, Tables, silent
from dealwright.app.shop.credible_sales import credible_tables
from dealwright.core.errors import InputError
from dealwright.customer.habits import AT, buyers_within, habits_before, orders_of
from dealwright.customer.intent import Intent, Moment, Reliability, judge, learn_intent
from dealwright.data import columns as c
from dealwright.data.finding import Finding

HORIZON_DAYS = 14
MOST_DAYS = 366
MOST_MOMENTS = 6
"""Older behaviour teaches little more, and costs as much."""
LEAST_HISTORY = 4
"""Stretches of the horizon that must lie before a moment for habits to show."""


@dataclass(frozen=True, slots=True)
class PurchaseIntent:
    """Who orders within `horizon_days` from `moment` on.

    `customers` has a row per customer who ever ordered: customer_id, probability; the most likely first.
    `reliability` tells how the same way of learning did on the last stretch, which it had not seen (None if the
    history is too short to set one aside).
    """

    horizon_days: int
    moment: datetime
    model: Intent
    customers: pd.DataFrame
    reliability: Reliability | None
    findings: tuple[Finding, ...] = ()

    def to_dict(self, *, most: int) -> dict[str, object]:
        """Plain values, for JSON: the `most` likeliest customers, the signs, and how far it was right."""
        known = self.reliability
        return {
            "horizon_days": self.horizon_days,
            "from": self.moment.isoformat(timespec="seconds"),
            "n_customers": len(self.customers),
            "expected_buyers": float(self.customers["probability"].sum()),
            "signs": [asdict(sign) for sign in self.model.signs],
            "reliability": known
            and {"auc": known.auc, "brier": known.brier, "tenths": known.tenths.to_dict("records")},
            "customers": self.customers.head(most).to_dict("records"),
            "findings": [finding.to_dict() for finding in self.findings],
        }


def predict_purchases(
    tables: Tables,
    *,
    horizon_days: int = HORIZON_DAYS,
    seed: int,
    today: date | None = None,
    progress: Progress = silent,
) -> PurchaseIntent:
    """Learn who orders within the horizon, check it on the last stretch known, and predict the next.

    Sales are those that can be believed on the day `today`. Raises InputError if none with a positive quantity
    names its customer and order, or the history is too short.
    """
    if not 1 <= horizon_days <= MOST_DAYS:
        raise InputError(
            f"purchases are predicted for 1 day or more, at most {MOST_DAYS}; {horizon_days} were given"
        )
    if not tables.has("sales"):
        raise InputError("there are no sales to learn from; import a file of order lines as table 'sales' first")
    credible = credible_tables(tables, today=today)
    with orders_of(credible.table("sales")).cache() as orders:
        first, last = (pd.Timestamp(at).to_pydatetime() for at in _span(orders))
        moment = last + timedelta(seconds=1)
        stretch = timedelta(days=horizon_days)
        n_known = int((moment - first) / stretch) - LEAST_HISTORY
        moments = []
        for k in range(1, min(n_known, MOST_MOMENTS + 1) + 1):
            progress("reading how customers buy", k / (MOST_MOMENTS + 3))
            moments.append(_moment(orders, moment - k * stretch, horizon_days))
        progress("learning who buys next", 0.8)
        habits = habits_before(orders, moment, horizon_days=horizon_days).execute()
    model = learn_intent(moments[:MOST_MOMENTS], horizon_days=horizon_days, seed=seed)
    customers = habits[[c.CUSTOMER]].assign(probability=model.probabilities(habits))
    reliability = None
    if len(moments) > 2:
        blind = learn_intent(moments[1:], horizon_days=horizon_days, seed=seed)
        reliability = judge(blind.probabilities(moments[0].habits), moments[0].has_bought)
    progress("purchases predicted", 1.0)
    return PurchaseIntent(
        horizon_days,
        moment,
        model,
        customers.sort_values(["probability", c.CUSTOMER], ascending=[False, True], ignore_index=True),
        reliability,
        credible.findings,
    )


def _span(orders: ibis.Table) -> tuple[datetime, datetime]:
    ends = orders.aggregate(first=orders[AT].min(), last=orders[AT].max()).execute().iloc[0]
    if pd.isna(ends["first"]):
        raise InputError(
            "no sale with a positive quantity names both its customer and its order (columns 'customer_id' and "
            "'order_id' of table 'sales'); import such sales to learn who buys next"
        )
    return ends["first"], ends["last"]


def _moment(orders: ibis.Table, moment: datetime, horizon_days: int) -> Moment:
    habits = habits_before(orders, moment, horizon_days=horizon_days).execute()
    buyers = buyers_within(orders, moment, horizon_days=horizon_days).execute()
    return Moment(habits, habits[c.CUSTOMER].isin(buyers[c.CUSTOMER]).to_numpy())
