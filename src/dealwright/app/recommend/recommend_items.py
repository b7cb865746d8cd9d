"""What to show to whom: a recommender learnt from the shop's sales, its lists, and the reasons for each place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dealwright.app.ports import Progress, Tables, silent
from dealwright.app.shop.read_histories import LEAST_BUYERS, Histories, read_histories, read_promoted
from dealwright.app.shop.read_shelf import read_shelf
from dealwright.core.errors import InputError
from dealwright.data import columns as c
from dealwright.recommend.filters import Filter, Shelf, allowed
from dealwright.recommend.hybrid import FittedHybrid
from dealwright.recommend.interactions import EPOCH
from dealwright.recommend.popular import Popular
from dealwright.recommend.protocol import NEVER, FittedRecommender, Reasons
from dealwright.recommend.rank import Taste, rank
from dealwright.recommend.registry import recommenders
from dealwright.recommend.serve import Serving

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

RANK, SCORE, IS_FALLBACK, IS_BOUGHT = "rank", "score", "is_fallback", "is_bought_before"
SCORE_MEANS = "score_means"
CHANCE, LIKENESS, BUYERS = "chance within four weeks", "likeness", "buyers in four weeks"
"""What a score says: a probability, a number that only ranks the items of one customer, or how an item sells."""
FALLBACK_WEEKS = 4.0
WEIGHS_PROMOTIONS = "hybrid"


@dataclass(frozen=True, slots=True, eq=False)
class LearntRecommender:
    """A recommender that has learnt from a shop. `shelf` is what is known of the items now.

    `seed` and `least_buyers` are what it was learnt with. `histories` are of the customers it can be asked about.
    """

    name: str
    histories: Histories
    fitted: FittedRecommender
    shelf: Shelf
    popular: Floats
    seed: int
    least_buyers: int

    @property
    def end(self) -> date:
        """The first day whose sales it does not know."""
        return EPOCH + timedelta(days=self.histories.seen.end)

    @property
    def score_means(self) -> str:
        """What the scores of items say that are no fallback: `CHANCE` or `LIKENESS`."""
        tells_chances = isinstance(self.fitted, FittedHybrid) and self.fitted.has_trees
        return CHANCE if tells_chances else LIKENESS

    def recommend(
        self, customers: Sequence[str], taste: Taste | None = None, *, filters: Sequence[Filter] = ()
    ) -> pd.DataFrame:
        """One row per place: customer_id, rank from 1, sku, score, what it means, bought before, a fallback.

        Scores of different meaning are never compared. Customers nobody knows get what is popular. InputError where
        a filter asks what the shop does not know.
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
        items, is_fallback = ranked.items[row, place], ranked.is_fallback[row, place]
        values = ranked.values[row, place]
        return pd.DataFrame(
            {
                c.CUSTOMER: np.array(list(customers), dtype=object)[row],
                RANK: place + 1,
                c.SKU: np.array(seen.items, dtype=object)[items],
                # What makes the order of popular items sure is no part of a buyer.
                SCORE: np.where(is_fallback, np.floor(values), values),
                SCORE_MEANS: np.where(is_fallback, BUYERS, self.score_means).astype(object),
                IS_BOUGHT: np.isin(row * seen.n_items + items, bought_row * seen.n_items + bought_item),
                IS_FALLBACK: is_fallback,
            }
        )

    def explain(self, customer: str, sku: str) -> Reasons:
        """Why an item has its score with a customer; parts sum to it. InputError where there is nothing to say."""
        seen = self.histories.seen
        place = seen.number_of(customer)
        wrong = [] if place is not None else [f"no customer is called {customer!r}; give one who bought something"]
        if sku not in seen.items:
            wrong.append(
                f"{sku!r} is not recommended: fewer than {self.least_buyers} customers bought it, or nobody"
            )
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
    """Learn from sales before `end` (default: all). InputError without sales that name customers.

    Where the table of promotions holds the weeks to come, the hybrid weighs what will be on display and in mailers.
    """
    recommenders(seed=seed).make(model)  # an unknown name is told before anything slow
    progress("reading who bought what", 0.0)
    histories = read_histories(tables, end=end, least_buyers=least_buyers)
    seen = histories.seen
    last = EPOCH + timedelta(days=seen.end)
    promoted = read_promoted(tables, seen.items, end=last) if model == WEIGHS_PROMOTIONS else None

    def told(share: float) -> None:
        progress(f"learning what to recommend ({model})", 0.3 + 0.6 * share)

    told(0.0)
    fitted = recommenders(seed=seed, promoted=promoted, told=told).make(model).fit(seen, histories.catalogue)
    popular = Popular(FALLBACK_WEEKS).fit(seen, histories.catalogue).by_item
    progress("learning what to recommend", 1.0)
    shelf = read_shelf(tables, seen.items, histories.catalogue, end=last)
    return LearntRecommender(model, histories, fitted, shelf, popular, seed, least_buyers)
