"""A recommender that was learnt once and is kept: new purchases count at once, nothing is fitted again.

What is kept names no customer: histories are read from the sales whenever somebody is asked about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import numpy as np
from numpy.typing import NDArray

from dealwright.app.ports import Tables
from dealwright.app.recommend.recommend_items import LearntRecommender
from dealwright.app.shop.read_histories import Histories, purchases, reach_of, read_purchases_of
from dealwright.app.shop.read_shelf import read_shelf
from dealwright.core.ids import fingerprint
from dealwright.data import columns as c
from dealwright.recommend.catalogue import Catalogue
from dealwright.recommend.interactions import EPOCH, LeftOut
from dealwright.recommend.protocol import FittedRecommender

Floats = NDArray[np.float64]

_LEARNT_FROM = ("sales", "products", "promotions")


@dataclass(frozen=True, slots=True, eq=False)
class KeptRecommender:
    """What was learnt from sales before the day `end` counts from 1970-01-01, of which items in which stores.

    `fingerprints` tell by table what it was learnt from; `columns` which optional columns of sales it knows.
    """

    name: str
    seed: int
    least_buyers: int
    end: int
    fingerprints: dict[str, str]
    items: tuple[str, ...]
    stores: tuple[str, ...]
    columns: tuple[str, ...]
    n_seldom: int
    catalogue: Catalogue
    popular: Floats
    fitted: FittedRecommender

    @property
    def learnt_until(self) -> date:
        """The last day whose sales it has learnt from."""
        return EPOCH + timedelta(days=self.end - 1)


@dataclass(frozen=True, slots=True)
class Freshness:
    """How far what is known now has gone on since a recommender learnt.

    `n_newer` order lines of `newer_days` days came since: customers' own purchases among them count, but nothing
    was learnt from them. `changed` names the tables that are no longer what it learnt from.
    """

    learnt_until: date
    newer_days: int
    n_newer: int
    changed: tuple[str, ...]
    n_far_ahead: int = 0

    @property
    def is_stale(self) -> bool:
        """Whether learning anew would teach anything."""
        return self.n_newer > 0 or bool(self.changed)

    def to_dict(self) -> dict[str, object]:
        """Plain values, for JSON."""
        return {
            "learnt_until": str(self.learnt_until),
            "newer_days": self.newer_days,
            "newer_lines": self.n_newer,
            "changed": list(self.changed),
            "is_stale": self.is_stale,
            "lines_left_out_far_ahead": self.n_far_ahead,
        }


def to_keep(learnt: LearntRecommender, tables: Tables) -> KeptRecommender:
    """What of a recommender is worth keeping; `tables` are those it has just learnt from."""
    known = learnt.histories
    return KeptRecommender(
        learnt.name,
        learnt.seed,
        learnt.least_buyers,
        known.seen.end,
        _fingerprints(tables, learnt.end),
        known.seen.items,
        known.seen.stores,
        known.columns,
        known.n_seldom,
        known.catalogue,
        learnt.popular,
        learnt.fitted,
    )


def ask_kept(kept: KeptRecommender, tables: Tables, customers: Sequence[str] | None = None) -> LearntRecommender:
    """The recommender with the histories of some customers (None: all) as they are now."""
    reach = reach_of(tables)
    seen = read_purchases_of(
        tables, customers, items=kept.items, stores=kept.stores, columns=kept.columns, end=reach.end
    )
    histories = Histories(seen, kept.catalogue, LeftOut(far_ahead=reach.n_far_ahead), kept.n_seldom, kept.columns)
    shelf = read_shelf(tables, kept.items, kept.catalogue, end=reach.end)
    return LearntRecommender(kept.name, histories, kept.fitted, shelf, kept.popular, kept.seed, kept.least_buyers)


def how_fresh(kept: KeptRecommender, tables: Tables) -> Freshness:
    """What has changed since it learnt."""
    end, reach = EPOCH + timedelta(days=kept.end), reach_of(tables)
    lines = purchases(tables)
    newer = (lines[c.SOLD_AT] >= ibis.timestamp(str(end))) & (lines[c.SOLD_AT] < ibis.timestamp(str(reach.end)))
    now = _fingerprints(tables, end)
    return Freshness(
        kept.learnt_until,
        max((reach.end - end).days, 0),
        int(lines.filter(newer).count().execute()),
        tuple(name for name in _LEARNT_FROM if now[name] != kept.fingerprints.get(name)),
        reach.n_far_ahead,
    )


def _fingerprints(tables: Tables, end: date) -> dict[str, str]:
    """By table: the number of rows and a few sums, which are read in a moment and hardly stay when rows change."""
    lines = purchases(tables)
    before = lines.filter(lines[c.SOLD_AT] < ibis.timestamp(str(end)))
    found = {
        "sales": _summed(before, n=before.count(), units=before[c.QUANTITY].sum(), net=before[c.NET_AMOUNT].sum())
    }
    for name in ("products", "promotions"):
        found[name] = "none"
        if tables.has(name):
            rows = tables.table(name)
            found[name] = _summed(rows, n=rows.count(), **_content(name, rows))
    return found


def _content(name: str, rows: ibis.Table) -> dict[str, ibis.Scalar]:
    if name == "promotions":  # too many to read in a moment
        return {"first": rows[c.STARTS_ON].min(), "last": rows[c.ENDS_ON].max()}
    whole = ibis.struct({column: rows[column] for column in rows.columns}).hash()
    return {"content": whole.cast("decimal(38, 0)").sum()}


def _summed(rows: ibis.Table, **sums: ibis.Scalar) -> str:
    row = rows.aggregate(**sums).to_pandas().iloc[0]
    return fingerprint(*(str(value) for value in row))
