"""What is believed of a shop's response to promotions before any of its data, and how alike products are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

PULL_LAGS = 4
"""How many periods later a promotion is still missed: customers who stocked up."""
PULLS = tuple(f"pull_{k + 1}" for k in range(PULL_LAGS))
SHARED = (
    "elasticity",
    "display",
    "mailer",
    "display_depth",
    "mailer_depth",
    "switching",
    *PULLS,
    "regular_elasticity",
    "competitor",
    "advertising",
    "trend",
)
"""Coefficients of a category, in the order they stand in; season and holidays follow them."""


@dataclass(frozen=True, slots=True)
class Prior:
    """Where the shop's average response is expected before any data, and how much products may differ.

    Means and standard deviations of normal distributions. The `*_spread` say how far a category may stray from
    the shop, a group (subcategory; product of a store panel) from its category and a series from its group.
    `display_depth` and `mailer_depth` say how much steeper the answer to price is with support. The values
    follow the published averages of scanner-data studies: promotional elasticity about 2 to 3, one third of the
    extra units taken from neighbours, a small part from later weeks.
    """

    elasticity: float = 2.0
    elasticity_sd: float = 1.0
    category_spread: float = 0.5
    group_spread: float = 0.4
    item_spread: float = 0.6
    display: float = 0.3
    mailer: float = 0.3
    vehicle_sd: float = 0.3
    interaction_sd: float = 0.5
    switching: float = 0.33
    switching_sd: float = 0.15
    pull_forward: float = 0.10
    pull_forward_sd: float = 0.08
    regular_elasticity: float = 1.0
    regular_elasticity_sd: float = 0.7
    competitor: float = 0.3
    competitor_sd: float = 0.5
    advertising_sd: float = 0.1
    trend_sd: float = 0.3
    season_sd: float = 0.15
    holiday_sd: float = 0.20

    @property
    def shared(self) -> Floats:
        """Means of the `SHARED` coefficients; what is pulled forward is missed less and less later."""
        vehicles = [self.display, self.mailer, 0.0, 0.0]
        return np.array(
            [
                self.elasticity,
                *vehicles,
                self.switching,
                *(self.pull_forward * _FADING),
                self.regular_elasticity,
                self.competitor,
                0.0,
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
                *vehicles,
                self.switching_sd,
                *(self.pull_forward_sd * np.sqrt(_FADING)),
                self.regular_elasticity_sd,
                self.competitor_sd,
                self.advertising_sd,
                self.trend_sd,
            ]
        )


_FADING = 0.5 ** np.arange(PULL_LAGS) / (0.5 ** np.arange(PULL_LAGS)).sum()
