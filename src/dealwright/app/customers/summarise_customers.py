"""What is known of customers as a plain document: worth, leaving, journey, baskets and one suggestion."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dealwright.app.customers.follow_customers import FollowedCustomers
from dealwright.app.customers.know_customers import KnownCustomers
from dealwright.app.customers.profile_customers import CustomerProfiles
from dealwright.app.customers.summarise_leaving import leaving_document
from dealwright.app.customers.value_customers import CustomerValues
from dealwright.app.plain import plain, plain_estimate, plain_row
from dealwright.app.recommend.suggest_items import Hits, Suggestion
from dealwright.core.estimate import Estimate
from dealwright.customer.association import LEVEL as RULES_LEVEL
from dealwright.customer.journey import LEVEL as JOURNEY_LEVEL
from dealwright.customer.lifecycle import GONE_AFTER, PERIOD_DAYS
from dealwright.customer.share import share_interval
from dealwright.data import columns as c
from dealwright.data.personal import masked

MOST_RULES = 12
MOST_POINTS = 50
"""Of the curve of values: customers in so many groups of the same size."""
MOST_REASONS = 6


def known_customers_document(
    known: KnownCustomers, profiles: CustomerProfiles, *, minor_per_major: int
) -> dict[str, Any]:
    """Parts by name, money in major units; of one that is not known only `why_not`, as it was told when asked.

    Where orders were followed since visits could not be, the journey has `why_not_visits`.
    """
    value, journey, baskets, suggestion = known.value, known.journey, known.baskets, known.suggestion
    made: dict[str, dict[str, Any] | None] = {
        "value": None if value is None else _value(value, profiles, minor_per_major),
        "journey": None
        if journey is None
        else {**_journey(journey, minor_per_major), "why_not_visits": known.why_not.get("visits", "")},
        "baskets": None if baskets is None else _baskets(baskets.to_dict(most=len(baskets.rules))),
        "suggestion": None if suggestion is None else _suggestion(suggestion),
    }
    whom = {"n_customers": known.n_customers, "n_drawn": known.n_drawn}
    return {
        name: {"why_not": known.why_not[name]} if document is None else {**whom, **document}
        for name, document in made.items()
    }


def _value(values: CustomerValues, profiles: CustomerProfiles, minor_per_major: int) -> dict[str, Any]:
    told = values.to_dict()
    name, scale = _worth(values, minor_per_major)
    customers = values.customers
    return {
        **{
            key: told[key]
            for key in ("until", "horizon_days", "model", "margin_share", "margin_share_known_for", "check")
        },
        "n_valued": len(customers),
        "level": values.terms.level,
        "totals": {
            key.removesuffix("_minor"): _scaled(total, minor_per_major if key.endswith("_minor") else 1)
            for key, total in values.totals.items()
        },
        "is_money": name != "expected_purchases",
        "curve": _curve(customers, name, scale),
        "quantiles": [_at(customers, name, scale, share) for share in (0.5, 0.9)],
        "segments": _segments(values, profiles, minor_per_major),
        "leaving": leaving_document(values, profiles.features, minor_per_major=minor_per_major),
    }


def _worth(values: CustomerValues, minor_per_major: int) -> tuple[str, int]:
    """The column customers are ranked by, and what its units are divided by: purchases where spend is not known."""
    if "lifetime_value_minor" in values.customers:
        return "lifetime_value_minor", minor_per_major
    return "expected_purchases", 1


def _scaled(total: Estimate, scale: int) -> dict[str, float]:
    told = plain_estimate(total)
    return {**told, **{key: told[key] / scale for key in ("value", "low", "high")}}


def _curve(customers: pd.DataFrame, name: str, scale: int) -> list[dict[str, Any]]:
    """Customers from the least valuable on: `share` of them below, and the middle one's value and range."""
    ordered = customers.sort_values([name, c.CUSTOMER])
    n = len(ordered)
    groups = np.array_split(np.arange(n), min(MOST_POINTS, n))
    return [
        {"share": float((rows[0] + rows[-1] + 1) / 2 / n), **_middle(ordered.iloc[rows], name, scale)}
        for rows in groups
    ]


def _middle(customers: pd.DataFrame, name: str, scale: int) -> dict[str, float]:
    ends = {"value": name, "low": f"{name}_low", "high": f"{name}_high"}
    return {key: float(customers[column].median()) / scale for key, column in ends.items()}


