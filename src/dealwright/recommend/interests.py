"""What a customer is interested in, as words: of titles of what they bought, of what they searched and wrote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from dealwright.recommend.interactions import Interactions
from dealwright.recommend.matrix import Weight, history
from dealwright.recommend.text_content import WeighedWords

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

BOUGHT = "bought"
HALF_LIFE_WEEKS = 26.0


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """Texts of customers (places): what each said in which `kind` of text, such as a search or a review."""

    customer: Ints
    kind: Sequence[str]
    text: Sequence[str]


@dataclass(frozen=True, slots=True)
class Interest:
    """A word that tells of a customer: its share of all that does, in parts by where it comes from, which sum."""

    word: str
    weight: float
    parts: Mapping[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class Interests:
    """`by_source` (n_customers, words) in CSR by where words come from; a customer's rows sum to 1 or 0 in all."""

    words: tuple[str, ...]
    by_source: Mapping[str, Any]

    @property
    def total(self) -> Any:
        """All sources together, (n_customers, words) in CSR: features of tastes."""
        return sum(self.by_source.values())

    def of(self, customer: int, *, most: int) -> list[Interest]:
        """The words that tell most of a customer, the most telling first; ties in alphabetical order."""
        rows = {source: matrix[[customer]].toarray().ravel() for source, matrix in self.by_source.items()}
        weight = np.sum(list(rows.values()), axis=0)
        order = np.argsort(-weight, kind="stable")[:most]
        return [
            Interest(
                self.words[k],
                float(weight[k]),
                {source: float(row[k]) for source, row in rows.items() if row[k] > 0},
            )
            for k in order
            if weight[k] > 0
        ]


def find_interests(seen: Interactions, titles: WeighedWords, said: Said) -> Interests:
    """Interests of all customers of `seen`, whose items have the `titles`.

    Purchases count by the logarithm of their number, half as much every `HALF_LIFE_WEEKS`. Each kind of text counts
    as much as all purchases: who bought a thousand things and searched once is told by both.
    """
    shape = (seen.n_customers, len(titles.words))
    taken = history(seen, weight=Weight.LOG, half_life_weeks=HALF_LIFE_WEEKS).astype(np.float64)
    found = {BOUGHT: sparse.csr_matrix(taken @ titles.weights)}
    kinds = np.array(said.kind, dtype=object)
    for kind in sorted(set(said.kind)):
        rows = np.flatnonzero(kinds == kind).tolist()
        ones = (np.ones(len(rows)), (said.customer[rows], np.arange(len(rows))))
        who = sparse.csr_matrix(ones, shape=(shape[0], len(rows)))
        found[kind] = sparse.csr_matrix(who @ titles.weigh([said.text[k] for k in rows]))
    sums = {source: np.asarray(matrix.sum(axis=1)).ravel() for source, matrix in found.items()}
    n_sources = np.sum([total > 0 for total in sums.values()], axis=0)
    scaled = {
        source: sparse.diags(1.0 / np.where(sums[source] > 0, sums[source] * n_sources, 1.0)) @ matrix
        for source, matrix in found.items()
    }
    return Interests(titles.words, {source: sparse.csr_matrix(matrix) for source, matrix in scaled.items()})
