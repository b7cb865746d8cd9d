"""Which offer each customer should get next within a budget, by what it adds to margin; and who gets none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dealwright.app.ports import Progress, silent
from dealwright.app.recommend.allocate_offers import AllocatedOffers, ListedOffers, OfferLimits, allocate_offers
from dealwright.app.recommend.read_offer_terms import GIVEN_ON
from dealwright.app.recommend.recommend_items import CHANCE, LearntRecommender
from dealwright.core.errors import InputError
from dealwright.core.estimate import Estimate
from dealwright.core.money import exponent
from dealwright.data import columns as c
from dealwright.plan.personal.explain import Explanation
from dealwright.plan.personal.offers import NO_OFFER, PersonalOffers
from dealwright.recommend.interactions import Interactions
from dealwright.recommend.offers import Goods, OfferTerms, OfferValue, Response, value_offer

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_AT_ONCE = 512
RESPONSE, LOW, HIGH = "response", "value_low", "value_high"


@dataclass(frozen=True, slots=True, eq=False)
class Contact:
    """Who may be sent offers: nobody in `opted_out`, and nobody who got `most` in the `days` before.

    `given` has a row per offer that somebody got: customer_id and given_on.
    """

    opted_out: frozenset[str] = frozenset()
    given: pd.DataFrame | None = None
    most: int | None = None
    days: int = 14

    def __post_init__(self) -> None:
        problems = []
        if self.most is not None and self.most < 1:
            problems.append(f"customers may get 1 offer or more in {self.days} days; given {self.most}")
        if self.days < 1:
            problems.append(f"offers are counted over 1 day or more; given {self.days}")
        if self.most is not None and self.given is None:
            problems.append("a limit on how often needs to know what customers got: give the offers given before")
        if problems:
            raise InputError(*problems)

    def resting(self, as_of: date) -> frozenset[str]:
        """Who has had enough for now: offers of the last `days` days before `as_of`, that day not counted."""
        if self.most is None or self.given is None:
            return frozenset()
        day = pd.to_datetime(self.given[GIVEN_ON])
        start, end = pd.Timestamp(as_of - timedelta(days=self.days)), pd.Timestamp(as_of)
        counts = self.given[(day >= start) & (day < end)].groupby(c.CUSTOMER).size()
        return frozenset(counts.index[counts >= self.most].astype(str))


@dataclass(frozen=True, slots=True)
class OfferReason:
    """What an offer does with a customer: the chance to buy any of it, and margin in minor units in parts that sum.

    `net` = margin of what is bought more, less the discount on that, less the discount on what is bought anyway.
    """

    customer_id: str
    offer: str
    response: Response
    chance_without: float
    chance_with: float
    extra_margin: float
    discount_on_extra: float
    discount_on_usual: float
    net: Estimate


@dataclass(frozen=True, slots=True, eq=False)
class NextOffers:
    """Who gets which offer next. `allocated.table` has a row for each customer with an offer.

    Of `customers`, `n_opted_out` want none, `n_resting` had enough for now, and `n_without_value` are left with
    no offer that is expected to add anything. `n_assumed_costs` products in offers have no known cost.
    """

    allocated: AllocatedOffers
    terms: tuple[OfferTerms, ...]
    values: tuple[OfferValue, ...]
    chance: Floats
    customers: tuple[str, ...]
    n_opted_out: int
    n_resting: int
    n_without_value: int
    n_assumed_costs: int
    cost_share: float

    def why(self, customer: str) -> tuple[OfferReason, ...]:
        """What each offer would do with a customer, the best first; InputError for one who is not known."""
        row = self._row(customer)
        found = [self._reason(row, j) for j in range(len(self.terms))]
        return tuple(sorted(found, key=lambda one: -one.net.value))

    def explain(self, customer: str) -> Explanation | None:
        """Why the customer got what they got among all; None where nothing may be given or adds anything."""
        self._row(customer)
        return None if customer not in self.allocated.listed.customers else self.allocated.explain(customer)

    @property
    def n_outbid(self) -> int:
        """Customers to whom an offer would add something, but less than to others within the limits."""
        n_with_offer = self.allocated.allocation.n_with_offer
        none = self.n_opted_out + self.n_resting + self.n_without_value
        return len(self.customers) - n_with_offer - none

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON; who gets what stands in the table alone."""
        told = self.allocated.to_dict()
        return {
            **told,
            "n_customers": len(self.customers),
            "n_without_offer": len(self.customers) - told["n_with_offer"],
            "n_outbid": self.n_outbid,
            "n_opted_out": self.n_opted_out,
            "n_resting": self.n_resting,
            "n_without_value": self.n_without_value,
            "n_assumed_costs": self.n_assumed_costs,
            "responses": {one.name: one.response.value for one in self.terms},
        }

    def _row(self, customer: str) -> int:
        if customer not in self.customers:
            raise InputError(f"no customer is called {customer!r}; give one who bought something")
        return self.customers.index(customer)

    def _reason(self, row: int, j: int) -> OfferReason:
        terms, value = self.terms[j], self.values[j]
        stays = np.log1p(-self.chance[row, list(terms.items)]).sum()
        net = float(value.net[row])
        low, high = min(float(value.low[row]), net), max(float(value.high[row]), net)
        return OfferReason(
            self.customers[row],
            terms.name,
            terms.response,
            float(1.0 - np.exp(stays)),
            float(1.0 - np.exp(terms.times.value * stays)),
            float(value.margin[row]),
            0.0 - float(value.given[row]),
            0.0 - float(value.wasted[row]),
            Estimate(net, low, high, terms.times.level, terms.response.value),
        )


