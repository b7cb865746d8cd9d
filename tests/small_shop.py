"""A shop small enough that its recommendations are worked out by hand."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from dealwright.data import columns as c
from dealwright.recommend.interactions import Interactions, read_interactions

END = date(2024, 1, 29)


def bought(*rows: tuple[str, str, int]) -> Interactions:
    """Purchases (customer, item, days before the end), one unit each, a day an order."""
    return read_interactions(order_lines(*rows), end=END).seen


def order_lines(*rows: tuple[str, str, int]) -> pd.DataFrame:
    """The same as a table of order lines."""
    return pd.DataFrame(
        {
            c.CUSTOMER: [who for who, _, _ in rows],
            c.SKU: [what for _, what, _ in rows],
            c.SOLD_AT: pd.to_datetime([END - timedelta(days=back) for _, _, back in rows]),
            c.QUANTITY: 1,
        }
    )


def score_of(seen: Interactions, scores: np.ndarray, customer: str, item: str) -> float:
    """One cell of a table of scores of everybody."""
    return float(scores[seen.customers.index(customer), seen.items.index(item)])
