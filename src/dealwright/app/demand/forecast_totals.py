"""What products, categories, stores and the whole shop will sell, in numbers that agree with one another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dealwright.app.demand.basis import Basis
from dealwright.app.demand.forecast_demand import DemandForecast
from dealwright.app.plain import plain_estimate
from dealwright.app.ports import Progress, silent
from dealwright.core.estimate import Estimate
from dealwright.core.rng import stream
from dealwright.data import columns as c
from dealwright.data.panel import Panel
from dealwright.demand.reconcile import SERIES, Hierarchy, in_step, reconcile
from dealwright.demand.response import draw_units

Floats = NDArray[np.float64]

SKU = "sku"
"""The level of products: the series themselves, unless those are products in stores."""
SHARE_WEEKS = 13
"""What share of a product is sold in the stores that are forecast one by one is taken from so many latest weeks."""


@dataclass(frozen=True, slots=True)
class Node:
    """One total: units of each week, and of all weeks together, chance included."""

    code: str
    name: str
    weekly: tuple[Estimate, ...]
    units: Estimate


@dataclass(frozen=True, slots=True)
class Totals:
    """Nodes by level, from the top, the largest first. `largest_gap` is how far any parts are from their whole.

    `n_reconciled` levels were forecast apart and moved until they agree; one alone is only added up.
    """

    weeks: tuple[date, ...]
    levels: Mapping[str, tuple[Node, ...]]
    largest_gap: float
    n_reconciled: int

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "weeks": [str(week) for week in self.weeks],
            "largest_gap": self.largest_gap,
            "n_reconciled": self.n_reconciled,
            "levels": {
                level: [
                    {
                        "code": node.code,
                        "name": node.name,
                        "units": plain_estimate(node.units),
                        "weekly": [plain_estimate(one) for one in node.weekly],
                    }
                    for node in nodes
                ]
                for level, nodes in self.levels.items()
            },
        }


def forecast_totals(basis: Basis, *, by_store: bool = False, progress: Progress = silent) -> Totals:
    """Forecast the scenario's weeks without promotion at every level.

    Chain-wide, products are forecast and added up. With `by_store`, products are forecast in each store and also
    over the chain; both are drawn jointly, put in step and reconciled, each trusted by how little its draws
    scatter, which trials at earlier dates have calibrated.
    """
    chain = basis.learn(basis.read(progress), _part(progress, 0.0, 0.4 if by_store else 0.95))
    if not by_store:
        units = _drawn(chain, seed=basis.seed)
        hierarchy = Hierarchy.of(chain.panel)
        return told_of(hierarchy, hierarchy.added_up(units), chain.response.weeks, chain.panel, n_reconciled=1)
    of_stores = basis.learn(basis.read(progress, by_store=True), _part(progress, 0.4, 0.95))
    panel = of_stores.panel
    hierarchy = Hierarchy.of(panel)
    own = {SERIES: _drawn(of_stores, seed=basis.seed), SKU: _of_stores_forecast(chain, panel, seed=basis.seed)}
    variances = {level: draws.var(axis=0).mean(axis=1) for level, draws in own.items()}
    progress("making the levels agree", 0.95)
    agreed = reconcile(hierarchy, in_step(hierarchy, own), variances)
    return told_of(hierarchy, agreed, chain.response.weeks, panel, n_reconciled=len(own))


def _part(progress: Progress, first: float, last: float) -> Progress:
    return lambda what, share: progress(what, first + (last - first) * share)


def _drawn(demand: DemandForecast, *, seed: int) -> Floats:
    """Joint draws (D, n, H) of whole units of single weeks without promotion."""
    response = demand.response
    return draw_units(response.baseline, response.dispersion[None, :, None], stream(seed, "totals"))


def _of_stores_forecast(chain: DemandForecast, panel: Panel, *, seed: int) -> Floats:
    """Draws (D, m, H) of what the chain's forecast says of the stores in `panel`, by product in its order.

    A store in which a product sells too rarely is not in the panel, so its part of the chain's sales is left out.
    """
    skus = list(dict.fromkeys(panel.skus))
    rows = [chain.panel.skus.index(sku) for sku in skus]
    sold_here = Hierarchy.of(panel).above[SKU].sums @ panel.units[:, -SHARE_WEEKS:]
    sold_at_all = chain.panel.units[rows, -SHARE_WEEKS:].sum(axis=1)
    share = np.clip(sold_here.sum(axis=1) / np.maximum(sold_at_all, 1.0), 0.0, 1.0)
    return np.asarray(_drawn(chain, seed=seed)[:, rows] * share[None, :, None])


def told_of(
    hierarchy: Hierarchy, draws: Mapping[str, Floats], weeks: tuple[date, ...], panel: Panel, *, n_reconciled: int
) -> Totals:
    """Draws (D, m, H) of every level, as nodes with ranges."""
    called = [str(name) for name in panel.products[c.NAME]]
    names = dict(zip([*panel.skus, *panel.series], called * 2, strict=True))
    is_chain = c.STORE not in panel.products
    levels = {}
    for level, values in draws.items():
        codes = hierarchy.names(level)
        nodes = [_node(code, names.get(code, code), values[:, k]) for k, code in enumerate(codes)]
        # Chain-wide the series are the products.
        levels[SKU if level == SERIES and is_chain else level] = tuple(
            sorted(nodes, key=lambda node: -node.units.value)
        )
    whole = draws["total"][:, 0]
    gap = max(float(np.abs(values.sum(axis=1) - whole).max()) for values in draws.values())
    return Totals(weeks, levels, gap, n_reconciled)


def _node(code: str, name: str, draws: Floats) -> Node:
    """From draws (D, H)."""
    weekly = tuple(Estimate.from_draws(draws[:, t]) for t in range(draws.shape[1]))
    return Node(code, name, weekly, Estimate.from_draws(draws.sum(axis=1)))
