"""What else moved demand in each period: competitors' prices, advertising, empty shelves, in the database."""

from __future__ import annotations

import ibis
import numpy as np
from numpy.typing import NDArray

from dealwright.core.period import Grain
from dealwright.data import columns as c
from dealwright.data.panel_sales import keys, period_of
from dealwright.data.panel_support import days_within

Floats = NDArray[np.float64]

ADVERTISING_HALF_LIFE_DAYS = 14.0
"""Half of what an advertisement does is gone after two weeks: the middle of what is published for groceries."""


def competitor_prices(prices: ibis.Table, skus: ibis.Table, periods: ibis.Table, grain: Grain) -> ibis.Table:
    """Log of competitors' price per product and period, the mean over competitors; columns sku, period, log_price.

    A price holds from `starts_on` until the same competitor's next one, or until `ends_on` if that is earlier; in
    a period it counts by its days. Where stores are told apart the rows have a store_id too, which is null for
    prices that hold in all stores. `skus` and `periods` (first days) are one-column tables.
    """
    # A price of nothing has no logarithm and is no price.
    theirs = prices.filter(prices[c.COMPETITOR].notnull() & (prices[c.REGULAR_PRICE] > 0)).semi_join(skus, c.SKU)
    until = ibis.window(group_by=[c.SKU, c.STORE, c.COMPETITOR], order_by=[c.STARTS_ON, c.REGULAR_PRICE])
    follows = theirs.mutate(next_on=theirs[c.STARTS_ON].lead().over(until))
    never = ibis.date("9999-12-31")
    before_next = (follows.next_on - ibis.interval(days=1)).cast("date").fill_null(never)
    valid = follows.mutate(last_on=ibis.least(follows[c.ENDS_ON].fill_null(never), before_next))
    laid = valid.join(
        periods,
        [
            valid[c.STARTS_ON] < periods[c.PERIOD] + ibis.interval(days=grain.period_days),
            valid.last_on >= periods[c.PERIOD],
            valid.last_on >= valid[c.STARTS_ON],
        ],
    )
    by = [*keys(grain), c.PERIOD]
    seen = laid.mutate(days=days_within(laid, laid.last_on, period_days=grain.period_days))
    each = seen.group_by(*by, c.COMPETITOR).agg(
        mean=(ibis._[c.REGULAR_PRICE] * ibis._.days).sum() / ibis._.days.sum()
    )
    return each.group_by(*by).agg(**{c.LOG_PRICE: each["mean"].ln().mean().round(9)})


def unit_costs(costs: ibis.Table, skus: ibis.Table, periods: ibis.Table, grain: Grain) -> ibis.Table:
    """Log of the unit cost per product and period, columns sku, period, log_price; a cost holds until the next."""
    as_prices = costs.select(
        c.SKU,
        c.STARTS_ON,
        **{
            c.ENDS_ON: ibis.null("date"),
            c.STORE: ibis.null("string"),
            c.COMPETITOR: ibis.literal("supplier"),
            # A cost of nothing has no logarithm; one minor unit is as little as it can be told from.
            c.REGULAR_PRICE: ibis.greatest(costs[c.UNIT_COST], 1),
        },
    )
    return competitor_prices(as_prices, skus, periods, grain)


def spend_by_period(ad_spend: ibis.Table, grain: Grain) -> ibis.Table:
    """Advertising of all channels by period: columns period, spend_amount (minor units)."""
    dated = ad_spend.mutate(**{c.PERIOD: period_of(ad_spend[c.SPENT_ON], grain)})
    return dated.group_by(c.PERIOD).agg(**{c.SPEND_AMOUNT: ibis._[c.SPEND_AMOUNT].sum()})


def advertising_pressure(spend: Floats, *, period_days: int) -> Floats:
    """Log of one plus what is still felt of `spend` (major units, one value per period), same shape.

    >>> np.expm1(advertising_pressure(np.array([0.0, 8.0, 0.0, 0.0]), period_days=7)).round(3)
    array([0.   , 8.   , 5.657, 4.   ])
    """
    kept = 0.5 ** (period_days / ADVERTISING_HALF_LIFE_DAYS)
    felt = np.zeros_like(spend)
    so_far = 0.0
    for t, amount in enumerate(spend):
        so_far = so_far * kept + float(amount)
        felt[t] = so_far
    return np.log1p(felt)


def shelf_by_period(stock: ibis.Table, skus: ibis.Table, weights: ibis.Table, grain: Grain) -> ibis.Table:
    """The share of counts that found the product on the shelf: columns `keys(grain)`, period, share.

    Each store's share of its counted days, weighted by what the store sells (chain-wide) or told apart by
    store_id, which is null where the count is of all stores together.
    """
    wanted = stock.semi_join(skus, c.SKU)
    dated = wanted.mutate(**{c.PERIOD: period_of(wanted[c.COUNTED_ON], grain)})
    by_store = dated.group_by(c.SKU, c.STORE, c.PERIOD).agg(
        **{c.SHARE: (ibis._[c.UNITS] > 0).cast("float64").mean()}
    )
    if grain.by_store:
        return by_store
    total = weights.weight.sum().as_scalar()
    joined = by_store.left_join(weights, c.STORE)
    weighed = joined.mutate(part=ibis.ifelse(joined[c.STORE].isnull(), 1.0, joined.weight.fill_null(0.0) / total))
    # A store that sold nothing at all has no weight, but its empty shelf is all that is known.
    known = weighed.group_by(c.SKU, c.PERIOD).agg(
        part=ibis._.part.sum(), on_shelf=(ibis._.part * ibis._[c.SHARE]).sum(), plain=ibis._[c.SHARE].mean()
    )
    share = ibis.ifelse(known.part > 0, known.on_shelf / known.part.nullif(0.0), known.plain)
    return known.select(c.SKU, c.PERIOD, **{c.SHARE: share.round(9)})
