"""What published regressions say about price on two public data sets, by plain least squares.

Standard errors allow the rows of one store to move together (clustered by store).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from demand_files import BRANDS, read_cheese, read_orange_juice

Floats = NDArray[np.float64]
Build = Callable[[pd.DataFrame], Floats]


@dataclass(frozen=True, slots=True)
class Slope:
    """One coefficient, by what the regression calls it, with its standard error."""

    specification: str
    name: str
    value: float
    error: float


def least_squares(y: Floats, x: Floats, *, cluster: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Coefficients and their standard errors, clustered, with the usual correction for few clusters."""
    bread = np.linalg.inv(x.T @ x)
    slopes = bread @ (x.T @ y)
    residual = y - x @ slopes
    n_clusters = int(cluster.max()) + 1
    sums = np.zeros((n_clusters, x.shape[1]))
    np.add.at(sums, cluster, x * residual[:, None])
    n, k = x.shape
    correction = n_clusters / (n_clusters - 1) * (n - 1) / (n - k)
    return slopes, np.sqrt(np.diag(bread @ (sums.T @ sums) @ bread) * correction)


def demeaned(values: Floats, group: NDArray[np.int64]) -> Floats:
    """Each row less the mean of its group; (rows,) or (rows, columns)."""
    frame = pd.DataFrame(values)
    out = (frame - frame.groupby(group).transform("mean")).to_numpy(dtype=np.float64)
    return out[:, 0] if values.ndim == 1 else out


def orange_juice(folder: Path) -> list[Slope]:
    """Four regressions of log sales: pooled, by brand, by brand and feature, and as a pooled model sees it.

    The last has an effect per store and brand, and a brand's feature beside its price.
    """
    rows = read_orange_juice(folder)
    store = rows["store"].to_numpy(dtype=np.int64)
    y, price = np.log(rows["sales"].to_numpy()), np.log(rows["price"].to_numpy())
    brand = np.column_stack([rows["brand"] == name for name in BRANDS]).astype(np.float64)
    feature = rows["feat"].to_numpy(dtype=np.float64)
    by_brand, featured = brand * price[:, None], brand * feature[:, None]
    found: list[Slope] = []

    def add(specification: str, x: Floats, names: Sequence[str], answer: Floats = y) -> None:
        slopes, errors = least_squares(answer, x, cluster=store)
        first = x.shape[1] - len(names)
        found.extend(
            Slope(specification, name, float(slopes[first + k]), float(errors[first + k]))
            for k, name in enumerate(names)
        )

    add("price", np.column_stack([brand, price]), ["all"])
    add("brand x price", np.column_stack([brand, by_brand]), BRANDS)
    full = np.column_stack([brand, featured, featured * price[:, None], by_brand])
    add("brand x price x feature, not featured", full, BRANDS)
    # The same regression, counted from featured weeks: its price slopes are those of featured weeks.
    unfeatured = brand - featured
    turned = np.column_stack([brand, unfeatured, unfeatured * price[:, None], by_brand])
    add("brand x price x feature, featured", turned, BRANDS)
    series = store * len(BRANDS) + brand.argmax(axis=1)
    own = demeaned(np.column_stack([featured, by_brand]), series)
    add("effects of store x brand, feature", own, BRANDS, demeaned(y, series))
    add("effects of store x brand", demeaned(by_brand, series), BRANDS, demeaned(y, series))
    return found


def cheese(folder: Path) -> list[Slope]:
    """Log volume on log price and display share, within retailers."""
    rows = read_cheese(folder)
    retailer = pd.factorize(rows["RETAILER"])[0].astype(np.int64)
    numbers = np.column_stack([np.log(rows["VOLUME"]), np.log(rows["PRICE"]), rows["DISP"]])
    within = demeaned(numbers, retailer)
    slopes, errors = least_squares(within[:, 0], within[:, 1:], cluster=retailer)
    return [
        Slope("effects of retailer", name, float(slope), float(error))
        for name, slope, error in zip(("price", "display"), slopes, errors, strict=True)
    ]
