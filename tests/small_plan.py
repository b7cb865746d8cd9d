"""A small shop to plan for, random but always the same, and every plan it could have."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from dealwright.plan.constraints import Constraint, violations
from dealwright.plan.problem import OfferResponse, PlanningProblem, collect, offer_catalogue
from dealwright.plan.terms import Terms
from dealwright.plan.value import Economics

WEEK_ONE = date(2024, 1, 1)
Ints = NDArray[np.int64]


def small_problem(
    *,
    n: int = 3,
    n_weeks: int = 3,
    depths: tuple[float, ...] = (0.2,),
    seed: int = 0,
    vehicles: bool = False,
    cost: float | None = None,
) -> PlanningProblem:
    """A random shop with strong cross effects, so that the interaction of promotions matters."""
    rng = np.random.default_rng(seed)
    offers = tuple(o for o in offer_catalogue(depths) if vehicles or not (o.on_display or o.in_mailer))
    n_draws = 8
    category_of = np.arange(n) % 2 if n > 3 else np.zeros(n, dtype=np.int64)
    shares = rng.uniform(0.2, 0.3, n)
    shares /= np.maximum(np.bincount(category_of, weights=shares), 1.0)[category_of]
    depth = np.array([[o.depth for o in offers]] * n)
    boost = np.array([0.5 * o.on_display + 0.3 * o.in_mailer for o in offers])
    gain = np.expm1(rng.uniform(2.0, 6.0, (n_draws, n, 1)) * -np.log1p(-depth) + boost)
    response = OfferResponse(
        baseline=rng.uniform(20, 200, (n_draws, n, n_weeks)),
        gain=gain,
        switching=rng.uniform(0.5, 1.0, (n_draws, n)),
        pull_forward=rng.uniform(0.0, 0.2, (n_draws, n)),
        rival_pull=np.zeros((n_draws, n)),
        shares=shares,
        rest_shares=np.maximum(1 - np.bincount(category_of, weights=shares), 0),
        category_of=category_of.astype(np.int64),
        halo=np.zeros((int(category_of.max()) + 1,) * 2),
    )
    n_categories = int(category_of.max()) + 1
    price = rng.integers(200, 900, n).astype(float)
    economics = Economics(
        price=price,
        unit_cost=rng.integers(60, 150, n).astype(float) if cost is None else cost * price,
        funded_share=rng.uniform(0.0, 0.8, n),
        display_cost=300.0,
        mailer_cost=200.0,
        rest_margin=np.full(n_categories, 100.0),
    )
    return collect(
        response,
        economics,
        skus=[f"sku-{i}" for i in range(n)],
        names=[f"product {i}" for i in range(n)],
        categories=[f"category {k}" for k in range(n_categories)],
        weeks=[WEEK_ONE + timedelta(weeks=t) for t in range(n_weeks)],
        offers=offers,
        terms=Terms.of_cuts(depth),
        display=np.array([[float(o.on_display) for o in offers]] * n),
        mailer=np.array([[float(o.in_mailer) for o in offers]] * n),
    )


def best_of_all(problem: PlanningProblem, constraints: list[Constraint]) -> float:
    """Try every choice."""
    n, n_weeks, n_offers = problem.shape
    best = -np.inf
    for cells in itertools.product(range(n_offers), repeat=n * n_weeks):
        choice = np.array(cells, dtype=np.int64).reshape(n, n_weeks)
        value = problem.objective(choice)
        if value > best and not violations(constraints, problem, choice):
            best = value
    return best


def promote(problem: PlanningProblem, *cells: tuple[int, int, int]) -> Ints:
    choice = np.zeros(problem.shape[:2], dtype=np.int64)
    for i, t, k in cells:
        choice[i, t] = k
    return choice


def every_choice(problem: PlanningProblem) -> Ints:
    """All plans of a tiny problem, (number of plans, n, T)."""
    n, n_weeks, n_offers = problem.shape
    cells = itertools.product(range(n_offers), repeat=n * n_weeks)
    return np.array(list(cells), dtype=np.int64).reshape(-1, n, n_weeks)


def admitted(constraint: Constraint, problem: PlanningProblem, choices: Ints) -> NDArray[np.bool_]:
    """Which of the plans a limit lets pass, by its own rows and forbidden cells."""
    n, n_weeks, n_offers = problem.shape
    x = (choices.reshape(len(choices), -1, 1) == np.arange(n_offers)).reshape(len(choices), -1).astype(np.float64)
    rows = constraint.rows(problem)
    totals = rows.matrix(n * n_weeks * n_offers) @ x.T
    passes = ((totals <= rows.high[:, None] + 1e-6) & (totals >= rows.low[:, None] - 1e-6)).all(axis=0)
    forbidden = constraint.forbids(problem)
    if forbidden is not None:
        passes &= x @ forbidden.ravel() == 0
    return np.asarray(passes)
