"""Carts that promotions meet in a shop's life: the checks of conditions and benefits try them all."""

from __future__ import annotations

from datetime import UTC, datetime

from dealwright.core.cart import Cart, Delivery, LineItem, Shopper
from dealwright.engine.facts import Facts
from dealwright.engine.goods import Goods
from dealwright.engine.policy import DEFAULT_POLICY, Policy
from dealwright.engine.usage import NO_USAGE

AT = datetime(2030, 1, 1, 12, tzinfo=UTC)
MANY = 100_000


def sample_carts() -> dict[str, Cart]:
    """Carts in euros, by what is special about them."""
    drinks = ("drinks",)
    tea = LineItem("L1", "tea", 3, 999, product="t", categories=drinks, brand="Leaf", tags=("new",), store="s1")
    milk = LineItem("L2", "milk", 1, 150, categories=("drinks", "fresh"), brand="Cow")
    rice = LineItem("L3", "rice", 2, 333, categories=("grains",))
    post, van = Delivery("post", 490), Delivery("van", 1)
    known = Shopper("c1", ("vip", "gold"), n_orders=4, first_seen="2029-01-01", points=1000)
    return {
        "empty": Cart("EUR"),
        "one unit": Cart("EUR", (milk,)),
        "several lines": Cart("EUR", (tea, milk, rice), (post, van), known, ("HELLO",)),
        "everything free": Cart("EUR", (LineItem("L1", "tea", 2, 0, categories=drinks),)),
        "one cent": Cart("EUR", (LineItem("L1", "tea", 1, 1, categories=drinks),)),
        "at its floor": Cart("EUR", (LineItem("L1", "tea", 2, 500, categories=drinks, floor_minor=500), rice)),
        "near its floor": Cart("EUR", (LineItem("L1", "tea", 3, 500, categories=drinks, floor_minor=450), milk)),
        "with a gift": Cart("EUR", (tea, LineItem("G", "mug", 1, 700, is_gift=True)), (post,), known),
        "not discountable": Cart("EUR", (LineItem("L1", "tea", 2, 500, is_discountable=False), milk)),
        "many units": Cart("EUR", (LineItem("L1", "tea", MANY, 999, categories=drinks), milk), (post,), known),
        "very dear": Cart("EUR", (LineItem("L1", "tea", 1_000, 10**15, categories=drinks), rice)),
    }


def facts_of(cart: Cart, *, policy: Policy = DEFAULT_POLICY) -> Facts:
    """What a condition looks at."""
    return Facts(cart, at=AT, policy=policy, usage=NO_USAGE)


def goods_of(facts: Facts, amounts: list[int] | None = None) -> Goods:
    """What a benefit looks at: the cart's goods, or what earlier promotions left of them."""
    runs = [None] * len(facts.lines)
    fees = [delivery.fee_minor for delivery in facts.deliveries]
    return Goods(facts, list(facts.regular if amounts is None else amounts), [*runs], fees)
