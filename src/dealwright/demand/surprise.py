"""What of a price cut the supplier's deal does not explain: where promotions answer to demand, it gives them away.

A shop that promotes what it expects to sell well makes promotions look stronger than they are; one that props up
what lags makes them look weaker. Supplier deals move prices too and know nothing of this week's demand. The part
of a cut that deals do not explain enters the demand model beside the cut itself (a control function: Petrin and
Train 2010), so that the elasticity rests on the part that deals do explain.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEAST_F = 10.0
"""Below it deals say too little about prices to lean on (Staiger and Stock 1997)."""


@dataclass(frozen=True, slots=True)
class Surprise:
    """`unexplained` (n, T): the log price cut less what the unit cost explains of it, series means taken out.

    Zero everywhere if cost explains too little (`strength`, an F statistic over series, below `LEAST_F`).
    """

    unexplained: Floats
    strength: float

    @property
    def is_known(self) -> bool:
        """Whether supplier deals can tell answers to demand from its causes."""
        return self.strength >= LEAST_F


def find_surprise(cut: Floats, log_cost: Floats | None, is_active: NDArray[np.bool_]) -> Surprise:
    """From log price cuts and log unit costs over their usual values, each (n, T)."""
    nothing = np.zeros_like(cut)
    if log_cost is None:
        return Surprise(nothing, 0.0)
    use = is_active.astype(np.float64)
    x, y = _centred(-log_cost, use), _centred(cut, use)
    information = float((x**2).sum())
    if information <= 1e-9:
        return Surprise(nothing, 0.0)
    slope = float((x * y).sum() / information)
    unexplained = y - slope * x
    # Weeks of a series are not independent of one another, series are.
    by_series = (x * unexplained).sum(axis=1)
    variance = float((by_series**2).sum()) / information**2
    strength = slope**2 / max(variance, 1e-12)
    return Surprise(unexplained if strength >= LEAST_F else nothing, strength)


def _centred(rows: Floats, use: Floats) -> Floats:
    mean = (use * rows).sum(axis=1, keepdims=True) / np.maximum(use.sum(axis=1, keepdims=True), 1.0)
    return np.asarray(use * (rows - mean))
