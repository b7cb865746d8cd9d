"""From scores to a list: what may be shown, worth its place, different enough, with a fallback and its reason."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dealwright.core.errors import InputError
from dealwright.recommend.diversify import spread_out

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

OWN, LIKENESS, FALLBACK = "history", "new to you", "popular: too little is known of you"


@dataclass(frozen=True, slots=True)
class Taste:
    """How lists are made: `k` long, at most `most_per_label` of one label (None: any number).

    `margin_share` trades likelihood for margin: an item is worth its likelihood x (1 - share + share x its margin
    over the usual margin). `is_new_only` leaves out what was bought before. `long_tail` shows more
    different items to all customers together: the odds of an item are divided by (1 + how it sells of late) **
    long_tail. It needs a recommender that tells chances, as the hybrid does.
    """

    k: int = 20
    most_per_label: int | None = None
    margin_share: float = 0.0
    is_new_only: bool = False
    long_tail: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """Lists of items (n, k), best first, -1 where nothing more may be shown, with the value of each place.

    `is_fallback` says which came from what is popular, for want of anything to say of this customer.
    """

    items: Ints
    values: Floats
    is_fallback: Bools


def rank(
    likelihood: Floats,
    taste: Taste,
    *,
    fallback: Floats,
    passing: Bools | None = None,
    margin: Floats | None = None,
    labels: Ints | None = None,
) -> Ranked:
    """The list of each customer.

    `likelihood` (n, n_items) is any positive score or `NEVER`; `fallback` (n_items) is how items sell of late, and
    orders what fills lists up.
    `passing` (n_items) or (n, n_items) says what may be shown; `margin` (n_items) is what a unit brings.
    """
    n, n_items = likelihood.shape
    may = np.ones(n_items, dtype=np.bool_) if passing is None else passing
    valued = likelihood
    if taste.long_tail > 0:
        valued = favouring_few(valued, fallback, taste.long_tail)
    if margin is not None and taste.margin_share > 0:
        valued = worth(valued, margin_ratio(margin), taste.margin_share)
    own = np.where(may, valued, -np.inf)
    filling = np.where(may & np.isfinite(fallback), fallback, -np.inf)
    filling = np.broadcast_to(filling, own.shape)
    items = np.full((n, taste.k), -1, dtype=np.int64)
    values = np.full((n, taste.k), -np.inf)
    is_fallback = np.zeros((n, taste.k), dtype=np.bool_)
    for row in range(n):
        chosen = spread_out(own[row], taste.k, labels, taste.most_per_label)
        n_own = len(chosen)
        if n_own < taste.k:
            rest = filling[row].copy()
            rest[chosen] = -np.inf
            more = spread_out(rest, taste.k, labels, taste.most_per_label, already=chosen)
            chosen = np.concatenate([chosen, more])[: taste.k]
        items[row, : len(chosen)] = chosen
        values[row, :n_own] = own[row, chosen[:n_own]]
        values[row, n_own : len(chosen)] = filling[row, chosen[n_own:]]
        is_fallback[row, n_own : len(chosen)] = True
    return Ranked(items, values, is_fallback)


def margin_ratio(margin: Floats) -> Floats:
    """What a unit of each item brings, in times of the usual: the mean of those that bring something (n_items)."""
    gains = margin[margin > 0]
    return margin / (float(gains.mean()) if len(gains) else 1.0)


def worth(likelihood: Floats, ratio: Floats, share: float) -> Floats:
    """Likelihood x (1 - share + share x ratio); an item sold at a loss comes last, but is not forbidden."""
    known = np.nan_to_num(likelihood, neginf=0.0)
    return np.where(np.isfinite(likelihood), known * (1.0 - share + share * ratio), -np.inf)


def favouring_few(chance: Floats, sold: Floats, power: float) -> Floats:
    """Chances with odds / (1 + sold) ** power; `sold` (n_items) below nothing counts as nothing.

    InputError if a score is no chance.
    """
    known = np.nan_to_num(chance, neginf=0.0)
    if ((known < 0) | (known > 1)).any():
        raise InputError("these scores are no chances; take the recommender 'hybrid', or set long_tail to 0")
    less = (1.0 + np.maximum(sold, 0.0)) ** -power
    return np.where(np.isfinite(chance), known * less / (1.0 - known * (1.0 - less)), -np.inf)
