"""Prices found by formula or dynamic programming beside genetic search, particle swarm and annealing, in one run.

Run with: make bench-price

Every problem has an exact answer, so the gap of each search is known and not estimated. Searches get the same
number of evaluations of the same objective, and three seeds; the worst is shown. Each begins with `climbing` (one
price at a time), so what it adds stands in the gap. Cost is per run. Synthetic numbers, not market evidence.

Problems: `category`: one price per product, customers choose one product or none (logit); exact by Dinkelbach.
`segments`: the same for customers of 20 kinds, small enough to look at every choice. `labels`: ten products, three
shared prices at most; exact over label sets. `path`: one price per week, one stock; exact over stocks worth
keeping.
Exits with 1 if a claim at the end does not hold.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from clocks import Reading, peak_mib
from dealwright.price.category import Category, best_category_prices
from dealwright.price.curve import Goods, Linear
from dealwright.price.given import Floats, Ints
from dealwright.price.ladder import Ladder
from dealwright.price.markdown import Group, clear
from dealwright.price.path import earned_along
from dealwright.price.path_ladder import best_path_on
from dealwright.price.policy import ChanceDemand, best_policy
from dealwright.price.search import SEARCHES, BlackBox

N_EVALUATIONS = 5_000
SEEDS = (1, 2, 3)
METHODS = ("climbing", "genetic", "swarm", "annealing")


@dataclass(frozen=True, slots=True)
class Problem:
    name: str
    box: BlackBox
    exact: Callable[[], float]


@dataclass(frozen=True, slots=True)
class Row:
    problem: str
    method: str
    value: float
    gap: float
    cpu_seconds: float


def main() -> int:
    print(f"{'problem':18} {'method':12} {'value':>12} {'gap':>9} {'looked at':>10}  {'cost':32} {'peak MiB':>8}")
    problems = (category(6, 6), category(20, 8), category(60, 10), segments(), labels(), path(13), path(26))
    rows = [row for problem in problems for row in compared(problem)]
    gain, policy_seconds = policy_against_single_price()
    return claim(rows, gain, policy_seconds)


def compared(problem: Problem) -> list[Row]:
    began = Reading.now()
    exact = problem.exact()
    ended = Reading.now()
    rows = [Row(problem.name, "exact", exact, 0.0, ended.cpu_seconds - began.cpu_seconds)]
    tell(problem.name, "exact", exact, 0.0, "-", ended.since(began))
    for method in METHODS:
        began = Reading.now()
        found = [SEARCHES.make(method).find(problem.box, seed=seed, n_evaluations=N_EVALUATIONS) for seed in SEEDS]
        ended = Reading.now()
        worst = min(found, key=lambda one: one.value)
        gap = (exact - worst.value) / exact
        cost = (ended.cpu_seconds - began.cpu_seconds) / len(SEEDS)
        rows.append(Row(problem.name, method, worst.value, gap, cost))
        each = Reading(began.wall_seconds + (ended.wall_seconds - began.wall_seconds) / len(SEEDS), cost)
        tell(
            problem.name,
            method,
            worst.value,
            gap,
            f"{max(one.n_evaluations for one in found):,}",
            each.since(Reading(began.wall_seconds, 0.0)),
        )
    return rows


def tell(problem: str, method: str, value: float, gap: float, looked_at: str, cost: str) -> None:
    shown = f"{problem:18} {method:12} {value:>12,.0f} {gap:>9.4%} {looked_at:>10}  {cost:32} {peak_mib():>8,.0f}"
    print(shown, flush=True)


def shop(n: int, n_rungs: int, *, n_draws: int, seed: int = 0) -> Category:
    rng = np.random.default_rng(seed)
    cost = rng.uniform(50, 150, n)
    return Category(
        prices=np.round(cost[:, None] * np.linspace(1.05, 2.5, n_rungs)),
        unit_cost=cost,
        appeal=rng.normal(2, 1, n) + rng.normal(0, 1.5, (n_draws, n)),
        price_effect=np.exp(rng.normal(np.log(0.02), 0.3, (n_draws, n))),
        customers=1000,
    )


def category(n: int, n_rungs: int) -> Problem:
    one = shop(n, n_rungs, n_draws=1)
    return Problem(
        f"category {n} x {n_rungs}",
        BlackBox(one.profit, one.n_rungs),
        lambda: float(one.profit(best_category_prices(one)[None])[0]),
    )


def segments() -> Problem:
    one = shop(5, 6, n_draws=20)
    box = BlackBox(one.profit, one.n_rungs)
    return Problem(
        "segments 5 x 6", box, lambda: SEARCHES.make("exhaustive").find(box, seed=0, n_evaluations=10_000).value
    )


def labels(n: int = 10, n_rungs: int = 10, n_labels: int = 3) -> Problem:
    rng = np.random.default_rng(1)
    ladder = Ladder.of(range(100, 100 + 40 * n_rungs, 40))
    levels, slopes, stocks = rng.uniform(60, 300, n), rng.uniform(0.2, 0.6, n), rng.uniform(30, 120, n)
    wanted = np.maximum(levels[:, None] - slopes[:, None] * ladder.array, 0.0)
    money = ladder.array * np.minimum(wanted, stocks[:, None])

    def brings(choices: Ints) -> Floats:
        n_used = np.array([len(np.unique(choice)) for choice in choices])
        return np.where(n_used <= n_labels, money[np.arange(n), choices].sum(axis=1), -np.inf)

    groups = [Group(f"group {g}", stocks[g], price=10_000, wanted=wanted[None, g, None]) for g in range(n)]
    start = np.zeros(n, dtype=np.int64)
    return Problem(
        f"labels {n} x {n_rungs}",
        BlackBox(brings, np.full(n, n_rungs), start),
        lambda: clear(ladder, groups, n_labels=n_labels).score,
    )


def path(n_weeks: int, n_rungs: int = 10) -> Problem:
    rng = np.random.default_rng(2)
    ladder = Ladder.of(range(30, 30 + 12 * n_rungs, 12))
    curves = [
        Linear(a, b) for a, b in zip(rng.uniform(60, 160, n_weeks), rng.uniform(0.5, 1.5, n_weeks), strict=True)
    ]
    goods = Goods(stock=20.5 * n_weeks, unit_worth=20)

    def brings(choices: Ints) -> Floats:
        return np.array([earned_along(curves, goods, ladder.array[choice])[0] for choice in choices])

    return Problem(
        f"path {n_weeks} weeks",
        BlackBox(brings, np.full(n_weeks, n_rungs)),
        lambda: best_path_on(ladder, curves, goods).value.value,
    )


def policy_against_single_price() -> tuple[float, float]:
    """A season of 26 weeks, 1,000 units, ten prices, Poisson demand that fades."""
    began = Reading.now()
    ladder = Ladder.of(range(100, 200, 10))
    rates = np.outer(np.linspace(60, 20, 26), np.exp(-np.linspace(0, 1.5, 10)))
    policy = best_policy(ladder, ChanceDemand.poisson(rates, most=1000), stock=1000, salvage=20)
    ended = Reading.now()
    tell("season 26 x 1,000", "single price", policy.single_value, 0.0, "-", "")
    tell("season 26 x 1,000", "policy", policy.value, 0.0, "-", ended.since(began))
    return policy.value / policy.single_value - 1, ended.cpu_seconds - began.cpu_seconds


def claim(rows: list[Row], gain: float, policy_seconds: float) -> int:
    """Print which claims hold; 1 if any does not."""
    searched = [row for row in rows if row.method not in ("exact", "climbing")]
    logit = [row for row in searched if row.problem.startswith(("category", "segments"))]
    claims = {
        "no search beats an exact answer": all(row.gap >= -1e-9 for row in rows),
        "searches come within 0.1 % on categories and segments": all(row.gap <= 1e-3 for row in logit),
        "searches come within 10 % where rules or stock tie prices together": all(
            row.gap <= 0.1 for row in searched
        ),
        "every exact answer takes at most 1 CPU second": all(
            row.cpu_seconds <= 1.0 for row in rows if row.method == "exact"
        ),
        "the policy never earns less than the best single price": gain >= 0,
        "the policy for 26 weeks and 1,000 units takes at most 5 CPU seconds": policy_seconds <= 5.0,
    }
    for sentence, holds in claims.items():
        print(f"{'holds' if holds else 'FAILS'}: {sentence}")
    return 0 if all(claims.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
