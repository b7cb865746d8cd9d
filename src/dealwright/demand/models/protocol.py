"""What every forecasting model is asked: learn from a panel, then say what the coming periods sell.

Fitting and forecasting are separate questions, so that new sales refresh a forecast without fitting again: what
was learnt (parameters, trees, coefficients) stays, what happened since (levels, lags) is read from the panel that
is handed to `forecast`.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dealwright.data.panel import Panel
from dealwright.demand.ahead import Ahead

Floats = NDArray[np.float64]


class FittedModel(Protocol):
    """A model that has learnt from a panel."""

    def forecast(self, panel: Panel, ahead: Ahead) -> Floats:
        """Expected units (n, H): finite, never negative, the same for the same input.

        `panel` has the series of the fit in the same order and reaches up to the first period of `ahead`; it may
        reach further than the panel of the fit.
        """
        ...


class DemandModel(Protocol):
    """A way to forecast units sold. Where a series cannot teach a model anything, it forecasts its mean."""

    @property
    def name(self) -> str:
        """The name it is registered by."""
        ...

    def fit(self, panel: Panel) -> FittedModel:
        """Learn from all periods of `panel`; periods that are not active are no evidence of low demand."""
        ...
