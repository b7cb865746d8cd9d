"""Orders of tea at the till, and a process that dies while campaigns count them."""

from __future__ import annotations

from campaigns_of_tests import START
from dealwright.adapters.ledger import faults
from dealwright.core.cart import Cart, Delivery, LineItem, Shopper
from dealwright.engine.outcomes import Held, Order
from dealwright.live.events import open_events
from dealwright.till import Till, open_till
from ledgers import SetClock


def bought(till: Till, name: str, *lines: LineItem, customer: str = "", fee: int = 0, arm: str = "") -> Order:
    """Ten teas, or these lines, as an order."""
    deliveries = (Delivery("post", fee),) if fee else ()
    tea = (LineItem("1", "TEA", 10, 100),)
    cart = Cart("EUR", lines or tea, deliveries, Shopper(customer), arms={"tea": arm} if arm else {})
    held = till.carts.hold(cart, key=f"hold {name}", order_id=name)
    assert isinstance(held, Held), held
    order = till.carts.commit(held.hold_id, key=f"commit {name}")
    assert isinstance(order, Order), order
    return order


def die_taking(url: str, point: str) -> None:
    """Killed at the point while it takes the till's orders."""
    with open_till(url, clock=SetClock(START)) as till:
        events = open_events(till)
        faults.arm(point, "kill")
        events.take_till_orders()
