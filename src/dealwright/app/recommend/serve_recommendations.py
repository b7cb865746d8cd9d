"""Recommendations as they are served: from memory, knowing each event at once, with reasons in words that sum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from dealwright.app.recommend.keep_recommender import Freshness
from dealwright.app.recommend.recommend_items import BUYERS, LearntRecommender
from dealwright.core.errors import InputError
from dealwright.core.verdict import MET, Verdict
from dealwright.recommend.filters import Filter, allowed
from dealwright.recommend.interactions import EPOCH
from dealwright.recommend.protocol import Reasons
from dealwright.recommend.rank import Taste
from dealwright.recommend.reason_words import LANGUAGES, told
from dealwright.recommend.reasons import shortened
from dealwright.recommend.serve import Event, Shown

MOST_ITEMS = 100
MOST_REASONS = 5
MOST_DAYS_AHEAD = 366
"""A purchase dated later than so many days after all that is known is misdated, or what was learnt is too old."""


@dataclass(frozen=True, slots=True)
class Purchase:
    """A customer took `units` of an item on a day; `price_minor` is what one cost, None if it is not known."""

    customer_id: str
    sku: str
    day: date
    units: int = 1
    is_on_deal: bool = False
    price_minor: int | None = None

    def __post_init__(self) -> None:
        problems = []
        if not self.customer_id or not self.sku:
            problems.append("a purchase names a customer and a product; give customer_id and sku")
        if self.units < 1:
            problems.append(f"a purchase is of 1 unit or more; given {self.units}")
        if self.price_minor is not None and self.price_minor < 0:
            problems.append(f"a price is 0 or more; given {self.price_minor}")
        if problems:
            raise InputError(*problems)


@dataclass(frozen=True, slots=True)
class Part:
    """One reason, and what it adds."""

    reason: str
    value: float


@dataclass(frozen=True, slots=True)
class RecommendedItem:
    """One place of a list. `score` means what `score_means` says; scores that mean different things do not compare.

    `parts` sum to `parts_sum`: the score itself, or its log odds where `parts_unit` is "log odds". They are empty
    if reasons were not asked for.
    """

    rank: int
    sku: str
    score: float
    score_means: str
    is_bought_before: bool
    is_fallback: bool
    parts: tuple[Part, ...] = ()
    parts_sum: float | None = None
    parts_unit: str = "score"


@dataclass(frozen=True, slots=True)
class RecommendedList:
    """What one customer is shown, best first. A customer who is not known gets what sells best of late."""

    customer_id: str
    is_known: bool
    model: str
    learnt_until: date
    items: tuple[RecommendedItem, ...]


class Recommendations:
    """A recommender in memory: answers in microseconds, and counts each purchase it is told of at once.

    Any number of threads may ask and tell at the same time. What was learnt stays until it is learnt anew;
    `freshness` says how far the shop had gone on when this was opened.
    """

    def __init__(self, learnt: LearntRecommender, freshness: Freshness) -> None:
        self.freshness = freshness
        self._learnt = learnt
        self._serving = learnt.serving()
        self._last_day = (learnt.end - EPOCH).days + MOST_DAYS_AHEAD

    @property
    def known_until(self) -> date:
        """The day after the last whose sales it knows without being told."""
        return self._learnt.end

    def warm(self, customers: Sequence[str] | None = None) -> None:
        """Draw up the answers of known customers (None: all) ahead of their visits."""
        self._serving.warm(customers)

    def for_customer(
        self,
        customer_id: str,
        n: int = 10,
        *,
        with_reasons: bool = False,
        language: str = "en",
        is_new_only: bool = False,
        most_alike: int | None = None,
        filters: Sequence[Filter] = (),
    ) -> RecommendedList:
        """The list of one customer, `n` long where there is enough to show.

        `most_alike` is the most of one subcategory; `filters` say what may be shown. InputError for a list or a
        language that cannot be, and for filters that ask what the shop does not know.
        """
        _refuse(n, most_alike, language)
        passing = self._passing(filters)
        taste = Taste(n, most_per_label=most_alike, is_new_only=is_new_only)
        shown = self._serving.recommend(customer_id, taste, passing=passing)
        reasons = self._serving.explain(customer_id, shown) if with_reasons else [None] * len(shown)
        return RecommendedList(
            customer_id,
            self._serving.knows(customer_id),
            self._learnt.name,
            self.freshness.learnt_until,
            tuple(
                self._item(rank, one, why, language)
                for rank, (one, why) in enumerate(zip(shown, reasons, strict=True), start=1)
            ),
        )

    def observe(self, purchase: Purchase) -> Verdict:
        """Count a purchase; the next answer of its customer knows it. Not met, and why, if it cannot count."""
        day = (purchase.day - EPOCH).days
        if not 0 <= day <= self._last_day:
            return Verdict(
                False, "unlikely_day", f"{purchase.day} is not within a year of what is known; mend the date"
            )
        price = None if purchase.price_minor is None else float(purchase.price_minor)
        event = Event(purchase.customer_id, purchase.sku, day, float(purchase.units), purchase.is_on_deal, price)
        if not self._serving.record(event):
            return Verdict(
                False,
                "unknown_item",
                f"{purchase.sku!r} was not among the products learnt; it is recommended after learning anew",
            )
        return MET

    def _passing(self, filters: Sequence[Filter]) -> NDArray[np.bool_] | None:
        return allowed(self._learnt.shelf, filters) if filters else None

    def _item(self, rank: int, shown: Shown, why: Reasons | None, language: str) -> RecommendedItem:
        means = BUYERS if shown.is_fallback else self._learnt.score_means
        item = RecommendedItem(rank, shown.item, shown.score, means, shown.is_bought_before, shown.is_fallback)
        if why is None:
            return item
        parts = tuple(
            Part(told(name, language), value) for name, value in shortened(why, MOST_REASONS).parts.items()
        )
        return RecommendedItem(
            item.rank,
            item.sku,
            item.score,
            item.score_means,
            item.is_bought_before,
            item.is_fallback,
            parts,
            why.score,
            why.unit,
        )


def _refuse(n: int, most_alike: int | None, language: str) -> None:
    problems = []
    if not 1 <= n <= MOST_ITEMS:
        problems.append(f"a list has 1 to {MOST_ITEMS} items; given {n}")
    if most_alike is not None and most_alike < 1:
        problems.append(f"at most 1 or more of one kind can be asked for; given {most_alike}")
    if language not in LANGUAGES:
        problems.append(str(InputError.unknown("language", language, LANGUAGES)))
    if problems:
        raise InputError(*problems)
