"""The chosen promotions, with what each is expected to do and why."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dealwright.core.errors import InputError
from dealwright.core.estimate import Estimate
from dealwright.plan.constraints import Constraint
from dealwright.plan.mechanics import assumption, block_of
from dealwright.plan.problem import Offer, OfferResponse, PlanningProblem, halo_margin
from dealwright.plan.solvers.protocol import Solution

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class PromotionPlan:
    """A solved problem. `table` has a row per promotion, the most profitable first; amounts in major units.

    Columns: promotion_id, sku, name, category, week, offer, offer_depth (as offered, before prices are rounded to
    their endings), depth (of the cut on the label), felt_depth (the cut that demand answers to), regular_price,
    promo_price, on_display, in_mailer; expected units `baseline`, `uplift` (`uplift_low`, `uplift_high`),
    `cannibalised`, `pulled_forward`, `net_incremental`; money `profit` with `profit_low` and `profit_high` (80 %),
    `spend`, `subsidy` (what the shop gives on units that would have sold anyway), `funding`, `support`;
    `chance_to_pay` the probability that it earns more than it costs; `mechanic` as a scenario file writes it, in
    JSON, and what it rests on, `assumptions`, both empty for plain cuts, displays and mailers.
    """

    problem: PlanningProblem
    constraints: tuple[Constraint, ...]
    solution: Solution
    table: pd.DataFrame

    def row(self, promotion_id: str) -> pd.Series:
        """One promotion; InputError with the nearest name if there is none."""
        rows = self.table[self.table["promotion_id"] == promotion_id]
        if rows.empty:
            raise InputError.unknown("promotion", promotion_id, list(self.table["promotion_id"])[:20])
        return rows.iloc[0]


@dataclass(frozen=True, slots=True)
class CellDraws:
    """Units and money of one product, week and offer in every draw, each (D,); money in minor units.

    `profit` = margin on baseline and uplift - regular margin on baseline - margin of neighbours' lost units
    - margin of next week's lost units - support; all against no promotion.
    """

    baseline: Floats
    uplift: Floats
    cannibalised: Floats
    pulled_forward: Floats
    margin_kept: Floats
    margin_forgone: Floats
    neighbours_loss: Floats
    next_week_loss: Floats
    halo: Floats
    halo_margin: Floats
    support: float

    @property
    def profit(self) -> Floats:
        """Extra profit against no promotion."""
        kept = self.margin_kept - self.margin_forgone + self.halo_margin
        return np.asarray(kept - self.neighbours_loss - self.next_week_loss - self.support)


def cell_draws(problem: PlanningProblem, response: OfferResponse, i: int, t: int, k: int) -> CellDraws:
    """What offer `k` of product `i` in week `t` does, draw by draw."""
    e, r = problem.economics, response
    baseline = r.baseline[:, i, t]
    uplift = baseline * r.gain[:, i, k]
    switched = uplift * r.switching_of(i, k)
    pulled = uplift * r.pull_forward[:, i]
    from_rivals = uplift * r.rival_pull[:, i]
    terms = problem.terms
    margin = float(e.margin(terms.discount_share, terms.extra_minor)[i, k])
    regular = float(e.regular_margin[i])
    neighbour_margin, neighbour_share = neighbours(problem, response, i)
    return CellDraws(
        baseline=baseline,
        uplift=uplift,
        cannibalised=switched * neighbour_share,
        pulled_forward=pulled + from_rivals * neighbour_share,
        margin_kept=margin * (baseline + uplift),
        margin_forgone=regular * baseline,
        neighbours_loss=neighbour_margin * switched,
        next_week_loss=regular * pulled + neighbour_margin * from_rivals,
        halo=uplift * float(r.halo[:, r.category_of[i]].sum()),
        halo_margin=uplift * float(halo_margin(r, e)[i]),
        support=float(problem.support[i, k]),
    )


def neighbours(problem: PlanningProblem, response: OfferResponse, i: int) -> tuple[float, float]:
    """Regular margin lost per unit that switches to product `i`, and the share of the category that is not `i`."""
    e, r = problem.economics, response
    category = r.category_of[i]
    same = (r.category_of == category) & (np.arange(len(r.shares)) != i)
    margin = float((r.shares[same] * e.regular_margin[same]).sum())
    share = float(r.shares[same].sum() + r.rest_shares[category])
    return margin + float(r.rest_shares[category] * e.rest_margin[category]), share


def tabulate(
    problem: PlanningProblem, response: OfferResponse, choice: Ints, *, minor_per_major: int
) -> pd.DataFrame:
    """The table of `PromotionPlan`."""
    promotes = np.array([offer.is_promotion for offer in problem.offers])
    rows = [
        _row(problem, response, int(i), int(t), int(choice[i, t]), minor_per_major)
        for i, t in np.argwhere(promotes[choice])
    ]
    table = pd.DataFrame(rows, columns=list(_COLUMNS)[1:])
    table = table.sort_values(["profit", "sku", "week"], ascending=[False, True, True], ignore_index=True)
    table.insert(0, "promotion_id", [f"P-{number:03d}" for number in range(1, len(table) + 1)])
    return table


_COLUMNS = (
    "promotion_id",
    "sku",
    "name",
    "category",
    "week",
    "offer",
    "offer_depth",
    "depth",
    "felt_depth",
    "regular_price",
    "promo_price",
    "on_display",
    "in_mailer",
    "baseline",
    "uplift",
    "uplift_low",
    "uplift_high",
    "cannibalised",
    "halo",
    "pulled_forward",
    "net_incremental",
    "profit",
    "profit_low",
    "profit_high",
    "spend",
    "subsidy",
    "funding",
    "support",
    "chance_to_pay",
    "mechanic",
    "assumptions",
)


def _row(
    problem: PlanningProblem, response: OfferResponse, i: int, t: int, k: int, per_major: int
) -> dict[str, object]:
    cell = cell_draws(problem, response, i, t, k)
    e, offer = problem.economics, problem.offers[k]
    terms = problem.terms
    depth, share = float(terms.shelf_depth[i, k]), float(terms.discount_share[i, k])
    uplift = Estimate.from_draws(cell.uplift)
    profit = Estimate.from_draws(cell.profit / per_major)
    units = float((cell.baseline + cell.uplift).mean())
    own_cost = float(e.own_cost(terms.discount_share, terms.extra_minor)[i, k])
    return {
        "sku": problem.skus[i],
        "name": problem.names[i],
        "category": problem.categories[problem.category_of[i]],
        "week": problem.weeks[t],
        "offer": str(offer),
        "offer_depth": offer.depth,
        "depth": depth,
        "felt_depth": float(terms.felt_depth[i, k]),
        "regular_price": float(e.price[i]) / per_major,
        "promo_price": round(float(e.price[i] * (1 - depth))) / per_major,
        "on_display": offer.on_display,
        "in_mailer": offer.in_mailer,
        "baseline": float(cell.baseline.mean()),
        "uplift": uplift.value,
        "uplift_low": uplift.low,
        "uplift_high": uplift.high,
        "cannibalised": float(cell.cannibalised.mean()),
        "halo": float(cell.halo.mean()),
        "pulled_forward": float(cell.pulled_forward.mean()),
        "net_incremental": float((cell.uplift - cell.cannibalised + cell.halo - cell.pulled_forward).mean()),
        "profit": profit.value,
        "profit_low": profit.low,
        "profit_high": profit.high,
        "spend": (own_cost * units + cell.support) / per_major,
        "subsidy": own_cost * float(cell.baseline.mean()) / per_major,
        "funding": float(e.price[i] * e.funded_share[i] * share) * units / per_major,
        "support": cell.support / per_major,
        "chance_to_pay": float((cell.profit > 0).mean()),
        "mechanic": _written(offer),
        "assumptions": "; ".join(assumption(each, currency=offer.currency) for each in terms.assumptions[k]),
    }


def _written(offer: Offer) -> str:
    """The mechanic as a scenario file writes it; empty if there is none."""
    if offer.mechanic is None:
        return ""
    return json.dumps(block_of(offer.mechanic, currency=offer.currency), ensure_ascii=False)
