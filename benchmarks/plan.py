"""Plans, their proven gap and their cost, beside simpler ways to plan, in the same run.

Run with: make bench-plan

Synthetic categories of 25 products with the shape of grocery demand (assumed, not real: random baselines,
elasticities 1 to 4, half of the extra units taken from neighbours); four depths, display and mailer; at most two
promotions per product, a clear week between, two per category and week, limited displays and mailers, and a
budget of a third of what the unlimited plan would spend. All plans are valued with the same true objective.

Rows: dealwright's `milp`; its explainable baseline `greedy`; and what most tools do, a mixed-integer programme
on own effects only, solved by SciPy's HiGHS, which does not see what neighbours lose.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, vstack

from clocks import Reading, peak_mib
from dealwright.plan.constraints import (
    Budget,
    Constraint,
    Gap,
    MostPerProduct,
    SlotsPerCategory,
    VehicleSlots,
    violations,
)
from dealwright.plan.problem import OfferResponse, PlanningProblem, collect, offer_catalogue
from dealwright.plan.solvers import Greedy, Milp
from dealwright.plan.solvers.rows import row_system
from dealwright.plan.terms import Terms
from dealwright.plan.value import Economics

SIZES = ((100, 4), (300, 4), (300, 13))
N_DRAWS = 20


def main() -> None:
    print(f"{'products x weeks':18} {'method':26} {'true profit':>12} {'bound':>12} {'gap':>8}  cost")
    for n, n_weeks in SIZES:
        problem, own_only = make_problem(n, n_weeks)
        limits = make_limits(problem)
        began = Reading.now()
        solved = Milp().solve(problem, limits)
        tell(problem, limits, "dealwright milp", solved.choice, solved.bound, Reading.now().since(began))
        began = Reading.now()
        listed = Greedy().solve(problem, limits)
        tell(problem, limits, "dealwright greedy", listed.choice, None, Reading.now().since(began))
        began = Reading.now()
        choice = own_effects_only(own_only, limits)
        tell(problem, limits, "own effects only (SciPy)", choice, None, Reading.now().since(began))
    print(f"peak memory {peak_mib():,.0f} MiB")


def make_problem(n: int, n_weeks: int, *, seed: int = 0) -> tuple[PlanningProblem, PlanningProblem]:
    """The problem, and the same one blind to neighbours and to next week."""
    rng = np.random.default_rng(seed)
    offers = offer_catalogue([0.1, 0.2, 0.3, 0.4])
    category_of = np.arange(n) // 25
    n_categories = int(category_of.max()) + 1
    weight = rng.lognormal(0.0, 1.0, n)
    shares = 0.7 * weight / np.bincount(category_of, weights=weight)[category_of]
    depth = np.tile([offer.depth for offer in offers], (n, 1))
    boost = rng.uniform(0.1, 0.8, (1, n, 1)) * np.array([offer.on_display for offer in offers])
    boost = boost + rng.uniform(0.1, 0.5, (1, n, 1)) * np.array([offer.in_mailer for offer in offers])
    elasticity = rng.uniform(1.0, 4.0, (1, n, 1)) * rng.lognormal(0.0, 0.1, (N_DRAWS, n, 1))
    price = rng.integers(150, 900, n).astype(np.float64)
    economics = Economics(
        price=price,
        unit_cost=np.round(price * rng.uniform(0.55, 0.8, n)),
        funded_share=rng.choice([0.0, 0.5], n),
        display_cost=500.0,
        mailer_cost=400.0,
        rest_margin=np.full(n_categories, 100.0),
    )
    base = rng.lognormal(3.0, 0.8, (1, n, 1)) * rng.uniform(0.8, 1.2, (1, 1, n_weeks))
    baseline = base * rng.lognormal(0.0, 0.15, (N_DRAWS, n, 1))

    def posed(switching: float, pull_forward: float) -> PlanningProblem:
        response = OfferResponse(
            baseline=baseline,
            gain=np.expm1(-elasticity * np.log1p(-depth) + boost),
            switching=np.full((N_DRAWS, n), switching),
            pull_forward=np.full((N_DRAWS, n), pull_forward),
            rival_pull=np.zeros((N_DRAWS, n)),
            shares=shares,
            rest_shares=np.asarray(1.0 - np.bincount(category_of, weights=shares), dtype=np.float64),
            category_of=category_of,
            halo=np.zeros((n_categories, n_categories)),
        )
        return collect(
            response,
            economics,
            skus=[f"sku-{i}" for i in range(n)],
            names=[f"product {i}" for i in range(n)],
            categories=[f"category {k}" for k in range(n_categories)],
            weeks=[date(2024, 1, 1) + timedelta(weeks=t) for t in range(n_weeks)],
            offers=offers,
            terms=Terms.of_cuts(depth),
            display=np.tile([float(offer.on_display) for offer in offers], (n, 1)),
            mailer=np.tile([float(offer.in_mailer) for offer in offers], (n, 1)),
        )

    return posed(0.5, 0.1), posed(0.0, 0.0)


def make_limits(problem: PlanningProblem) -> list[Constraint]:
    n, n_weeks, _ = problem.shape
    limits: list[Constraint] = [
        MostPerProduct(max(2, n_weeks // 4)),
        Gap(1),
        SlotsPerCategory(2),
        VehicleSlots("display", n // 20),
        VehicleSlots("mailer", n // 12),
    ]
    i, t = np.ogrid[:n, :n_weeks]
    free = Greedy().solve(problem, limits).choice
    return [*limits, Budget(int(problem.spend[i, t, free].sum() / 3), "a third")]


def own_effects_only(problem: PlanningProblem, limits: list[Constraint]) -> NDArray[np.int64]:
    n, n_weeks, n_offers = problem.shape
    system = row_system(problem, limits)
    cells = np.flatnonzero(system.is_allowed & (problem.value.ravel() > 0))
    place = cells // n_offers
    each = coo_array((np.ones(len(cells)), (place, np.arange(len(cells)))), shape=(n * n_weeks, len(cells)))
    result = milp(
        -problem.value.ravel()[cells],
        constraints=LinearConstraint(
            vstack([system.matrix[:, cells], each]).tocsr(),
            np.full(len(system.high) + n * n_weeks, -np.inf),
            np.concatenate([system.high, np.ones(n * n_weeks)]),
        ),
        bounds=Bounds(0, 1),
        integrality=np.ones(len(cells)),
        options={"mip_rel_gap": 5e-4, "node_limit": 2000},
    )
    choice = np.zeros((n, n_weeks), dtype=np.int64)
    chosen = cells[result.x > 0.5]
    choice[chosen // (n_weeks * n_offers), (chosen // n_offers) % n_weeks] = chosen % n_offers
    return choice


def tell(
    problem: PlanningProblem,
    limits: list[Constraint],
    method: str,
    choice: NDArray[np.int64],
    bound: float | None,
    cost: str,
) -> None:
    n, n_weeks, _ = problem.shape
    broken = violations(limits, problem, choice)
    value = problem.objective(choice) / 100
    gap = "-" if bound is None else f"{(bound / 100 - value) / value:.3%}"
    shown = "-" if bound is None else f"{bound / 100:,.0f}"
    flag = f"  BREAKS {len(broken)} LIMITS" if broken else ""
    print(f"{n:>6} x {n_weeks:<9} {method:26} {value:>12,.0f} {shown:>12} {gap:>8}  {cost}{flag}", flush=True)


if __name__ == "__main__":
    main()
