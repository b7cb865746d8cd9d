"""What customers bought, as the orders among the events tell it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

from dealwright.app.events.event_ports import Recorded
from dealwright.app.recommend.serve_recommendations import Purchase


def purchases_in(order: Recorded) -> Iterator[Purchase]:
    """The purchases of an order; none if nobody knows who bought."""
    told = json.loads(order.text)
    body = told["body"]
    customer, day = body.get("customer"), datetime.fromisoformat(told["at"]).astimezone(UTC).date()
    for line in body["lines"] if customer else ():
        units = line["quantity"]
        is_on_deal = (line.get("discount_minor") or 0) > 0
        yield Purchase(customer, line["sku"], day, units, is_on_deal, round(line["net_minor"] / units))
