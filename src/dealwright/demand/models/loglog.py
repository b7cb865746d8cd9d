"""The textbook model of a price: log units on log price, depth and support, fitted product by product."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dealwright.data.panel import Panel
from dealwright.demand.ahead import Ahead
from dealwright.demand.features import Offers
from dealwright.demand.models.evidence import check_ahead, evidence, mean_of_known, tamed

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

RIDGE = 1.0
"""Where a covariate hardly moved, its slope is near 0 instead of anywhere."""
MOST_LOG_SMEAR = 0.7
"""Half the variance of the logarithm that is believed when logarithms are turned back into units."""


@dataclass(frozen=True, slots=True)
class LogLog:
    """log(units + 1) of each series around a level of its own, with slopes that the stores of a product share."""

    @property
    def name(self) -> str:
        """The name it is registered by."""
        return "loglog"

    def fit(self, panel: Panel) -> FittedLogLog:
        """Ridge regression within each series, all stores of a product together."""
        product_of = np.unique(np.array(panel.skus), return_inverse=True)[1]
        within = _Within.of(panel, usual=np.log(panel.price).mean(axis=1, keepdims=True))
        n_products, n_slopes = int(product_of.max(initial=-1)) + 1, len(within.x)
        square = np.zeros((n_products, n_slopes, n_slopes))
        cross = np.zeros((n_products, n_slopes))
        np.add.at(square, product_of, np.einsum("pnt,qnt->npq", within.x, within.x))
        np.add.at(cross, product_of, np.einsum("pnt,nt->np", within.x, within.y))
        slopes = np.linalg.solve(square + RIDGE * np.eye(n_slopes), cross[..., None])[..., 0][product_of]
        return FittedLogLog(np.asarray(slopes, dtype=np.float64), within.usual)


@dataclass(frozen=True, slots=True)
class FittedLogLog:
    """`slopes` (n, P) of each series; `usual` (n, 1) the log price they are taken around."""

    slopes: Floats
    usual: Floats

    def forecast(self, panel: Panel, ahead: Ahead) -> Floats:
        """Expected units (n, H): the level the series have in `panel`, at the prices and support of `ahead`."""
        known = evidence(panel)
        check_ahead(panel, ahead)
        within = _Within.of(panel, usual=self.usual)
        residual = within.use * (within.y - np.einsum("np,pnt->nt", self.slopes, within.x))
        variance = (residual**2).sum(axis=1) / np.maximum(within.use.sum(axis=1) - 1.0, 1.0)
        level = within.mean_y - np.einsum("np,pn->n", self.slopes, within.mean_x)
        coming = _covariates(ahead.price, ahead.offers, self.usual)
        log_units = level[:, None] + np.einsum("np,pnt->nt", self.slopes, coming)
        smear = np.minimum(0.5 * variance, MOST_LOG_SMEAR)
        made = np.expm1(np.clip(log_units + smear[:, None], 0.0, 20.0))
        fallback = mean_of_known(known)
        return np.stack([tamed(made[i], known[i], float(fallback[i])) for i in range(len(made))])


@dataclass(frozen=True, slots=True)
class _Within:
    """Log units `y` (n, T) and covariates `x` (P, n, T) less their means over periods on sale, zero elsewhere."""

    y: Floats
    x: Floats
    mean_y: Floats
    mean_x: Floats
    use: Floats
    usual: Floats

    @classmethod
    def of(cls, panel: Panel, *, usual: Floats) -> _Within:
        known = evidence(panel)
        use = np.isfinite(known).astype(np.float64)
        count = np.maximum(use.sum(axis=1), 1.0)
        y = np.log1p(np.nan_to_num(known))
        x = _covariates(panel.price, Offers.of(panel), usual)
        mean_y, mean_x = (use * y).sum(axis=1) / count, (use * x).sum(axis=2) / count
        return cls(use * (y - mean_y[:, None]), use * (x - mean_x[..., None]), mean_y, mean_x, use, usual)


def _covariates(price: Floats, offers: Offers, usual: Floats) -> Floats:
    """Log of the price paid over the usual one, depth, display and mailer, (4, n, T)."""
    return np.stack([np.log(price) - usual - offers.log_price_cut, offers.depth, offers.display, offers.mailer])
