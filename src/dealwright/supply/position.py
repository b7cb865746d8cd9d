"""What stock a plan leaves, week by week, and how likely the shelf is empty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dealwright.core.errors import InputError
from dealwright.data import columns as c

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

LEVEL = 0.8
"""Probability that the closing stock lies between low and high."""
COVER_WEEKS = 2.0
"""Weeks of ordinary sales on the shelf at the start, where no stock is known: common for packaged
groceries."""


@dataclass(frozen=True, slots=True)
class Supply:
    """What is on the shelf at the start, (n,), and what arrives each week, (n, T), in whole units.

    `assumption` says in a sentence what was assumed; it is empty if the stock was counted.
    """

    opening_units: Whole
    arrivals_units: Whole
    assumption: str = ""

    @property
    def is_assumed(self) -> bool:
        """Whether a page that uses it must say "assumed"."""
        return bool(self.assumption)


@dataclass(frozen=True, slots=True)
class Band:
    """Expected values with the bounds that hold the truth with the projection's `level`; all (n, T)."""

    mean: Floats
    low: Floats
    high: Floats

    @classmethod
    def from_draws(cls, draws: Floats, *, level: float) -> Band:
        """Mean and equal-tailed bounds over the first axis of (D, n, T)."""
        tail = (1 - level) / 2
        low, high = np.quantile(draws, [tail, 1 - tail], axis=0)
        return cls(draws.mean(axis=0), low, high)


@dataclass(frozen=True, slots=True)
class StockProjection:
    """The course of stock for n products over T weeks, from D draws of demand; arrays are (n, T).

    `received` is what arrives; `sold`, `lost` and `closing` are units sold, not sold for want of stock, and
    left at the end of the week, with bounds that hold them with probability `level`;
    `stock_out_probability` is the chance that the week's demand is not met in full. Before the first week
    there are `opening`, (n,). `shortage` is (D, n): how much more at the start would have met all demand in
    that draw.
    """

    opening: Floats
    received: Floats
    sold: Band
    lost: Band
    closing: Band
    stock_out_probability: Floats
    shortage: Floats
    level: float = LEVEL

    @property
    def horizon_risk(self) -> Floats:
        """Probability per product, (n,), of at least one stock-out over all weeks."""
        return np.asarray((self.shortage > 0).mean(axis=0), dtype=np.float64)

    def extra_units_for(self, service_level: float) -> Whole:
        """Fewest whole units per product, (n,), to add before the first week for the wanted service.

        With them, no week of the horizon runs out in at least `service_level` of the draws.

        >>> demand = np.array([[[4.0]], [[6.0]], [[9.0]], [[5.0]]])
        >>> projection = project_stock(np.array([5]), np.array([[0]]), demand)
        >>> projection.extra_units_for(0.75), projection.extra_units_for(1.0)
        (array([1]), array([4]))
        """
        if not 0 < service_level <= 1:
            raise InputError(f"service level {service_level} is not a share above 0 and up to 1, like 0.95")
        n_draws = len(self.shortage)
        # The rounding keeps 0.95 x 20 = 19.000000000000004 at the 19th draw.
        rank = int(np.ceil(np.round(service_level * n_draws, 9))) - 1
        return np.asarray(np.ceil(np.sort(self.shortage, axis=0)[rank]), dtype=np.int64)

    def to_frame(self, skus: Sequence[str], weeks: Sequence[date]) -> pd.DataFrame:
        """One row per product and week: stock before, received, sold, lost and left, with bounds and risk."""
        before = np.column_stack([self.opening, self.closing.mean[:, :-1]])
        columns = {
            "stock_before": before,
            "received": self.received,
            "sold": self.sold.mean,
            "sold_low": self.sold.low,
            "sold_high": self.sold.high,
            "lost": self.lost.mean,
            "lost_low": self.lost.low,
            "lost_high": self.lost.high,
            "stock_after": self.closing.mean,
            "stock_after_low": self.closing.low,
            "stock_after_high": self.closing.high,
            "stock_out_probability": self.stock_out_probability,
        }
        return pd.DataFrame(
            {
                c.SKU: np.repeat(list(skus), len(weeks)),
                c.WEEK: np.tile(np.array(weeks, dtype=object), len(skus)),
                **{name: values.ravel() for name, values in columns.items()},
            }
        )


