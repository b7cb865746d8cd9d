"""All that is known at one moment, from which candidates are drawn up and described."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dealwright.data import columns as c
from dealwright.recommend.bought_pairs import bought_pairs
from dealwright.recommend.catalogue import Catalogue
from dealwright.recommend.customer_facts import CustomerFacts, KindFacts
from dealwright.recommend.ease import Ease, FittedEase
from dealwright.recommend.interactions import Interactions, distinct
from dealwright.recommend.item_facts import HORIZON_WEEKS, ItemFacts
from dealwright.recommend.new_pairs import new_candidates, new_pairs
from dealwright.recommend.pairs import Pairs
from dealwright.recommend.promoted import Promoted
from dealwright.recommend.store_facts import StoreFacts

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """Likeness, facts about items and stores, labels: what does not change with an event of one customer."""

    likeness: FittedEase
    facts: ItemFacts
    stores: StoreFacts | None
    catalogue: Catalogue

    @classmethod
    def of(
        cls, seen: Interactions, catalogue: Catalogue, likeness: Ease, promoted: Promoted | None = None
    ) -> Known:
        """As of the end of `seen`, with the promotions planned for `HORIZON_WEEKS` from there."""
        return cls(likeness.fit(seen, catalogue), _facts(seen, catalogue, promoted), StoreFacts.of(seen), catalogue)

    def about(self, seen: Interactions, customers: Ints) -> About:
        """The same, with the histories of some customers."""
        return self._about(seen.of(customers), customers, self.likeness.score(seen, customers))

    def _about(self, rows: Interactions, customers: Ints, alike: NDArray[Any]) -> About:
        of_row = np.full(rows.n_customers, -1, dtype=np.int64)
        of_row[customers] = np.arange(len(customers))
        labels = {kind: self.catalogue.label(kind) for kind in (c.SUBCATEGORY, c.CATEGORY, c.SUPPLIER)}
        return About(
            self,
            rows,
            customers,
            alike,
            of_row,
            CustomerFacts.of(rows, self.facts),
            {kind: KindFacts.of(rows, numbers) for kind, numbers in labels.items() if numbers is not None},
        )


def about_everybody(
    seen: Interactions, catalogue: Catalogue, likeness: Ease, promoted: Promoted | None = None
) -> About:
    """All that is known, with the histories of all who have one: cheaper than `Known.of` and then `about`."""
    fitted, alike = likeness.fit_and_score(seen)
    known = Known(fitted, _facts(seen, catalogue, promoted), StoreFacts.of(seen), catalogue)
    return known._about(seen, distinct(seen.customer), alike)


def _facts(seen: Interactions, catalogue: Catalogue, promoted: Promoted | None) -> ItemFacts:
    facts = ItemFacts.of(seen, catalogue)
    if promoted is None:
        return facts
    planned = promoted.numbers(seen.end, seen.n_items, horizon_days=7 * HORIZON_WEEKS)
    return replace(facts, numbers={**facts.numbers, **planned})


@dataclass(frozen=True, slots=True, eq=False)
class About:
    """What is known of some `customers`: their `rows`, and how alike each item is to what they bought.

    `alike` is (customers, n_items); `of_row` is the row of each customer in it (n_customers), -1 for others.
    """

    known: Known
    rows: Interactions
    customers: Ints
    alike: NDArray[Any]
    of_row: Ints
    own: CustomerFacts
    kinds: Mapping[str, KindFacts]

    def bought(self, most: int) -> Pairs:
        """The items each bought most and most lately."""
        known = self.known
        return bought_pairs(
            self.rows, known.facts, self.own, self.kinds, alike=self.alike, of_row=self.of_row, most=most
        )

    def new(self, most: int) -> tuple[Ints, Ints]:
        """Customers and items of candidates that each did not buy, the most alike ones."""
        return new_candidates(self.alike, self.rows, self.customers, most=most)

    def described(self, customer: Ints, item: Ints) -> Pairs:
        """Candidates that were not bought, with what is known of them."""
        known = self.known
        return new_pairs(
            customer,
            item,
            self.rows,
            known.facts,
            known.stores,
            self.own,
            self.kinds,
            alike=self.alike,
            of_row=self.of_row,
        )
