"""What dealwright finds out about a shop of simulated shoppers, beside what is true of it.

Three shops a seed: one whose promotions know nothing of demand, one whose buyers promote what is about to lag, one
whose shelves are empty 30 % of the time. All are read as a real shop's records would be. Elasticities are compared
as the truth defines them: between the regular price and the product's usual cut, in weeks in which whatever else
the shop did stays, so neighbours' promotions lower the sales that both sides start from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dealwright.adapters.memory import MemoryTables
from dealwright.app.shop.find_complements import find_complements
from dealwright.core.period import Grain
from dealwright.core.rng import stream
from dealwright.data.clean import demand_lines
from dealwright.data.keen_buyers import Complement
from dealwright.data.panel import Panel
from dealwright.demand.fit import fit_response
from dealwright.demand.forecast import fitted_units, wanted_units
from dealwright.demand.nested import Coefficients
from dealwright.demand.posterior import Fit
from dealwright.simulate.observe import frames, panel
from dealwright.simulate.run import Shop, run_shop, without_stock_outs
from dealwright.simulate.setup import MIDDLE, Setup
from dealwright.simulate.truth import Truth, find_truth, usual_depths
from demand_truth import Recovered

Floats = NDArray[np.float64]

COUNTRY = "US"
N_DRAWS = 400
N_WEEKS = 12
"""Weeks of history in which the truth is looked up: with fewer, halo is mostly the luck of the weeks."""
ANSWERING = replace(MIDDLE, shock=0.25, endogeneity=-1.5)
EMPTY_SHELVES = replace(MIDDLE, stock_out_share=0.3)
LEAST_CROSS = 0.02
"""A cross effect matters if the neighbour loses so much of what the promoted product gains."""


@dataclass(frozen=True, slots=True)
class Found:
    """Elasticities (D, n), negative, as the truth defines them."""

    elasticity: Floats

    @property
    def mean(self) -> Floats:
        return np.asarray(self.elasticity.mean(axis=0))

    def ends(self, level: float) -> Floats:
        return np.quantile(self.elasticity, [(1 - level) / 2, (1 + level) / 2], axis=0)


def recover(seed: int, *, with_baskets: bool) -> Recovered:
    """One seed of each shop; halo is asked for only `with_baskets`, whose order lines take long to read."""
    shop, truth = _lived(MIDDLE, seed, with_lines=with_baskets)
    seen = panel(shop)
    fit = fit_response(seen, country=COUNTRY, complements=_complements(shop, seen) if with_baskets else None)
    found = elasticities(fit, seen, truth.depth, seed)
    low, high = found.ends(0.9)
    cross, true_cross = _cross(fit, truth)
    uplift = truth.uplift
    brought = fit.halo.matrix(len(seen.categories)).sum(axis=0)[seen.category_of]
    answering, answering_truth = _lived(ANSWERING, seed, n_weeks=6)
    prices = panel(answering)
    endogenous = elasticities(fit_response(prices, country=COUNTRY), prices, answering_truth.depth, seed)
    empty = run_shop(EMPTY_SHELVES, seed=seed)
    counted = panel(empty)
    full = without_stock_outs(empty).units
    wanted = wanted_units(fit_response(counted, country=COUNTRY), counted)
    return Recovered(
        elasticity=found.mean,
        low=low,
        high=high,
        true_elasticity=truth.elasticity,
        cross=cross,
        true_cross=true_cross,
        pulled=float((_pulled_share(fit) * uplift).sum()),
        true_pulled=float(truth.pull_forward.sum()),
        halo=float((brought * uplift).sum()) if with_baskets else None,
        true_halo=float(truth.halo.sum()),
        censored_mean=float(wanted.mean()),
        naive_mean=float(counted.units.mean()),
        true_mean=float(full.mean()),
        endogenous=endogenous.mean,
        naive_endogenous=naive_elasticities(prices),
        true_endogenous=answering_truth.elasticity,
    )


def _complements(shop: Shop, seen: Panel) -> Sequence[Complement] | None:
    """What the order lines say of categories that are bought together."""
    tables = MemoryTables(frames(shop))
    return find_complements(demand_lines(tables.table("sales")), tables.table("products"), seen, Grain())


def _lived(setup: Setup, seed: int, *, n_weeks: int = N_WEEKS, with_lines: bool = False) -> tuple[Shop, Truth]:
    shop = run_shop(setup, seed=seed, with_lines=with_lines)
    return shop, find_truth(shop, depth=usual_depths(shop), n_weeks=n_weeks)


def elasticities(fit: Fit, seen: Panel, depth: Floats, seed: int) -> Found:
    """Draws of what the model says of each product's promotion at `depth` (n,) in the weeks as they were."""
    cut = -np.log1p(-depth)
    rng = stream(seed, "recover")
    draws = np.zeros((N_DRAWS, len(depth)))
    curvature = np.zeros_like(draws)
    for f in fit.categories:
        drawn = f.nested.draw(N_DRAWS, rng)
        drawn = Coefficients(f.mode.own + drawn.own, f.mode.group + drawn.group, f.mode.shared + drawn.shared)
        draws[:, f.rows] = f.elasticities(drawn)
        curvature[:, f.rows] = f.of_groups("curvature", drawn)
    gain = np.expm1((draws + curvature * (cut - fit.typical_cut)) * cut)
    known = fitted_units(fit, seen)
    taken = (known.taken * (1 + known.gain)).mean(axis=1)
    return Found(np.asarray(-np.log((1 + gain - taken) / (1 - taken)) / cut))


def naive_elasticities(seen: Panel) -> Floats:
    """Least squares per product: log units on log price, display and mailer, weeks with a sale."""
    out = np.zeros(len(seen.units))
    for i, units in enumerate(seen.units):
        sold = units > 0
        cut = -np.log1p(-seen.depth[i, sold])
        rows = np.column_stack([np.ones(sold.sum()), cut, seen.display[i, sold], seen.mailer[i, sold]])
        out[i] = -np.linalg.lstsq(rows, np.log(units[sold]), rcond=None)[0][1]
    return out


def _cross(fit: Fit, truth: Truth) -> tuple[Floats, Floats]:
    """Units neighbours lose per unit of uplift, of the pairs that matter, estimated and true."""
    true = truth.lost_to / np.maximum(truth.uplift, 1e-9)[:, None]
    made = np.outer(fit.shared("switching"), fit.shares)
    matters = np.abs(true) >= LEAST_CROSS
    return made[matters], true[matters]


def _pulled_share(fit: Fit) -> Floats:
    """Of each product's uplift, what it and its category miss later, (n,)."""
    shares = fit.taking_shares.possible
    return np.asarray(shares.pulls.sum(axis=0) + shares.rival_pull)
