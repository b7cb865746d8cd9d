"""How far chances were from what happened, tenth by tenth of the customers, and how far luck alone puts them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

N_DRAWS = 2_000


@dataclass(frozen=True, slots=True)
class WorstTenth:
    """The largest distance between expected and actual share; that of chances which are exactly right lies below
    `luck_median` in half of the cases, and below `luck_high` in 19 of 20.
    """

    distance: float
    luck_median: float
    luck_high: float

    def __str__(self) -> str:
        luck = f"luck alone: {self.luck_median:.1%} in half of the cases, up to {self.luck_high:.1%} in 19 of 20"
        return f"worst tenth {self.distance:.1%} off ({luck})"


def worst_tenth(chance: NDArray[np.float64], happened: NDArray[np.bool_], *, seed: int = 1) -> WorstTenth:
    """Over tenths of equal size by `chance` (n,); luck is that of customers who decide one by one."""
    tenth = pd.qcut(pd.Series(chance).rank(method="first"), 10, labels=False).to_numpy()
    member = np.equal.outer(np.arange(10), tenth) / np.bincount(tenth)[:, None]
    expected = member @ chance
    rng = np.random.default_rng(seed)
    drawn = [np.abs(member @ (rng.random(len(chance)) < chance) - expected).max() for _ in range(N_DRAWS)]
    median, high = np.quantile(drawn, (0.5, 0.95))
    return WorstTenth(float(np.abs(member @ happened - expected).max()), float(median), float(high))
