"""What the sales of past weeks were made of: baseline, uplift, what promotions took from others, the rest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dealwright.data.panel import Panel
from dealwright.demand.features import Offers, lagged
from dealwright.demand.fit import Fit, lift_at_mode, shared_at_mode
from dealwright.demand.forecast import fitted_units
from dealwright.demand.response import MOST_LIFT

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Decomposition:
    """Units per product and week, each (n, T); at the posterior mode.

    actual = baseline + uplift - cannibalised - pulled_forward + unexplained, exactly.
    """

    actual: Floats
    baseline: Floats
    uplift: Floats
    cannibalised: Floats
    pulled_forward: Floats
    unexplained: Floats

    def by_week(self) -> dict[str, list[float]]:
        """Sums over products, by part."""
        names = ("actual", "baseline", "uplift", "cannibalised", "pulled_forward", "unexplained")
        return {name: [float(units) for units in getattr(self, name).sum(axis=0)] for name in names}


def decompose(fit: Fit, panel: Panel, *, country: str) -> Decomposition:
    """Split the panel's sales; what a week's neighbours took is at most its baseline."""
    baseline, _ = fitted_units(fit, panel, country=country)
    gain = np.expm1(np.clip(lift_at_mode(fit.categories, Offers.of(panel)), 0.0, MOST_LIFT))
    switching, pull = (shared_at_mode(fit.categories, name) for name in ("switching", "pull_forward"))
    uplift = baseline * gain
    switched = np.clip(switching, 0.0, 1.0)[:, None] * uplift
    belongs = np.equal.outer(np.arange(len(panel.categories)), panel.category_of).astype(np.float64)
    from_others = (belongs @ switched)[panel.category_of] - switched
    cannibalised = np.minimum(fit.shares[:, None] * from_others, baseline)
    pulled = lagged(np.clip(pull, 0.0, 0.8)[:, None] * uplift)
    explained = baseline + uplift - cannibalised - pulled
    return Decomposition(
        actual=panel.units,
        baseline=baseline,
        uplift=uplift,
        cannibalised=cannibalised,
        pulled_forward=pulled,
        unexplained=panel.units - explained,
    )
