"""What a plan earns beside no promotion and beside last year's pattern, over draws of the response."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dealwright.app.demand.forecast_demand import DemandForecast, last_year
from dealwright.core.estimate import Estimate
from dealwright.demand.features import Offers
from dealwright.plan.problem import PlanningProblem
from dealwright.plan.value import Economics, MoneyDraws, money_of

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

METHOD = "posterior draws of response and level; the chance of single weeks is not in it"
PROMISE_METHOD = f"{METHOD}; what choosing the plan by them flatters is taken off"


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
    demand: DemandForecast,
    problem: PlanningProblem,
    choice: Ints,
    economics: Economics,
    *,
    minor_per_major: int,
    correction: Floats | float = 0.0,
) -> tuple[ScenarioOutcome, ...]:
    """No promotion, last year's pattern (the last four weeks' where history is short), and the plan.

    The pattern is what the planned products had in the same weeks: depths, displays and mailers as they were,
    under today's prices and the same assumptions. All three use the same draws. `correction` (D,), in minor units,
    is added to the plan's profit (see `plan_promise`).
    """
    patterns = {"none": Offers.none(len(problem.skus), len(problem.weeks)), **last_pattern(demand)}
    money = {code: money_draws(demand, offers, economics) for code, offers in patterns.items()}
    planned = plan_money(demand, problem, choice, economics)
    money["plan"] = replace(planned, profit=planned.profit + correction)
    n_promotions = {code: _count(offers) for code, offers in patterns.items()}
    has_mechanic = np.array([offer.mechanic is not None for offer in problem.offers])[choice]
    n_promotions["plan"] = _count(offers_of(problem, choice), besides=has_mechanic)
    none = money["none"]

    def estimate(draws: Floats, *, method: str = METHOD) -> Estimate:
        return Estimate.from_draws(draws, method=method)

    def earned(code: str, draws: Floats) -> Estimate:
        return estimate(draws / minor_per_major, method=PROMISE_METHOD if code == "plan" else METHOD)

    return tuple(
        ScenarioOutcome(
            code=code,
            units=estimate(m.units),
            revenue=estimate(m.revenue / minor_per_major),
            profit=earned(code, m.profit),
            extra_profit=earned(code, m.profit - none.profit),
            spend=estimate(m.spend / minor_per_major),
            n_promotions=n_promotions[code],
        )
        for code, m in money.items()
    )


def offers_of(problem: PlanningProblem, choice: Ints) -> Offers:
    """A choice as offers (n, T), as demand feels them."""
    i = np.arange(choice.shape[0])[:, None]
    return Offers(problem.terms.felt_depth[i, choice], problem.display[i, choice], problem.mailer[i, choice])


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


def money_draws(demand: DemandForecast, offers: Offers, economics: Economics) -> MoneyDraws:
    """What plain cuts, displays and mailers (n, T) bring over the weeks in every draw, all of them at once.

    (D,) each, minor units.
    """
    return _money(demand, offers, economics, discount_share=offers.depth)


def plan_money(demand: DemandForecast, problem: PlanningProblem, choice: Ints, economics: Economics) -> MoneyDraws:
    """What the offers of `choice` (n, T) bring, each at what it gives, whatever is felt of it; as `money_draws`."""
    i, terms = np.arange(choice.shape[0])[:, None], problem.terms
    return _money(
        demand,
        offers_of(problem, choice),
        economics,
        discount_share=terms.discount_share[i, choice],
        extra_minor=terms.extra_minor[i, choice],
        fixed_minor=terms.fixed_minor[i, choice],
    )


def _money(
    demand: DemandForecast,
    offers: Offers,
    economics: Economics,
    *,
    discount_share: Floats,
    extra_minor: Floats | None = None,
    fixed_minor: Floats | None = None,
) -> MoneyDraws:
    volumes = demand.response.volumes(offers)
    return money_of(
        volumes.total,
        discount_share=discount_share,
        extra_minor=extra_minor,
        fixed_minor=fixed_minor,
        display=offers.display,
        mailer=offers.mailer,
        rest_lost=volumes.rest_cannibalised,
        lost_after=volumes.pulled_after,
        rest_lost_after=volumes.rest_pulled_after,
        economics=economics,
    )


def _count(offers: Offers, *, besides: Flags | None = None) -> float:
    """Products and weeks with an offer that is felt, or with another one, (n, T)."""
    is_run = (offers.depth > 0) | (offers.display > 0.05) | (offers.mailer > 0.05)
    return float((is_run if besides is None else is_run | besides).sum())
