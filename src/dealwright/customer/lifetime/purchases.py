"""When customers bought and what they spent since, read from order lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import ibis
import numpy as np
import pandas as pd

from dealwright.core.errors import InputError
from dealwright.customer.lifetime.gamma_gamma import SpendHistories, spend_histories
from dealwright.customer.lifetime.histories import PurchaseHistories, purchase_histories
from dealwright.data import columns as c

DAYS_A_WEEK = 7


def purchase_days(sales: ibis.Table) -> ibis.Table:
    """One row per customer and day on which they bought something; order lines that name nobody are left out.

    `day`, and `paid` on it: minor units, less what was returned that day.
    """
    lines = sales.filter(sales[c.CUSTOMER].notnull())
    days = lines.group_by(c.CUSTOMER, day=lines[c.SOLD_AT].date()).agg(
        paid=lines[c.NET_AMOUNT].sum(), has_bought=(lines[c.QUANTITY] > 0).any()
    )
    return days.filter(days.has_bought).select(c.CUSTOMER, "day", "paid")


def purchase_summary(days: ibis.Table, *, until: date) -> ibis.Table:
    """One row per customer with a purchase up to and including the day `until`, from `purchase_days`.

    `first_day` and `last_day` of a purchase, the number of `days` with one, and `repeat_paid`: minor units paid
    on all of them but the first.
    """
    known = days.filter(days.day <= until)
    by_customer = known.group_by(c.CUSTOMER).agg(
        first_day=known.day.min(),
        last_day=known.day.max(),
        days=known.count(),
        paid=known.paid.sum(),
        first_paid=known.paid.argmin(known.day),
    )
    return by_customer.select(
        c.CUSTOMER,
        "first_day",
        "last_day",
        "days",
        repeat_paid=(by_customer.paid - by_customer.first_paid).cast("int64"),
    ).order_by(c.CUSTOMER)


@dataclass(frozen=True, slots=True)
class CustomerHistories:
    """What models learn from, all in one order: `customers` (n,) their ids, how they came and what they spent.

    Times run to the end of the day `until`.
    """

    customers: pd.Series[str]
    purchases: PurchaseHistories
    spend: SpendHistories
    until: date

    def __len__(self) -> int:
        return len(self.customers)


def customer_histories(summary: pd.DataFrame, *, until: date) -> CustomerHistories:
    """Histories from the rows of `purchase_summary`; InputError if there are none."""
    if summary.empty:
        raise InputError(
            f"no customer bought anything up to {until}; import earlier sales that name their customer"
        )
    first, last = pd.to_datetime(summary["first_day"]), pd.to_datetime(summary["last_day"])
    repeats = summary["days"].to_numpy(dtype=np.int64) - 1
    paid = summary["repeat_paid"].to_numpy(dtype=np.float64)
    return CustomerHistories(
        summary[c.CUSTOMER].reset_index(drop=True),
        purchase_histories(
            repeats, (last - first).dt.days / DAYS_A_WEEK, (pd.Timestamp(until) - first).dt.days / DAYS_A_WEEK
        ),
        spend_histories(repeats, paid / np.maximum(repeats, 1)),
        until,
    )
