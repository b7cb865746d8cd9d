"""Find the categories of a panel that customers buy together, and what keen buyers of one do to the other."""

from __future__ import annotations

import ibis
import pandas as pd

from dealwright.core.period import Grain
from dealwright.data import columns as c
from dealwright.data.baskets import baskets, bought_together, meetings, sizes
from dealwright.data.keen_buyers import Complement, all_units, complements, customer_sales, keen_units
from dealwright.data.panel import Panel


def find_complements(
    lines: ibis.Table, products: ibis.Table, panel: Panel, grain: Grain
) -> tuple[Complement, ...] | None:
    """Pairs of the panel's categories, in both directions; None if no line names its order or its customer.

    `lines` are all lines of the shop that are demand: what counts as bought together is judged by whole baskets,
    what was sold by the panel's products.
    """
    with baskets(lines, products).cache() as held:
        by_size = _frame(sizes(held))
        if by_size.empty:
            return None
        pairs = bought_together(by_size, _frame(meetings(held)), among=panel.categories)
    if not pairs:
        return ()
    skus = ibis.memtable({c.SKU: sorted(set(panel.skus))}, schema={c.SKU: "string"})
    with customer_sales(lines.semi_join(skus, c.SKU), products, grain).cache() as sold:
        return complements(pairs, _frame(keen_units(sold, pairs)), _frame(all_units(sold)), panel.starts)


def _frame(table: ibis.Table) -> pd.DataFrame:
    rows: pd.DataFrame = table.to_pyarrow().to_pandas(date_as_object=False)
    return rows
