"""The response model as a forecaster: its expected units, at the level the series have now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dealwright.data.keen_buyers import Complement
from dealwright.data.panel import Panel
from dealwright.demand.ahead import Ahead, extended
from dealwright.demand.fit import fit_response
from dealwright.demand.forecast import current_level, fitted_units
from dealwright.demand.posterior import Fit
from dealwright.demand.prior import Prior

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Response:
    """Structural log-linear response, pooled over the shop (see `demand.fit`).

    `complements` are the categories bought together; None: no baskets are known.
    """

    country: str = "US"
    prior: Prior | None = None
    complements: Sequence[Complement] | None = None

    @property
    def name(self) -> str:
        """The name it is registered by."""
        return "response"

    def fit(self, panel: Panel) -> FittedResponse:
        """Fit it; InputError where the data cannot tell what a promotion does."""
        fit = fit_response(panel, country=self.country, prior=self.prior, complements=self.complements)
        return FittedResponse(fit)


@dataclass(frozen=True, slots=True)
class FittedResponse:
    """The fit; levels are read from the panel that is handed to `forecast`."""

    fit: Fit

    def forecast(self, panel: Panel, ahead: Ahead) -> Floats:
        """Expected units (n, H) at the posterior mode."""
        reached = extended(panel, ahead)
        expected = fitted_units(self.fit, reached).expected[:, len(panel.starts) :]
        has_sold = panel.is_active.any(axis=1, keepdims=True)
        return np.asarray(expected * current_level(self.fit, panel)[:, None] * has_sold)
