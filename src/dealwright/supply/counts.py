"""What was on the shelf when it was last counted."""

from __future__ import annotations

import ibis

from dealwright.data import columns as c


def latest_counts(stock: ibis.Table) -> ibis.Table:
    """Units on hand per product (columns sku, units, counted_on), from the `stock` table.

    Each store's latest count of the product is taken, and stores are summed; `counted_on` is the oldest of
    those days, so that a reader sees how stale the sum is.
    """
    newest = ibis.window(group_by=[c.SKU, c.STORE], order_by=ibis.desc(c.COUNTED_ON))
    last = stock.mutate(rank=ibis.row_number().over(newest))
    last = last.filter(last["rank"] == 0)
    return (
        last.group_by(c.SKU)
        .agg(**{c.UNITS: last[c.UNITS].sum(), c.COUNTED_ON: last[c.COUNTED_ON].min()})
        .order_by(c.SKU)
    )
