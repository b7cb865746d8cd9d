"""What a few large promotions of the past did, part by part."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dealwright.app.demand.forecast_demand import DemandForecast
from dealwright.app.plain import plain, plain_estimate
from dealwright.core.estimate import Estimate
from dealwright.data import columns as c
from dealwright.data.panel import Panel

N_SHOWN = 3
LEAST_CUT = 0.05
"""A price cut worth the name."""
LEAST_SUPPORT = 0.05
"""Share of the shop's sales whose stores had it on display or in the mailer."""


@dataclass(frozen=True, slots=True)
class PastPromotion:
    """One product's promoted week. `parts` are units by part of `demand.decompose.Decomposition`, `actual` first.

    Of the uplift, `switched` units came from similar products, `pulled_after` from the product's own later weeks;
    `brought` is what products of other categories sold more.
    """

    sku: str
    name: str
    category: str
    week: date
    depth: float
    on_display: bool
    in_mailer: bool
    parts: dict[str, float]
    switched: Estimate
    pulled_after: Estimate
    brought: Estimate

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        told = {f.name: plain(getattr(self, f.name)) for f in fields(self) if f.name not in _ESTIMATES}
        return told | {name: plain_estimate(getattr(self, name)) for name in _ESTIMATES}


_ESTIMATES = ("switched", "pulled_after", "brought")


def past_promotions(demand: DemandForecast) -> list[PastPromotion]:
    """The largest uplifts of weeks with a price cut and support, one of each category, the largest first.

    At most `N_SHOWN`, ranked by expected uplift and not by what was sold, so that luck does not choose.
    """
    panel, uplift = demand.panel, demand.decomposition.uplift
    eligible = np.where(_is_eligible(panel), uplift, 0.0)
    chosen: dict[int, tuple[int, int]] = {}
    for cell in np.argsort(-eligible, axis=None, kind="stable"):
        i, t = divmod(int(cell), len(panel.starts))
        if eligible[i, t] <= 0 or len(chosen) == N_SHOWN:
            break
        chosen.setdefault(int(panel.category_of[i]), (i, t))
    return [_told(demand, i, t) for i, t in chosen.values()]


def _is_eligible(panel: Panel) -> NDArray[np.bool_]:
    is_cut = panel.is_depth_known & (panel.depth >= LEAST_CUT)
    is_shown = (panel.display >= LEAST_SUPPORT) | (panel.mailer >= LEAST_SUPPORT)
    return np.asarray(panel.is_active & is_cut & is_shown)


def _told(demand: DemandForecast, i: int, t: int) -> PastPromotion:
    panel, response, split = demand.panel, demand.response, demand.decomposition
    uplift = float(split.uplift[i, t])
    switching = response.switching_of(panel.depth[:, t], panel.display[:, t], panel.mailer[:, t])[:, i]
    reached = response.halo[:, response.halo_of == panel.category_of[i]].sum(axis=1)
    return PastPromotion(
        sku=panel.skus[i],
        name=str(panel.products[c.NAME].iloc[i]),
        category=panel.categories[panel.category_of[i]],
        week=panel.starts[t],
        depth=float(panel.depth[i, t]),
        on_display=bool(panel.display[i, t] >= LEAST_SUPPORT),
        in_mailer=bool(panel.mailer[i, t] >= LEAST_SUPPORT),
        parts={f.name: float(getattr(split, f.name)[i, t]) for f in fields(split)},
        switched=Estimate.from_draws(uplift * switching),
        pulled_after=Estimate.from_draws(uplift * response.pull_forward[:, i]),
        brought=Estimate.from_draws(uplift * reached),
    )
