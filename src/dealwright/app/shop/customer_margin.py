"""What share of their spend customers leave as margin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dealwright.app.ports import Tables
from dealwright.data import columns as c


@dataclass(frozen=True, slots=True)
class MarginShare:
    """`share` of spend that is margin, over all lines that name their customer.

    Of `known_for`, a share of spend, costs are known; the rest is assumed. Negative if the shop sells below cost.
    """

    share: float
    known_for: float


def margin_share(tables: Tables, *, until: date, cost_share: float) -> MarginShare:
    """At the costs valid on the day `until`; a product without one is assumed to cost `cost_share` of its price."""
    assumed = MarginShare(1.0 - cost_share, 0.0)
    if not tables.has("costs"):
        return assumed
    costs = tables.table("costs")
    valid = costs.filter(costs[c.STARTS_ON] <= until)
    newest = valid.group_by(c.SKU).agg(unit_cost=valid[c.UNIT_COST].argmax(valid[c.STARTS_ON]))
    sales = tables.table("sales")
    lines = sales.filter(sales[c.CUSTOMER].notnull()).join(newest, c.SKU)
    found = lines.agg(
        paid=lines[c.NET_AMOUNT].sum().fill_null(0),
        cost=(lines[c.QUANTITY] * lines["unit_cost"]).sum().fill_null(0),
    ).execute()
    everything = sales.filter(sales[c.CUSTOMER].notnull())[c.NET_AMOUNT].sum().execute()
    paid, cost = float(found["paid"].iloc[0]), float(found["cost"].iloc[0])
    if paid <= 0 or everything <= 0:
        return assumed
    known_for = min(paid / float(everything), 1.0)
    return MarginShare(known_for * (1 - cost / paid) + (1 - known_for) * assumed.share, known_for)
