"""Items a customer bought before, with what their history tells of when they buy them again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dealwright.data import columns as c
from dealwright.recommend.customer_facts import CustomerFacts, KindFacts
from dealwright.recommend.interactions import Interactions, distinct, summed
from dealwright.recommend.item_facts import ItemFacts
from dealwright.recommend.pairs import Pairs, best_per_group, single

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_HALF_LIVES_WEEKS = (4, 8, 16, 32)
_FROM_CUSTOMER = ("trips", "trips_4w", "trips_16w", "weeks_since_trip", "items", "lines_8w")
_FROM_ITEM = (
    "buyers_2w",
    "buyers_4w",
    "buyers_13w",
    "buyers",
    "trend",
    "returning",
    "returning_13w",
    "surprise",
    "kind_surprise",
    "days_per_buyer",
    "gap_weeks",
    "deal_share",
    "display_coming",
    "display_lately",
    "mailer_coming",
    "mailer_lately",
)


def bought_pairs(
    rows: Interactions,
    facts: ItemFacts,
    own: CustomerFacts,
    kinds: Mapping[str, KindFacts],
    *,
    alike: NDArray[Any],
    of_row: Ints,
    most: int,
) -> Pairs:
    """The `most` items that each customer of `rows` bought most and most lately.

    `alike` (customers, n_items) is a score of likeness, `of_row` the row of each customer in it (n_customers).
    """
    pairs = rows.pairs
    place = np.searchsorted(pairs, rows.customer * rows.n_items + rows.item)
    lately = summed(place, 0.5 ** (rows.age_weeks / 16.0), len(pairs))
    is_kept = best_per_group(pairs // rows.n_items, lately, most)
    pairs = pairs[is_kept]
    customer, item = pairs // rows.n_items, pairs % rows.n_items
    features = _history(rows, is_kept, place, len(pairs))
    features |= {f"customer_{name}": own.numbers[name][customer] for name in _FROM_CUSTOMER}
    features["share_of_trips"] = features["days"] / np.maximum(own.numbers["trips"][customer], 1)
    features |= {f"item_{name}": facts.numbers[name][item] for name in _FROM_ITEM if name in facts.numbers}
    features["turns_of_all"] = features["weeks_since"] / np.maximum(facts.numbers["gap_weeks"][item], 0.1)
    for kind, names in (
        (c.SUBCATEGORY, ("days", "turns", "gap_weeks", "recent_8w", "weeks_since", "items")),
        (c.CATEGORY, ("weeks_since", "items")),
    ):
        if kind in kinds:
            about = kinds[kind]
            at = np.searchsorted(about.keys, about.keys_of(customer, item))
            features |= {f"{kind}_{name}": about.numbers[name][at] for name in names}
    if rows.price is not None and facts.price_lately is not None:
        features["price_change"] = facts.price_lately[item] - features.pop("paid")
    features["alike"] = alike[of_row[customer], item]
    return Pairs(customer, item, single(features))


def _history(rows: Interactions, is_kept: NDArray[np.bool_], place: Ints, n: int) -> dict[str, Floats]:
    """How often, how lately and how regularly each kept pair was bought; `place` is the pair of each row."""
    renumbered = np.cumsum(is_kept) - 1
    of_kept = is_kept[place]
    place, rows = renumbered[place[of_kept]], rows.where(of_kept)
    age = rows.age_weeks
    n_lines = np.bincount(place, minlength=n).astype(np.float64)
    features = {"lines": n_lines}
    features |= {f"lines_{h}w": summed(place, 0.5 ** (age / h), n) for h in _HALF_LIVES_WEEKS}
    newest, oldest = np.full(n, np.inf), np.zeros(n)
    np.minimum.at(newest, place, age)
    np.maximum.at(oldest, place, age)
    span = np.int64(rows.end + 1)
    days = distinct(place * span + rows.day)
    who = days // span
    n_days = np.bincount(who, minlength=n).astype(np.float64)
    is_next = who[1:] == who[:-1]
    gaps = np.diff(days)[is_next] / 7.0
    squares = summed(who[1:][is_next], gaps**2, n)
    mean_gap = np.where(n_days > 1, (oldest - newest) / np.maximum(n_days - 1, 1), np.nan)
    variance = squares / np.maximum(n_days - 1, 1) - np.nan_to_num(mean_gap) ** 2
    features |= {
        "days": n_days,
        "weeks_since": newest,
        "weeks_known": oldest,
        "gap_weeks": mean_gap,
        "gap_spread": np.where(n_days > 2, np.sqrt(np.maximum(variance, 0.0)), np.nan),
        "turns": newest / mean_gap,
    }
    if rows.is_on_deal is not None:
        features["deal_share"] = summed(place, rows.is_on_deal, n) / np.maximum(n_lines, 1)
    if rows.price is not None:
        paid = summed(place, np.log(np.maximum(rows.price, 1.0)), n)
        features["paid"] = paid / np.maximum(n_lines, 1)
    return features
