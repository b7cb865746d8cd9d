"""Histories as sequences of orders, laid end to end in rows of one length."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dealwright.recommend.interactions import Interactions

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

NOBODY = -1
NO_ITEM = -1


@dataclass(frozen=True, slots=True, eq=False)
class Orders:
    """Orders by customer and time: whose and of which day, and their items, which begin at `starts` (n + 1)."""

    customer: Ints
    day: Ints
    starts: Ints
    item: Ints

    def __len__(self) -> int:
        return len(self.customer)

    def longest(self) -> int:
        """The most orders of one customer."""
        return int(np.bincount(self.customer).max(initial=0)) if len(self) else 0

    def largest(self) -> int:
        """The most items of one order."""
        return int(np.diff(self.starts).max(initial=0))

    def day_of_followers(self) -> Ints:
        """The day of each order that follows another of the same customer."""
        followers: Ints = self.day[1:][np.diff(self.customer) == 0]
        return followers

    def of(self, customers: Ints) -> Orders:
        """Those of some customers (ascending)."""
        is_kept = np.isin(self.customer, customers)
        sizes = np.diff(self.starts)
        starts = np.r_[0, np.cumsum(sizes[is_kept])]
        return Orders(self.customer[is_kept], self.day[is_kept], starts, self.item[np.repeat(is_kept, sizes)])

    def renumbered(self, customers: Ints) -> Orders:
        """Customers by their place among `customers` (ascending), which has all of them."""
        return replace(self, customer=np.searchsorted(customers, self.customer))


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Rows of orders: `whose` and `day` (n, length), `items` (n, length, most); `NOBODY` and `NO_ITEM` fill up."""

    whose: NDArray[np.int32]
    day: Ints
    items: NDArray[np.int32]

    def is_followed(self) -> Bools:
        """Whether the next in the row is the same customer's next order, (n, length - 1)."""
        followed: Bools = (self.whose[:, 1:] == self.whose[:, :-1]) & (self.whose[:, 1:] != NOBODY)
        return followed


def orders_of(seen: Interactions) -> Orders:
    """The orders of all customers, each with its items."""
    is_first = np.r_[True, (np.diff(seen.customer) != 0) | (np.diff(seen.order) != 0)][: len(seen)]
    first = np.flatnonzero(is_first)
    return Orders(seen.customer[first], seen.day[first], np.r_[first, len(seen)], seen.item)


def batches(orders: Orders, rng: np.random.Generator, *, length: int, most: int, rows: int) -> Iterator[Batch]:
    """All orders once, customers in an order drawn by chance, `rows` rows at a time; a cut parts some histories.

    Of an order of more than `most` items, some are drawn.
    """
    turn = rng.permutation(int(orders.customer.max(initial=0)) + 1)
    stream = np.argsort(turn[orders.customer], kind="stable")
    sizes = np.diff(orders.starts)
    drawn = orders.item[np.lexsort((rng.random(len(orders.item)), np.repeat(np.arange(len(orders)), sizes)))]
    for start in range(0, len(stream), rows * length):
        places = np.full(rows * length, NOBODY)
        part = stream[start : start + rows * length]
        places[: len(part)] = part
        is_there, at = places >= 0, np.maximum(places, 0)
        slot = np.arange(most)
        is_item = is_there[:, None] & (slot < sizes[at][:, None])
        items = drawn[np.minimum(orders.starts[at][:, None] + slot, len(drawn) - 1)]
        yield Batch(
            np.where(is_there, orders.customer[at], NOBODY).astype(np.int32).reshape(rows, length),
            orders.day[at].reshape(rows, length),
            np.where(is_item, items, NO_ITEM).astype(np.int32).reshape(rows, length, most),
        )


def latest(orders: Orders, n_customers: int, items: NDArray[np.float32], length: int) -> tuple[Any, Ints]:
    """The last orders of each customer, as means of `items` (n_items, size): (n_customers, length, size).

    They stand at the end of their row; whose they are (n_customers, length), `NOBODY` before the first.
    """
    from scipy import sparse

    n = np.diff(orders.starts)
    share = (1.0 / np.repeat(n, n)).astype(np.float32)
    means = sparse.csr_matrix((share, orders.item, orders.starts), shape=(len(orders), len(items))) @ items
    last = np.searchsorted(orders.customer, np.arange(n_customers), side="right")
    place = length - last[orders.customer] + np.arange(len(orders))
    is_kept = place >= 0
    who, place = orders.customer[is_kept], place[is_kept]
    features = np.zeros((n_customers, length, items.shape[1]), dtype=np.float32)
    whose = np.full((n_customers, length), NOBODY)
    features[who, place], whose[who, place] = means[is_kept], who
    return features, whose