def project_stock(
    opening_units: NDArray[np.generic],
    arrivals_units: NDArray[np.generic],
    demand_draws: NDArray[np.generic],
    *,
    level: float = LEVEL,
) -> StockProjection:
    """Follow the stock of n products over T weeks through D possible courses of demand.

    `opening_units` is (n,), `arrivals_units` (n, T), `demand_draws` (D, n, T). Arrivals come before the
    week's sales; a week sells the smaller of stock and demand; demand that is not met is lost, not
    postponed. Raises InputError if shapes do not fit or a value is negative or not finite.
    """
    opening, arrivals, demand = (
        np.asarray(values, dtype=np.float64) for values in (opening_units, arrivals_units, demand_draws)
    )
    _require_fit(opening, arrivals, demand, level=level)
    sold, closing = np.empty_like(demand), np.empty_like(demand)
    stock = np.broadcast_to(opening, demand.shape[:2])
    for week in range(demand.shape[2]):
        available = stock + arrivals[:, week]
        sold[:, :, week] = np.minimum(available, demand[:, :, week])
        closing[:, :, week] = available - sold[:, :, week]
        stock = closing[:, :, week]
    lost = demand - sold
    assert np.all(closing >= 0), "stock cannot be negative"
    balance = opening + arrivals.sum(axis=1) - sold.sum(axis=2)
    assert np.allclose(balance, closing[:, :, -1]), "stock before + received - sold must be stock after"
    # Until a first stock-out everything demanded is sold, so the worst week's backlog is what was missing.
    backlog = np.cumsum(demand - arrivals, axis=2).max(axis=2) - opening
    return StockProjection(
        opening=opening,
        received=arrivals,
        sold=Band.from_draws(sold, level=level),
        lost=Band.from_draws(lost, level=level),
        closing=Band.from_draws(closing, level=level),
        stock_out_probability=(lost > 0).mean(axis=0),
        shortage=np.maximum(np.round(backlog, 9), 0.0),  # running sums of fractions leave dust
        level=level,
    )


def assumed_supply(baseline_units: Floats, *, cover_weeks: float = COVER_WEEKS) -> Supply:
    """The supply of a shop whose stock is not known: an assumption, and labelled as one.

    The shelf starts with `cover_weeks` weeks of mean baseline, rounded up; every week the buyer receives the
    baseline, rounded: what would be sold without promotion. `baseline_units` is (n, T).
    """
    problems = _misfits("baseline_units", baseline_units, (None, None))
    if not cover_weeks >= 0 or not np.isfinite(cover_weeks):
        problems.append(f"cover_weeks is {cover_weeks}; it must be a number of weeks, 0 or more")
    if problems:
        raise InputError(*problems)
    return Supply(
        opening_units=np.ceil(np.round(cover_weeks * baseline_units.mean(axis=1), 9)).astype(np.int64),
        arrivals_units=np.rint(baseline_units).astype(np.int64),
        assumption=(
            f"Stock is assumed: {cover_weeks:g} weeks of baseline sales on the shelf at the start, "
            "and each week the baseline arrives."
        ),
    )


def _require_fit(opening: Floats, arrivals: Floats, demand: Floats, *, level: float) -> None:
    n, weeks = (arrivals.shape[0], arrivals.shape[1]) if arrivals.ndim == 2 else (None, None)
    problems = [
        *_misfits("arrivals_units", arrivals, (None, None)),
        *_misfits("opening_units", opening, (n,)),
        *_misfits("demand_draws", demand, (None, n, weeks)),
    ]
    if not 0 < level < 1:
        problems.append(f"level {level} is not a probability between 0 and 1, like 0.8")
    if problems:
        raise InputError(*problems)


def _misfits(name: str, values: Floats, shape: tuple[int | None, ...]) -> list[str]:
    """What is wrong with an array: its shape (None: any length above zero), or values below zero or not
    finite."""
    fits = values.ndim == len(shape) and all(
        size > 0 and wanted in (None, size) for size, wanted in zip(values.shape, shape, strict=True)
    )
    if not fits:
        wanted = " x ".join("any" if size is None else str(size) for size in shape)
        return [f"{name} has the shape {values.shape}; it must be {wanted}"]
    if not np.isfinite(values).all() or (values < 0).any():
        return [f"{name} holds values that are negative or not finite; units must be 0 or more"]
    return []
