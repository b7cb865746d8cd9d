"""What tells one customer from another when items are weighed: how often, how lately and how widely they buy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dealwright.recommend.interactions import Interactions, distinct, summed
from dealwright.recommend.item_facts import ItemFacts

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class CustomerFacts:
    """`numbers` by name, one per customer (n_customers); zeros without history."""

    numbers: Mapping[str, Floats]

    @classmethod
    def of(cls, rows: Interactions, facts: ItemFacts) -> CustomerFacts:
        """From the rows of some customers or all."""
        n, age = rows.n_customers, rows.age_weeks
        span = np.int64(rows.end + 1)
        trips = distinct(rows.customer * span + rows.day)
        who, trip_age = trips // span, (rows.end - trips % span) / 7.0
        newest = np.full(n, np.inf)
        np.minimum.at(newest, who, trip_age)
        lines = np.bincount(rows.customer, minlength=n)
        numbers: dict[str, Floats] = {
            "trips": np.bincount(who, minlength=n).astype(np.float64),
            "trips_4w": summed(who, 0.5 ** (trip_age / 4.0), n),
            "trips_16w": summed(who, 0.5 ** (trip_age / 16.0), n),
            "weeks_since_trip": newest,
            "items": np.bincount(rows.pairs // rows.n_items, minlength=n).astype(np.float64),
            "lines_8w": summed(rows.customer, 0.5 ** (age / 8.0), n),
            "lines_16w": summed(rows.customer, 0.5 ** (age / 16.0), n),
        }
        if rows.is_on_deal is not None:
            numbers["on_deal"] = summed(rows.customer, rows.is_on_deal, n) / np.maximum(lines, 1)
        if facts.mean_price is not None:
            paid = summed(rows.customer, facts.mean_price[rows.item], n)
            numbers["usual_price"] = paid / np.maximum(lines, 1)
        return cls(numbers)


@dataclass(frozen=True, slots=True, eq=False)
class KindFacts:
    """How each customer buys items that share a label: by key customer x n_labels + label, ascending."""

    keys: Ints
    label_of: Ints
    n_labels: int
    numbers: Mapping[str, Floats]

    @classmethod
    def of(cls, rows: Interactions, labels: Ints) -> KindFacts:
        """`labels` is a number per item, -1 for items without; those share one that nobody else has."""
        n_labels = int(labels.max(initial=-1)) + 2
        label_of = labels % n_labels
        of_row = rows.customer * n_labels + label_of[rows.item]
        keys = distinct(of_row)
        place = np.searchsorted(keys, of_row)
        n, age = len(keys), rows.age_weeks
        newest, oldest = np.full(n, np.inf), np.zeros(n)
        np.minimum.at(newest, place, age)
        np.maximum.at(oldest, place, age)
        span = np.int64(rows.end + 1)
        days = distinct(place * span + rows.day)
        n_days = np.bincount(days // span, minlength=n)
        pair_label = rows.pairs // rows.n_items * n_labels + label_of[rows.pairs % rows.n_items]
        gap = (oldest - newest) / np.maximum(n_days - 1, 1)
        return cls(
            keys,
            label_of,
            n_labels,
            {
                "days": n_days.astype(np.float64),
                "weeks_since": newest,
                "gap_weeks": gap,
                "turns": newest / np.maximum(gap, 0.1),
                "recent_8w": summed(days // span, 0.5 ** ((rows.end - days % span) / 56.0), n),
                "recent_16w": summed(place, 0.5 ** (age / 16.0), n),
                "items": np.bincount(np.searchsorted(keys, pair_label), minlength=n).astype(np.float64),
            },
        )

    def keys_of(self, customer: Ints, item: Ints) -> Ints:
        """The key of each pair."""
        return customer * self.n_labels + self.label_of[item]
