"""Who the customers are: how each one buys, and which groups buy alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from dealwright.app.ports import Progress, Tables, silent
from dealwright.app.shop.credible_sales import credible_tables
from dealwright.app.shop.named_sales import named_sales
from dealwright.core.verdict import Verdict
from dealwright.customer.rfm import customer_features
from dealwright.customer.segment import Segmentation, enough_to_segment, segment_customers
from dealwright.data.finding import Finding


@dataclass(frozen=True, slots=True)
class CustomerProfiles:
    """`features` has a row per customer, see `customer.rfm.customer_features`.

    `segmentation` is absent if `verdict` says why there are no segments.
    """

    features: pd.DataFrame
    segmentation: Segmentation | None
    verdict: Verdict
    findings: tuple[Finding, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """Plain values, for JSON: how many customers, their segments, or the reason why there are none."""
        return {
            "n_customers": len(self.features),
            "segmentation": self.segmentation.to_dict() if self.segmentation else None,
            "why_no_segments": self.verdict.reason,
            "findings": [finding.to_dict() for finding in self.findings],
        }


def profile_customers(
    tables: Tables, *, seed: int, today: date | None = None, progress: Progress = silent
) -> CustomerProfiles:
    """Profile every customer who bought, and split them into segments if there are enough of them.

    Sales are those that can be believed on the day `today`. Raises InputError if there are none, or no purchase
    names its customer.
    """
    credible = credible_tables(tables, today=today)
    sales = named_sales(credible)
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
    return CustomerProfiles(features, segmentation, verdict, credible.findings)
