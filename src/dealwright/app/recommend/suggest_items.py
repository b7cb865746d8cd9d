"""What to show to one customer and why, and how often such lists came true: an example for people to look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dealwright.app.ports import Progress, Tables, silent
from dealwright.app.shop.draw_customers import draw_customers
from dealwright.app.shop.read_histories import Histories, read_histories
from dealwright.core.errors import InputError
from dealwright.core.estimate import Estimate
from dealwright.core.rng import stream
from dealwright.data import columns as c
from dealwright.recommend.ease import Ease
from dealwright.recommend.interactions import Interactions
from dealwright.recommend.popular import Popular, buyers
from dealwright.recommend.protocol import FittedRecommender
from dealwright.recommend.rank import Taste, rank
from dealwright.recommend.score import Wanted, score

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

WEEKS = 4
"""Lists are judged by what customers bought in the last weeks; products not sold within them are not shown."""
LEAST_BUYERS = 25
"""Products that fewer customers bought are not suggested: an example should rest on more than a few people."""
MOST_CUSTOMERS = 1_000
"""Learnt from so many customers at most: an example is worth seconds, not minutes."""
MOST_JUDGED = 400
"""Customers whose lists are judged; the range of the hit rate is then a few points wide."""
TASTE = Taste(5, most_per_label=1, is_new_only=True)
"""Five products that the customer never bought, of five kinds."""
N_BOUGHT = 5
_BOUGHT, HIT_RATE = "bought ", "hit_rate"


@dataclass(frozen=True, slots=True)
class SuggestedItem:
    """One place of the list: `because` holds the part of each purchase in the score, by sku; parts sum to 1."""

    sku: str
    because: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Hits:
    """Share of `n_customers` customers who bought something of the list they would have been shown `weeks` before.

    They had never bought it. `popular` is the same where everybody is shown what sells best of late, and `lead` how
    far `own` is ahead as a share of it, compared customer by customer (None if nobody bought what sells best).
    """

    weeks: int
    n_customers: int
    own: Estimate
    popular: Estimate
    lead: Estimate | None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What `customer` would be shown, the best first: the one in the middle of the `n_active` who came of late.

    They have bought `n_known` different products; `bought` are those most often bought. `hits` is None if the
    history is too short to judge. `n_items` products were considered; `names` holds (name, kind) by sku. All was
    learnt from `n_learnt` of `n_customers` customers.
    """

    customer: str
    n_customers: int
    n_learnt: int
    n_active: int
    n_known: int
    n_items: int
    bought: tuple[str, ...]
    items: tuple[SuggestedItem, ...]
    names: Mapping[str, tuple[str, str]]
    hits: Hits | None


