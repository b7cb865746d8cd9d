"""How much each product was promoted in each period and store, from the list of promotions, in the database."""

from __future__ import annotations

from collections.abc import Sequence

import ibis

from dealwright.data import columns as c

SUPPORT = (c.DISPLAY, c.MAILER, c.DEPTH)
"""What a promotion says of its period: on display, in the mailer, and the depth that was announced."""


def promoted_periods(
    promotions: ibis.Table, skus: ibis.Table, periods: ibis.Table, *, period_days: int
) -> ibis.Table:
    """The promotions of `skus` laid on `periods`, with `share`, the part of the period's days they ran.

    `skus` (sku) and `periods` (first days) are one-column tables of what is wanted.
    """
    wanted = promotions.semi_join(skus, c.SKU)
    laid = wanted.join(
        periods,
        [
            wanted[c.STARTS_ON] < periods[c.PERIOD] + ibis.interval(days=period_days),
            wanted[c.ENDS_ON] >= periods[c.PERIOD],
        ],
    )
    days = days_within(laid, laid[c.ENDS_ON], period_days=period_days)
    return laid.mutate(**{c.SHARE: days / float(period_days)})


def days_within(laid: ibis.Table, ends_on: ibis.Value, *, period_days: int) -> ibis.Value:
    """How many days from starts_on to `ends_on` (both included) are in the period."""
    last = ibis.least(ends_on, (laid[c.PERIOD] + ibis.interval(days=period_days - 1)).cast("date"))
    first = ibis.greatest(laid[c.STARTS_ON], laid[c.PERIOD])
    return last.delta(first, unit="day") + 1


def support_by_store(promoted: ibis.Table) -> ibis.Table:
    """One row per product, period and store (null: all stores) with support: display, mailer, depth.

    Each is its value times the share of the period, the most of the promotions that ran there.
    """
    return promoted.group_by(c.SKU, c.PERIOD, c.STORE).agg(
        **{name: (ibis._[name].cast("float64").fill_null(0.0) * ibis._[c.SHARE]).max().round(9) for name in SUPPORT}
    )


def mechanics_by_store(promoted: ibis.Table) -> ibis.Table:
    """One row per product, period, store (null: all stores) and mechanic: the share of the period it ran."""
    named = promoted.filter(promoted[c.MECHANIC].notnull())
    return named.group_by(c.SKU, c.PERIOD, c.STORE, c.MECHANIC).agg(**{c.SHARE: ibis._[c.SHARE].max().round(9)})


def over_reporting_stores(
    by_store: ibis.Table, promotions: ibis.Table, weights: ibis.Table, *, values: Sequence[str], by: Sequence[str]
) -> ibis.Table:
    """`values` of the chain: of each row's store, weighted by what the store sells, summed by `by`.

    Only stores that appear in `promotions` report, so shares are of those stores' sales: absence from the list
    means "no promotion" there and nothing elsewhere. Rows without a store count for all stores. Shares are
    rounded, because an engine that adds them up in parallel may add in any order.
    """
    reporting = weights.semi_join(reporting_stores(promotions), c.STORE)
    total = reporting.weight.sum().as_scalar()
    joined = by_store.left_join(reporting, c.STORE)
    # Stores that took no money at all have no weights; NULL would count for the whole shop.
    weight = (joined.weight / total.nullif(0.0)).fill_null(0.0)
    part = ibis.ifelse(joined[c.STORE].isnull(), 1.0, weight)
    return (
        joined.mutate(part=part)
        .group_by(*by)
        .agg(**{name: ibis.least((ibis._.part * ibis._[name]).sum().round(9), 1.0) for name in values})
    )


def reporting_stores(promotions: ibis.Table) -> ibis.Table:
    """The stores whose promotions are on the list, one column."""
    return promotions.filter(promotions[c.STORE].notnull()).select(c.STORE).distinct()
