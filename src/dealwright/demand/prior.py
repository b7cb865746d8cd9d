"""What is believed of a shop's response to promotions before any of its data, and how alike products are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

PULL_LAGS = 4
"""How many periods later a promotion is still missed: customers who stocked up."""
PULLS = tuple(f"pull_{k + 1}" for k in range(PULL_LAGS))
RIVAL_PULL_WEIGHTS = 0.7 ** np.arange(6) / (0.7 ** np.arange(6)).sum()
"""How what neighbours miss because customers stocked up is spread over the periods after a promotion."""
SWITCHING = ("switching", "support_switching")
"""Of what a price cut brings, and of what display and mailer bring: the part that is taken from neighbours."""
SHARED = (
    "elasticity",
    "curvature",
    "display",
    "mailer",
    "display_depth",
    "mailer_depth",
    *SWITCHING,
    *PULLS,
    "rival_pull",
    "regular_elasticity",
    "competitor",
    "advertising",
    "surprise",
    "availability",
    "neighbours_out",
    "trend",
)
"""Coefficients of a category, in the order they stand in; season and holidays follow them."""
GROUPED = ("elasticity", "display", "mailer")
"""Coefficients that groups of a category's series (subcategories; products of a store panel) may answer apart."""


@dataclass(frozen=True, slots=True)
class Prior:
    """Where the shop's average response is expected before any data, and how much products may differ.

    Means and standard deviations of normal distributions. The `*_spread` say how far a category may stray from
    the shop, a group (subcategory; product of a store panel) from its category and a series from its group.
    `curvature` is how the elasticity changes with the logarithm of the price cut, `display_depth` and
    `mailer_depth` how much steeper the answer to price is with support. The values
    follow the published averages of scanner-data studies: promotional elasticity about 2 to 3, of the extra units
    one third taken from neighbours and nearly one third from later weeks (van Heerde, Leeflang, Wittink 2004).
    `surprise` is how much more sells where a cut is deeper than supplier deals explain; `availability` the power of
    the share of time on the shelf that sales follow, `neighbours_out` what empty shelves of neighbours bring.
    """

    elasticity: float = 2.0
    elasticity_sd: float = 1.0
    category_spread: float = 0.5
    group_spread: float = 0.4
    group_vehicle_spread: float = 0.15
    item_spread: float = 0.6
    curvature: float = -0.5
    curvature_sd: float = 1.0
    display: float = 0.3
    mailer: float = 0.3
    vehicle_sd: float = 0.3
    interaction_sd: float = 0.5
    switching: float = 0.33
    switching_sd: float = 0.15
    pull_forward: float = 0.10
    pull_forward_sd: float = 0.08
    rival_pull: float = 0.20
    rival_pull_sd: float = 0.10
    regular_elasticity: float = 1.0
    regular_elasticity_sd: float = 0.7
    competitor: float = 0.3
    competitor_sd: float = 0.5
    advertising_sd: float = 0.1
    surprise_sd: float = 0.6
    surprise_spread: float = 0.3
    availability: float = 1.0
    availability_sd: float = 0.3
    neighbours_out: float = 0.2
    neighbours_out_sd: float = 0.2
    trend_sd: float = 0.3
    season_sd: float = 0.15
    holiday_sd: float = 0.20

    @property
    def grouped_spread(self) -> Floats:
        """How far a group may stray from its category in each of `GROUPED`."""
        return np.array([self.group_spread, self.group_vehicle_spread, self.group_vehicle_spread])

    @property
    def shared(self) -> Floats:
        """Means of the `SHARED` coefficients; what is pulled forward is missed less and less later."""
        vehicles = [self.display, self.mailer, 0.0, 0.0]
        return np.array(
            [
                self.elasticity,
                self.curvature,
                *vehicles,
                self.switching,
                self.switching,
                *(self.pull_forward * _FADING),
                self.rival_pull,
                self.regular_elasticity,
                self.competitor,
                0.0,
                0.0,
                self.availability,
                self.neighbours_out,
                0.0,
            ]
        )

    @property
    def shared_sd(self) -> Floats:
        """Standard deviations of the `SHARED` coefficients."""
        vehicles = [self.vehicle_sd, self.vehicle_sd, self.interaction_sd, self.interaction_sd]
        return np.array(
            [
                float(np.hypot(self.elasticity_sd, self.category_spread)),
                self.curvature_sd,
                *vehicles,
                self.switching_sd,
                self.switching_sd,
                *(self.pull_forward_sd * np.sqrt(_FADING)),
                self.rival_pull_sd,
                self.regular_elasticity_sd,
                self.competitor_sd,
                self.advertising_sd,
                self.surprise_sd,
                self.availability_sd,
                self.neighbours_out_sd,
                self.trend_sd,
            ]
        )


_FADING = 0.5 ** np.arange(PULL_LAGS) / (0.5 ** np.arange(PULL_LAGS)).sum()
