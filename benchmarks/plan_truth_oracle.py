"""The best plan for the simulated people that simulating them finds: an approximation from below.

What each offer is truly worth is asked of the people themselves, who live the same week with it and without it;
the same planner chooses by that. Then single promotions are taken away, added or changed, and what pays is kept.
The best plan that was met counts, whoever made it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from dealwright.app.plan.simulate_plan import offers_of
from dealwright.core.rng import stream
from dealwright.demand.features import Offers
from dealwright.plan.constraints import violations
from dealwright.plan.problem import PlanningProblem
from plan_truth_alone import Quiet
from plan_truth_judge import profit_of
from plan_truth_shop import PeopleTruth
from plan_truth_ways import Given, best

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ASKED_WEEK = 1
"""The week of the plan in which offers are tried; in the others they are taken to be worth the same."""
N_STEPS = 60
N_SEARCH_FUTURES = 2
SHARE_DROPPED = 0.6


def improved(given: Given, truth: PeopleTruth, quiet: Quiet, known: Mapping[str, Ints], *, seed: int) -> Offers:
    """The best of the plan made from true effects, what a search by simulation makes of it, and those `known`."""
    problem = true_problem(given.problem, truth, quiet)
    first = best(problem, given.limits).choice
    tried = [*known.values(), first, searched(given, problem, truth, first, stream(seed, "oracle"))]
    offers = [offers_of(given.problem, choice) for choice in tried]
    earned = [profit_of(truth.units(each), truth.charged(each), each, problem.economics) for each in offers]
    return offers[int(np.argmax(earned))]


def true_problem(problem: PlanningProblem, truth: PeopleTruth, quiet: Quiet) -> PlanningProblem:
    """The same offers, each valued by what the people do with it alone, in a week of the plan."""
    n, n_weeks, n_offers = problem.shape
    e = problem.economics
    margin, support = problem.worth.offered, problem.support
    value, taken = np.zeros((2, n, n_offers))
    for i in range(n):
        for k in range(1, n_offers):
            a = quiet.alone(i, ASKED_WEEK, k)
            own = margin[i, k] * (a.base + a.uplift) - e.regular_margin[i] * a.base
            value[i, k] = own + a.others + a.complements + a.later - support[i, k]
            taken[i, k] = max(a.taken, 0.0)
    # `taken` is counted for the whole category; what falls on the product itself is no loss.
    sold = truth.shop.units.sum(axis=1)[truth.order]
    share = sold / np.bincount(problem.category_of, weights=sold)[problem.category_of]
    return replace(
        problem,
        value=np.repeat(value[:, None, :], n_weeks, axis=1),
        taken=np.repeat((taken / (1 - share)[:, None])[:, None, :], n_weeks, axis=1),
    )


def searched(
    given: Given, problem: PlanningProblem, truth: PeopleTruth, choice: Ints, rng: np.random.Generator
) -> Ints:
    """Changes of single cells that the people reward, tried `N_STEPS` times.

    Categories that do not go together do not touch each other, so each step tries one change in every such island.
    """
    few = replace(truth, worlds=truth.worlds[:N_SEARCH_FUTURES])
    island = truth.islands
    earned = _by_product(problem, few, choice)
    for _ in range(N_STEPS):
        trial = choice.copy()
        for k in np.unique(island):
            moved = _moved(problem, trial, np.flatnonzero(island == k), rng)
            if not violations(given.limits, given.problem, moved):
                trial = moved
        earns = _by_product(problem, few, trial)
        better = np.bincount(island, weights=earns - earned) > 0
        kept = np.where(better[island][:, None], trial, choice)
        # Displays freed by one island may have been taken by another, which then must wait.
        if not violations(given.limits, given.problem, kept):
            choice, earned = kept, np.where(better[island], earns, earned)
    return choice


def _moved(problem: PlanningProblem, choice: Ints, rows: Ints, rng: np.random.Generator) -> Ints:
    """A cell of `rows` offered otherwise: a promotion taken away or changed, or a new one, likelier if it pays."""
    out = choice.copy()
    value = np.maximum(problem.value[rows, 0, 1:], 0.0).ravel()
    i, t = np.nonzero(choice[rows])
    if len(i) and rng.random() < SHARE_DROPPED:
        place = rng.integers(len(i))
        out[rows[i[place]], t[place]] = 0
        if rng.random() < 0.5:
            return out
    if value.any():
        row, k = divmod(int(rng.choice(len(value), p=value / value.sum())), problem.shape[2] - 1)
        out[rows[row], rng.integers(problem.shape[1])] = k + 1
    return out


def _by_product(problem: PlanningProblem, truth: PeopleTruth, choice: Ints) -> Floats:
    """Minor units kept of each product, (n,)."""
    offers = offers_of(problem, choice)
    units, depth = truth.units(offers), truth.charged(offers)
    later = np.zeros((len(depth), units.shape[1] - depth.shape[1]))
    margin = problem.economics.margin(np.concatenate([depth, later], axis=1))
    support = problem.economics.vehicle_cost(offers.display, offers.mailer)
    return np.asarray((margin * units).sum(axis=1) - support.sum(axis=1))
