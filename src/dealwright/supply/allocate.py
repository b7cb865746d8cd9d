"""How one pool of stock is shared out over stores: each pack goes where it sells most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from dealwright.core.estimate import Estimate
from dealwright.data import columns as c
from dealwright.supply.given import Given

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

LEVEL = 0.8


@dataclass(frozen=True, slots=True)
class Allocation:
    """Units sent to each of m stores, (m,), and `kept` in the pool; together they are the pool.

    `sold` are units expected to be sold of all the store then has, with `sold_low` and `sold_high` that hold
    them with probability 0.8; `next_pack`, (m,), is what one more pack would bring there; `value` what
    sending brings in all, over not sending.
    """

    units: Whole
    kept: int
    sold: Floats
    sold_low: Floats
    sold_high: Floats
    next_pack: Floats
    value: Estimate

    def to_frame(self, stores: Sequence[str]) -> pd.DataFrame:
        """One row per store."""
        return pd.DataFrame(
            {
                c.STORE: list(stores),
                c.UNITS: self.units,
                "sold": self.sold,
                "sold_low": self.sold_low,
                "sold_high": self.sold_high,
                "next_pack": self.next_pack,
            }
        )


def allocate(
    pool_units: int,
    demand_draws: NDArray[np.generic],
    *,
    unit_margin: ArrayLike = 1.0,
    on_hand: ArrayLike = 0,
    minimum: ArrayLike = 0,
    pack: int = 1,
    kept_value: float = 0.0,
) -> Allocation:
    """Share `pool_units` over m stores with demand draws (D, m), to sell the most margin.

    A store that is to present the product has `minimum` units at least, on hand and sent. Only whole packs are
    sent. A unit left in the pool is worth `kept_value`: a pack goes only where it brings more than that. What
    one more pack brings never rises with what a store has, so taking the best pack each time is exact.
    `unit_margin`, `on_hand` and `minimum` are (m,) or one number.

    >>> draws = np.array([[2, 6], [4, 6], [6, 6]])
    >>> allocate(8, draws).units, allocate(8, draws, pack=3).units
    (array([2, 6]), array([0, 6]))
    """
    given = Given()
    demand = given.array("demand_draws", demand_draws, (None, None))
    n_stores = demand.shape[1]
    pool = given.whole("pool_units", pool_units)
    pack = given.whole("pack", pack, low=1)
    margin, held, least = (
        given.array(name, values, (n_stores,), is_spread=True)
        for name, values in (("unit_margin", unit_margin), ("on_hand", on_hand), ("minimum", minimum))
    )
    kept_value = given.number("kept_value", kept_value)
    first = np.ceil(np.maximum(np.nan_to_num(least - held), 0.0) / pack).astype(np.int64)
    n_packs = pool // pack
    given.rule(
        f"presenting the product takes {first.sum() * pack} units in packs of {pack} and the pool has {pool}; "
        "lower `minimum`, name fewer stores, or enlarge the pool",
        is_kept=first.sum() <= n_packs,
    )
    given.require()

    sent = first + _best_packs(
        n_packs - int(first.sum()),
        demand,
        start=held + first * pack,
        margin=margin,
        pack=pack,
        kept_value=kept_value,
    )
    units = sent * pack
    sold = np.minimum(demand, held + units)
    more = np.minimum(demand, held + units + pack)
    extra = (sold - np.minimum(demand, held)) @ margin - kept_value * units.sum()
    low, high = np.quantile(sold, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    kept = pool - int(units.sum())
    assert kept >= 0, "no more can be sent than there is"
    return Allocation(
        units=units,
        kept=kept,
        sold=sold.mean(axis=0),
        sold_low=low,
        sold_high=high,
        next_pack=margin * (more - sold).mean(axis=0),
        value=Estimate.from_draws(extra, level=LEVEL, method="marginal packs on demand draws"),
    )


def _best_packs(
    n_packs: int, demand: Floats, *, start: Floats, margin: Floats, pack: int, kept_value: float
) -> Whole:
    """How many packs each store gets of `n_packs`, beyond `start` units: those that bring most."""
    # No pack beyond the largest demand sells.
    useful = np.ceil(np.maximum(demand.max(axis=0) - start, 0.0) / pack).astype(np.int64)
    useful = np.minimum(useful, n_packs)
    store = np.repeat(np.arange(len(start)), useful)
    brings = np.concatenate(
        [_pack_values(demand[:, j], start[j], pack, n) * margin[j] for j, n in enumerate(useful)]
    )
    worth = np.flatnonzero(brings > kept_value * pack + 1e-12)
    # A stable sort sends ties to the earlier store, so the same pool always splits the same way.
    best = worth[np.argsort(-brings[worth], kind="stable")[:n_packs]]
    return np.bincount(store[best], minlength=len(start)).astype(np.int64)


def _pack_values(demand: Floats, start: float, pack: int, n_packs: int) -> Floats:
    """Expected units sold of each further pack of one store."""
    ordered = np.sort(demand)
    below = np.concatenate([[0.0], np.cumsum(ordered)])
    held = start + pack * np.arange(n_packs + 1)
    place = np.searchsorted(ordered, held, side="right")
    sold = (below[place] + held * (len(ordered) - place)) / len(ordered)
    return np.asarray(np.diff(sold), dtype=np.float64)
