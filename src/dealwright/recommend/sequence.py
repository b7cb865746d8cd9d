"""What a customer's next order may hold, after all before it: a network that reads orders one after another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dealwright.recommend.catalogue import Catalogue
from dealwright.recommend.interactions import EPOCH, Interactions
from dealwright.recommend.protocol import NEVER, Reasons, Told, unheard
from dealwright.recommend.refuse import nothing_to_say
from dealwright.recommend.sequence_learning import Lessons, Pace, learnt
from dealwright.recommend.sequence_network import Weights, libraries, read_orders
from dealwright.recommend.sequence_rows import NOBODY, latest, orders_of

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_CUSTOMERS_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class OrderSequence:
    """A network of embeddings of `size` numbers that reads the last `longest` orders of a customer.

    Orders of more than `largest` items are learnt from by some of them, drawn by chance. `told` hears the share of
    the learning that is done at most. MissingExtraError if jax and optax are not installed.
    """

    size: int = 64
    longest: int = 64
    largest: int = 16
    pace: Pace = field(default_factory=Pace)
    seed: int = 0
    told: Told = unheard

    def __post_init__(self) -> None:
        libraries()

    @property
    def name(self) -> str:
        """The name it is registered by."""
        return "sequence"

    def fit(self, seen: Interactions, _catalogue: Catalogue) -> FittedOrderSequence:
        """Learn which order follows which; the same seed always learns the same."""
        lessons = Lessons.of(
            orders_of(seen), seen.n_items, longest=self.longest, largest=self.largest, batch=self.pace.batch
        )
        weights = learnt(lessons, self.pace, size=self.size, seed=self.seed, told=self.told)
        # Where nobody came back, there is nothing to say of anything.
        is_known = (np.bincount(seen.item, minlength=seen.n_items) > 0) & (weights is not None)
        return FittedOrderSequence(weights or {}, is_known)


@dataclass(frozen=True, slots=True, eq=False)
class FittedOrderSequence:
    """The network's weights, and of which items it knows; it scores without jax."""

    weights: Weights
    is_known: NDArray[np.bool_]

    def score(self, seen: Interactions, customers: Ints) -> Floats:
        """How well each item would follow (n, n_items); `NEVER` without history and for items nobody bought."""
        scores = np.full((len(customers), seen.n_items), NEVER)
        if not self.is_known.any():
            return scores
        for start in range(0, len(customers), _CUSTOMERS_AT_ONCE):
            part = slice(start, start + _CUSTOMERS_AT_ONCE)
            asked, back = np.unique(customers[part], return_inverse=True)
            read, whose = self._read(seen, asked)
            found = read[:, -1] @ self.weights["items"].T + self.weights["bias"]
            scores[part] = np.where((whose[:, -1:] != NOBODY) & self.is_known, found, NEVER)[back]
        return scores

    def explain(self, seen: Interactions, customer: int, item: int) -> Reasons:
        """What each order changed when it was placed, and how far everybody likes the item."""
        return self.explain_many(seen, customer, [item])[0]

    def explain_many(self, seen: Interactions, customer: int, items: Sequence[int]) -> list[Reasons]:
        """The same for several items: the history is read once, for all that was known after each order."""
        names = _names_of_orders(seen, customer)
        for item in items:
            if not names or not self.is_known[item]:
                raise nothing_to_say(seen, item, customer)
        read, whose = self._read(seen, np.array([customer]))
        after = read[whose != NOBODY] @ self.weights["items"][list(items)].T
        added = np.diff(after.astype(np.float64), axis=0, prepend=0.0)
        bias = self.weights["bias"][list(items)]
        return [_reasons(names[-len(after) :], parts, usual) for parts, usual in zip(added.T, bias, strict=True)]

    def _read(self, seen: Interactions, asked: Ints) -> tuple[Any, Ints]:
        """What is known after each of the last orders of customers (ascending), and whose these are."""
        orders = orders_of(seen.of(asked)).renumbered(asked)
        length = max(1, min(orders.longest(), self.weights["lag0"].shape[1]))
        features, whose = latest(orders, len(asked), self.weights["items"], length)
        return read_orders(np, self.weights, features, whose), whose


def _names_of_orders(seen: Interactions, customer: int) -> list[str]:
    """An order of one item is told by it, another by its day."""
    orders = orders_of(seen.of(np.array([customer])))
    is_single = np.diff(orders.starts) == 1
    return [
        f"bought {seen.items[item]}" if alone else f"order of {EPOCH + timedelta(days=day)}"
        for alone, item, day in zip(is_single, orders.item[orders.starts[:-1]], orders.day.tolist(), strict=True)
    ]


def _reasons(names: Sequence[str], parts: Floats, usual: float) -> Reasons:
    added = {"liked by everybody": float(usual)}
    for name, part in zip(names, parts.tolist(), strict=True):
        added[name] = added.get(name, 0.0) + part
    return Reasons.of(added)
