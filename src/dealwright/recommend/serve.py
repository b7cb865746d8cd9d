"""Recommendations from memory: the candidates of each customer are kept, and drawn up anew after their events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from dealwright.core.errors import InputError
from dealwright.recommend.diversify import spread_out
from dealwright.recommend.interactions import Interactions
from dealwright.recommend.protocol import FittedRecommender, Reasons, explain_all
from dealwright.recommend.rank import Taste, favouring_few, margin_ratio, worth
from dealwright.recommend.reasons import shortened

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_KEPT = 200
_AT_ONCE = 256
_LOOKED_AT = 256
"""Of the most popular items; all are looked at only if too many of these may not be shown."""
_NONE = np.zeros(0, dtype=np.int64)
MOST_PARTS = 10
MOST_CUSTOMERS = 100_000
"""Of so many customers candidates are kept, which takes some 350 MB; beyond, the oldest are drawn up anew."""
BUYERS = "customers who bought it"
"""The one reason of an item that is shown because it is popular."""


@dataclass(frozen=True, slots=True)
class Event:
    """A customer took an item: `day` counts from 1970-01-01, `price` is what a unit cost, in minor units."""

    customer: str
    item: str
    day: int
    units: float = 1.0
    is_on_deal: bool = False
    price: float | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """One place of a list. `is_fallback`: it is popular, as too little is known of the customer."""

    item: str
    score: float
    is_bought_before: bool
    is_fallback: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Kept:
    """The best candidates of a customer, best first, and reasons that were asked for before."""

    items: Ints
    scores: Floats
    is_bought: Bools
    reasons: dict[int, Reasons]


class Serving:
    """A fitted recommender with histories, answering in microseconds; events change the answers of their customer.

    Any number of threads may ask and record at the same time: an answer that starts after `record` has returned
    knows the event.

    `fallback` (n_items) orders what is shown when nothing is known; `margin` (n_items) is what a unit brings.
    Unknown customers are learnt from their first event on; items that were not there at the fit are not shown, and
    `record` says so.
    """

    def __init__(
        self,
        fitted: FittedRecommender,
        seen: Interactions,
        *,
        fallback: Floats,
        labels: Ints | None = None,
        margin: Floats | None = None,
    ) -> None:
        self._margin_ratio = None if margin is None else margin_ratio(margin)
        self._fitted, self._seen, self._labels = fitted, seen, labels
        self._fallback = np.where(np.isfinite(fallback), fallback, -np.inf)
        self._popular = _ordered(self._fallback)
        self._items = {name: k for k, name in enumerate(seen.items)}
        self._histories: dict[str, Interactions] = {}
        self._kept: dict[str, _Kept] = {}
        self._lock = Lock()

    def warm(self, customers: Sequence[str] | None = None) -> None:
        """Draw up the candidates of known customers (default all) ahead of their visits."""
        names = self._seen.customers if customers is None else customers
        places = [place for name in names if (place := self._seen.number_of(name)) is not None]
        for start in range(0, len(places), _AT_ONCE):
            part = np.array(places[start : start + _AT_ONCE])
            for place, scores in zip(part, self._fitted.score(self._seen, part), strict=True):
                self._remember(self._seen.customers[place], None, _keep(scores, self._bought(place)))

    def record(self, event: Event) -> bool:
        """Add to a customer's history; their next answer knows it. False if the item is not known here."""
        item = self._items.get(event.item)
        if item is None:
            return False
        with self._lock:
            self._histories[event.customer] = _extended(self._history(event.customer), item, event)
            self._kept.pop(event.customer, None)
        return True

    def knows(self, customer: str) -> bool:
        """Whether anything is known that the customer bought."""
        return customer in self._histories or self._seen.number_of(customer) is not None

    def explain(self, customer: str, shown: Sequence[Shown]) -> list[Reasons]:
        """Why each place of a list has its score, in at most `MOST_PARTS` parts; of what is popular, that it is.

        InputError for an item about which there is nothing to say.
        """
        own = [self._items[one.item] for one in shown if not one.is_fallback]
        known = self._candidates(customer).reasons
        missing = [item for item in own if item not in known]
        if missing:
            found = explain_all(self._fitted, self._history(customer), 0, missing)
            known.update(zip(missing, (shortened(one, MOST_PARTS) for one in found), strict=True))
        return [
            Reasons(one.score, {BUYERS: one.score}) if one.is_fallback else known[self._items[one.item]]
            for one in shown
        ]

    def recommend(self, customer: str, taste: Taste, *, passing: Bools | None = None) -> list[Shown]:
        """The list of one customer; `passing` (n_items) says what may be shown."""
        kept = self._candidates(customer)
        values = kept.scores
        if taste.long_tail > 0:
            values = favouring_few(values, self._fallback[kept.items], taste.long_tail)
        if taste.margin_share > 0:
            if self._margin_ratio is None:
                raise InputError("margins are not known here; give them, or set margin_share to 0")
            values = worth(values, self._margin_ratio[kept.items], taste.margin_share)
        if passing is not None:
            values = np.where(passing[kept.items], values, -np.inf)
        if taste.is_new_only:
            values = np.where(kept.is_bought, -np.inf, values)
        labels = None if self._labels is None else self._labels[kept.items]
        chosen = spread_out(values, taste.k, labels, taste.most_per_label)
        shown = [
            Shown(self._seen.items[kept.items[k]], float(kept.scores[k]), bool(kept.is_bought[k]), False)
            for k in chosen
        ]
        if len(shown) < taste.k:
            shown += self._filling(kept.items[chosen], customer, taste, passing)
        return shown

    def _filling(self, chosen: Ints, customer: str, taste: Taste, passing: Bools | None) -> list[Shown]:
        bought = self._history(customer).item if self.knows(customer) else chosen[:0]
        more = self._popular_beside(chosen, bought, taste, passing, _LOOKED_AT)
        if len(more) < taste.k - len(chosen):
            more = self._popular_beside(chosen, bought, taste, passing, len(self._popular))
        is_bought = np.isin(more, bought)
        return [
            # What makes the order of popular items sure is no part of a buyer.
            Shown(self._seen.items[item], float(np.floor(self._fallback[item])), bool(old), True)
            for item, old in zip(more, is_bought, strict=True)
        ]

    def _popular_beside(
        self, chosen: Ints, bought: Ints, taste: Taste, passing: Bools | None, n_looked_at: int
    ) -> Ints:
        """What of the most popular items fills up the list, after those `chosen` already."""
        items = np.concatenate([chosen, self._popular[:n_looked_at]])
        values = self._fallback[items]
        values[: len(chosen)] = -np.inf
        values[np.isin(items, chosen)] = -np.inf
        if passing is not None:
            values[~passing[items]] = -np.inf
        if taste.is_new_only:
            values[np.isin(items, bought)] = -np.inf
        labels = None if self._labels is None else self._labels[items]
        places = spread_out(
            values, taste.k - len(chosen), labels, taste.most_per_label, already=np.arange(len(chosen))
        )
        return items[places]

    def _candidates(self, customer: str) -> _Kept:
        kept = self._kept.get(customer)
        if kept is None and not self.knows(customer):
            return _Kept(_NONE, np.zeros(0), np.zeros(0, dtype=np.bool_), {})
        if kept is None:
            known = self._histories.get(customer)
            mine = self._history(customer)
            scores = self._fitted.score(mine, np.array([0]))[0]
            kept = _keep(scores, np.unique(mine.item))
            self._remember(customer, known, kept)
        return kept

    def _remember(self, customer: str, known: Interactions | None, kept: _Kept) -> None:
        """Unless the history has gone on from `known` while the candidates were drawn up."""
        with self._lock:
            if self._histories.get(customer) is known:
                self._kept[customer] = kept
                while len(self._kept) > MOST_CUSTOMERS:
                    self._kept.pop(next(iter(self._kept)))

    def _bought(self, place: int) -> Ints:
        return self._seen.item[self._seen.starts[place] : self._seen.starts[place + 1]]

    def _history(self, customer: str) -> Interactions:
        """The rows of one customer alone, as if there were nobody else."""
        known = self._histories.get(customer)
        if known is not None:
            return known
        place = self._seen.number_of(customer)
        rows = self._seen.of(np.array([] if place is None else [place], dtype=np.int64))
        return replace(rows, customers=(customer,), customer=np.zeros(len(rows), dtype=np.int64))


