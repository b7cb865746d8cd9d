"""One row for each customer: how, when, where and what they buy, and how much on offer."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from dealwright.customer import profile_state as s
from dealwright.customer import profile_totals as t
from dealwright.customer.profile_state import ProfileState
from dealwright.customer.rfm import BASKET, BREADTH, DAYS_SINCE, DEAL_SHARE, ORDERS, SPAN, SPEND
from dealwright.data import columns as c

TENURE = "tenure_days"
PART_SHARES = tuple(f"{part}_share" for part in t.PARTS_OF_DAY)
WEEKEND_SHARE = "weekend_share"
N_CHANNELS, MAIN_CHANNEL, MAIN_CHANNEL_SHARE = "n_channels", "main_channel", "main_channel_share"
N_STORES = "n_stores"
TOP_CATEGORY, TOP_CATEGORY_SHARE = "top_category", "top_category_share"
COUPONS_USED, COUPONS_PER_ORDER = "coupons_used", "coupons_per_order"
SENSITIVITY = "price_sensitivity"
SENSITIVITY_LOW, SENSITIVITY_HIGH = "price_sensitivity_low", "price_sensitivity_high"
LEVEL = 0.9
"""Of the interval of `price_sensitivity`."""

MEASURES = (
    DAYS_SINCE,
    ORDERS,
    SPEND,
    BREADTH,
    DEAL_SHARE,
    BASKET,
    SPAN,
    TENURE,
    *PART_SHARES,
    WEEKEND_SHARE,
    N_CHANNELS,
    MAIN_CHANNEL_SHARE,
    N_STORES,
    TOP_CATEGORY_SHARE,
    COUPONS_USED,
    COUPONS_PER_ORDER,
    SENSITIVITY,
    SENSITIVITY_LOW,
    SENSITIVITY_HIGH,
)
"""The columns of a profile that are numbers."""

_Z = 1.6448536269514722  # of a two-sided interval of 90 %


def profile(
    state: ProfileState,
    at: date,
    *,
    customers: ibis.Table | None = None,
    coupons: ibis.Table | None = None,
) -> ibis.Table:
    """One row per customer who bought something, in order of customers, as of the day `at`.

    The first seven measures are those of `rfm.customer_features`, which counts to the last day of sales. Further:
    `tenure_days` since they joined, or since the first purchase if that is not known or was before; shares of
    orders by part of day (night is 0 to 6 o'clock, then six hours each; an order is of its first line's time) and
    on Saturdays and Sundays; `n_channels`, `main_channel` and its share of orders, `n_stores`; `top_category` by
    what was paid, and its share; `coupons_used` and per order (missing if redemptions are not known).

    `price_sensitivity` is how much more they paid for discounted lines than expected, relative to what was
    expected: 0.2 is 20 % more, 0 like everybody. Expected is what they paid in each category times the share of
    what all customers paid there that was for discounted lines; missing if that is nothing. So who buys much of
    what is always on offer is not called sensitive. Its interval (90 %) takes the customer's discounted lines for
    a weighted sum of Poisson counts (Dobson et al., Statistics in Medicine 10, 1991; limits of Byar), which errs on
    the wide side where most lines are discounted.

    `coupons` is `profile_state.coupons_used`. `at` must not be before the last line.
    """
    totals = t.with_expected(t.customer_totals(state), state.groups, state.wares)
    return profile_of_totals(t.with_coupons(totals, coupons), at, customers=customers)


def profile_of_totals(totals: ibis.Table, at: date, *, customers: ibis.Table | None = None) -> ibis.Table:
    """`profile` from `profile_totals.customer_totals`, with what was expected and with coupons."""
    buyers = totals.filter(totals[t.ORDERS].notnull())
    known = _with_joined(buyers, customers)
    orders = known[t.ORDERS]
    spend = ibis.greatest(known[s.NET], 0)
    today = ibis.literal(at)
    measures: dict[str, ir.Value] = {
        DAYS_SINCE: today.delta(known[t.LAST_DAY], unit="day"),
        ORDERS: orders,
        SPEND: spend.cast("int64"),
        BREADTH: known[t.N_GROUPS],
        DEAL_SHARE: (known[s.PAID_ON_DEAL] / known[s.PAID].nullif(0)).fill_null(0.0),
        BASKET: spend / orders,
        SPAN: known[t.LAST_DAY].delta(known[t.FIRST_DAY], unit="day"),
        TENURE: today.delta(ibis.least(known[t.FIRST_DAY], known[c.JOINED_ON]), unit="day"),
        **{share: known[part] / orders for share, part in zip(PART_SHARES, t.PARTS_OF_DAY, strict=True)},
        WEEKEND_SHARE: known[t.WEEKEND] / orders,
        N_CHANNELS: known[t.N_CHANNELS].fill_null(0),
        MAIN_CHANNEL: known[t.MAIN_CHANNEL],
        MAIN_CHANNEL_SHARE: known[t.ORDERS_ON_MAIN] / orders,
        N_STORES: known[t.N_STORES].fill_null(0),
        TOP_CATEGORY: known[t.TOP_GROUP],
        TOP_CATEGORY_SHARE: (known[t.PAID_ON_TOP] / known[s.PAID].nullif(0)).fill_null(0.0),
        COUPONS_USED: known[s.COUPONS],
        COUPONS_PER_ORDER: known[s.COUPONS] / orders,
        **_sensitivity(known),
    }
    return known.select(c.CUSTOMER, **measures).order_by(c.CUSTOMER)


def _with_joined(totals: ibis.Table, customers: ibis.Table | None) -> ibis.Table:
    if customers is None:
        return totals.mutate(**{c.JOINED_ON: totals[t.FIRST_DAY]})
    joined = customers.group_by(c.CUSTOMER).agg(**{c.JOINED_ON: customers[c.JOINED_ON].min()})
    rows = totals.left_join(joined, c.CUSTOMER).drop(f"{c.CUSTOMER}_right")
    return rows.mutate(**{c.JOINED_ON: rows[c.JOINED_ON].fill_null(rows[t.FIRST_DAY])})


def _sensitivity(known: ibis.Table) -> dict[str, ir.Value]:
    expected = (known[t.EXPECTED] / float(t.MILLIONTHS)).nullif(0.0)
    own, count = known[s.PAID_ON_DEAL], known[s.DEAL_LINES].cast("float64")
    # Who never bought on offer has no discounted line to weigh by: their mean line stands in.
    mean_line = known[s.PAID] / known[s.LINES]
    weight = ibis.ifelse(count > 0, (known[s.DEAL_SQUARES].cast("float64") / count.nullif(0.0)).sqrt(), mean_line)
    low = own + weight * (_least(count) - count)
    high = own + weight * (_most(count) - count)
    return {
        SENSITIVITY: (own - expected) / expected,
        SENSITIVITY_LOW: (ibis.greatest(low, 0.0) - expected) / expected,
        SENSITIVITY_HIGH: (high - expected) / expected,
    }


def _least(count: ir.NumericValue) -> ir.NumericValue:
    """Lower limit of the mean of a Poisson count, after Byar."""
    root = 1.0 - 1.0 / (9.0 * count.nullif(0.0)) - _Z / (3.0 * count.nullif(0.0).sqrt())
    # Below zero, the cube of a single discounted line's root would say less than nothing.
    cut = ibis.greatest(root.fill_null(0.0), 0.0)
    return count * cut * cut * cut


def _most(count: ir.NumericValue) -> ir.NumericValue:
    """Upper limit of the mean of a Poisson count, after Byar."""
    more = count + 1.0
    root = 1.0 - 1.0 / (9.0 * more) + _Z / (3.0 * more.sqrt())
    return more * root * root * root
