"""What every recommender is asked: learn from what was taken, then say what each customer would take next.

Learning and scoring are separate questions, so that an event is answered without learning again: what was learnt
stays, what happened since is read from the history that is handed to `score`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from dealwright.recommend.catalogue import Catalogue
from dealwright.recommend.interactions import Interactions

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

Told = Callable[[float], None]
"""Hears what share of a long learning is done, from 0 to 1."""

NEVER = -np.inf
"""The score of an item about which a recommender has nothing to say."""


def unheard(_share: float) -> None:
    """The learning that nobody watches."""


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why an item has its score: `parts` by name, in the order of their weight; they sum to `score`.

    `unit` says what is summed: "score" or "log odds".
    """

    score: float
    parts: Mapping[str, float]
    unit: str = "score"

    def __post_init__(self) -> None:
        total = sum(self.parts.values())
        assert abs(total - self.score) <= 1e-6 * max(1.0, abs(self.score)), (
            f"parts sum to {total}, not {self.score}"
        )

    @classmethod
    def of(cls, parts: Mapping[str, float], *, unit: str = "score") -> Reasons:
        """The largest part first; parts of nothing are left out."""
        kept = {name: value for name, value in parts.items() if value != 0.0}
        ordered = dict(sorted(kept.items(), key=lambda part: (-abs(part[1]), part[0])))
        return cls(float(sum(kept.values())), ordered, unit)


class FittedRecommender(Protocol):
    """A recommender that has learnt."""

    def score(self, seen: Interactions, customers: Ints) -> Floats:
        """How much each of `customers` (places in `seen`) would want each item, (n, n_items); higher is better.

        `NEVER` where there is nothing to say: a customer without history, an item nobody bought. `seen` has the
        items of the fit; its customers, its rows and its end may be others.
        """
        ...

    def explain(self, seen: Interactions, customer: int, item: int) -> Reasons:
        """Why one item has its score with one customer; InputError where there is nothing to say."""
        ...


@runtime_checkable
class ExplainsMany(Protocol):
    """A recommender that explains several items at hardly more cost than one."""

    def explain_many(self, seen: Interactions, customer: int, items: Sequence[int]) -> list[Reasons]:
        """As `explain`, for each item."""
        ...


def explain_all(
    fitted: FittedRecommender, seen: Interactions, customer: int, items: Sequence[int]
) -> list[Reasons]:
    """Why each item has its score with one customer; InputError where there is nothing to say."""
    if isinstance(fitted, ExplainsMany):
        return fitted.explain_many(seen, customer, items)
    return [fitted.explain(seen, customer, item) for item in items]


class Recommender(Protocol):
    """A way to recommend."""

    @property
    def name(self) -> str:
        """The name it is registered by."""
        ...

    def fit(self, seen: Interactions, catalogue: Catalogue) -> FittedRecommender:
        """Learn from all rows of `seen`; the same rows always teach the same."""
        ...
