"""Which fifth of all customers each one is in, by how recently, how often and how much they buy."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from dealwright.customer.rfm import DAYS_SINCE, ORDERS, SPEND
from dealwright.data import columns as c

RECENCY, FREQUENCY, VALUE = "recency_score", "frequency_score", "spend_score"
SCORES = (RECENCY, FREQUENCY, VALUE)
CELL = "rfm_cell"
N_FIFTHS = 5


def rfm_scores(features: ibis.Table) -> ibis.Table:
    """Scores from 1 to 5 (best) of each customer, and the cell like '555', in order of customers.

    `features` has customer_id, days_since_purchase, orders and spend_minor. A score follows the percent rank (the
    share of the other customers who do worse): below a fifth is 1, from four fifths on is 5. Customers who are
    equal score equal, so cells need not be of equal size: where most bought once, all of those score 1.
    """
    scored = features.select(
        c.CUSTOMER,
        **{
            RECENCY: _score(features[DAYS_SINCE], best_first=True),
            FREQUENCY: _score(features[ORDERS]),
            VALUE: _score(features[SPEND]),
        },
    )
    digits = [scored[name].cast("string") for name in SCORES]
    return scored.mutate(**{CELL: digits[0] + digits[1] + digits[2]}).order_by(c.CUSTOMER)


def cell_sizes(scores: ibis.Table, features: ibis.Table, *, by: Sequence[str] = SCORES) -> ibis.Table:
    """How many customers are in each cell, and what share of customers and of spend: a row per cell with any.

    `by` says which scores make a cell. Columns: the scores, n_customers, share, spend_minor, spend_share (0 if
    nobody spent anything).
    """
    spent = scores.inner_join(features.select(c.CUSTOMER, SPEND), c.CUSTOMER)
    sizes = spent.group_by(*by).agg(n_customers=spent.count(), **{SPEND: spent[SPEND].sum()})
    everybody = ibis.window()
    return sizes.select(
        *by,
        "n_customers",
        SPEND,
        share=sizes.n_customers / sizes.n_customers.sum().over(everybody),
        spend_share=(sizes[SPEND] / sizes[SPEND].sum().over(everybody).nullif(0)).fill_null(0.0),
    ).order_by(*by)


def _score(feature: ir.Column, *, best_first: bool = False) -> ir.IntegerValue:
    """The percent rank in fifths, by whole numbers, so that no rounding decides a score."""
    order = feature.desc() if best_first else feature
    n_worse = ibis.rank().over(ibis.window(order_by=order))
    n_others = ibis.greatest(feature.count().over(ibis.window()) - 1, 1)
    return (ibis.least(N_FIFTHS * n_worse // n_others, N_FIFTHS - 1) + 1).cast("int64")
