"""Where a row of a frame goes in an array of series x periods."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dealwright.data import columns as c

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

N_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Grid:
    """The rows of the arrays are `series` (columns sku, and store_id if of single stores), the columns `starts`."""

    series: pd.DataFrame
    starts: tuple[date, ...]
    period_days: int

    @property
    def is_by_store(self) -> bool:
        """Whether the series are of single stores."""
        return c.STORE in self.series

    @property
    def shape(self) -> tuple[int, int]:
        """Number of series, number of periods."""
        return len(self.series), len(self.starts)

    def of_products(self) -> Grid:
        """The same periods with one row per product; see `product_of`."""
        return replace(self, series=self.series[[c.SKU]].drop_duplicates(ignore_index=True))

    def product_of(self) -> Codes:
        """The row of each series in `of_products`, (n,)."""
        return np.asarray(pd.factorize(self.series[c.SKU])[0], dtype=np.int64)

    def lay(self, rows: pd.DataFrame, *names: str, fill: float) -> list[Floats]:
        """Columns `names` of `rows` as arrays; rows of other series or periods are not used."""
        i, t = self._series_codes(rows), self.period_codes(rows)
        is_here = (i >= 0) & (t >= 0) & (t < len(self.starts))
        laid = []
        for name in names:
            out = np.full(self.shape, fill)
            out[i[is_here], t[is_here]] = rows[name].to_numpy(dtype=np.float64)[is_here]
            laid.append(out)
        return laid

    def lay_shared(self, rows: pd.DataFrame, name: str) -> Floats:
        """One column, NaN where nothing is known; rows without a store hold where a store has none of its own."""
        if not self.is_by_store:
            return self.lay(rows, name, fill=np.nan)[0]
        is_shared = rows[c.STORE].isna()
        (own,) = self.lay(rows[~is_shared], name, fill=np.nan)
        (shared,) = self.of_products().lay(rows[is_shared], name, fill=np.nan)
        return np.where(np.isfinite(own), own, shared[self.product_of()])

    def problems(self, rows: pd.DataFrame, name: str) -> list[str]:
        """What is wrong with the frame `name`, which has one row per series and period: a sentence each."""
        days = _days(rows)
        is_off = (days - _day(self.starts[0])) % self.period_days != 0
        key = [*self.series.columns, c.PERIOD]
        return [
            *_told(
                rows[rows.duplicated(key)].drop_duplicates(key),
                key,
                f"{name}: %d series have several rows for one period; add them up",
            ),
            *_told(
                rows[is_off],
                key,
                f"{name}: %d rows do not start a period of {self.period_days} days counted from {self.starts[0]}",
            ),
        ]

    def _series_codes(self, rows: pd.DataFrame) -> Codes:
        skus = pd.Index(self.series[c.SKU].unique())
        sku = skus.get_indexer(pd.Index(rows[c.SKU]))
        if not self.is_by_store:
            return np.asarray(sku, dtype=np.int64)
        stores = pd.Index(self.series[c.STORE].unique())
        store = stores.get_indexer(pd.Index(rows[c.STORE]))
        row_of = np.full((len(skus), len(stores)), -1, dtype=np.int64)
        row_of[skus.get_indexer(self.series[c.SKU]), stores.get_indexer(self.series[c.STORE])] = np.arange(
            len(self.series)
        )
        return np.where((sku >= 0) & (store >= 0), row_of[sku, store], -1)

    def period_codes(self, rows: pd.DataFrame) -> Codes:
        """The column of each row; negative before the first period, T and more after the last."""
        return (_days(rows) - _day(self.starts[0])) // self.period_days


def missing_columns(frames: Mapping[str, pd.DataFrame], needed: Mapping[str, tuple[str, ...]]) -> list[str]:
    """A sentence for each frame that lacks a needed column."""
    lacking = {name: [column for column in needed[name] if column not in frame] for name, frame in frames.items()}
    return [
        f"{name} has no column {', '.join(columns)}; it needs {', '.join(needed[name])}"
        for name, columns in lacking.items()
        if columns
    ]


def _told(wrong: pd.DataFrame, key: list[str], sentence: str) -> list[str]:
    if wrong.empty:
        return []
    examples = (
        " ".join(str(pd.Timestamp(value).date()) if name == c.PERIOD else str(value) for name, value in row.items())
        for row in wrong[key].head(N_EXAMPLES).to_dict("records")
    )
    return [f"{sentence % len(wrong)} (for example {'; '.join(examples)})"]


def negative_units(rows: pd.DataFrame, key: list[str], name: str) -> list[str]:
    """A sentence if any row sold less than nothing."""
    sentence = f"{name}: %d rows have units that are negative or missing; leave returns out of demand"
    return _told(rows[~(rows[c.UNITS] >= 0)], key, sentence)


def _days(rows: pd.DataFrame) -> Codes:
    return pd.to_datetime(rows[c.PERIOD]).to_numpy(dtype="datetime64[D]").astype(np.int64)


def _day(day: date) -> int:
    return int(np.datetime64(day, "D").astype(np.int64))
