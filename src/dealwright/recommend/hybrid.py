"""How likely a customer takes each item within weeks: boosted trees that weigh all that was known in the past.

At each of several earlier moments, candidates are drawn up from what was known then and marked by what was taken in
the weeks after it. One set of trees weighs items bought before, another items that are new to a customer; both tell
probabilities, so that their answers can be sorted together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from dealwright.core.rng import stream
from dealwright.recommend.catalogue import Catalogue
from dealwright.recommend.ease import Ease
from dealwright.recommend.interactions import Interactions
from dealwright.recommend.item_facts import HORIZON_WEEKS
from dealwright.recommend.known import About, Known, about_everybody
from dealwright.recommend.pairs import Pairs
from dealwright.recommend.promoted import Promoted
from dealwright.recommend.protocol import NEVER, Reasons
from dealwright.recommend.reasons import grouped
from dealwright.recommend.refuse import nothing_to_say
from dealwright.recommend.trees import Example, Trees, grow

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_HORIZON_DAYS = 7 * HORIZON_WEEKS
_LEAST_TAKEN = 50
"""Fewer examples of something taken teach no ranking; then likeness alone decides."""
_CUSTOMERS_AT_ONCE = 512
_MOST_LEAVES_BOUGHT, _MOST_LEAVES_NEW = 31, 15
"""Little is taken of what is new, so that fewer leaves tell as much of it."""


@dataclass(frozen=True, slots=True)
class Hybrid:
    """Learns from earlier moments, each `HORIZON_WEEKS` before the next; `most_bought` and `most_new` candidates.

    The last moment alone will do if `enough_histories` were known then; else earlier ones add theirs, up to
    `n_moments`. With `promoted`, what was and will be on display or in the mailer is weighed too (items by their
    places). One in `thinning` of the new candidates that were not taken is learnt from, and counts for all. Each
    moment learns from a `share` of customers, drawn by chance.
    """

    likeness: Ease = field(default_factory=Ease)
    promoted: Promoted | None = None
    n_moments: int = 2
    enough_histories: int = 2_000
    most_bought: int = 100
    most_new: int = 150
    thinning: int = 3
    share: float = 1.0
    n_trees: int = 100
    rate: float = 0.08
    seed: int = 0

    @property
    def name(self) -> str:
        """The name it is registered by."""
        return "hybrid"

    def fit(self, seen: Interactions, catalogue: Catalogue) -> FittedHybrid:
        """Learn at each moment, then gather what is known at the end."""
        bought, new = list[Example](), list[Example]()
        n_histories = 0
        for moment in (seen.end - back * _HORIZON_DAYS for back in range(1, self.n_moments + 1)):
            before = seen.until(moment)
            if not len(before) or n_histories >= self.enough_histories:
                break
            taken = seen.where((seen.day >= moment) & (seen.day < moment + _HORIZON_DAYS)).pairs
            about = self._about(before, catalogue)
            n_histories += len(about.customers)
            bought.append(_marked(about.bought(self.most_bought), taken, seen.n_items))
            new.append(self._new_examples(about, taken, moment))
        known = Known.of(seen, catalogue, self.likeness, self.promoted)
        # What promotions taught is in the trees and in `known`; the promotions themselves are many.
        return FittedHybrid(
            replace(self, promoted=None),
            known,
            self._grown(bought, most_leaves=_MOST_LEAVES_BOUGHT),
            self._grown(new, most_leaves=_MOST_LEAVES_NEW),
        )

    def _about(self, before: Interactions, catalogue: Catalogue) -> About:
        if self.share == 1.0:
            return about_everybody(before, catalogue, self.likeness, self.promoted)
        customers = np.unique(before.customer)
        drawn = stream(self.seed, "hybrid", "customers", str(before.end)).random(len(customers)) < self.share
        return Known.of(before, catalogue, self.likeness, self.promoted).about(before, customers[drawn])

    def _new_examples(self, about: About, taken: Ints, moment: int) -> Example:
        customer, item = about.new(self.most_new)
        is_taken = np.isin(customer * about.rows.n_items + item, taken)
        drawn = stream(self.seed, "hybrid", str(moment)).random(len(customer)) < 1.0 / self.thinning
        kept = is_taken | drawn
        weight = np.where(is_taken[kept], 1.0, float(self.thinning))
        return Example(about.described(customer[kept], item[kept]), is_taken[kept], weight)

    def _grown(self, examples: list[Example], *, most_leaves: int) -> Trees | None:
        if sum(int(example.is_taken.sum()) for example in examples) < _LEAST_TAKEN:
            return None
        return grow(examples, n_trees=self.n_trees, rate=self.rate, most_leaves=most_leaves, seed=self.seed)


def _marked(pairs: Pairs, taken: Ints, n_items: int) -> Example:
    return Example(pairs, np.isin(pairs.customer * n_items + pairs.item, taken), np.ones(len(pairs)))


@dataclass(frozen=True, slots=True, eq=False)
class FittedHybrid:
    """Trees for items bought before and for new ones; None where the past was too short to grow them."""

    made: Hybrid
    known: Known
    bought: Trees | None
    new: Trees | None

    @property
    def has_trees(self) -> bool:
        """Whether it tells probabilities; else it is as good as likeness alone."""
        return self.bought is not None or self.new is not None

    def score(self, seen: Interactions, customers: Ints) -> Floats:
        """Probabilities of being taken within `HORIZON_WEEKS` (n, n_items); `NEVER` for what is no candidate.

        Without trees for new items these are no candidates; without any trees, likeness takes their place.
        """
        if not self.has_trees:
            return self.known.likeness.score(seen, customers)
        scores = np.full((len(customers), seen.n_items), NEVER)
        with_history = np.flatnonzero(np.diff(seen.starts)[customers])
        for start in range(0, len(with_history), _CUSTOMERS_AT_ONCE):
            rows = with_history[start : start + _CUSTOMERS_AT_ONCE]
            asked, back = np.unique(customers[rows], return_inverse=True)
            about = self.known.about(seen, asked)
            found = np.full((len(asked), seen.n_items), NEVER)
            for trees, pairs in self._candidates(about):
                found[about.of_row[pairs.customer], pairs.item] = 1.0 / (1.0 + np.exp(-trees.log_odds(pairs)))
            scores[rows] = found[back]
        return scores

    def _candidates(self, about: About) -> Iterator[tuple[Trees, Pairs]]:
        if self.bought is not None:
            yield self.bought, about.bought(self.made.most_bought)
        if self.new is not None:
            yield self.new, about.described(*about.new(self.made.most_new))

    def explain(self, seen: Interactions, customer: int, item: int) -> Reasons:
        """What each kind of knowledge adds to the log odds of the probability, besides what is usual for all."""
        return self.explain_many(seen, customer, [item])[0]

    def explain_many(self, seen: Interactions, customer: int, items: Sequence[int]) -> list[Reasons]:
        """The same for several items, whose candidates are drawn up once."""
        if not self.has_trees:
            return [self.known.likeness.explain(seen, customer, item) for item in items]
        found: dict[int, Reasons] = {}
        if items and seen.starts[customer] < seen.starts[customer + 1]:
            for trees, pairs in self._candidates(self.known.about(seen, np.array([customer]))):
                wanted = pairs.only(np.flatnonzero(np.isin(pairs.item, items)))
                for item, parts in zip(wanted.item.tolist(), trees.parts(wanted), strict=True):
                    found[item] = Reasons.of(grouped(parts), unit="log odds")
        for item in items:
            if item not in found:
                raise nothing_to_say(seen, item, customer)
        return [found[item] for item in items]
