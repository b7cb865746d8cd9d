"""How each customer has been buying up to a moment: the facts that tell who buys next.

Everything is taken from orders before the moment, so that what is learnt at an earlier one holds at a later.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import ibis
import ibis.expr.types as ir

from dealwright.data import columns as c

AT, SPEND, DISCOUNT, LINES = "at", "spend", "discount", "lines"
SECONDS_A_DAY = 86_400.0

WINDOW_DAYS = (7, 14, 28, 56, 91, 182)
HALF_LIFE_DAYS = (7, 14, 30)
HABIT_WINDOWS = (4, 8, 26)

HABITS = (
    "days_since",
    "tenure_days",
    "orders",
    "spend",
    *(f"orders_{days}" for days in WINDOW_DAYS),
    *(f"spend_{days}" for days in WINDOW_DAYS),
    *(f"orders_fading_{days}" for days in HALF_LIFE_DAYS),
    "gap_mean",
    "gap_spread",
    "gap_last",
    "overdue",
    *(f"habit_{n}" for n in HABIT_WINDOWS),
    "lines_per_order",
    "deal_share",
)
"""The columns of `habits_before`, besides the customer. Gaps are missing for who ordered once."""


def orders_of(sales: ibis.Table) -> ibis.Table:
    """One row per customer and order with something bought: at (its last line), spend, discount, lines.

    It is read once for every moment: hand `habits_before` what its `cache()` gives.
    """
    bought = sales.filter(sales[c.QUANTITY] > 0, sales[c.CUSTOMER].notnull(), sales[c.ORDER].notnull())
    return bought.group_by(c.CUSTOMER, c.ORDER).agg(
        **{
            AT: bought[c.SOLD_AT].max(),
            SPEND: bought[c.NET_AMOUNT].sum(),
            DISCOUNT: bought[c.DISCOUNT_AMOUNT].fill_null(0).sum(),
            LINES: bought.count(),
        }
    )


def habits_before(orders: ibis.Table, moment: datetime, *, horizon_days: int) -> ibis.Table:
    """One row per customer who ordered before `moment`, in order of customers: the `HABITS`, as floats.

    orders_7 counts orders of the last 7 days, spend_7 what was paid in them (minor units); orders_fading_7 counts
    all, each half as much for every 7 days it is old; gaps are days between orders; `overdue` is days_since over
    known = known.mutate(
        age=_days(ibis.literal(moment), known[AT]),
        gap=_days(known[AT], known[AT].lag().over(window)),
    )
    has been known for).
    """
    window = ibis.window(group_by=c.CUSTOMER, order_by=[AT, c.ORDER])
    known = orders.filter(orders[AT] < moment)
    known = known.mutate(
        age=_days(ibis.literal(moment), known[AT]), gap=_days(known[AT], known[AT].lag().over(window))
    )
    known = known.mutate(
        stretch=(known.age / horizon_days).floor(),
        # Of orders of one moment the later id is the last, so that the answer does not depend on the rows' order.
        is_last=known[AT].lead().over(window).isnull(),
    )
    told = known.group_by(c.CUSTOMER).agg(
        days_since=known.age.min(),
        tenure_days=known.age.max(),
        orders=known.count(),
        spend=known[SPEND].sum(),
        **{f"orders_{days}": (known.age <= days).cast("int64").sum() for days in WINDOW_DAYS},
        **{f"spend_{days}": ibis.ifelse(known.age <= days, known[SPEND], 0).sum() for days in WINDOW_DAYS},
        **{f"orders_fading_{days}": (-known.age * _LOG_2 / days).exp().sum() for days in HALF_LIFE_DAYS},
        gap_mean=known.gap.mean(),
        gap_spread=known.gap.std(how="sample"),
        gap_last=known.gap.max(where=known.is_last),
        gap_median=known.gap.median(),
        **{f"stretches_{n}": known.stretch.nunique(where=known.stretch < n) for n in HABIT_WINDOWS},
        lines_per_order=known[LINES].mean(),
        deal_share=known[DISCOUNT].sum() / (known[DISCOUNT].sum() + known[SPEND].sum()).nullif(0),
    )
    known_for = ibis.greatest((told.tenure_days / horizon_days).floor(), 1)
    told = told.mutate(
        overdue=told.days_since / ibis.ifelse(told.gap_median < 0.5, 0.5, told.gap_median),
        **{f"habit_{n}": told[f"stretches_{n}"] / ibis.least(known_for, n) for n in HABIT_WINDOWS},
    )
    return told.select(c.CUSTOMER, **{name: told[name].cast("float64") for name in HABITS}).order_by(c.CUSTOMER)


def buyers_within(orders: ibis.Table, moment: datetime, *, horizon_days: int) -> ibis.Table:
    """The customers who order within `horizon_days` from `moment` on, one row each."""
    coming = orders.filter(orders[AT] >= moment, orders[AT] < moment + timedelta(days=horizon_days))
    return coming.select(c.CUSTOMER).distinct().order_by(c.CUSTOMER)


_LOG_2 = 0.6931471805599453


def _days(later: ir.Value, earlier: ir.Value) -> ir.FloatingValue:
    return (later.epoch_seconds() - earlier.epoch_seconds()) / SECONDS_A_DAY
