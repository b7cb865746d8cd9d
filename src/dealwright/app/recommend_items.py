"""What to show to whom: a recommender learnt from the shop's sales, its lists, and the reasons for each place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dealwright.app.ports import Progress, Tables, silent
from dealwright.core.errors import InputError
from dealwright.data import columns as c
from dealwright.recommend.catalogue import Catalogue, read_catalogue
from dealwright.recommend.filters import Filter, Shelf, allowed
from dealwright.recommend.interactions import Interactions, LeftOut, read_interactions
from dealwright.recommend.popular import Popular
from dealwright.recommend.protocol import NEVER, FittedRecommender, Reasons
from dealwright.recommend.rank import Taste, rank
from dealwright.recommend.registry import recommenders
from dealwright.recommend.serve import Serving

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEAST_BUYERS = 10
"""Items that fewer customers bought are left out: too little is known to recommend them."""
RANK, SCORE, IS_FALLBACK, IS_BOUGHT = "rank", "score", "is_fallback", "is_bought_before"
_SALES = (c.ORDER, c.SOLD_AT, c.SKU, c.CUSTOMER, c.STORE, c.QUANTITY, c.NET_AMOUNT, c.DISCOUNT_AMOUNT)
_FALLBACK_WEEKS = 4.0


@dataclass(frozen=True, slots=True, eq=False)
class Histories:
    """Who bought what, and what is known of the items; `n_seldom` items had too few buyers."""

    seen: Interactions
    catalogue: Catalogue
    left_out: LeftOut
    n_seldom: int


@dataclass(frozen=True, slots=True, eq=False)
class LearntRecommender:
    """A recommender that has learnt from a shop. `shelf` is what is known of the items now."""

    name: str
    histories: Histories
    fitted: FittedRecommender
    shelf: Shelf
    popular: Floats

    def recommend(
        self, customers: Sequence[str], taste: Taste | None = None, *, filters: Sequence[Filter] = ()
    ) -> pd.DataFrame:
        """One row per place: customer_id, rank from 1, sku, name of the kind, score, and whether it is a fallback.

        Customers nobody knows get what is popular. InputError where a filter asks what the shop does not know.
        """
        taste, seen = taste or Taste(), self.histories.seen
        scores, passing = self._scores(customers), allowed(self.shelf, filters)
        bought_row, bought_item = self._bought(customers)
        if taste.is_new_only:
            passing = np.tile(passing, (len(customers), 1))
            passing[bought_row, bought_item] = False
        margin = self.shelf.margin_minor
        if margin is None and taste.margin_share > 0:
            raise InputError("margins are not known; import the table 'costs', or set margin_share to 0")
        labels = self.histories.catalogue.label(c.SUBCATEGORY)
        ranked = rank(
            scores,
            taste,
            fallback=self.popular,
            passing=passing,
            margin=None if margin is None else margin.astype(np.float64),
            labels=labels,
        )
        row, place = np.nonzero(ranked.items >= 0)
        items = ranked.items[row, place]
        return pd.DataFrame(
            {
                c.CUSTOMER: np.array(list(customers), dtype=object)[row],
                RANK: place + 1,
                c.SKU: np.array(seen.items, dtype=object)[items],
                SCORE: ranked.values[row, place],
                IS_BOUGHT: np.isin(row * seen.n_items + items, bought_row * seen.n_items + bought_item),
                IS_FALLBACK: ranked.is_fallback[row, place],
            }
        )

    def explain(self, customer: str, sku: str) -> Reasons:
        """Why an item has its score with a customer; parts sum to it. InputError where there is nothing to say."""
        seen = self.histories.seen
        place = seen.number_of(customer)
        wrong = [] if place is not None else [f"no customer is called {customer!r}; give one who bought something"]
        if sku not in seen.items:
            wrong.append(f"{sku!r} is not recommended: fewer than {LEAST_BUYERS} customers bought it, or nobody")
        if wrong or place is None:
            raise InputError(*wrong)
        return self.fitted.explain(seen, place, seen.items.index(sku))

    def serving(self) -> Serving:
        """The same, answering from memory and learning of events at once."""
        return Serving(
            self.fitted,
            self.histories.seen,
            fallback=self.popular,
            labels=self.histories.catalogue.label(c.SUBCATEGORY),
            margin=None if self.shelf.margin_minor is None else self.shelf.margin_minor.astype(np.float64),
        )

    def _scores(self, customers: Sequence[str]) -> Floats:
        seen = self.histories.seen
        places = [seen.number_of(name) for name in customers]
        scores = np.full((len(places), seen.n_items), NEVER)
        known = [row for row, place in enumerate(places) if place is not None]
        if known:
            found = self.fitted.score(seen, np.array([place for place in places if place is not None]))
            scores[known] = found
        return scores

    def _bought(self, customers: Sequence[str]) -> tuple[Ints, Ints]:
        """Pairs of a row of `customers` and an item bought before."""
        seen = self.histories.seen
        parts = [
            (np.full(int(seen.starts[k + 1] - seen.starts[k]), row), seen.item[seen.starts[k] : seen.starts[k + 1]])
            for row, name in enumerate(customers)
            if (k := seen.number_of(name)) is not None
        ]
        nothing = np.zeros(0, dtype=np.int64)
        return (
            np.concatenate([nothing, *(rows for rows, _ in parts)]),
            np.concatenate([nothing, *(items for _, items in parts)]),
        )


def learn_recommender(
    tables: Tables,
    *,
    model: str = "hybrid",
    seed: int,
    end: date | None = None,
    least_buyers: int = LEAST_BUYERS,
    progress: Progress = silent,
) -> LearntRecommender:
    """Learn from sales before `end` (default: all). InputError without sales that name customers."""
    chosen = recommenders(seed=seed).make(model)
    progress("reading who bought what", 0.0)
    histories = read_histories(tables, end=end, least_buyers=least_buyers)
    progress(f"learning what to recommend ({model})", 0.2)
    seen = histories.seen
    fitted = chosen.fit(seen, histories.catalogue)
    popular = Popular(_FALLBACK_WEEKS).fit(seen, histories.catalogue).by_item
    progress("learning what to recommend", 1.0)
    return LearntRecommender(model, histories, fitted, read_shelf(tables, histories), popular)


def read_histories(tables: Tables, *, end: date | None = None, least_buyers: int = LEAST_BUYERS) -> Histories:
    """Purchases of items that at least `least_buyers` customers bought before `end`."""
    if not tables.has("sales"):
        raise InputError("there are no sales to learn from; import a file of order lines as table 'sales' first")
    sales = tables.table("sales")
    lines = sales.filter(sales[c.CUSTOMER].notnull() & (sales[c.QUANTITY] > 0)).select(*_SALES)
    rows: pd.DataFrame = lines.to_pandas()
    if rows.empty:
        raise InputError(
            "no order line with a positive quantity names its customer (column 'customer_id' of table 'sales'); "
            "import it to unlock recommendations"
        )
    rows = rows.drop(columns=[name for name in (c.STORE, c.DISCOUNT_AMOUNT) if rows[name].isna().all()])
    before = rows if end is None else rows[rows[c.SOLD_AT] < pd.Timestamp(end)]
    n_buyers = before.groupby(c.SKU)[c.CUSTOMER].nunique()
    often = n_buyers.index[n_buyers >= least_buyers]
    if not len(often):
        raise InputError(
            f"no item was bought by {least_buyers} customers or more before {end or 'the end of sales'}; "
            "import more sales, or hold back fewer weeks"
        )
    read = read_interactions(before[before[c.SKU].isin(often)], end=end)
    catalogue = Catalogue()
    if tables.has("products"):
        products = tables.table("products")
        catalogue = read_catalogue(products.filter(products[c.SKU].isin(list(often))).to_pandas(), read.seen.items)
    return Histories(read.seen, catalogue, read.left_out, int((n_buyers < least_buyers).sum()))


def read_shelf(tables: Tables, histories: Histories) -> Shelf:
    """What is known of the items now: the last count of stock, what was paid of late, and margin from costs."""
    seen = histories.seen
    price = None
    if seen.price is not None:
        # Rows are sorted by customer, so the newest of each item has to be looked for.
        order = np.lexsort((seen.day, seen.item))
        last = order[np.searchsorted(seen.item[order], np.arange(seen.n_items), side="right") - 1]
        price = np.rint(seen.price[last]).astype(np.int64)
    cost = _latest(tables, "costs", c.STARTS_ON, c.UNIT_COST, seen)
    return Shelf(
        seen.items,
        histories.catalogue,
        stock=_stock(tables, seen),
        price_minor=price,
        margin_minor=None if cost is None or price is None else price - cost,
    )


def _stock(tables: Tables, seen: Interactions) -> Ints | None:
    """Units of the last count of each item and store, all stores together; 0 where nothing was ever counted."""
    if not tables.has("stock"):
        return None
    rows = tables.table("stock").select(c.SKU, c.STORE, c.COUNTED_ON, c.UNITS).to_pandas()
    last = rows.sort_values(c.COUNTED_ON).groupby([c.SKU, c.STORE], dropna=False)[c.UNITS].last()
    return _by_item(last.groupby(c.SKU).sum(), seen)


def _latest(tables: Tables, table: str, when: str, what: str, seen: Interactions) -> Ints | None:
    if not tables.has(table):
        return None
    rows = tables.table(table).select(c.SKU, when, what).to_pandas()
    known = rows.sort_values(when).groupby(c.SKU)[what].last()
    return _by_item(known, seen) if set(seen.items) <= set(known.index) else None


def _by_item(values: Any, seen: Interactions) -> Ints:
    found: Ints = values.reindex(list(seen.items)).fillna(0).to_numpy(dtype=np.int64)
    return found
