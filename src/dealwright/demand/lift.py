"""By how much price cuts, displays and mailers lift sales, and what of it is taken from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dealwright.demand.features import Offers, neighbour_gain, support_share
from dealwright.demand.losses import Shares
from dealwright.demand.prior import PULLS, SWITCHING

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_FITTED_LIFT = 3.0


@dataclass(frozen=True, slots=True)
class Lift:
    """Log lift of every series and period by the price cut, and by display and mailer, each (n, T)."""

    price_cut: Floats
    support: Floats

    @property
    def gain(self) -> Floats:
        """Units more, relative to the baseline, within what a fit is believed."""
        return np.asarray(np.expm1(np.clip(self.price_cut + self.support, -1.0, MOST_FITTED_LIFT)))

    def pressure(self, shares: Floats, market_of: Ints) -> Floats:
        """What neighbours gain by price cuts, and by display and mailer, (2, n, T); see `neighbour_gain`.

        What both bring together is owed to each in proportion to its logarithm.
        """
        by_support = self.gain * support_share(self.price_cut, self.support)
        return np.stack([neighbour_gain(g, shares, market_of) for g in (self.gain - by_support, by_support)])


LIFTING = ("curvature", "display", "mailer", "display_depth", "mailer_depth")


def lift_of(answers: Mapping[str, Floats], offers: Offers, typical_cut: float) -> Lift:
    """Lift by coefficients (n,) of each series."""
    cut = offers.log_price_cut
    slope = answers["elasticity"][:, None] + answers["curvature"][:, None] * (cut - typical_cut)
    display, mailer, display_depth, mailer_depth = (answers[name][:, None] for name in LIFTING[1:])
    support = (display + display_depth * cut) * offers.display + (mailer + mailer_depth * cut) * offers.mailer
    return Lift(np.asarray(slope * cut), np.asarray(support))


def taking_shares(answers: Mapping[str, Floats]) -> Shares:
    """What of an uplift is taken from neighbours and later periods, by coefficients (n,) of each series."""
    switching = np.array([answers[name] for name in SWITCHING])
    return Shares(switching, np.array([answers[name] for name in PULLS]), answers["rival_pull"])
