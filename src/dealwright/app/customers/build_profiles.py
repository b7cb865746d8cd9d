"""Who each customer is, in one row, and how their segments shifted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import pandas as pd

from dealwright.app.plain import plain_row
from dealwright.app.ports import Progress, Tables, silent
from dealwright.app.shop.credible_sales import credible_tables
from dealwright.app.shop.named_sales import named_sales
from dealwright.core.errors import InputError
from dealwright.customer.profile import profile
from dealwright.customer.profile_state import coupons_used, profile_state
from dealwright.customer.rfm import customer_features
from dealwright.customer.segment import Segmentation, enough_to_segment, segment_customers
from dealwright.customer.segment_drift import SegmentDrift, segment_drift
from dealwright.data import columns as c
from dealwright.data.finding import Finding


@dataclass(frozen=True, slots=True)
class DriftedSegments:
    """The segments of now, and how they differ from those of the day `then` under the same centroids.

    Both are of who bought in the `window_days` up to the end of the day, and of what they bought in these.
    """

    then: date
    now: date
    window_days: int
    segmentation: Segmentation
    drift: SegmentDrift
    findings: tuple[Finding, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """Plain values, for JSON."""
        return {
            "then": str(self.then),
            "now": str(self.now),
            "window_days": self.window_days,
            "level": self.drift.level,
            "segmentation": self.segmentation.to_dict(),
            "shares": [plain_row(row) for row in self.drift.shares.to_dict("records")],
            "moves": [plain_row(row) for row in self.drift.moves.to_dict("records")],
            "findings": [finding.to_dict() for finding in self.findings],
        }


def build_profiles(tables: Tables, *, at: date | None = None) -> ibis.Table:
    """The profile of every customer as of the day `at` (the last day of sales), see `customer.profile.profile`.

    Every order line is read; where profiles can be kept, `keep_profiles` reads the new ones only. Raises InputError
    if there are no sales, no purchase names its customer, or `at` is before the last.
    """
    sales = named_sales(tables)
    last = _last_day(sales)
    if at is not None and at < last:
        raise InputError(
            f"profiles as of {at} cannot be built from sales up to {last}; take {last} or later, or import only "
            f"the sales up to {at}"
        )
    redemptions = _table(tables, "redemptions")
    return profile(
        profile_state(sales, _table(tables, "products")),
        at or last,
        customers=_table(tables, "customers"),
        coupons=None if redemptions is None else coupons_used(redemptions),
    )


def drift_of_segments(
    tables: Tables,
    *,
    then: date,
    seed: int,
    level: float = 0.9,
    today: date | None = None,
    progress: Progress = silent,
) -> DriftedSegments:
    """How segments shifted since the end of the day `then`.

    The customers of both days are assigned to the segments of now, by what they bought in as many days up to either
    as sales reach back from `then`: in more days everybody buys more often. Raises InputError if `then` is not
    between the first and the last day of sales (that can be believed on the day `today`), or customers are too few.
    """
    progress("reading how customers buy", 0.0)
    credible = credible_tables(tables, today=today)
    sales = named_sales(credible)
    products = _table(tables, "products")
    first, last = _first_day(sales), _last_day(sales)
    if not first <= then < last:
        raise InputError(
            f"sales run from {first} to {last}; compare with a day from {first} on, before {last}, like "
            f"{first + (last - first) // 2}"
        )
    window = then - first + timedelta(days=1)
    features_now, features_then = (_features(sales, products, day, window) for day in (last, then))
    verdict = enough_to_segment(features_now)
    if not verdict:
        raise InputError(
            f"in the {window.days} days up to {last}, as many as sales reach back before {then}, {verdict.reason}; "
            "compare with a later day, or import more sales that name their customer"
        )
    if features_then.empty:
        raise InputError(f"no customer had bought anything by {then}; compare with a later day")
    progress("looking for segments", 0.3)
    segmentation = segment_customers(
        features_now, seed=seed, told=lambda share: progress("looking for segments", 0.3 + 0.7 * share)
    )
    drift = segment_drift(segmentation.assign(features_then), segmentation.members, level=level)
    progress("segments compared", 1.0)
    return DriftedSegments(then, last, window.days, segmentation, drift, credible.findings)


def _features(sales: ibis.Table, products: ibis.Table | None, until: date, window: timedelta) -> pd.DataFrame:
    day = sales[c.SOLD_AT].date()
    features: pd.DataFrame = customer_features(sales.filter(day > until - window, day <= until), products).execute()
    return features


def _table(tables: Tables, name: str) -> ibis.Table | None:
    return tables.table(name) if tables.has(name) else None


def _first_day(sales: ibis.Table) -> date:
    first: date = sales[c.SOLD_AT].min().execute().date()
    return first


def _last_day(sales: ibis.Table) -> date:
    last: date = sales[c.SOLD_AT].max().execute().date()
    return last
