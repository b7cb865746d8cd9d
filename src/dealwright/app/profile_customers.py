"""Who the customers are: how each one buys, and which groups buy alike."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from dealwright.app.ports import Progress, Tables, silent
from dealwright.core.errors import InputError
from dealwright.core.verdict import Verdict
from dealwright.customer.rfm import customer_features
from dealwright.customer.segment import Segmentation, enough_to_segment, segment_customers
from dealwright.data import columns as c


@dataclass(frozen=True, slots=True)
class CustomerProfiles:
    """`features` has a row per customer, see `customer.rfm.customer_features`.

    `segmentation` is absent if `verdict` says why there are no segments.
    """

    features: pd.DataFrame
    segmentation: Segmentation | None
    verdict: Verdict

    def to_dict(self) -> dict[str, object]:
        """Plain values, for JSON: how many customers, their segments, or the reason why there are none."""
        return {
            "n_customers": len(self.features),
            "segmentation": self.segmentation.to_dict() if self.segmentation else None,
            "why_no_segments": self.verdict.reason,
        }


def profile_customers(tables: Tables, *, seed: int, progress: Progress = silent) -> CustomerProfiles:
    """Profile every customer who bought, and split them into segments if there are enough of them.

    Raises InputError if there are no sales or no order line names its customer.
    """
    if not tables.has("sales"):
        raise InputError("there are no sales to profile; import a file of order lines as table 'sales' first")
    sales = tables.table("sales")
    if not bool(sales[c.CUSTOMER].notnull().any().execute()):
        raise InputError(
            "no order line names its customer (column 'customer_id' of table 'sales' is empty); import it to "
            "unlock customer profiles and segments. Forecasts and plans work without it"
        )
    progress("reading how customers buy", 0.0)
    products = tables.table("products") if tables.has("products") else None
    features = customer_features(sales, products).execute()
    verdict = enough_to_segment(features)
    progress("looking for segments", 0.3)
    segmentation = (
        segment_customers(
            features, seed=seed, told=lambda share: progress("looking for segments", 0.3 + 0.7 * share)
        )
        if verdict
        else None
    )
    progress("customers profiled", 1.0)
    return CustomerProfiles(features, segmentation, verdict)