def suggest_items(tables: Tables, *, seed: int, progress: Progress = silent) -> Suggestion:
    """Five products for the customer in the middle, by the linear model EASE. InputError if none can be told."""
    progress("reading who bought what", 0.0)
    with draw_customers(tables, most=MOST_CUSTOMERS, seed=seed) as some:
        histories = read_histories(some, least_buyers=LEAST_BUYERS)
    seen = histories.seen
    active = _active(seen)
    if not len(active):
        raise InputError(f"nobody bought a product of {LEAST_BUYERS} customers or more in the last {WEEKS} weeks")
    customer = int(active[len(active) // 2])
    progress("learning what to suggest", 0.5)
    fitted = Ease().fit(seen, histories.catalogue)
    items = _lists(fitted, histories, seen, np.array([customer]))[0]
    told = tuple(_told(fitted, seen, customer, int(item)) for item in items if item >= 0)
    if not told:
        raise InputError("nothing speaks for any product that the customer in the middle has not bought yet")
    progress("judging suggestions by what was bought", 0.7)
    hits = _hits(histories, seed=seed)
    theirs = seen.of(np.array([customer]))
    often = np.bincount(theirs.item, minlength=seen.n_items)
    bought = tuple(seen.items[k] for k in np.argsort(-often, kind="stable")[:N_BOUGHT] if often[k])
    progress("suggestion found", 1.0)
    return Suggestion(
        customer=seen.customers[customer],
        n_customers=some.n_customers,
        n_learnt=some.n_drawn,
        n_active=len(active),
        n_known=int((often > 0).sum()),
        n_items=int(_sold_lately(seen).sum()),
        bought=bought,
        items=told,
        names=_names(tables, {*bought, *(sku for item in told for sku in (item.sku, *item.because))}),
        hits=hits,
    )


def _active(seen: Interactions) -> Ints:
    """Who bought within the last weeks, by how many different products they ever bought."""
    lately = np.unique(seen.where(seen.age_weeks <= WEEKS).customer)
    n_known = np.bincount(seen.pairs // seen.n_items, minlength=seen.n_customers)
    found: Ints = lately[np.lexsort((lately, n_known[lately]))]
    return found


def _sold_lately(seen: Interactions) -> Bools:
    lately: Bools = buyers(seen, weeks=WEEKS) > 0
    return lately


def _lists(fitted: FittedRecommender, histories: Histories, seen: Interactions, customers: Ints) -> Ints:
    """The lists of some customers (n, k), -1 where nothing more speaks for any: new to them, still sold."""
    likelihood = fitted.score(seen, customers)
    passing = np.tile(_sold_lately(seen), (len(customers), 1)) & (likelihood > 0)
    place = np.full(seen.n_customers, -1, dtype=np.int64)
    place[customers] = np.arange(len(customers))
    pairs = seen.of(customers).pairs
    passing[place[pairs // seen.n_items], pairs % seen.n_items] = False
    nothing = np.full(seen.n_items, -np.inf)
    labels = histories.catalogue.label(c.SUBCATEGORY)
    return rank(likelihood, TASTE, fallback=nothing, passing=passing, labels=labels).items


def _told(fitted: FittedRecommender, seen: Interactions, customer: int, item: int) -> SuggestedItem:
    reasons = fitted.explain(seen, customer, item)
    parts = {name.removeprefix(_BOUGHT): part / reasons.score for name, part in reasons.parts.items()}
    return SuggestedItem(seen.items[item], parts)


def _hits(histories: Histories, *, seed: int) -> Hits | None:
    """Learn without the last weeks, suggest, and see what was bought in them for the first time."""
    whole = histories.seen
    known = whole.until(whole.end - 7 * WEEKS)
    after = whole.where(whole.day >= known.end)
    fresh = after.pairs[~np.isin(after.pairs, known.pairs)]
    customers = np.intersect1d(fresh // whole.n_items, known.customer)
    if len(customers) < 2:
        return None
    chosen = np.sort(stream(seed, "recommend", "suggestions").permutation(customers)[:MOST_JUDGED])
    is_asked = np.isin(fresh // whole.n_items, chosen)
    row = np.searchsorted(chosen, fresh[is_asked] // whole.n_items)
    wanted = Wanted.of(row, fresh[is_asked] % whole.n_items, n_rows=len(chosen), n_items=whole.n_items)

    makers = (Ease(), Popular(float(WEEKS)))
    fitted = [maker.fit(known, histories.catalogue) for maker in makers]
    own, popular = (score(_lists(one, histories, known, chosen), wanted) for one in fitted)
    return Hits(
        WEEKS,
        len(chosen),
        own.estimate(HIT_RATE, seed=seed),
        popular.estimate(HIT_RATE, seed=seed),
        own.lead(popular, HIT_RATE, seed=seed) if popular.mean(HIT_RATE) > 0 else None,
    )


def _names(tables: Tables, skus: set[str]) -> dict[str, tuple[str, str]]:
    if not tables.has("products"):
        return {sku: (sku, "") for sku in skus}
    products = tables.table("products")
    rows = products.filter(products[c.SKU].isin(sorted(skus))).select(c.SKU, c.NAME, c.SUBCATEGORY).execute()
    known = {str(row[c.SKU]): (row[c.NAME], row[c.SUBCATEGORY]) for row in rows.to_dict("records")}
    return {sku: _words(sku, *known.get(sku, (None, None))) for sku in skus}


def _words(sku: str, name: object, kind: object) -> tuple[str, str]:
    return (name if isinstance(name, str) else sku, kind if isinstance(kind, str) else "")
