"""Which categories are bought together more often than the size of baskets explains.

Large baskets hold a bit of everything, so any two categories meet more often than their popularity alone would let
them. Expected meetings are therefore counted basket size by basket size, as if categories of a given popularity
were drawn into baskets of that size (Hájek 1964), and adjusted so that every category meets as many others as it
does. What is far above that goes together: shopping for one brings the other into the basket. Which brings which
is not said here.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import ibis
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import false_discovery_control, norm

from dealwright.data import columns as c

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

FALSE_PAIRS = 0.05
"""Of the pairs taken for bought together, the share that may be chance."""
LEAST_LIFT = 1.1
"""Meetings over expected meetings; with a million baskets a lift of 1.01 is significant, and of no use."""
LEAST_STRENGTH = 0.02
"""Below it, a promotion would have to be enormous to be felt by the other category."""
MOST_PARTNERS = 3
"""Of a category; more cannot be told apart by what sales did in a few promotions."""
_N_ROUNDS = 4
_N_RAKES = 60

BASKET, N_CATEGORIES, N_BASKETS, OF, TO = "basket", "n_categories", "n_baskets", "of", "to"


@dataclass(frozen=True, slots=True)
class Together:
    """A category whose buyers also take another: of 100 baskets with `of`, at least 100 * `strength` hold `to`
    because of it, or hold it because of `to`. In units of `to` for each unit of `of` that is `per_unit`."""

    of: str
    to: str
    strength: float
    per_unit: float


def baskets(lines: ibis.Table, products: ibis.Table) -> ibis.Table:
    """One row per basket and category in it: units, and the number of categories of the basket (n_categories).

    A basket is an order; for lines without one, what a customer bought on a day. Lines with neither, and products
    without a category, are left out. It is read three times: hand `sizes` and `meetings` what its `cache()` gives.
    """
    key = ibis.coalesce(
        "order " + lines[c.ORDER],
        "customer " + lines[c.CUSTOMER] + " " + lines[c.SOLD_AT].cast("date").cast("string"),
    )
    named = lines.mutate(**{BASKET: key}).join(products.select(c.SKU, c.CATEGORY).distinct(on=c.SKU), c.SKU)
    held = named.filter(named[BASKET].notnull(), named[c.CATEGORY].notnull())
    held = held.group_by(BASKET, c.CATEGORY).agg(**{c.UNITS: held[c.QUANTITY].sum()})
    size = held.group_by(BASKET).agg(**{N_CATEGORIES: held.count()})
    return held.join(size, BASKET).select(BASKET, c.CATEGORY, c.UNITS, N_CATEGORIES)


def sizes(held: ibis.Table) -> ibis.Table:
    """How many baskets (n_baskets) of each number of categories hold a category, and units of it there."""
    by = held.group_by(c.CATEGORY, N_CATEGORIES)
    return by.agg(**{N_BASKETS: held.count(), c.UNITS: held[c.UNITS].sum()})


def meetings(held: ibis.Table) -> ibis.Table:
    """How many baskets (n_baskets) hold both of two categories, of < to."""
    left = held.select(BASKET, **{OF: held[c.CATEGORY]})
    right = held.view().select(BASKET, **{TO: c.CATEGORY})
    met = left.join(right, [left[BASKET] == right[BASKET], left[OF] < right[TO]])
    return met.group_by(OF, TO).agg(**{N_BASKETS: met.count()})


def bought_together(
    by_size: pd.DataFrame,
    met: pd.DataFrame,
    *,
    among: Collection[str] | None = None,
    most_partners: int = MOST_PARTNERS,
) -> tuple[Together, ...]:
    """Both directions of the pairs found, from the rows of `sizes` and `meetings`; in order of names.

    All categories are compared, and pairs of those in `among` returned. A category keeps the `most_partners` that
    its own buyers take most. Fewer than four categories tell nothing: there is nothing to compare a pair with.
    """
    names = sorted(by_size[c.CATEGORY].unique())
    if len(names) < 4:
        return ()
    place = {name: k for k, name in enumerate(names)}
    observed = np.zeros((len(names), len(names)))
    rows, columns = met[OF].map(place).to_numpy(dtype=int), met[TO].map(place).to_numpy(dtype=int)
    observed[rows, columns] = observed[columns, rows] = met[N_BASKETS].to_numpy(dtype=float)
    table = by_size.pivot_table(index=N_CATEGORIES, columns=c.CATEGORY, values=N_BASKETS, fill_value=0)
    counts = table.reindex(columns=names).to_numpy(dtype=float)
    expected, is_pair = _unusual(observed, _by_size(counts, table.index.to_numpy(dtype=float)))
    n_baskets = counts.sum(axis=0)
    strength = (observed - expected) / n_baskets[:, None]
    units = by_size.groupby(c.CATEGORY)[c.UNITS].sum().reindex(names).to_numpy(dtype=float) / n_baskets
    is_pair = is_pair & (strength >= LEAST_STRENGTH)
    if among is not None:
        is_wanted = np.array([name in among for name in names])
        is_pair = is_pair & np.logical_and.outer(is_wanted, is_wanted)
    found = []
    for k in np.flatnonzero(is_pair.any(axis=1)).tolist():
        partners = np.flatnonzero(is_pair[k])
        best = partners[np.argsort(-strength[k, partners], kind="stable")][:most_partners]
        found += [
            Together(names[k], names[j], float(strength[k, j]), float(strength[k, j] * units[j] / units[k]))
            for j in sorted(best.tolist())
        ]
    return tuple(found)


def _by_size(counts: Floats, size: Floats) -> Floats:
    """Expected meetings (C, C) if baskets of each size (K,) drew their categories, counts (K, C), by popularity."""
    n = counts.sum(axis=1) / size
    share = counts / n[:, None]
    absent = share * (1.0 - share)
    room = absent.sum(axis=1)
    # Who draws i has one place less for j: without the second term small baskets would meet too often.
    less = np.divide(n, room, out=np.zeros_like(n), where=room > 1e-9)
    expected = (share.T * n) @ share - (absent.T * less) @ absent
    np.fill_diagonal(expected, 0.0)
    return np.asarray(np.maximum(expected, 0.0))


def _unusual(observed: Floats, drawn: Floats) -> tuple[Floats, Flags]:
    """Expected meetings and the pairs beyond them, each (C, C).

    Pairs found are left out when the others are adjusted, or they would make their own categories' other pairs
    look rare and those of the rest frequent.
    """
    n = len(observed)
    upper = np.triu_indices(n, 1)
    is_pair = np.zeros((n, n), dtype=np.bool_)
    expected = drawn
    for _ in range(_N_ROUNDS):
        expected = _raked(drawn, observed, ~is_pair & ~np.eye(n, dtype=np.bool_))
        z = (observed - expected)[upper] / np.sqrt(np.maximum(expected[upper], 1.0))
        # Categories differ in more than chance: by as much as most pairs do.
        z /= max(1.0, 1.4826 * float(np.median(np.abs(z))))
        before, is_pair = is_pair, np.zeros_like(is_pair)
        is_pair[upper] = false_discovery_control(norm.sf(z)) < FALSE_PAIRS
        is_pair |= is_pair.T
        if (before == is_pair).all():
            break
    return expected, is_pair & (observed > LEAST_LIFT * expected)


def _raked(drawn: Floats, observed: Floats, use: Flags) -> Floats:
    """`drawn` times a factor for each category, such that sums over the cells in use are those observed."""
    wanted, cells = (observed * use).sum(axis=1), drawn * use
    factor = np.ones(len(drawn))
    for _ in range(_N_RAKES):
        factor = np.sqrt(factor * wanted / np.maximum(cells @ factor, 1e-12))
    return np.asarray(drawn * np.outer(factor, factor))
