"""What customers alike in many purchases take: a linear model of each item on all others, solved exactly.

EASE (Steck 2019, arXiv:1905.03375): B = I - P diag(1 / diag P) with P = (X'X + penalty I)^-1. P follows from the
smaller of the two Gram matrices, X'X of items or XX' of customers (Woodbury), so that a shop of many items and few
customers is solved as fast as one with few items.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dealwright.recommend.catalogue import Catalogue
from dealwright.recommend.interactions import Interactions
from dealwright.recommend.matrix import Weight, history
from dealwright.recommend.protocol import NEVER, Reasons
from dealwright.recommend.refuse import nothing_to_say

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Scores = NDArray[np.float32]

_ROWS_AT_ONCE = 512


@dataclass(frozen=True, slots=True)
class Ease:
    """`penalty` keeps items that few bought from explaining others; purchases decay with `half_life_weeks`."""

    penalty: float = 200.0
    half_life_weeks: float | None = 26.0
    weight: Weight = Weight.LOG

    @property
    def name(self) -> str:
        """The name it is registered by."""
        return "ease"

    def fit(self, seen: Interactions, _catalogue: Catalogue) -> FittedEase:
        """Solve the smaller system; memory is the square of its size."""
        return self._solved(self._taken(seen), None)

    def fit_and_score(self, seen: Interactions) -> tuple[FittedEase, Scores]:
        """Learn, and score each customer with history, in order (n, n_items): the fit does most of that work."""
        taken = self._taken(seen)
        scores = np.empty(taken.shape, dtype=np.float32)
        fitted = self._solved(taken, scores)
        scores[:, fitted.is_unknown] = NEVER
        return fitted, scores

    def _taken(self, seen: Interactions) -> Any:
        taken = history(seen, weight=self.weight, half_life_weeks=self.half_life_weeks)
        return taken[np.diff(taken.indptr) > 0]

    def _solved(self, taken: Any, scores: Scores | None) -> FittedEase:
        """What was learnt; `scores` are filled if they are wanted."""
        n, n_items = taken.shape
        if n >= n_items:
            inverse = _inverse((taken.T @ taken).toarray(), self.penalty)
            fitted = FittedEase(self, None, inverse, np.diag(inverse).copy())
            if scores is not None:
                scores[:] = fitted.times(taken)
            return fitted
        inner = _inverse((taken @ taken.T).toarray(), self.penalty)
        sides = taken.T.tocsr()
        diagonal = np.zeros(n_items, dtype=np.float32)
        for start in range(0, n_items, _ROWS_AT_ONCE):
            here = slice(start, start + _ROWS_AT_ONCE)
            part = sides[here]
            # Histories times P, items first: XP = X - XX'(XX' + penalty I)^-1 X, over the penalty, is inner X.
            through = part @ inner
            own = np.asarray(part.multiply(through).sum(axis=1)).ravel()
            diagonal[here] = (1.0 - own) / self.penalty
            if scores is not None:
                scores[:, here] = (part.toarray() - through / diagonal[here][:, None]).T
        return FittedEase(self, taken, inner, diagonal)


def _inverse(gram: NDArray[Any], penalty: float) -> NDArray[np.float32]:
    from scipy.linalg import lapack

    gram = np.asfortranarray(gram, dtype=np.float64)
    gram[np.diag_indices(len(gram))] += penalty
    factor, problem = lapack.dpotrf(gram, lower=1, overwrite_a=1)
    assert problem == 0, "a Gram matrix with a penalty has a Cholesky factor"
    inverse, problem = lapack.dpotri(factor, lower=1, overwrite_c=1)
    assert problem == 0, "a Cholesky factor has an inverse"
    lower = np.tril(inverse).astype(np.float32)
    whole: NDArray[np.float32] = lower + np.tril(lower, -1).T
    return whole


@dataclass(frozen=True, slots=True, eq=False)
class FittedEase:
    """`inverse` is P itself, or (XX' + penalty I)^-1 with the histories `taken` from which P follows."""

    made: Ease
    taken: Any
    inverse: NDArray[np.float32]
    diagonal: NDArray[np.float32]

    def score(self, seen: Interactions, customers: Ints) -> Floats:
        """Histories times B (n, n_items); `NEVER` for customers without history and items nobody had bought."""
        theirs = history(seen, customers, weight=self.made.weight, half_life_weeks=self.made.half_life_weeks)
        scores = np.concatenate(
            [self.times(theirs[k : k + _ROWS_AT_ONCE]) for k in range(0, theirs.shape[0], _ROWS_AT_ONCE)]
            or [np.zeros((0, seen.n_items))]
        )
        scores[np.diff(theirs.indptr) == 0] = NEVER
        scores[:, self.is_unknown] = NEVER
        return scores

    def times(self, theirs: Any) -> Floats:
        """Histories (n, n_items) times B."""
        return np.asarray(theirs - self._times_inverse(theirs) / self.diagonal, dtype=np.float64)

    def _times_inverse(self, theirs: Any) -> Any:
        """Histories times P (n, n_items)."""
        if self.taken is None:
            return theirs @ self.inverse
        alike = (theirs @ self.taken.T).toarray() @ self.inverse
        return (theirs.toarray() - (self.taken.T @ alike.T).T) / np.float32(self.made.penalty)

    @property
    def is_unknown(self) -> NDArray[np.bool_]:
        """Whether nobody had bought an item (n_items)."""
        # The diagonal of P is 1 / penalty exactly where an item has no purchase.
        is_one: NDArray[np.bool_] = np.isclose(
            self.diagonal * np.float32(self.made.penalty), 1.0, rtol=1e-7, atol=0.0
        )
        return is_one

    def explain(self, seen: Interactions, customer: int, item: int) -> Reasons:
        """What each item of the history adds."""
        made = self.made
        mine = history(seen, np.array([customer]), weight=made.weight, half_life_weeks=made.half_life_weeks)
        if mine.nnz == 0 or self.is_unknown[item]:
            raise nothing_to_say(seen, item, customer)
        others = mine.indices[mine.indices != item]
        if self.taken is None:
            column = self.inverse[others, item]
        else:
            alike = self.inverse @ self.taken[:, [item]].toarray().ravel()
            column = -(self.taken[:, others].T @ alike) / np.float32(made.penalty)
        worth = -column / self.diagonal[item] * mine.data[mine.indices != item]
        return Reasons.of({f"bought {seen.items[k]}": float(w) for k, w in zip(others, worth, strict=True)})
