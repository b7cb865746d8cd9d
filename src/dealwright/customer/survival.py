"""Who will stay away: how likely customers are to return in each coming week, given how they behave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from dealwright.core.errors import InputError
from dealwright.customer.lifetime.forecast import Ranges
from dealwright.customer.survival_snapshots import Floats, Ints

KNOTS = (0.1, 0.35, 0.65, 0.9)
"""Quantiles of a covariate at which the slope of its effect may change."""
RIDGE = 10.0
"""Penalty on the squared effects of standardised covariates: what a few customers suggest is held back."""
LEAST_RETURNS = 50


@dataclass(frozen=True, slots=True)
class Basis:
    """Covariates as straight lines with bends, standardised: the columns that effects are learnt for.

    `knots` holds the bends of each covariate; `mean` and `spread` are those of the columns.
    """

    knots: tuple[Floats, ...]
    mean: Floats
    spread: Floats

    @classmethod
    def of(cls, covariates: Floats) -> Basis:
        """Bends at quantiles that differ; a covariate that never varies has no effect."""
        knots = tuple(np.unique(np.quantile(column, KNOTS)) for column in covariates.T)
        bent = _bent(covariates, knots)
        spread = bent.std(axis=0)
        return cls(knots, bent.mean(axis=0), np.where(spread > 1e-9, spread, np.inf))

    def columns(self, covariates: Floats) -> Floats:
        """(n, f) to (n, columns)."""
        return np.asarray((_bent(covariates, self.knots) - self.mean) / self.spread)


@dataclass(frozen=True, slots=True)
class ReturnModel:
    """The chance to return in week k, given that the customer has not before, is logistic in `effects`.

    `effects` are first one for each of the `n_weeks` weeks, then one for each column of `basis`; `covariance` is
    theirs, and holds when the same customers are seen again and again. Learnt from `n_customers`.
    """

    names: tuple[str, ...]
    n_weeks: int
    basis: Basis
    effects: Floats
    covariance: Floats
    n_customers: int

    def hazard(self, covariates: Floats) -> Floats:
        """(n, n_weeks): the chance to return in each week, given that the customer has not before."""
        return self._hazard(self.basis.columns(covariates), self.effects)

    def stays_away(self, covariates: Floats) -> Floats:
        """(n,): the chance of no purchase in any of the weeks."""
        return np.asarray(np.prod(1.0 - self.hazard(covariates), axis=1))

    def stays_away_ranges(
        self, covariates: Floats, *, rng: np.random.Generator, level: float = 0.8, n_draws: int = 200
    ) -> Ranges:
        """`stays_away` with the interval that holds the chance with probability `level`."""
        columns = self.basis.columns(covariates)
        effects = rng.multivariate_normal(self.effects, self.covariance, size=n_draws, method="eigh")
        draws = np.array([np.prod(1.0 - self._hazard(columns, drawn), axis=1) for drawn in effects])
        value = self.stays_away(covariates)
        low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2], axis=0)
        return Ranges(value, np.minimum(low, value), np.maximum(high, value))

    def _hazard(self, columns: Floats, effects: Floats) -> Floats:
        return np.asarray(expit((columns @ effects[self.n_weeks :])[:, None] + effects[: self.n_weeks]))


def fit_returns(
    covariates: Floats, weeks_away: Ints, customers: Ints, *, n_weeks: int, names: Sequence[str]
) -> ReturnModel:
    """Learn from customers seen once or more: `covariates` (n, f) as they were, and after how many whole weeks
    (n,) they bought; all were watched for `n_weeks` at least. `customers` (n,) tells who is who.

    Raises InputError if too few returned, or stayed away, to tell them apart.
    """
    _check(covariates, weeks_away, n_weeks=n_weeks, names=names)
    basis = Basis.of(covariates)
    row, week = _at_risk(weeks_away, n_weeks)
    design = np.hstack([np.eye(n_weeks)[week], basis.columns(covariates)[row]])
    returned = (weeks_away[row] == week).astype(np.float64)
    model = LogisticRegression(C=1 / RIDGE, fit_intercept=False, solver="newton-cholesky", max_iter=200).fit(
        design, returned
    )
    effects = np.asarray(model.coef_[0], dtype=np.float64)
    covariance = _clustered(design, returned, effects, customers[row])
    return ReturnModel(tuple(names), n_weeks, basis, effects, covariance, len(np.unique(customers)))


def _bent(covariates: Floats, knots: Sequence[Floats]) -> Floats:
    return np.column_stack(
        [
            np.column_stack([column, np.maximum(column[:, None] - bends, 0.0)])
            for column, bends in zip(covariates.T, knots, strict=True)
        ]
    )


def _at_risk(weeks_away: Ints, n_weeks: int) -> tuple[Ints, Ints]:
    """One row for each customer and week in which they had not returned before: which customer, which week."""
    lasting = np.minimum(weeks_away, n_weeks - 1) + 1  # the week of the return counts; `NEVER` cannot be exceeded
    row = np.repeat(np.arange(len(lasting)), lasting)
    week = np.arange(len(row)) - np.repeat(np.cumsum(lasting) - lasting, lasting)
    return row, week


def _clustered(design: Floats, returned: Floats, effects: Floats, customers: Ints) -> Floats:
    """Sandwich covariance: rows of one customer are not independent, those of different customers are."""
    chance = expit(design @ effects)
    bread = np.linalg.inv((design * (chance * (1 - chance))[:, None]).T @ design + RIDGE * np.eye(len(effects)))
    _, who = np.unique(customers, return_inverse=True)
    scores = design * (returned - chance)[:, None]
    by_customer = np.column_stack([np.bincount(who, weights=column) for column in scores.T])
    covariance = bread @ (by_customer.T @ by_customer) @ bread
    return np.asarray((covariance + covariance.T) / 2)


def _check(covariates: Floats, weeks_away: Ints, *, n_weeks: int, names: Sequence[str]) -> None:
    problems = []
    if n_weeks < 1:
        problems.append(f"returns are watched for one week at least; given {n_weeks}")
    if covariates.ndim != 2 or covariates.shape != (len(weeks_away), len(names)):
        problems.append(
            f"there is one row of covariates per customer and one column per name; given shape {covariates.shape} "
            f"for {len(weeks_away)} customers and {len(names)} names"
        )
    elif not np.isfinite(covariates).all():
        problems.append("some covariates are missing or infinite; fill them or leave those customers out")
    n_back = int(np.count_nonzero(weeks_away < n_weeks))
    if min(n_back, len(weeks_away) - n_back) < LEAST_RETURNS:
        problems.append(
            f"who stays away is learnt from at least {LEAST_RETURNS} customers who returned within {n_weeks} weeks "
            f"and as many who did not; there are {n_back} and {len(weeks_away) - n_back}. Give a longer history"
        )
    if problems:
        raise InputError(*problems)
