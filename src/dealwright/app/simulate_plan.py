"""What a plan earns beside no promotion and beside last year's pattern, over draws of the response."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dealwright.app.forecast_demand import DemandForecast, last_year
from dealwright.core.estimate import Estimate
from dealwright.demand.features import Offers
from dealwright.plan.problem import PlanningProblem
from dealwright.plan.value import Economics, MoneyDraws, money_of

Ints = NDArray[np.int64]

METHOD = "posterior draws of response and level; the chance of single weeks is not in it"


@dataclass(frozen=True, slots=True)
class ScenarioOutcome:
    """One way to run the weeks: `code` is none, last_year, recent or plan; money in major units, 80 % ranges.

    `extra_profit` is against no promotion, draw by draw, so that what is uncertain in both cancels.
    """

    code: str
    units: Estimate
    revenue: Estimate
    profit: Estimate
    extra_profit: Estimate
    spend: Estimate
    n_promotions: float


def simulate_plan(
    demand: DemandForecast, problem: PlanningProblem, choice: Ints, economics: Economics, *, minor_per_major: int
) -> tuple[ScenarioOutcome, ...]:
    """No promotion, last year's pattern (the last four weeks' where history is short), and the plan.

    The pattern is what the planned products had in the same weeks: depths, displays and mailers as they were,
    under today's prices and the same assumptions. All three use the same draws.
    """
    patterns = {
        "none": Offers.none(len(problem.skus), len(problem.weeks)),
        **last_pattern(demand),
        "plan": offers_of(problem, choice),
    }
    money = {code: _money(demand, offers, economics) for code, offers in patterns.items()}
    none = money["none"]

    def estimate(draws: NDArray[np.float64]) -> Estimate:
        return Estimate.from_draws(draws, method=METHOD)

    return tuple(
        ScenarioOutcome(
            code=code,
            units=estimate(m.units),
            revenue=estimate(m.revenue / minor_per_major),
            profit=estimate(m.profit / minor_per_major),
            extra_profit=estimate((m.profit - none.profit) / minor_per_major),
            spend=estimate(m.spend / minor_per_major),
            n_promotions=_count(patterns[code]),
        )
        for code, m in money.items()
    )


def offers_of(problem: PlanningProblem, choice: Ints) -> Offers:
    """A choice as offers (n, T)."""
    i = np.arange(choice.shape[0])[:, None]
    return Offers(problem.depth[i, choice], problem.display[i, choice], problem.mailer[i, choice])


def last_pattern(demand: DemandForecast) -> dict[str, Offers]:
    """Last year's offers in the same weeks, or those of the last four weeks, by its code."""
    panel, weeks = demand.panel, list(demand.response.weeks)
    columns = last_year(panel, weeks)
    code = "last_year"
    if columns is None:
        code = "recent"
        columns = np.arange(len(panel.starts) - 4, len(panel.starts))[np.arange(len(weeks)) % 4]
    # A week without a sale shows no price: the panel fills in the mean, which nobody was offered.
    is_cut = panel.is_depth_known[:, columns] & (panel.depth[:, columns] >= SHALLOW)
    depth = np.where(is_cut, np.minimum(panel.depth[:, columns], 0.9), 0.0)
    return {code: Offers(depth, panel.display[:, columns], panel.mailer[:, columns])}


SHALLOW = 0.02
"""Differences of price below two percent are rounding and store mix, not promotions."""


def _money(demand: DemandForecast, offers: Offers, economics: Economics) -> MoneyDraws:
    volumes = demand.response.volumes(offers)
    return money_of(
        volumes.total,
        depth=offers.depth,
        display=offers.display,
        mailer=offers.mailer,
        rest_lost=volumes.rest_cannibalised,
        lost_after=volumes.pulled_after,
        rest_lost_after=volumes.rest_pulled_after,
        economics=economics,
    )


def _count(offers: Offers) -> float:
    return float(((offers.depth > 0) | (offers.display > 0.05) | (offers.mailer > 0.05)).sum())
