"""How customers who still come behave on a day, and how many weeks pass until they buy again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dealwright.data import columns as c

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ACTIVE_DAYS = 84
"""Whoever bought nothing for longer has gone already: nobody asks whether they are about to."""
RECENT_DAYS = 28
LAST_GAPS = 5
WEEK_DAYS = 7
NEVER = np.iinfo(np.int64).max
"""Weeks until the next purchase of somebody who makes none."""

COVARIATES = (
    "days_since_purchase",
    "days_bought",
    "weeks_bought_share",
    "days_bought_recently",
    "usual_gap",
    "overdue",
    "gap_spread",
    "absent_share",
    "spend",
    "recent_spend",
)
"""Of the `ACTIVE_DAYS` before, but for gaps and absence, which look at the whole past; most are logarithms.

`overdue` compares the days since the last purchase with the `usual_gap` (mean of the last few), `gap_spread`
is the standard deviation of all gaps, and `absent_share` the share of spans of four weeks without a purchase.
"""


@dataclass(frozen=True, slots=True)
class Visits:
    """The days on which customers bought, ordered by customer and day; days are counted from `first_day`.

    `customers` holds their ids; `who` (v,) the position of each visit's customer in it, `day` (v,) when, and `paid`
    (v,) how much. `begins` (n + 1,) is where the visits of each customer begin.
    """

    customers: pd.Index[str]
    first_day: date
    who: Ints
    day: Ints
    paid: Floats
    begins: Ints

    def number(self, day: date) -> int:
        """The day, counted from `first_day`."""
        return (day - self.first_day).days


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Customers who bought in the `ACTIVE_DAYS` before the day number `day`, as they were on its morning.

    `rows` (n,) are their positions in `Visits.customers`, `covariates` (n, f) are `COVARIATES`, and `weeks_away`
    (n,) is the number of whole weeks from that morning to their next purchase, `NEVER` if there is none.
    """

    day: int
    rows: Ints
    covariates: Floats
    weeks_away: Ints


def visits_of(days: pd.DataFrame) -> Visits:
    """Visits from rows of `lifetime.purchases.purchase_days`, in any order, one per customer and day."""
    codes, customers = pd.factorize(days[c.CUSTOMER], sort=True)
    when = pd.to_datetime(days["day"])
    number = np.asarray((when - when.min()).dt.days, dtype=np.int64)
    who = np.asarray(codes, dtype=np.int64)
    order = np.asarray(np.lexsort((number, who)), dtype=np.int64)
    begins = np.zeros(len(customers) + 1, dtype=np.int64)
    np.cumsum(np.bincount(who, minlength=len(customers)), out=begins[1:])
    return Visits(
        pd.Index(customers),
        when.min().date(),
        who[order],
        number[order],
        np.maximum(days["paid"].to_numpy(dtype=np.float64)[order], 0.0),
        begins,
    )


def snapshot(visits: Visits, day: int) -> Snapshot:
    """Everybody who still comes, on the morning of `day`; nothing is used that happened then or later."""
    everybody = np.arange(len(visits.customers))
    begin, end = visits.begins[:-1], _before(visits, everybody, day)
    known = np.flatnonzero(end > begin)
    is_active = day - visits.day[end[known] - 1] <= ACTIVE_DAYS
    rows = known[is_active]
    begin, end = begin[rows], end[rows]
    follows = np.minimum(end, len(visits.day) - 1)
    has_next = end < visits.begins[rows + 1]
    weeks = np.where(has_next, (visits.day[follows] - day) // WEEK_DAYS, NEVER)
    return Snapshot(day, rows, _covariates(visits, rows, begin, end, day), weeks)


def _before(visits: Visits, rows: Ints, day: int) -> Ints:
    """Where in the visits the first of each customer stands that is on `day` or later."""
    span = int(visits.day.max(initial=0)) + 2
    keys = visits.who * span + visits.day
    return np.searchsorted(keys, rows * span + min(max(day, 0), span - 1)).astype(np.int64)


def _covariates(visits: Visits, rows: Ints, begin: Ints, end: Ints, day: int) -> Floats:
    last = visits.day[end - 1]
    since = (day - last).astype(np.float64)
    back = np.maximum(end - 1 - LAST_GAPS, begin)
    n_gaps = end - 1 - begin
    age = (day - visits.day[begin]).astype(np.float64)
    usual = np.where(n_gaps > 0, (last - visits.day[back]) / np.maximum(end - 1 - back, 1), age)
    gaps = np.diff(visits.day, prepend=visits.day[:1]).astype(np.float64)
    gaps[visits.begins[:-1]] = 0.0
    mean_gap = (last - visits.day[begin]) / np.maximum(n_gaps, 1)
    variance = _sums(gaps**2, begin, end) / np.maximum(n_gaps, 1) - mean_gap**2
    absent = _sums(np.maximum(gaps - RECENT_DAYS, 0.0), begin, end) + np.maximum(since - RECENT_DAYS, 0.0)
    window, recent = (np.maximum(_before(visits, rows, day - n), begin) for n in (ACTIVE_DAYS, RECENT_DAYS))
    return np.column_stack(
        [
            np.log1p(since),
            np.log1p(end - window),
            _weeks_bought(visits, window, end, day) * WEEK_DAYS / ACTIVE_DAYS,
            np.log1p(end - recent),
            np.log1p(usual),
            np.log1p(since) - np.log1p(usual),
            np.log1p(np.sqrt(np.maximum(variance, 0.0))),
            absent / np.maximum(age - RECENT_DAYS + 1, 1.0),
            np.log1p(_sums(visits.paid, window, end)),
            np.log1p(_sums(visits.paid, recent, end)),
        ]
    )


def _sums(values: Floats, begin: Ints, end: Ints) -> Floats:
    """Sums of `values[begin:end]`."""
    running = np.concatenate([[0.0], np.cumsum(values)])
    return np.asarray(np.maximum(running[end] - running[begin], 0.0))


def _weeks_bought(visits: Visits, window: Ints, end: Ints, day: int) -> Floats:
    """In how many of the weeks before `day`, counted back from it, each customer bought."""
    week = (day - 1 - visits.day) // WEEK_DAYS
    starts_week = np.ones(len(week), dtype=np.bool_)
    starts_week[1:] = (np.diff(week) != 0) | (np.diff(visits.who) != 0)
    inner = _sums(starts_week.astype(np.float64), window + 1, np.maximum(end, window + 1))
    return np.where(end > window, inner + 1.0, 0.0)
