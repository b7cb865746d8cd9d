"""What sells of late in the stores that a customer goes to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from dealwright.recommend.interactions import Interactions

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_SALES_WEEKS = 6.0
_VISITS_WEEKS = 13.0


@dataclass(frozen=True, slots=True, eq=False)
class StoreFacts:
    """Lines sold per store and item in the last weeks, (n_stores, n_items) in CSR."""

    sold: Any

    @classmethod
    def of(cls, seen: Interactions) -> StoreFacts | None:
        """None where stores are not known."""
        if seen.store is None:
            return None
        new = seen.age_weeks <= _SALES_WEEKS
        shape = (int(seen.store.max(initial=-1)) + 1, seen.n_items)
        ones = np.ones(int(new.sum()), dtype=np.float32)
        return cls(sparse.csr_matrix((ones, (seen.store[new], seen.item[new])), shape=shape))

    def of_pairs(self, rows: Interactions, customer: Ints, item: Ints) -> dict[str, Floats]:
        """Lines of the item in the customer's stores, weighted by visits, and per 10,000 lines of these stores."""
        assert rows.store is not None
        known = (rows.age_weeks <= _VISITS_WEEKS) & (rows.store < self.sold.shape[0])
        visits = sparse.csr_matrix(
            (np.ones(int(known.sum()), np.float32), (rows.customer[known], rows.store[known])),
            shape=(rows.n_customers, self.sold.shape[0]),
        )
        total = np.maximum(np.asarray(visits.sum(axis=1)).ravel(), 1.0)
        visits = sparse.diags(1.0 / total) @ visits
        asked, place = np.unique(customer, return_inverse=True)
        sold = (visits[asked] @ self.sold).toarray()[place, item]
        lines = (visits @ np.asarray(self.sold.sum(axis=1)).ravel())[customer]
        return {"store_lines": sold, "store_share": 1e4 * sold / np.maximum(lines, 1.0)}
