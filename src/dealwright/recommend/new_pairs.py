"""Items a customer has not bought, with what others and the customer's other purchases tell of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dealwright.data import columns as c
from dealwright.recommend.customer_facts import CustomerFacts, KindFacts
from dealwright.recommend.interactions import Interactions, summed
from dealwright.recommend.item_facts import ItemFacts
from dealwright.recommend.pairs import Pairs, best_per_group, looked_up, single
from dealwright.recommend.store_facts import StoreFacts

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_FROM_CUSTOMER = ("items", "lines_8w", "on_deal")
_FROM_ITEM = (
    "buyers_1w",
    "buyers_2w",
    "buyers_4w",
    "buyers_13w",
    "buyers",
    "trend",
    "trend_2w",
    "adopted_4w",
    "first_seen_weeks",
    "deal_share",
    "deal_share_2w",
    "display_coming",
    "display_lately",
    "mailer_coming",
    "mailer_lately",
)
_NEVER_WEEKS = 99.0
_LIKED_PER_PLACE = 8


def new_candidates(alike: NDArray[Any], rows: Interactions, customers: Ints, *, most: int) -> tuple[Ints, Ints]:
    """The `most` items each of `customers` has not bought that are most alike: customers and items, sorted.

    `alike` (len(customers), n_items); what is not a finite number there is no candidate.
    """
    of_row = np.full(rows.n_customers, -1, dtype=np.int64)
    of_row[customers] = np.arange(len(customers))
    open_ = alike.astype(np.float32)
    open_[of_row[rows.pairs // rows.n_items], rows.pairs % rows.n_items] = -np.inf
    # What is below the last of the best among a few well liked items is not among the best of all.
    n_liked = min(_LIKED_PER_PLACE * most, rows.n_items)
    liked = np.argpartition(-alike.mean(axis=0), n_liked - 1)[:n_liked]
    last = n_liked - min(most, n_liked)
    least = np.partition(open_[:, liked], last, axis=1)[:, last]
    row, item = np.nonzero((open_ >= least[:, None]) & np.isfinite(open_))
    is_best = best_per_group(row, open_[row, item], most)
    return customers[row[is_best]], item[is_best]


def new_pairs(
    customer: Ints,
    item: Ints,
    rows: Interactions,
    facts: ItemFacts,
    stores: StoreFacts | None,
    own: CustomerFacts,
    kinds: Mapping[str, KindFacts],
    *,
    alike: NDArray[Any],
    of_row: Ints,
) -> Pairs:
    """What is known of candidates, from the `rows` of their customers and from facts about everybody."""
    numbers = own.numbers
    features: dict[str, Floats] = {"alike": alike[of_row[customer], item]}
    features |= {f"customer_{name}": numbers[name][customer] for name in _FROM_CUSTOMER if name in numbers}
    features |= {f"item_{name}": facts.numbers[name][item] for name in _FROM_ITEM if name in facts.numbers}
    if facts.mean_price is not None:
        features["price_difference"] = facts.mean_price[item] - numbers["usual_price"][customer]
    for kind in (c.SUBCATEGORY, c.CATEGORY, c.SUPPLIER):
        if kind in kinds:
            features |= _of_kind(kind, customer, item, kinds[kind], facts, numbers["lines_16w"])
    if stores is not None and rows.store is not None:
        features |= stores.of_pairs(rows, customer, item)
    return Pairs(customer, item, single(features))


def _of_kind(
    kind: str, customer: Ints, item: Ints, about: KindFacts, facts: ItemFacts, lines: Floats
) -> dict[str, Floats]:
    asked = about.keys_of(customer, item)
    recent = looked_up(about.keys, about.numbers["recent_16w"], asked, absent=0.0)
    lately = facts.numbers["buyers_4w"]
    of_label = summed(about.label_of, lately, about.n_labels)[about.label_of]
    return {
        f"{kind}_recent_16w": recent,
        f"{kind}_share": recent / np.maximum(lines[customer], 1e-6),
        f"{kind}_weeks_since": looked_up(about.keys, about.numbers["weeks_since"], asked, absent=_NEVER_WEEKS),
        f"{kind}_items": looked_up(about.keys, about.numbers["items"], asked, absent=0.0),
        f"{kind}_part_of_sales": lately[item] / np.maximum(of_label[item], 1.0),
    }