def next_best_offers(
    learnt: LearntRecommender,
    terms: Sequence[OfferTerms],
    limits: OfferLimits,
    *,
    contact: Contact | None = None,
    cost_share: float = 0.70,
    currency: str,
    seed: int,
    progress: Progress = silent,
) -> NextOffers:
    """At most one offer for each customer that `learnt` knows, for the most incremental margin within the limits.

    Nobody gets an offer that is not expected to add anything, none is sent to those `contact` leaves out, and a
    budget need not be spent. A product without a known cost is assumed to cost `cost_share` of its price.
    InputError where the recommender tells no chances: its history is too short.
    """
    if learnt.score_means != CHANCE:
        raise InputError(
            "next best offers need chances of purchases, which the hybrid learns from two months or more of dated "
            f"sales; the recommender {learnt.name!r} tells {learnt.score_means} here"
        )
    if not terms:
        raise InputError("there is no offer to choose from; give at least one")
    if not 0 <= cost_share <= 1:
        raise InputError(f"cost_share is a share between 0 and 1; given {cost_share}")
    contact, seen = contact or Contact(), learnt.histories.seen
    chance = _chances(learnt, progress)
    goods, is_assumed = goods_of(learnt, cost_share)
    values = tuple(value_offer(chance, goods, one) for one in terms)
    names = np.array(seen.customers, dtype=object)
    is_out = np.isin(names, list(contact.opted_out))
    is_resting = np.isin(names, list(contact.resting(learnt.end)))
    net = np.column_stack([one.net for one in values])
    may = (net > 0) & ~(is_out | is_resting)[:, None]
    open_ = np.flatnonzero(may.any(axis=1))
    progress("choosing offers", 0.9)
    listed = _listed(names, values, terms, may, open_)
    allocated = allocate_offers(listed, limits, currency=currency, seed=seed)
    progress("done", 1.0)
    return NextOffers(
        _told(allocated, terms, currency),
        tuple(terms),
        values,
        chance,
        seen.customers,
        int(is_out.sum()),
        int((is_resting & ~is_out).sum()),
        int((~(net > 0).any(axis=1) & ~is_out & ~is_resting).sum()),
        int(is_assumed[sorted({k for one in terms for k in one.items})].sum()),
        cost_share,
    )


