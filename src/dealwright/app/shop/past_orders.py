"""Orders of the past, one by one, in the order in which they were placed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from dealwright.app.ports import Tables
from dealwright.data import columns as c


@dataclass(frozen=True, slots=True)
class PastLine:
    """`quantity` units that were paid with `net_minor`; before discounts they cost `list_minor`."""

    sku: str
    quantity: int
    net_minor: int
    list_minor: int


@dataclass(frozen=True, slots=True)
class PastOrder:
    """An order placed at `at` (UTC); the customer is empty if nobody knew."""

    order_id: str
    at: datetime
    customer: str
    lines: tuple[PastLine, ...]

    @property
    def paid_minor(self) -> int:
        """What the customer paid then."""
        return sum(line.net_minor for line in self.lines)


def past_orders(tables: Tables, *, since: date, before: date, zone: str) -> tuple[PastOrder, ...]:
    """All orders of the days [since, before) of the shop's clock in `zone`; returns are left out."""
    sales = tables.table("sales")
    day = sales[c.SOLD_AT].date()
    rows = sales.filter((day >= since) & (day < before) & (sales[c.QUANTITY] > 0) & (sales[c.NET_AMOUNT] >= 0))
    wanted = (c.ORDER, c.SOLD_AT, c.CUSTOMER, c.SKU, c.QUANTITY, c.NET_AMOUNT, c.DISCOUNT_AMOUNT)
    frame = rows.select(*wanted).order_by([c.ORDER, c.SOLD_AT, c.SKU, c.QUANTITY, c.NET_AMOUNT]).to_pandas()
    frame[c.DISCOUNT_AMOUNT] = frame[c.DISCOUNT_AMOUNT].fillna(0)
    frame[c.CUSTOMER] = frame[c.CUSTOMER].fillna("")
    lines = frame[list(wanted)].itertuples(index=False, name=None)
    orders = (_order(list(group), ZoneInfo(zone)) for _, group in groupby(lines, key=itemgetter(0)))
    return tuple(sorted(orders, key=lambda order: (order.at, order.order_id)))


def _order(rows: list[tuple[Any, ...]], zone: ZoneInfo) -> PastOrder:
    order_id, sold_at, customer = rows[0][:3]
    at = sold_at.to_pydatetime().replace(tzinfo=zone).astimezone(UTC)
    return PastOrder(str(order_id), at, str(customer), tuple(_lines(rows)))


def _lines(rows: list[tuple[Any, ...]]) -> Iterator[PastLine]:
    for _, _, _, sku, quantity, net, discount in rows:
        yield PastLine(str(sku), int(quantity), int(net), int(net) + int(discount))