def _keep(scores: Floats, bought: Ints) -> _Kept:
    best = _best(scores)
    return _Kept(best, scores[best], np.isin(best, bought), {})


def _ordered(fallback: Floats) -> Ints:
    order = np.argsort(-fallback, kind="stable")
    return order[np.isfinite(fallback[order])].astype(np.int64)


def _best(scores: Floats) -> Ints:
    return spread_out(scores, _KEPT, None, None)


def _extended(mine: Interactions, item: int, event: Event) -> Interactions:
    """A history with one more row; an event older than the newest is put in its place."""
    at = int(np.searchsorted(mine.day, event.day, side="right"))
    is_same_trip = at > 0 and mine.day[at - 1] == event.day
    order = mine.order.copy()
    if is_same_trip:
        new_order = order[at - 1]
    else:
        new_order = order[at - 1] + 1 if at > 0 else (order[0] if len(order) else 0)
        order[at:] += 1
    same = np.flatnonzero((order == new_order) & (mine.item == item)) if is_same_trip else order[:0]
    end = max(mine.end, event.day + 1)
    if len(same):
        units = mine.units.copy()
        units[same[0]] += event.units
        return replace(mine, units=units, end=end)
    price = event.price
    return replace(
        mine,
        customer=np.zeros(len(mine) + 1, dtype=np.int64),
        item=np.insert(mine.item, at, item),
        day=np.insert(mine.day, at, event.day),
        order=np.insert(order, at, new_order),
        units=np.insert(mine.units, at, event.units),
        store=None if mine.store is None else np.insert(mine.store, at, mine.store[at - 1] if at else 0),
        is_on_deal=None if mine.is_on_deal is None else np.insert(mine.is_on_deal, at, event.is_on_deal),
        price=None if mine.price is None else np.insert(mine.price, at, 1.0 if price is None else price),
        end=end,
    )
