"""Tea and coffee over two weeks, with figures to work out by hand, and random shops with draws of demand."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from dealwright.plan.constraints import Constraint, violations
from dealwright.plan.objective import PROFIT, Objective
from dealwright.plan.problem import Offer, OfferResponse, PlanningProblem, collect, offer_catalogue
from dealwright.plan.solvers import Milp, Solution
from dealwright.plan.terms import Terms
from dealwright.plan.value import Economics

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Tea 10.00 (cost 6.00, the supplier pays half of discounts), coffee 8.00 (cost 5.00), others 6.00 (cost 4.00).
ECONOMICS = Economics(
    price=np.array([1000.0, 800.0]),
    unit_cost=np.array([600.0, 500.0]),
    funded_share=np.array([0.5, 0.0]),
    display_cost=500.0,
    mailer_cost=300.0,
    rest_margin=np.array([200.0]),
    rest_price=np.array([600.0]),
)


def tea_and_coffee(draws: Sequence[float] = (1.0,)) -> OfferResponse:
    """Tea sells 10 a week and doubles on offer, coffee sells 20 and then 40 and gains half.

    Of what an offer gains, 40 % would switch, 10 % is taken from the week after and 5 % from neighbours' week
    after. Tea is half of the category, coffee a quarter. Each draw multiplies all sales.
    """
    n_draws = len(draws)
    baseline = np.array([[10.0, 10.0], [20.0, 40.0]])
    return OfferResponse(
        baseline=np.array(draws)[:, None, None] * baseline,
        gain=np.tile([[0.0, 1.0], [0.0, 0.5]], (n_draws, 1, 1)),
        switching=np.full((n_draws, 2), 0.4),
        pull_forward=np.full((n_draws, 2), 0.1),
        rival_pull=np.full((n_draws, 2), 0.05),
        shares=np.array([0.5, 0.25]),
        rest_shares=np.array([0.25]),
        category_of=np.array([0, 0]),
        halo=np.zeros((1, 1)),
    )


def posed(
    objective: Objective = PROFIT,
    *,
    response: OfferResponse | None = None,
    economics: Economics = ECONOMICS,
    weights: Floats | None = None,
) -> PlanningProblem:
    """Tea and coffee, each with the one offer of 20 % off on display."""
    return collect(
        response or tea_and_coffee(),
        economics,
        skus=["tea", "coffee"],
        names=["Tea", "Coffee"],
        categories=["drinks"],
        weeks=[date(2024, 1, 1), date(2024, 1, 8)],
        offers=[Offer(0.0), Offer(0.2, on_display=True)],
        terms=Terms.of_cuts(np.array([[0.0, 0.2], [0.0, 0.2]])),
        display=np.array([[0.0, 1.0], [0.0, 1.0]]),
        mailer=np.zeros((2, 2)),
        objective=objective,
        weights=weights,
    )


def drawn_shop(
    *, n: int = 3, n_weeks: int = 3, n_draws: int = 10, seed: int = 0
) -> tuple[PlanningProblem, OfferResponse]:
    """A random shop of one or two categories with strong cross effects, in which luck differs between products."""
    rng = np.random.default_rng(seed)
    offers = tuple(offer for offer in offer_catalogue([0.2]) if not (offer.on_display or offer.in_mailer))
    category_of = np.arange(n) % (1 + n // 4)
    n_categories = int(category_of.max()) + 1
    shares = rng.uniform(0.5, 1.0, n)
    shares *= 0.8 / np.bincount(category_of, weights=shares)[category_of]
    depth = np.tile([offer.depth for offer in offers], (n, 1))
    response = OfferResponse(
        baseline=rng.uniform(20, 200, (n_draws, n, n_weeks)),
        gain=np.expm1(rng.uniform(1.0, 6.0, (n_draws, n, 1)) * -np.log1p(-depth)),
        switching=rng.uniform(0.3, 1.0, (n_draws, n)),
        pull_forward=rng.uniform(0.0, 0.2, (n_draws, n)),
        rival_pull=rng.uniform(0.0, 0.1, (n_draws, n)),
        shares=shares,
        rest_shares=np.full(n_categories, 0.2),
        category_of=category_of,
        halo=np.zeros((n_categories, n_categories)),
    )
    price = rng.integers(300, 900, n).astype(np.float64)
    economics = Economics(
        price=price,
        unit_cost=np.round(price * rng.uniform(0.3, 0.6, n)),
        funded_share=rng.uniform(0.0, 0.8, n),
        display_cost=300.0,
        mailer_cost=200.0,
        rest_margin=np.full(n_categories, 100.0),
    )
    problem = collect(
        response,
        economics,
        skus=[f"sku-{i}" for i in range(n)],
        names=[f"product {i}" for i in range(n)],
        categories=[f"category {k}" for k in range(n_categories)],
        weeks=[date(2024, 1, 1) + timedelta(weeks=t) for t in range(n_weeks)],
        offers=offers,
        terms=Terms.of_cuts(depth),
        display=np.zeros((n, len(offers))),
        mailer=np.zeros((n, len(offers))),
    )
    return problem, response


def all_plans(problem: PlanningProblem, limits: Sequence[Constraint]) -> list[Ints]:
    """Every plan that keeps the limits."""
    n, n_weeks, n_offers = problem.shape
    plans = [
        np.array(cells, dtype=np.int64).reshape(n, n_weeks)
        for cells in itertools.product(range(n_offers), repeat=n * n_weeks)
    ]
    return [plan for plan in plans if not violations(limits, problem, plan)]


class Exactly:
    """The exact solver with its limits; `n_solved` counts its calls."""

    def __init__(self, limits: Sequence[Constraint]) -> None:
        self.limits = list(limits)
        self.n_solved = 0

    def __call__(self, problem: PlanningProblem, more: Sequence[Constraint] = ()) -> Solution:
        self.n_solved += 1
        return Milp().solve(problem, [*self.limits, *more])