def _chances(learnt: LearntRecommender, progress: Progress) -> Floats:
    """Of a purchase of each item within the horizon (n, n_items); 0 for what is no candidate."""
    seen = learnt.histories.seen
    if not seen.n_customers:
        raise InputError("no customer bought any of the products learnt; import sales that name their customers")
    found = np.zeros((seen.n_customers, seen.n_items))
    for start in range(0, seen.n_customers, _AT_ONCE):
        progress("who would buy anyway", 0.9 * start / seen.n_customers)
        part = np.arange(start, min(start + _AT_ONCE, seen.n_customers))
        scores = learnt.fitted.score(seen, part)
        found[part] = np.where(np.isfinite(scores), scores, 0.0)
    return found


def goods_of(learnt: LearntRecommender, cost_share: float) -> tuple[Goods, Flags]:
    """Usual price, cost and units of each item, and whether its cost is assumed (n_items).

    The usual price is the median of what was paid without a deal, or at all where every purchase had one.
    """
    seen, shelf = learnt.histories.seen, learnt.shelf
    price = _usual_prices(seen)
    cost, is_assumed = cost_share * price, np.ones(seen.n_items, dtype=np.bool_)
    if shelf.margin_minor is not None and shelf.price_minor is not None:
        cost = (shelf.price_minor - shelf.margin_minor).astype(np.float64)
        is_assumed[:] = False
    n = np.maximum(np.bincount(seen.item, minlength=seen.n_items), 1)
    return Goods(price, cost, np.bincount(seen.item, seen.units, seen.n_items) / n), is_assumed


def _usual_prices(seen: Interactions) -> Floats:
    if seen.price is None:
        raise InputError("what was paid is not known (column 'net_amount' of table 'sales'); import it")
    rows = pd.DataFrame({"item": seen.item, "price": seen.price})
    usual = rows.groupby("item")["price"].median()
    if seen.is_on_deal is not None:
        usual = rows[~seen.is_on_deal].groupby("item")["price"].median().reindex(usual.index).fillna(usual)
    return np.asarray(usual.reindex(np.arange(seen.n_items)).fillna(0.0), dtype=np.float64)


def _listed(
    names: NDArray[np.object_],
    values: Sequence[OfferValue],
    terms: Sequence[OfferTerms],
    may: Flags,
    open_: NDArray[np.int64],
) -> ListedOffers:
    """Only customers with something to get; where there is none, one who may get nothing stands for all."""
    rows = open_ if len(open_) else np.array([0])

    def stacked(figures: Sequence[Floats]) -> Floats:
        return np.asarray(np.column_stack(figures)[rows], dtype=np.float64)

    offers = PersonalOffers(
        stacked([one.net for one in values]),
        stacked([one.cost for one in values]),
        np.array([one.worst for one in values]),
        eligible=may[rows],
        names=tuple(one.name for one in terms),
    )
    low, high = stacked([one.low for one in values]), stacked([one.high for one in values])
    return ListedOffers(tuple(map(str, names[rows])), offers, low, high, None, ())


def _told(found: AllocatedOffers, terms: Sequence[OfferTerms], currency: str) -> AllocatedOffers:
    """The table with ranges and how each answer is known."""
    taken = np.flatnonzero(found.allocation.choice != NO_OFFER)
    chosen, per_major = found.allocation.choice[taken], 10 ** exponent(currency)
    low, high = found.listed.value_low, found.listed.value_high
    assert low is not None, "next best offers have ranges"
    assert high is not None, "next best offers have ranges"
    table = found.table.assign(
        **{
            LOW: low[taken, chosen] / per_major,
            HIGH: high[taken, chosen] / per_major,
            RESPONSE: [terms[j].response.value for j in chosen],
        }
    )
    return replace(found, table=table)
