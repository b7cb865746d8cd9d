"""Rows built from whole arrays: the few shapes that all families of limits are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dealwright.plan.constraints.protocol import Flags, Floats, Ints, Rows
from dealwright.plan.problem import PlanningProblem


@dataclass(frozen=True, slots=True)
class Picked:
    """Cells that promote: flat indices into (n, T, K), and each one's product, week and offer."""

    flat: Ints
    product: Ints
    week: Ints
    offer: Ints


def promotes(problem: PlanningProblem) -> Flags:
    """Which offers are promotions, (K,)."""
    return np.array([offer.is_promotion for offer in problem.offers], dtype=np.bool_)


def pick(
    problem: PlanningProblem,
    *,
    products: Flags | None = None,
    weeks: Flags | None = None,
    offers: Flags | None = None,
) -> Picked:
    """Promotions of some products (n,), weeks (T,) and offers (K,); None means all."""
    n, n_weeks, n_offers = problem.shape
    is_meant = promotes(problem) if offers is None else promotes(problem) & offers
    i = np.arange(n) if products is None else np.flatnonzero(products)
    t = np.arange(n_weeks) if weeks is None else np.flatnonzero(weeks)
    k = np.flatnonzero(is_meant)
    shape = (len(i), len(t), len(k))
    product, week, offer = (
        np.broadcast_to(axis, shape).ravel().astype(np.int64)
        for axis in (i[:, None, None], t[None, :, None], k[None, None, :])
    )
    return Picked((product * n_weeks + week) * n_offers + offer, product, week, offer)


def at_most(labels: Sequence[str], row: Ints, cells: Ints, limit: float) -> Rows:
    """Rows that count: at most `limit` of the cells of each."""
    return Rows.of(labels, row=row, cells=cells, high=float(limit))


def per_week(
    problem: PlanningProblem,
    weights: Floats | float,
    *,
    picked: Picked,
    weeks: Flags,
    low: Floats | float = -np.inf,
    high: Floats | float = np.inf,
) -> Rows:
    """One row for each of `weeks` over the picked cells with their weights."""
    labels = [f"week of {week}" for week, is_meant in zip(problem.weeks, weeks, strict=True) if is_meant]
    row = (np.cumsum(weeks) - 1)[picked.week]
    return Rows.of(labels, row=row, cells=picked.flat, weights=weights, low=low, high=high)


def over_all(
    picked: Picked, weights: Floats | float, *, low: float = -np.inf, high: float = np.inf, label: str = "all weeks"
) -> Rows:
    """One row over all picked cells."""
    row = np.zeros(len(picked.flat), dtype=np.int64)
    return Rows.of([label], row=row, cells=picked.flat, weights=weights, low=low, high=high)


def week_patterns(problem: PlanningProblem, products: Ints, patterns: Floats, high: Floats | float) -> Rows:
    """For each product and each pattern (P, T): pattern @ (is it promoted in week t) <= high (P,)."""
    n_weeks, n_offers = problem.shape[1:]
    k = np.flatnonzero(promotes(problem))
    which, week = np.nonzero(patterns)
    n_patterns = len(patterns)
    place = products[:, None, None] * n_weeks + week[None, :, None]
    cells = place * n_offers + k[None, None, :]
    row = np.arange(len(products))[:, None, None] * n_patterns + which[None, :, None]
    weights = patterns[which, week][None, :, None]
    return Rows.of(
        [problem.skus[i] for i in products for _ in range(n_patterns)],
        row=np.broadcast_to(row, cells.shape).ravel(),
        cells=cells.ravel(),
        weights=np.broadcast_to(weights, cells.shape).ravel(),
        high=np.tile(np.broadcast_to(high, n_patterns), len(products)),
    )


def product_patterns(
    problem: PlanningProblem,
    patterns: Sequence[Sequence[tuple[int, float]]],
    labels: Sequence[str],
    *,
    weeks: Flags,
    low: float = -np.inf,
    high: float = np.inf,
) -> Rows:
    """For each pattern and week: the sum of coefficient * (is the product promoted) is within the limits.

    A pattern is a list of (product, coefficient); `labels` names each.
    """
    n_weeks, n_offers = problem.shape[1:]
    k, t = np.flatnonzero(promotes(problem)), np.flatnonzero(weeks)
    which = np.array([p for p, pattern in enumerate(patterns) for _ in pattern], dtype=np.int64)
    product = np.array([i for pattern in patterns for i, _ in pattern], dtype=np.int64)
    coefficient = np.array([c for pattern in patterns for _, c in pattern], dtype=np.float64)
    cells = (product[:, None, None] * n_weeks + t[None, :, None]) * n_offers + k[None, None, :]
    row = which[:, None, None] * len(t) + np.arange(len(t))[None, :, None]
    return Rows.of(
        [f"{label}, week of {problem.weeks[week]}" for label in labels for week in t],
        row=np.broadcast_to(row, cells.shape).ravel(),
        cells=cells.ravel(),
        weights=np.broadcast_to(coefficient[:, None, None], cells.shape).ravel(),
        low=low,
        high=high,
    )


def everywhere(problem: PlanningProblem, per_offer: Flags) -> Flags:
    """Spread (n, K) over the weeks; "no promotion" is never forbidden."""
    n, n_weeks, n_offers = problem.shape
    spread = (per_offer & promotes(problem))[:, None, :]
    return np.asarray(np.broadcast_to(spread, (n, n_weeks, n_offers)), dtype=np.bool_)


def cuts(problem: PlanningProblem) -> Flags:
    """Which offers change the shelf label, (K,)."""
    return np.array([offer.is_price_cut for offer in problem.offers], dtype=np.bool_)


def shelf_price(problem: PlanningProblem) -> Floats:
    """What the label says a unit costs under each offer, minor units, (n, K)."""
    return np.asarray(problem.economics.price[:, None] * (1.0 - problem.terms.shelf_depth))


def paid_price(problem: PlanningProblem) -> Floats:
    """What customers pay for a unit under each offer, minor units, mean over the units sold, (n, K)."""
    return np.asarray(problem.economics.price[:, None] * (1.0 - problem.terms.discount_share))


def margin(problem: PlanningProblem) -> Floats:
    """What a unit keeps under each offer, minor units, mean over the units sold, (n, K)."""
    return problem.economics.margin(problem.terms.discount_share, problem.terms.extra_minor)
