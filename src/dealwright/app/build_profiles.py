"""Who each customer is, in one row that new orders bring up to date, and how their segments shifted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import ibis
import pandas as pd

from dealwright.app.ports import Tables
from dealwright.core.errors import InputError
from dealwright.customer.profile import profile
from dealwright.customer.profile_state import ProfileState, merge, profile_state
from dealwright.customer.rfm import customer_features
from dealwright.customer.segment import Segmentation, enough_to_segment, segment_customers
from dealwright.customer.segment_drift import SegmentDrift, segment_drift
from dealwright.data import columns as c


@dataclass(frozen=True, slots=True)
class DriftedSegments:
    """The segments of now, and how they differ from those of the day `then` under the same centroids."""

    then: date
    now: date
    segmentation: Segmentation
    drift: SegmentDrift


def state_of_sales(tables: Tables) -> ProfileState:
    """What profiles are made of, from all tables that are there; InputError if no sale names its customer."""
    sales = _sales(tables)
    return profile_state(sales, _table(tables, "products"), redemptions=_table(tables, "redemptions"))


def build_profiles(tables: Tables, *, at: date | None = None, state: ProfileState | None = None) -> ibis.Table:
    """The profile of every customer as of the day `at` (the last day of sales), see `customer.profile.profile`.

    With a `state` that was kept (of the same sales), order lines are not read again. Raises InputError if there
    are no sales, none names its customer, or `at` is before the last.
    """
    last = _last_day(_sales(tables))
    if at is not None and at < last:
        raise InputError(
            f"profiles as of {at} cannot be built from sales up to {last}; take {last} or later, or import only "
            f"the sales up to {at}"
        )
    known = state or state_of_sales(tables)
    return profile(known, at or last, customers=_table(tables, "customers"))


def add_to_state(state: ProfileState, new: Tables, *, products: ibis.Table | None = None) -> ProfileState:
    """The state once the order lines and redemptions of `new`, none of which it holds yet, have come.

    `products` is the catalogue that `state` was built with. Lines that name no customer add nothing. Raises
    InputError if `new` has no sales.
    """
    return merge(state, profile_state(new.table("sales"), products, redemptions=_table(new, "redemptions")))


def drift_of_segments(tables: Tables, *, then: date, seed: int, level: float = 0.9) -> DriftedSegments:
    """How segments shifted since the end of the day `then`.

    The customers of both days are assigned to the segments of now. Raises InputError if `then` is not between the
    first and the last day of sales, or customers are too few.
    """
    sales = _sales(tables)
    products = _table(tables, "products")
    first, last = _first_day(sales), _last_day(sales)
    if not first <= then < last:
        raise InputError(f"sales run from {first} to {last}; compare with a day from {first} on, before {last}")
    before = sales.filter(sales[c.SOLD_AT].date() <= then)
    features_now: pd.DataFrame = customer_features(sales, products).execute()
    features_then: pd.DataFrame = customer_features(before, products).execute()
    verdict = enough_to_segment(features_now)
    if not verdict:
        raise InputError(f"{verdict.reason}; import more sales that name their customer")
    if features_then.empty:
        raise InputError(f"no customer had bought anything by {then}; compare with a later day")
    segmentation = segment_customers(features_now, seed=seed)
    drift = segment_drift(segmentation.assign(features_then), segmentation.members, level=level)
    return DriftedSegments(then, last, segmentation, drift)


def _sales(tables: Tables) -> ibis.Table:
    if not tables.has("sales"):
        raise InputError("there are no sales to profile; import a file of order lines as table 'sales' first")
    sales = tables.table("sales")
    if not bool(sales[c.CUSTOMER].notnull().any().execute()):
        raise InputError(
            "no order line names its customer (column 'customer_id' of table 'sales' is empty); import it to "
            "unlock customer profiles and segments. Forecasts and plans work without it"
        )
    return sales


def _table(tables: Tables, name: str) -> ibis.Table | None:
    return tables.table(name) if tables.has(name) else None


def _first_day(sales: ibis.Table) -> date:
    first: date = sales[c.SOLD_AT].min().execute().date()
    return first


def _last_day(sales: ibis.Table) -> date:
    last: date = sales[c.SOLD_AT].max().execute().date()
    return last
