"""Who will stay away in the coming weeks and what tells it, as a plain document."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import norm, rankdata

from dealwright.app.customers.foresee_absence import WEEKS_AWAY
from dealwright.app.customers.value_customers import CustomerValues
from dealwright.core.estimate import Estimate
from dealwright.customer.rfm import BREADTH, DAYS_SINCE, DEAL_SHARE, ORDERS, SPAN, SPEND
from dealwright.customer.survival_snapshots import ACTIVE_DAYS
from dealwright.data import columns as c
from dealwright.data.personal import masked

LIKELIEST = 0.1
"""Share of those who still come that is looked at more closely."""
MOST_CUSTOMERS = 8
DAYS_AWAY = (0, 7, 14, 28, 56, ACTIVE_DAYS + 1)
"""Days since the last order: where groups of customers begin and end."""
USUAL_GAP, LATE = "usual_gap_days", "times_overdue"
SIGNS = (DAYS_SINCE, USUAL_GAP, LATE, ORDERS, SPEND, BREADTH, DEAL_SHARE)
"""What may tell those who will stay away from the others; amounts in minor units."""
_ENDS = (("value", ""), ("low", "_low"), ("high", "_high"))


def leaving_document(values: CustomerValues, features: pd.DataFrame, *, minor_per_major: int) -> dict[str, Any]:
    """Of customers who came within the last weeks: how many will stay away, and what tells it.

    `features` is `customer.rfm.customer_features`. Only `why_not` if chances are not known.
    """
    if "stays_away" not in values.customers or values.customers["stays_away"].isna().all():
        return {"why_not": values.absence_verdict.reason}
    known = values.customers[values.customers["stays_away"].notna()]
    people = _with_habits(known.merge(features, on=c.CUSTOMER))
    likeliest = people.nlargest(max(round(LIKELIEST * len(people)), 1), "stays_away")
    return {
        "weeks": WEEKS_AWAY,
        "active_days": ACTIVE_DAYS,
        "n_active": len(people),
        "expected": _number_away(people, level=values.terms.level),
        "n_likely": {
            key: int((people[column] >= 0.5).sum())
            for key, column in (("value", "stays_away"), ("low", "stays_away_low"), ("high", "stays_away_high"))
        },
        "by_days": _by_days_away(people),
        "n_likeliest": len(likeliest),
        "least_chance": float(likeliest["stays_away"].min()),
        "signs": _signs(people, people[c.CUSTOMER].isin(likeliest[c.CUSTOMER]), minor_per_major),
        "customers": _worth_most(likeliest, minor_per_major),
    }


def _with_habits(people: pd.DataFrame) -> pd.DataFrame:
    """A customer of one order has no usual gap."""
    gap = (people[SPAN] / (people[ORDERS] - 1)).where((people[ORDERS] > 1) & (people[SPAN] > 0))
    return people.assign(**{USUAL_GAP: gap, LATE: people[DAYS_SINCE] / gap})


def _number_away(people: pd.DataFrame, *, level: float) -> dict[str, float]:
    """What is unsure about the model (for all alike) and chance, whoever it strikes, both widen the range."""
    chance = people["stays_away"].to_numpy(dtype=np.float64)
    value = float(chance.sum())
    by_chance = norm.isf((1 - level) / 2) * np.sqrt((chance * (1 - chance)).sum())
    below = float(np.hypot(value - people["stays_away_low"].sum(), by_chance))
    above = float(np.hypot(people["stays_away_high"].sum() - value, by_chance))
    found = Estimate(
        value, max(value - below, 0.0), min(value + above, float(len(people))), level, "model and chance"
    )
    return {"value": found.value, "low": found.low, "high": found.high, "level": level}


def _by_days_away(people: pd.DataFrame) -> list[dict[str, Any]]:
    """The mean chance to stay away of customers last seen `first` to `last` days ago; no empty groups."""
    groups = []
    for start, end in pairwise(DAYS_AWAY):
        theirs = people[(people[DAYS_SINCE] >= start) & (people[DAYS_SINCE] < end)]
        if len(theirs):
            chance = {key: float(theirs["stays_away" + ending].mean()) for key, ending in _ENDS}
            groups.append({"first": start, "last": end - 1, "n": len(theirs), **chance})
    return groups


def _signs(people: pd.DataFrame, is_likely: pd.Series[bool], minor_per_major: int) -> list[dict[str, Any]]:
    """Medians of those likeliest to stay away and of the others; what tells them apart best comes first."""
    found = []
    for name in SIGNS:
        known = people[name].notna()
        here, there = people.loc[known & is_likely, name], people.loc[known & ~is_likely, name]
        if here.empty or there.empty:
            continue
        scale = minor_per_major if name == SPEND else 1
        row = {"code": name, "likeliest": float(here.median()) / scale, "others": float(there.median()) / scale}
        found.append((abs(_told_apart(here, there) - 0.5), row))
    return [row for _, row in sorted(found, key=lambda pair: -pair[0])]


def _told_apart(here: pd.Series[float], there: pd.Series[float]) -> float:
    """The chance that one of the first has more than one of the others, ties counting half (Mann and Whitney)."""
    ranks = rankdata(np.concatenate([here, there]))[: len(here)]
    return float((ranks.sum() - len(here) * (len(here) + 1) / 2) / (len(here) * len(there)))


def _worth_most(likeliest: pd.DataFrame, minor_per_major: int) -> list[dict[str, Any]]:
    """Those who would be missed most, with how they stand against their own habit."""
    worth = "lifetime_value_minor" if "lifetime_value_minor" in likeliest else "expected_purchases"
    scale = minor_per_major if worth != "expected_purchases" else 1
    top = likeliest.sort_values([worth, c.CUSTOMER], ascending=[False, True]).head(MOST_CUSTOMERS)
    return [
        {
            "customer": masked(str(row[c.CUSTOMER])),
            "worth": {key: float(row[worth + end]) / scale for key, end in _ENDS},
            "stays_away": {key: float(row["stays_away" + end]) for key, end in _ENDS},
            "days_since": float(row[DAYS_SINCE]),
            "usual_gap": float(row[USUAL_GAP]) if pd.notna(row[USUAL_GAP]) else None,
        }
        for row in top.to_dict("records")
    ]
