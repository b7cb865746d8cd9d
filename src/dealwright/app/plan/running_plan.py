"""What an approved plan runs in the weeks that are forecast, and what its products earn and cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from dealwright.app.demand.forecast_demand import DemandForecast
from dealwright.app.plan.plan_promotions import pose_plan
from dealwright.app.plan.replan_promotions import ApprovedPlan, Revision, check_revision
from dealwright.app.plan.simulate_plan import offers_of
from dealwright.app.ports import Tables
from dealwright.core.period import WEEK
from dealwright.demand.features import Offers
from dealwright.plan.constraints import Keep
from dealwright.plan.problem import Offer
from dealwright.plan.scenario import Scenario
from dealwright.plan.solvers.start import choice_from
from dealwright.plan.value import Economics

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class RunningPlan:
    """The plan on the products and weeks of a forecast.

    `choice` (n, T) numbers `catalogue`; `offers` are the same as demand feels them; `price` (n, T) is what a unit
    then brings the shop, the supplier's part included, in minor units. `promotions` run, `gone` are those of
    products that are not forecast. `n_costs_assumed` counts products whose cost is not in the data.
    """

    choice: Ints
    catalogue: tuple[Offer, ...]
    offers: Offers
    price: Floats
    economics: Economics
    promotions: tuple[Keep, ...]
    gone: tuple[Keep, ...]
    n_costs_assumed: int

    @property
    def is_promoted(self) -> NDArray[np.bool_]:
        """Which products and weeks, (n, T)."""
        return np.asarray(self.choice > 0)


def running_plan(
    demand: DemandForecast, tables: Tables, scenario: Scenario, approved: ApprovedPlan | None, *, currency: str
) -> RunningPlan:
    """The promotions of `approved` (None: no promotion) that fall into the weeks of the forecast.

    InputError for an approved offer that the scenario does not have: what it does is then not known.
    """
    posed = pose_plan(demand, tables, scenario, currency=currency)
    problem, weeks = posed.problem, demand.response.weeks
    ahead: tuple[Keep, ...] = ()
    if approved is not None:
        check_revision(Revision(approved, 0, 0), weeks=weeks, offers=problem.offers)
        ahead = _in_weeks(approved.promotions, weeks)
    choice = choice_from(problem, ahead)
    i, economics = np.arange(len(problem.skus))[:, None], problem.economics
    kept = economics.margin(problem.terms.discount_share[i, choice], problem.terms.extra_minor[i, choice])
    known = set(problem.skus)
    return RunningPlan(
        choice=choice,
        catalogue=problem.offers,
        offers=offers_of(problem, choice),
        price=kept + economics.unit_cost[:, None],
        economics=economics,
        promotions=tuple(keep for keep in ahead if keep.sku in known),
        gone=tuple(keep for keep in ahead if keep.sku not in known),
        n_costs_assumed=posed.n_costs_assumed,
    )


def _in_weeks(promotions: Sequence[Keep], weeks: Sequence[date]) -> tuple[Keep, ...]:
    """Those in one of the weeks, each named by that week's first day."""
    places = ((keep, (keep.week - weeks[0]) // WEEK) for keep in promotions)
    return tuple(replace(keep, week=weeks[place]) for keep, place in places if 0 <= place < len(weeks))
