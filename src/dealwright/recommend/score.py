"""How good recommendations were, against what customers took afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dealwright.core.errors import InputError
from dealwright.core.estimate import Estimate
from dealwright.core.rng import stream

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

LEVEL = 0.95
N_DRAWS = 500
METRICS = ("recall", "precision", "ndcg", "map", "hit_rate")


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """What customers took: pairs of a row of the recommendations and an item, sorted, each once."""

    row: Ints
    item: Ints
    n_rows: int
    n_items: int

    @classmethod
    def of(cls, row: Ints, item: Ints, *, n_rows: int, n_items: int) -> Wanted:
        """From pairs in any order, repeated or not."""
        keys = np.unique(row * n_items + item)
        return cls(keys // n_items, keys % n_items, n_rows, n_items)

    @property
    def count(self) -> Ints:
        """How many items each customer took (n_rows)."""
        return np.bincount(self.row, minlength=self.n_rows)

    def has(self, items: Ints) -> NDArray[np.bool_]:
        """Whether each recommended item (n_rows, k) was taken; -1 is no item."""
        asked = np.arange(self.n_rows)[:, None] * self.n_items + items
        return np.isin(asked, self.row * self.n_items + self.item) & (items >= 0)


@dataclass(frozen=True, slots=True, eq=False)
class Score:
    """`by_customer` holds each metric of `METRICS` for each customer who took something; `rows` are their rows.

    `coverage` is the share of all items that were recommended to anybody; `novelty_bits` how surprising an item is,
    minus the logarithm of the share of customers who had bought it; `diversity` the share of pairs within a list
    that differ in their label (None without labels).
    """

    k: int
    rows: Ints
    by_customer: Mapping[str, Floats]
    coverage: float
    novelty_bits: float | None = None
    diversity: float | None = None

    def mean(self, metric: str) -> float:
        """Over customers; InputError for a metric there is none of."""
        return float(self._values(metric).mean())

    def estimate(self, metric: str, *, seed: int = 0) -> Estimate:
        """The mean with the interval of its bootstrap over customers."""
        values = self._values(metric)
        low, high = np.quantile(_resampled(values, seed), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
        mean = float(values.mean())
        return Estimate(mean, min(float(low), mean), max(float(high), mean), LEVEL, "bootstrap over customers")

    def lead(self, other: Score, metric: str, *, seed: int = 0) -> Estimate:
        """How far it is ahead of another of the same customers, as a share of the other's mean."""
        if not np.array_equal(self.rows, other.rows):
            raise InputError("two scores are compared on the same customers; judge both on the same table")
        mine, theirs = self._values(metric), other._values(metric)
        if theirs.mean() == 0:
            raise InputError(f"the other's {metric} is 0; a share of it has no meaning")
        ratio = _resampled(mine, seed) / np.maximum(_resampled(theirs, seed), 1e-12) - 1
        value = float(mine.mean() / theirs.mean() - 1)
        low, high = (float(q) for q in np.quantile(ratio, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]))
        return Estimate(value, min(low, value), max(high, value), LEVEL, "paired bootstrap over customers")

    def by_group(self, metric: str, group_of_row: Ints) -> dict[int, Estimate]:
        """The metric in each group of customers; `group_of_row` has a number for every row of the lists."""
        group, values = group_of_row[self.rows], self._values(metric)
        found = {}
        for g in np.unique(group):
            part = Score(self.k, self.rows[group == g], {metric: values[group == g]}, self.coverage)
            found[int(g)] = part.estimate(metric)
        return found

    def _values(self, metric: str) -> Floats:
        if metric not in self.by_customer:
            raise InputError.unknown("metric", metric, self.by_customer)
        return self.by_customer[metric]


def _resampled(values: Floats, seed: int) -> Floats:
    """Means of `N_DRAWS` samples of customers with replacement; the same seed draws the same customers."""
    rng, n = stream(seed, "recommend", "bootstrap"), len(values)
    return np.array([values[rng.integers(0, n, n)].mean() for _ in range(N_DRAWS)])


def score(items: Ints, wanted: Wanted, *, bought_share: Floats | None = None, labels: Ints | None = None) -> Score:
    """Judge lists of recommendations (n_rows, k), best first, -1 where a list is short.

    Customers who took nothing are left out. NDCG and average precision are relative to the best list possible.
    `bought_share` (n_items) is the share of customers who had bought each item before.
    """
    k = items.shape[1]
    count = wanted.count
    rows = np.flatnonzero(count)
    if not len(rows):
        raise InputError("nobody took anything, so nothing can be judged; give a later period")
    hit, n = wanted.has(items)[rows], count[rows]
    place = np.arange(1, k + 1)
    gain = 1.0 / np.log2(place + 1)
    best = np.cumsum(gain)[np.minimum(n, k) - 1]
    n_hits = hit.sum(axis=1)
    precisions = np.where(hit, np.cumsum(hit, axis=1) / place, 0.0).sum(axis=1)
    by_customer = {
        "recall": n_hits / n,
        "precision": n_hits / k,
        "ndcg": hit @ gain / best,
        "map": precisions / np.minimum(n, k),
        "hit_rate": (n_hits > 0).astype(np.float64),
    }
    shown = items[rows]
    real = shown[shown >= 0]
    novelty = None
    if bought_share is not None and len(real):
        novelty = float(-np.log2(np.maximum(bought_share[real], 1e-12)).mean())
    return Score(
        k,
        rows,
        by_customer,
        coverage=len(np.unique(real)) / wanted.n_items,
        novelty_bits=novelty,
        diversity=None if labels is None else _diversity(shown, labels),
    )


def _diversity(items: Ints, labels: Ints) -> float:
    first, second = np.triu_indices(items.shape[1], 1)
    is_pair = (items[:, first] >= 0) & (items[:, second] >= 0)
    differs = (labels[items][:, first] != labels[items][:, second]) & is_pair
    return float(differs.sum() / max(is_pair.sum(), 1))


@dataclass(frozen=True, slots=True)
class Bin:
    """Candidates told to be about equally likely: how likely in the mean, and how often they were taken."""

    told: float
    taken: float
    n: int


def calibration(probability: Floats, is_taken: NDArray[np.bool_], *, n_bins: int = 10) -> list[Bin]:
    """Candidates in bins of equal size by their probability, the least likely first."""
    order = np.argsort(probability, kind="stable")
    return [
        Bin(float(probability[part].mean()), float(is_taken[part].mean()), len(part))
        for part in np.array_split(order, n_bins)
        if len(part)
    ]
