"""Scores from neighbours of the items a customer took: cheap to keep, to update and to explain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dealwright.recommend.interactions import Interactions
from dealwright.recommend.matrix import Weight, history
from dealwright.recommend.protocol import NEVER, Reasons
from dealwright.recommend.refuse import nothing_to_say

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_ITEMS_AT_ONCE = 2000


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """`weights` (n_items, n_items) in CSR: what having taken the item of a row says for that of a column."""

    weights: Any
    weight: Weight = Weight.LOG
    half_life_weeks: float | None = None
    last_decay: float | None = None
    """Each purchase counts this share of the customer's next one, whatever the days between; None: all alike."""
    beside: Neighbours | None = None
    """Others to add; then both count as shares of the highest score that each has for the customer."""

    def score(self, seen: Interactions, customers: Ints) -> Floats:
        """Histories times weights (n, n_items); `NEVER` where no neighbour was taken."""
        if self.beside is None:
            return self._own(seen, customers)
        shares = [_shares(one) for one in (self._own(seen, customers), self.beside._own(seen, customers))]
        added: Floats = shares[0] + shares[1]
        return np.where(added > 0, added, NEVER)

    def _own(self, seen: Interactions, customers: Ints) -> Floats:
        theirs = self._histories(seen, customers)
        found = (theirs @ self.weights).tocoo()
        scores = np.full((len(customers), seen.n_items), NEVER)
        scores[found.row, found.col] = found.data
        return scores

    def explain(self, seen: Interactions, customer: int, item: int) -> Reasons:
        """What each item of the history adds."""
        worth = self._worth(seen, customer, item)
        if self.beside is not None:
            asked = np.array([customer])
            worth = worth / _highest(self._own(seen, asked))[0]
            worth = worth + self.beside._worth(seen, customer, item) / _highest(self.beside._own(seen, asked))[0]
        if not worth.any():
            raise nothing_to_say(seen, item, customer)
        return Reasons.of({f"bought {seen.items[k]}": float(worth[k]) for k in np.flatnonzero(worth)})

    def _worth(self, seen: Interactions, customer: int, item: int) -> Floats:
        """What having taken each item (n_items) adds to the score of one."""
        mine = self._histories(seen, np.array([customer]))
        worth = np.zeros(seen.n_items)
        if mine.nnz:
            worth[mine.indices] = self.weights[mine.indices, item].toarray().ravel() * mine.data
        return worth

    def _histories(self, seen: Interactions, customers: Ints) -> Any:
        if self.last_decay is not None:
            return by_turn(seen, customers, self.last_decay)
        return history(seen, customers, weight=self.weight, half_life_weeks=self.half_life_weeks)


def _highest(scores: Floats) -> Floats:
    """Of each customer (n, 1), 1 where there is nothing to say: scores are positive or `NEVER`."""
    highest: Floats = scores.max(axis=1, keepdims=True, initial=NEVER)
    return np.where(np.isfinite(highest), highest, 1.0)


def _shares(scores: Floats) -> Floats:
    """Of the highest score of each customer (n, n_items); 0 where there is nothing to say."""
    return np.where(np.isfinite(scores), scores / _highest(scores), 0.0)


def by_turn(seen: Interactions, customers: Ints, decay: float) -> Any:
    """Histories (n, n_items) in which the last item taken counts 1, the one before `decay`, and so on.

    Rows of one order count alike; what was taken twice counts as of the last time.
    """
    from scipy import sparse

    rows = seen.of(customers)
    if not len(rows):
        return sparse.csr_matrix((len(customers), seen.n_items), dtype=np.float32)
    last_order = rows.order[np.maximum(rows.starts[1:] - 1, 0)][rows.customer]
    # Numbers of orders follow one another within a customer, so their difference counts the orders between.
    value = decay ** (last_order - rows.order)
    key = rows.customer * rows.n_items + rows.item
    place = np.searchsorted(rows.pairs, key)
    newest = np.zeros(len(rows.pairs))
    np.maximum.at(newest, place, value)
    shape = (seen.n_customers, seen.n_items)
    pairs = (rows.pairs // rows.n_items, rows.pairs % rows.n_items)
    return sparse.csr_matrix((newest.astype(np.float32), pairs), shape=shape)[customers]


def nearest(matrix: Any, likeness: Callable[[Any, int], Any], n: int) -> Any:
    """The `n` largest likenesses of each item, without its own, (n_items, n_items) in CSR.

    `likeness` is asked for some columns of `matrix` at a time, and where they start; it answers (columns, n_items).
    Ties go to the item that comes first, so that the same rows always teach the same.
    """
    from scipy import sparse

    n_items = matrix.shape[1]
    columns = matrix.tocsc()
    kept = []
    for start in range(0, n_items, _ITEMS_AT_ONCE):
        alike = likeness(columns[:, start : start + _ITEMS_AT_ONCE].tocsr(), start).tocoo()
        is_other = alike.row + start != alike.col
        row, column, value = alike.row[is_other], alike.col[is_other], alike.data[is_other]
        order = np.lexsort((column, -value, row))
        row, column, value = row[order], column[order], value[order]
        rank = np.arange(len(row)) - np.searchsorted(row, row)
        near = rank < n
        kept.append((row[near] + start, column[near], value[near]))
    rows, columns_, values = (np.concatenate(parts) for parts in zip(*kept, strict=True))
    return sparse.csr_matrix((values, (rows, columns_)), shape=(n_items, n_items), dtype=np.float32)
