"""What is like what a customer takes by its labels: the same kind, category, brand or supplier.

The one recommender that can say something of an item nobody has bought yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from dealwright.recommend.catalogue import Catalogue
from dealwright.recommend.interactions import Interactions
from dealwright.recommend.matrix import Weight, history
from dealwright.recommend.protocol import NEVER, Reasons
from dealwright.recommend.refuse import nothing_to_say

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Content:
    """Labels weigh by how rare they are (the logarithm of all items over those that share one)."""

    half_life_weeks: float | None = 26.0

    @property
    def name(self) -> str:
        """The name it is registered by."""
        return "content"

    def fit(self, seen: Interactions, catalogue: Catalogue) -> FittedContent:
        """Lay out the labels; purchases teach nothing here."""
        blocks, kinds, words = [], [], []
        for kind, numbers in catalogue.labels.items():
            known = np.flatnonzero(numbers >= 0)
            n_labels = len(catalogue.words[kind])
            n_sharing = np.bincount(numbers[known], minlength=n_labels)
            rarity = np.log(seen.n_items / np.maximum(n_sharing, 1))
            block = sparse.csr_matrix(
                (np.sqrt(rarity[numbers[known]]), (known, numbers[known])), shape=(seen.n_items, n_labels)
            )
            blocks.append(block)
            kinds += [kind] * n_labels
            words += list(catalogue.words[kind])
        features = sparse.hstack(blocks, format="csr") if blocks else sparse.csr_matrix((seen.n_items, 0))
        names = tuple(f"{kind} {word}" for kind, word in zip(kinds, words, strict=True))
        return FittedContent(self, features, names)


@dataclass(frozen=True, slots=True, eq=False)
class FittedContent:
    """`features` (n_items, labels) hold the square root of a label's rarity."""

    made: Content
    features: Any
    names: tuple[str, ...]

    def score(self, seen: Interactions, customers: Ints) -> Floats:
        """How much of what each customer took shares each item's labels (n, n_items)."""
        tastes = self._tastes(seen, customers)
        scores = np.asarray((tastes @ self.features.T).todense(), dtype=np.float64)
        scores[scores == 0] = NEVER
        return scores

    def explain(self, seen: Interactions, customer: int, item: int) -> Reasons:
        """What each label adds."""
        tastes = self._tastes(seen, np.array([customer]))
        both = tastes.multiply(self.features[[item]]).tocsr()
        if both.nnz == 0:
            raise nothing_to_say(seen, item, customer)
        return Reasons.of({self.names[k]: float(w) for k, w in zip(both.indices, both.data, strict=True)})

    def _tastes(self, seen: Interactions, customers: Ints) -> Any:
        """How much of each customer's history has each label, of one in all."""
        theirs = history(seen, customers, weight=Weight.LOG, half_life_weeks=self.made.half_life_weeks)
        total = np.maximum(np.asarray(theirs.sum(axis=1)).ravel(), 1e-12)
        return sparse.diags(1.0 / total) @ theirs.astype(np.float64) @ self.features
