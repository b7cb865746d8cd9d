"""What was learnt of a shop's demand: the posterior of every category, and what goes with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from dealwright.demand.features import Offers
from dealwright.demand.halo import Halo
from dealwright.demand.lift import LIFTING, Lift, lift_of, taking_shares
from dealwright.demand.losses import Shares
from dealwright.demand.nested import Coefficients, Nested, SlopeVariances
from dealwright.demand.prior import GROUPED, PULLS, SHARED, SWITCHING, Prior

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class CategoryFit:
    """The posterior of one category: its mode, and the factors to draw from around it.

    `rows` are the category's m rows of the panel. `mode.shared` are the `SHARED` coefficients, then season and
    holidays. Units scatter around their mean m with a variance of `dispersion` (m,) * m + `misfit` * m^2.
    `by_shop` is by how much the mode moves with each of the shop's averages: they come first in its arrays.
    """

    rows: Ints
    mode: Coefficients
    nested: Nested
    dispersion: Floats
    misfit: float
    variances: SlopeVariances
    by_shop: Coefficients

    def draw(self, shop: Floats, rng: np.random.Generator) -> Coefficients:
        """Draws of the coefficients, one for each deviation of the shop's averages from what was learnt, (D, P)."""
        drawn = self.nested.draw(len(shop), rng)
        moved = Coefficients(
            np.tensordot(shop, self.by_shop.own, axes=1),
            np.tensordot(shop, self.by_shop.group, axes=1),
            shop @ self.by_shop.shared,
        )
        return drawn.plus(moved).plus(self.mode)

    @property
    def level(self) -> Floats:
        """Log of a usual period's units, (m,)."""
        return self.mode.own[:, 0]

    @property
    def elasticity(self) -> Floats:
        """Per cent more units per per cent less price, (m,)."""
        return np.asarray(self.elasticities(self.mode))

    def elasticities(self, c: Coefficients) -> Floats:
        """Elasticities (..., m) of coefficients or draws of them."""
        return np.asarray(c.own[..., 1] + self.of_groups("elasticity", c))

    def of_groups(self, name: str, c: Coefficients) -> Floats:
        """A coefficient of `SHARED` with what the series' groups add to it, (..., m), of coefficients or draws."""
        shared = c.shared[..., SHARED.index(name), None]
        if name not in GROUPED:
            return np.repeat(shared, len(self.rows), axis=-1)
        return np.asarray(shared + c.group[..., self.nested.group_of, GROUPED.index(name)])

    def shared(self, name: str) -> float:
        """One of the `SHARED` coefficients at the mode."""
        return float(self.mode.shared[SHARED.index(name)])


@dataclass(frozen=True, slots=True)
class Fit:
    """Fits of all categories, and what is needed to lay out new periods the same way."""

    categories: tuple[CategoryFit, ...]
    shares: Floats
    mean_log_price: Floats
    typical_cut: float
    holidays: tuple[str, ...]
    country: str
    first: date
    last: date
    shop_elasticity: float
    n_price_points: Ints
    halo: Halo
    deal_strength: float
    prior: Prior
    shop_sd: Floats
    additivity: float

    def draw_shop(self, n_draws: int, rng: np.random.Generator) -> Floats:
        """How far the shop's averages may be from those that were learnt, (D, P): the same for all categories."""
        return rng.normal(0.0, self.shop_sd, (n_draws, len(self.shop_sd)))

    def by_series(self, values: Sequence[Floats]) -> Floats:
        """Values (m, ...) of each category's rows, laid out in the panel's order."""
        out = np.zeros((sum(len(f.rows) for f in self.categories), *values[0].shape[1:]))
        for f, own in zip(self.categories, values, strict=True):
            out[f.rows] = own
        return out

    def shared(self, name: str) -> Floats:
        """A coefficient of `SHARED` at the mode, as it holds for each series' group, (n,)."""
        return self.by_series([f.of_groups(name, f.mode) for f in self.categories])

    @property
    def taking_shares(self) -> Shares:
        """What of an uplift is taken from neighbours and later periods, at the mode."""
        return taking_shares({name: self.shared(name) for name in (*SWITCHING, *PULLS, "rival_pull")})

    @property
    def dispersion(self) -> Floats:
        """Variance over mean of a period's units, (n,)."""
        return self.by_series([f.dispersion for f in self.categories])

    @property
    def misfit(self) -> Floats:
        """What the model gets wrong in proportion, a variance relative to the squared mean, (n,)."""
        return self.by_series([np.full(len(f.rows), f.misfit) for f in self.categories])

    def trend(self, starts: Sequence[date]) -> Floats:
        """-1 in the first period of the fit, 0 in its last and after: slopes are not projected."""
        span = max((self.last - self.first).days, 1)
        return np.array([-max((self.last - start).days, 0) / span for start in starts])


def lift_at_mode(fit: Fit, offers: Offers) -> Lift:
    """Lift at the posterior mode, before neighbours and earlier periods."""
    answers = {name: fit.shared(name) for name in LIFTING}
    elasticity = fit.by_series([f.elasticity for f in fit.categories])
    return lift_of(answers | {"elasticity": elasticity}, offers, fit.typical_cut)
