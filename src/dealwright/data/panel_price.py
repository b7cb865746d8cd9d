"""The usual price of a product and how much of it was given away, from what its sales show."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

USUAL_WINDOW_DAYS = 91
"""Usual price and usual depth are taken over a quarter, centred."""
USUAL_QUANTILE = 0.2
"""A depth reached in four weeks of five is how the product is normally sold, not a promotion."""
MOST_DEPTH = 0.9
"""What is given away has no price, and models take logarithms of what is left of one."""
LEAST_PRICE = 1.0
"""Usual price in minor units of a product that no sale showed a price of."""


def price_and_depth(units: Floats, net: Floats, listed: Floats, *, period_days: int = 7) -> tuple[Floats, Floats]:
    """Usual price (minor units, filled) and promotion depth (NaN where no sale showed it), all (n, T).

    Where discounts are recorded, the usual depth (what four weeks of five give anyway) belongs to the usual
    price; where they are not, the usual price is the upper quantile of what was paid.
    """
    window = USUAL_WINDOW_DAYS // period_days
    with np.errstate(divide="ignore", invalid="ignore"):
        list_price = np.where(units > 0, listed / units, np.nan)
        paid = np.where(units > 0, net / units, np.nan)
        given = np.clip(1 - paid / list_price, 0.0, 0.95)
    has_discounts = np.nansum(listed - net, axis=1, keepdims=True) > 0
    usual_given = _rolling(given, window, quantile=USUAL_QUANTILE)
    recorded_price = _rolling(list_price, window, quantile=0.5) * (1 - usual_given)
    price = np.where(has_discounts, recorded_price, _rolling(paid, window, quantile=1 - USUAL_QUANTILE))
    with np.errstate(divide="ignore", invalid="ignore"):
        recorded_depth = 1 - (1 - given) / (1 - usual_given)
        depth = np.where(has_discounts, recorded_depth, 1 - paid / price)
    # Given away, or not sold yet: there is no price to know, and models take logarithms of it.
    return np.where(price > 0, price, LEAST_PRICE), np.clip(depth, 0.0, MOST_DEPTH)


def fill_by_row_mean(depth: Floats) -> Floats:
    """A period without a sale shows no price; the product's mean depth leaves its elasticity where it is."""
    n_known = np.isfinite(depth).sum(axis=1, keepdims=True)
    mean = np.nansum(depth, axis=1, keepdims=True) / np.maximum(n_known, 1)
    return np.where(np.isfinite(depth), depth, mean)


def carry(values: Floats, *, otherwise: float = 0.0) -> Floats:
    """NaN replaced by the last value known, before the first one by the first; `otherwise` in rows without any.

    >>> carry(np.array([[np.nan, 1.0, np.nan, 3.0], [np.nan] * 4]))
    array([[1., 1., 1., 3.],
           [0., 0., 0., 0.]])
    """
    is_known = np.isfinite(values)
    columns = np.arange(values.shape[1])
    last = np.maximum.accumulate(np.where(is_known, columns, -1), axis=1)
    first = np.argmax(is_known, axis=1)[:, None]
    filled = np.take_along_axis(values, np.where(last >= 0, last, first), axis=1)
    return np.where(is_known.any(axis=1, keepdims=True), filled, otherwise)


def relative_level(units: Floats, listed: Floats, list_price: Floats) -> Floats:
    """How much dearer a series is than `list_price` where it sold, (n, 1); 1 where it never did."""
    is_both = (units > 0) & (list_price > 0)
    own = np.sum(listed, axis=1, keepdims=True, where=is_both)
    other = np.sum(units * list_price, axis=1, keepdims=True, where=is_both)
    return np.where((own > 0) & (other > 0), own / np.where(other > 0, other, 1.0), 1.0)


def _rolling(rows: Floats, window: int, *, quantile: float) -> Floats:
    """Centred rolling quantile along the periods, ignoring those without a sale, gaps filled from neighbours.

    A row without two sales in any window has the quantile of its sales throughout.
    """
    filled = carry(_centred(rows, window, quantile=quantile), otherwise=np.nan)
    is_thin = np.isnan(filled).any(axis=1) & np.isfinite(rows).any(axis=1)
    if is_thin.any():
        filled[is_thin] = np.nanquantile(rows[is_thin], quantile, axis=1)[:, None]
    return filled


_SHORT_WINDOW = 31  # periods up to which sorting each window costs less than sliding along


def _centred(rows: Floats, window: int, *, quantile: float) -> Floats:
    """Quantile of the values known around each period, (n, T); NaN where there are fewer than two."""
    if window > _SHORT_WINDOW:
        rolled = pd.DataFrame(rows.T).rolling(window, center=True, min_periods=2).quantile(quantile)
        return np.asarray(rolled.to_numpy(dtype=np.float64).T)
    after = (window - 1) // 2
    wide = np.pad(rows, ((0, 0), (window - 1 - after, after)), constant_values=np.nan)
    around = np.sort(sliding_window_view(wide, window, axis=1), axis=2)  # unknown values come last
    n_known = np.isfinite(around).sum(axis=2, keepdims=True)
    last = np.maximum(n_known - 1, 0)
    below = np.floor(quantile * last).astype(np.int64)
    low, high = (np.take_along_axis(around, at, axis=2) for at in (below, np.minimum(below + 1, last)))
    return np.where(n_known >= 2, low + (high - low) * (quantile * last - below), np.nan)[:, :, 0]
