"""What all customers together tell of each item: who buys it of late, who comes back for it, at what price."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dealwright.data import columns as c
from dealwright.recommend.catalogue import Catalogue
from dealwright.recommend.interactions import Interactions, distinct, summed
from dealwright.recommend.popular import buyers

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

HORIZON_WEEKS = 4
_SPANS_WEEKS = (1, 2, 4, 13)
_PRIOR_PAIRS = 5.0
"""So many pairs of an average item are added to those of each, when shares of returning buyers are worked out."""
_LATELY_WEEKS = 2


@dataclass(frozen=True, slots=True, eq=False)
class ItemFacts:
    """`numbers` by name, one per item (n_items); `mean_price` is the mean logarithm of what was paid for a unit."""

    numbers: Mapping[str, Floats]
    mean_price: Floats | None
    price_lately: Floats | None

    @classmethod
    def of(cls, seen: Interactions, catalogue: Catalogue) -> ItemFacts:
        """Everything that does not depend on the customer, as of the end of `seen`."""
        n = {f"buyers_{span}w": buyers(seen, weeks=span) for span in _SPANS_WEEKS}
        n["buyers"] = buyers(seen)
        n["trend"] = n["buyers_4w"] / np.maximum(n["buyers_13w"], 1.0)
        n["trend_2w"] = n["buyers_2w"] / np.maximum(n["buyers_4w"], 1.0)
        n["first_seen_weeks"] = _largest(seen.item, seen.age_weeks, seen.n_items)
        n |= _adopted(seen) | _returning(seen) | _surprise(seen, catalogue.label(c.SUBCATEGORY))
        n |= _rhythm(seen) | _deals(seen)
        mean, lately = _prices(seen)
        return cls(n, mean, lately)


def _largest(place: Ints, values: Floats, n: int) -> Floats:
    largest = np.zeros(n)
    np.maximum.at(largest, place, values)
    return largest


def _adopted(seen: Interactions) -> dict[str, Floats]:
    """How many bought an item for the first time in the last weeks."""
    lately = seen.where(seen.age_weeks <= HORIZON_WEEKS).pairs
    before = seen.where(seen.age_weeks > HORIZON_WEEKS).pairs
    first = np.setdiff1d(lately, before, assume_unique=True) % seen.n_items
    return {"adopted_4w": np.bincount(first, minlength=seen.n_items).astype(np.float64)}


def _returning(seen: Interactions) -> dict[str, Floats]:
    """Which share of earlier buyers bought an item in the last weeks, towards the share of all items if few did."""
    age = seen.age_weeks
    lately = seen.where(age <= HORIZON_WEEKS).pairs
    shares = {}
    for name, weeks in (("returning", np.inf), ("returning_13w", 13.0)):
        before = seen.where((age > HORIZON_WEEKS) & (age <= HORIZON_WEEKS + weeks)).pairs
        both = np.intersect1d(before, lately, assume_unique=True)
        usual = len(both) / max(len(before), 1)
        returned = np.bincount(both % seen.n_items, minlength=seen.n_items)
        could = np.bincount(before % seen.n_items, minlength=seen.n_items)
        shares[name] = (returned + _PRIOR_PAIRS * usual) / (could + _PRIOR_PAIRS)
    return shares


def _rhythm(seen: Interactions) -> dict[str, Floats]:
    """On how many days a buyer of an item bought it, and how far apart (0 if nobody came back)."""
    pairs, span = seen.pairs, np.int64(seen.end + 1)
    place = np.searchsorted(pairs, seen.customer * seen.n_items + seen.item)
    days = distinct(place * span + seen.day)
    who, day = days // span, days % span
    n_days = np.bincount(who, minlength=len(pairs))
    begins = np.searchsorted(who, np.arange(len(pairs)))
    weeks = (day[begins + n_days - 1] - day[begins]) / 7.0
    came_back = n_days > 1
    item = pairs % seen.n_items
    n_back = np.bincount(item[came_back], minlength=seen.n_items)
    gap = weeks[came_back] / (n_days[came_back] - 1)
    return {
        "days_per_buyer": summed(item, n_days, seen.n_items) / np.maximum(buyers(seen), 1.0),
        "gap_weeks": summed(item[came_back], gap, seen.n_items) / np.maximum(n_back, 1),
    }


def _surprise(seen: Interactions, kind: Ints | None) -> dict[str, Floats]:
    """How much more often an item (and its kind) was bought again than others bought as often and as lately.

    Judged at two earlier moments, by bins of decayed count and of weeks since the last purchase.
    """
    surplus, spread = np.zeros(seen.n_items), np.zeros(seen.n_items)
    pairs = seen.pairs
    place = np.searchsorted(pairs, seen.customer * seen.n_items + seen.item)
    for back in (HORIZON_WEEKS, 2 * HORIZON_WEEKS):
        age = seen.age_weeks - back
        is_before = age > 0
        often = summed(place[is_before], 0.5 ** (age[is_before] / 16.0), len(pairs))
        newest = np.full(len(pairs), np.inf)
        np.minimum.at(newest, place[is_before], age[is_before])
        known = often > 0
        if not known.any():
            continue
        again = np.zeros(len(pairs))
        again[place[~is_before & (age > -HORIZON_WEEKS)]] = 1.0
        bin_ = _bins(np.log(often[known]) * 3.0, 12) * 9 + _bins(np.log1p(newest[known]) * 2.0, 8)
        usual = (np.bincount(bin_, again[known]) / np.maximum(np.bincount(bin_), 1))[bin_]
        item = pairs[known] % seen.n_items
        surplus += summed(item, again[known] - usual, seen.n_items)
        spread += summed(item, usual * (1 - usual), seen.n_items)
    found = {"surprise": surplus / (spread + 3.0)}
    if kind is not None:
        n_kinds = int(kind.max(initial=0)) + 2  # the last one is that of items without
        by_kind = summed(kind % n_kinds, surplus, n_kinds) / (summed(kind % n_kinds, spread, n_kinds) + 3.0)
        found["kind_surprise"] = by_kind[kind % n_kinds]
    return found


def _bins(values: Floats, most: int) -> Ints:
    floor = np.floor(values)
    places: Ints = np.minimum(floor - floor.min(), most).astype(np.int64)
    return places


def _deals(seen: Interactions) -> dict[str, Floats]:
    """The share of purchases with a discount, ever and of late (towards ever if few)."""
    if seen.is_on_deal is None:
        return {}
    on_deal = seen.is_on_deal.astype(np.float64)
    n = np.bincount(seen.item, minlength=seen.n_items)
    share = summed(seen.item, on_deal, seen.n_items) / np.maximum(n, 1)
    new = seen.age_weeks <= _LATELY_WEEKS
    lately = summed(seen.item[new], on_deal[new], seen.n_items) + share
    return {
        "deal_share": share,
        "deal_share_2w": lately / (np.bincount(seen.item[new], minlength=seen.n_items) + 1.0),
    }


def _prices(seen: Interactions) -> tuple[Floats | None, Floats | None]:
    if seen.price is None:
        return None, None
    paid = np.log(np.maximum(seen.price, 1.0))
    mean = summed(seen.item, paid, seen.n_items) / np.maximum(np.bincount(seen.item, minlength=seen.n_items), 1)
    new = seen.age_weeks <= _LATELY_WEEKS
    lately = summed(seen.item[new], paid[new], seen.n_items) + mean
    return mean, lately / (np.bincount(seen.item[new], minlength=seen.n_items) + 1.0)
