"""Hidden tastes and features such that what was bought ranks above what was not, learnt from sampled comparisons.

Rendle and others (2009), BPR: Bayesian personalized ranking from implicit feedback. Tastes of customers are worked
out from their history when asked, as with ALS, so that new customers and events need no fit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dealwright.core.rng import stream
from dealwright.recommend.catalogue import Catalogue
from dealwright.recommend.factors import Factors
from dealwright.recommend.interactions import Interactions

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bpr:
    """`n_passes` over all pairs bought, `batch` comparisons at a time, each with an item drawn by chance."""

    n_factors: int = 32
    n_passes: int = 10
    batch: int = 512
    rate: float = 0.05
    penalty: float = 0.002
    seed: int = 0

    @property
    def name(self) -> str:
        """The name it is registered by."""
        return "bpr"

    def fit(self, seen: Interactions, _catalogue: Catalogue) -> Factors:
        """Stochastic steps in an order that the seed fixes."""
        rng = stream(self.seed, "bpr")
        customers = 0.1 * rng.standard_normal((seen.n_customers, self.n_factors))
        items = 0.1 * rng.standard_normal((seen.n_items, self.n_factors))
        bias = np.zeros(seen.n_items)
        pairs = seen.pairs
        for _ in range(self.n_passes):
            order = rng.permutation(len(pairs))
            for start in range(0, len(order), self.batch):
                drawn = pairs[order[start : start + self.batch]]
                others = rng.integers(0, seen.n_items, len(drawn))
                # A drawn item that the customer did buy teaches nothing.
                is_new = ~_is_bought(pairs, drawn // seen.n_items * seen.n_items + others)
                self._step(
                    customers,
                    items,
                    bias,
                    drawn[is_new] // seen.n_items,
                    drawn[is_new] % seen.n_items,
                    others[is_new],
                )
        is_known = np.bincount(seen.item, minlength=seen.n_items) > 0
        items[~is_known] = 0.0
        return Factors(items, is_known, penalty=1.0, alpha=1.0, bias=bias)

    def _step(self, customers: Floats, items: Floats, bias: Floats, who: Ints, bought: Ints, other: Ints) -> None:
        """One step down the loss, in place."""
        mine, more, less = customers[who], items[bought], items[other]
        lead = (mine * (more - less)).sum(axis=1) + bias[bought] - bias[other]
        pull = (self.rate / (1.0 + np.exp(np.clip(lead, -30, 30))))[:, None]
        kept = self.rate * self.penalty
        np.add.at(customers, who, pull * (more - less) - kept * mine)
        np.add.at(items, bought, pull * mine - kept * more)
        np.add.at(items, other, -pull * mine - kept * less)
        np.add.at(bias, bought, pull[:, 0] - kept * bias[bought])
        np.add.at(bias, other, -pull[:, 0] - kept * bias[other])


def _is_bought(pairs: Ints, asked: Ints) -> NDArray[np.bool_]:
    place = np.minimum(np.searchsorted(pairs, asked), len(pairs) - 1)
    is_there: NDArray[np.bool_] = pairs[place] == asked
    return is_there
