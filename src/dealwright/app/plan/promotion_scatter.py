"""How far single promotions of a shop's past strayed from what the model expects of such offers."""

from __future__ import annotations

import numpy as np

from dealwright.app.demand.forecast_demand import DemandForecast
from dealwright.demand.decompose import Alone
from dealwright.learn.posterior import Scatter, scatter_of


def promotion_scatter(demand: DemandForecast, alone: Alone) -> Scatter:
    """By the sales that were learnt from; `alone` is what they would have been without each promotion."""
    panel, split = demand.panel, demand.decomposition
    on = panel.is_active & (alone.without > 0)
    explained = split.actual - split.unexplained
    uplift = np.where(split.uplift > 0, np.maximum(explained - alone.without, 1e-9), 0.0)
    dispersion = np.broadcast_to(demand.fit.dispersion[:, None], uplift.shape)
    return scatter_of(panel.units[on], alone.without[on], uplift[on], dispersion[on])
