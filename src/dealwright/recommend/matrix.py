"""Histories as sparse matrices of customers x items."""

from __future__ import annotations

from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from dealwright.recommend.interactions import Interactions

Ints = NDArray[np.int64]


class Weight(Enum):
    """How much purchases of one item weigh: once or never, the logarithm of their (decayed) count, or the count."""

    ONCE = "once"
    LOG = "log"
    COUNT = "count"


def history(
    seen: Interactions,
    customers: Ints | None = None,
    *,
    weight: Weight = Weight.LOG,
    half_life_weeks: float | None = None,
) -> Any:
    """What `customers` (default all) took, a CSR matrix (n, n_items) of 32-bit weights, columns sorted.

    A purchase counts half as much every `half_life_weeks`; all count the same without.
    """
    rows = seen if customers is None or 4 * len(customers) >= seen.n_customers else seen.of(customers)
    decay = np.ones(len(rows)) if half_life_weeks is None else 0.5 ** (rows.age_weeks / half_life_weeks)
    shape = (seen.n_customers, seen.n_items)
    matrix = sparse.csr_matrix((decay, (rows.customer, rows.item)), shape=shape, dtype=np.float64)
    matrix.sum_duplicates()
    if weight is Weight.LOG:
        matrix.data = np.log1p(matrix.data)
    elif weight is Weight.ONCE:
        matrix.data = np.ones_like(matrix.data)
    matrix = matrix.astype(np.float32)
    return matrix if customers is None else matrix[customers]
