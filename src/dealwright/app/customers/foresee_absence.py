"""Who of those who still come will stay away in the coming weeks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from dealwright.core.errors import InputError
from dealwright.core.rng import stream
from dealwright.core.verdict import MET, Verdict
from dealwright.customer.survival import ReturnModel, fit_returns
from dealwright.customer.survival_snapshots import ACTIVE_DAYS, COVARIATES, WEEK_DAYS, Visits, snapshot, visits_of
from dealwright.data import columns as c

WEEKS_AWAY = 4
"""How long without a purchase is called staying away."""
MOST_SNAPSHOTS = 26
"""Past weeks looked at: half a year of them knows how customers return now."""
MOST_CUSTOMERS = 10_000
"""Customers learnt from; the effects of ten covariates are known well from fewer."""


@dataclass(frozen=True, slots=True)
class Absence:
    """`customers` has a row per customer who still comes: customer_id, and the chance that they buy nothing for
    `WEEKS_AWAY` weeks (`stays_away`, `stays_away_low`, `stays_away_high`). It is empty if `verdict` says why.
    """

    customers: pd.DataFrame
    verdict: Verdict
    model: ReturnModel | None = None


def foresee_absence(days: pd.DataFrame, *, until: date, seed: int, level: float = 0.8) -> Absence:
    """From the days on which customers bought (`lifetime.purchases.purchase_days`) up to the day `until`."""
    visits = visits_of(days)
    today = visits.number(until) + 1
    try:
        model = learn_returns(visits, today=today, seed=seed)
    except InputError as refusal:
        return Absence(_table(), Verdict(False, "too_little_to_learn_returns", str(refusal)))
    now = snapshot(visits, today)
    ranges = model.stays_away_ranges(now.covariates, rng=stream(seed, "customer", "absence"), level=level)
    found = _table(visits.customers[now.rows], ranges.value, ranges.low, ranges.high)
    return Absence(found, MET, model)


def learn_returns(visits: Visits, *, today: int, seed: int) -> ReturnModel:
    """From how customers were in past weeks and whether they came within the next; nothing of `today` or later.

    Raises InputError if the past is too short or too few stayed away.
    """
    last = today - WEEKS_AWAY * WEEK_DAYS
    mornings = range(last, ACTIVE_DAYS - 1, -WEEK_DAYS)[:MOST_SNAPSHOTS]
    if not mornings:
        needed = timedelta(days=ACTIVE_DAYS + WEEKS_AWAY * WEEK_DAYS).days
        raise InputError(f"who stays away is learnt from {needed} days of sales at least; there are {today}")
    seen = [snapshot(visits, day) for day in mornings]
    rows = np.concatenate([one.rows for one in seen])
    asked = _some(len(visits.customers), seed=seed)[rows]
    return fit_returns(
        np.vstack([one.covariates for one in seen])[asked],
        np.concatenate([one.weeks_away for one in seen])[asked],
        rows[asked],
        n_weeks=WEEKS_AWAY,
        names=COVARIATES,
    )


def _some(n: int, *, seed: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which of n customers are learnt from."""
    chosen = np.zeros(n, dtype=np.bool_)
    chosen[stream(seed, "customer", "returns").permutation(n)[:MOST_CUSTOMERS]] = True
    return chosen


def _table(
    customers: pd.Index[str] | None = None, *columns: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> pd.DataFrame:
    ids = pd.Index([], dtype="object") if customers is None else customers
    values = columns or (np.empty(0),) * 3
    names = ("stays_away", "stays_away_low", "stays_away_high")
    return pd.DataFrame({c.CUSTOMER: ids, **dict(zip(names, values, strict=True))})
