"""Find what customers buy together: rules between products, subcategories or categories of the same basket."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Literal

import pandas as pd

from dealwright.app.ports import Progress, Tables, silent
from dealwright.core.errors import InputError
from dealwright.customer.association import (
    BASKET,
    ITEM,
    Baskets,
    count_baskets,
    held_items,
    mine,
    rules_of,
)
from dealwright.data import columns as c

Of = Literal["sku", "subcategory", "category"]
LEAST_SUPPORT = 0.003
LEAST_CONFIDENCE = 0.1
MOST_ITEMS = 3
"""Of a rule, both sides together: longer ones are read by nobody."""


@dataclass(frozen=True, slots=True)
class BasketRules:
    """Rules between items of column `of` that at least `least` of `n_baskets` baskets hold.

    `rules` is `customer.association.rules_of`; `n_sets` sets of items were frequent.
    """

    of: Of
    n_baskets: int
    least: int
    n_sets: int
    rules: pd.DataFrame

    @property
    def telling(self) -> pd.DataFrame:
        """The rules that say something: significant, and better than any simpler one; the highest lift first."""
        rules = self.rules
        kept = rules[rules["is_significant"] & (rules["improvement"] > 0) & (rules["lift"] > 1)]
        return kept.sort_values(["lift", "antecedent"], ascending=[False, True], ignore_index=True)

    def to_dict(self, *, most: int) -> dict[str, object]:
        """Plain values, for JSON: the `most` most telling rules. A conviction that has no end is null."""
        rows = self.telling.head(most).to_dict("records")
        for row in rows:
            row["conviction"] = row["conviction"] if row["conviction"] < float("inf") else None
        return {
            "of": self.of,
            "n_baskets": self.n_baskets,
            "least_baskets": self.least,
            "n_sets": self.n_sets,
            "n_rules": len(self.rules),
            "n_telling": len(self.telling),
            "rules": rows,
        }


def find_rules(
    tables: Tables,
    *,
    of: Of = "subcategory",
    least_support: float = LEAST_SUPPORT,
    least_confidence: float = LEAST_CONFIDENCE,
    most_items: int = MOST_ITEMS,
    progress: Progress = silent,
) -> BasketRules:
    """The rules of all orders. `least_support` is the share of baskets a set must be in to be looked at.

    Raises InputError if sales name no order, products no group of the kind asked for, or a share is not one.
    """
    _refuse_odd_shares(least_support=least_support, least_confidence=least_confidence)
    if not tables.has("sales"):
        raise InputError("there are no baskets to read; import a file of order lines as table 'sales' first")
    lines = tables.table("sales")
    if of != c.SKU and not tables.has("products"):
        raise InputError(
            f"the {of} of products is not known; import the table 'products', or look for rules between single "
            "products (of 'sku')"
        )
    if of != c.SKU:
        lines = lines.join(tables.table("products").select(c.SKU, of).distinct(on=c.SKU), c.SKU)
    progress("counting baskets", 0.1)
    n_baskets = int(count_baskets(lines).execute().iloc[0, 0])
    least = max(ceil(least_support * n_baskets), 1)
    held = held_items(lines, of=of, least=least).select(BASKET, ITEM).to_pyarrow().to_pandas()
    if held.empty:
        raise InputError(
            f"no {of} is in {least} of {n_baskets} orders; ask for a lower support, and check that sales name "
            f"their order (column 'order_id') and products their {of}"
        )
    progress("looking for what is bought together", 0.5)
    sets = mine(Baskets.of(held, n=n_baskets), least=least, most_items=most_items)
    progress("judging the rules", 0.8)
    rules = rules_of(sets, least_confidence=least_confidence)
    progress("rules found", 1.0)
    return BasketRules(of, n_baskets, least, len(sets.counts), rules)


def _refuse_odd_shares(**shares: float) -> None:
    odd = [
        f"{name.replace('_', ' ')} is a share from 0 to 1, like 0.01 for one in a hundred; {share:g} was given"
        for name, share in shares.items()
        if not 0 <= share <= 1
    ]
    if odd:
        raise InputError(*odd)