def _at(customers: pd.DataFrame, name: str, scale: int, share: float) -> dict[str, Any]:
    """The customer below whom `share` of all customers are, with the range of those around."""
    ordered = customers.sort_values([name, c.CUSTOMER])
    place, reach = int(share * (len(ordered) - 1)), max(len(ordered) // 200, 0)
    return {"share": share, **_middle(ordered.iloc[max(place - reach, 0) : place + reach + 1], name, scale)}


def _segments(values: CustomerValues, profiles: CustomerProfiles, minor_per_major: int) -> list[dict[str, Any]]:
    """By segment: the middle customer's worth, and the mean chance to stay away of those who still come."""
    if profiles.segmentation is None:
        return []
    name, scale = _worth(values, minor_per_major)
    members = profiles.segmentation.members.merge(values.customers, on=c.CUSTOMER)
    found = []
    for segment in profiles.segmentation.segments:
        theirs = members[members["segment"] == segment.code]
        if theirs.empty:
            continue
        found.append(
            {
                "code": segment.code,
                "name_en": segment.name_en,
                "name_zh": segment.name_zh,
                "n": len(theirs),
                "worth": _middle(theirs, name, scale),
                "stays_away": _mean_chance(theirs),
            }
        )
    return found


def _mean_chance(customers: pd.DataFrame) -> dict[str, float] | None:
    """The ends are the means of the customers' ends: what is unsure about the model is unsure for all alike."""
    if "stays_away" not in customers or customers["stays_away"].isna().all():
        return None
    ends = {"value": "stays_away", "low": "stays_away_low", "high": "stays_away_high"}
    return {key: float(customers[column].mean()) for key, column in ends.items()}


def _journey(followed: FollowedCustomers, minor_per_major: int) -> dict[str, Any]:
    """`next` of a state holds where customers went from it: share with its range, the likeliest first."""
    ways = followed.ways
    names = [*ways.states, *ways.ends]
    states = []
    for row in followed.states.to_dict("records"):
        times = ways.times[ways.states.index(row["state"])]
        low, high = share_interval(times, np.full(len(times), max(times.sum(), 1)), level=JOURNEY_LEVEL)
        row.update({key: row[key] / minor_per_major for key in ("worth", "worth_low", "worth_high")})
        states.append({**plain_row(row), "next": _next(names, times, low, high)})
    return {
        "kind": followed.kind,
        "period_days": PERIOD_DAYS,
        "gone_after": GONE_AFTER,
        "level": JOURNEY_LEVEL,
        "ends": list(ways.ends),
        "states": states,
    }


def _next(
    names: list[str], times: NDArray[np.int64], low: NDArray[np.float64], high: NDArray[np.float64]
) -> list[dict[str, Any]]:
    total = max(int(times.sum()), 1)
    return [
        {"to": name, "times": int(n), "share": int(n) / total, "low": float(a), "high": float(b)}
        for name, n, a, b in zip(names, times, low, high, strict=True)
        if n
    ]


def _baskets(told: dict[str, Any]) -> dict[str, Any]:
    """The most telling pairs, each once: in the direction in which it is surer."""
    pairs: dict[frozenset[str], dict[str, Any]] = {}
    for rule in told["rules"]:
        pair = frozenset((*rule["antecedent"], *rule["consequent"]))
        if pair not in pairs or rule["confidence"] > pairs[pair]["confidence"]:
            pairs[pair] = rule
    kept = ("antecedent", "consequent", "n_baskets", "support", "confidence", "lift", "q_value")
    ends = ("confidence_low", "confidence_high", "lift_low", "lift_high")
    rules = [{key: plain(rule[key]) for key in (*kept, *ends)} for rule in pairs.values()]
    return {
        **{key: told[key] for key in ("of", "n_baskets", "least_baskets", "n_rules", "n_telling")},
        "n_pairs": len(rules),
        "level": RULES_LEVEL,
        "rules": rules[:MOST_RULES],
    }


def _suggestion(found: Suggestion) -> dict[str, Any]:
    """`because` of an item are the purchases with the largest parts in its score; `rest` is all others together."""
    items = []
    for item in found.items:
        largest = sorted(item.because.items(), key=lambda part: (-abs(part[1]), part[0]))[:MOST_REASONS]
        because = [{**_product(found, sku), "part": part} for sku, part in largest]
        rest = sum(item.because.values()) - sum(part for _, part in largest)
        items.append({**_product(found, item.sku), "because": because, "rest": rest, "n_parts": len(item.because)})
    return {
        "customer": masked(found.customer),
        "n_customers": found.n_customers,
        "n_learnt": found.n_learnt,
        "n_active": found.n_active,
        "n_known": found.n_known,
        "n_items": found.n_items,
        "bought": [_product(found, sku) for sku in found.bought],
        "items": items,
        "hits": found.hits and _hits(found.hits),
    }


def _product(found: Suggestion, sku: str) -> dict[str, Any]:
    name, kind = found.names[sku]
    return {"sku": sku, "name": name, "kind": kind}


def _hits(hits: Hits) -> dict[str, Any]:
    return {
        "weeks": hits.weeks,
        "n_customers": hits.n_customers,
        "own": plain_estimate(hits.own),
        "popular": plain_estimate(hits.popular),
        "lead": None if hits.lead is None else plain_estimate(hits.lead),
    }
