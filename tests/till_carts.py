"""Small carts and promotions for tests of the till: amounts in cents, one currency."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

from dealwright.campaign.items import ALL_ITEMS, Items
from dealwright.campaign.promotion import Limits, Promotion
from dealwright.core.cart import Cart, Delivery, LineItem, Shopper
from dealwright.engine.benefits.amount_off import AmountOff
from dealwright.engine.benefits.percent_off import PercentOff
from dealwright.engine.evaluate import evaluate
from dealwright.engine.evaluation import Evaluation, Refusal
from dealwright.engine.index import compile_promotions
from dealwright.engine.policy import DEFAULT_POLICY, Policy
from dealwright.engine.protocol import Benefit, Condition
from dealwright.engine.usage import NO_USAGE, Usage

AT = datetime(2030, 1, 1, 12, tzinfo=UTC)
NO_LIMITS = Limits()


def a_line(name: str, quantity: int, price: int, **more: Any) -> LineItem:
    """A line whose sku is its name unless said otherwise."""
    return LineItem(name, more.pop("sku", name), quantity, price, **more)


def a_cart(*lines: LineItem, fee: int = 0, **more: Any) -> Cart:
    """A cart in euros; a fee makes one delivery called "post"."""
    deliveries = (Delivery("post", fee),) if fee else ()
    return Cart("EUR", lines, more.pop("deliveries", deliveries), more.pop("shopper", Shopper()), **more)


def a_promotion(name: str, benefit: Benefit, *conditions: Condition, **more: Any) -> Promotion:
    """A promotion in euros."""
    return Promotion(name, "EUR", benefit, conditions, **more)


def percent(value: int, items: Items = ALL_ITEMS, **more: Any) -> PercentOff:
    """A percentage off."""
    return PercentOff(Fraction(value), items, **more)


def off(amount: int, items: Items = ALL_ITEMS, **more: Any) -> AmountOff:
    """An amount off the order."""
    return AmountOff(amount, items, **more)


def priced(
    cart: Cart,
    promotions: Iterable[Promotion],
    *,
    policy: Policy = DEFAULT_POLICY,
    usage: Usage = NO_USAGE,
    at: datetime = AT,
    explain_all: bool = False,
) -> Evaluation:
    """The cart with these promotions."""
    compiled = compile_promotions(promotions, policy=policy)
    return evaluate(cart, compiled, at=at, usage=usage, explain_all=explain_all)


def nets(found: Evaluation) -> dict[str, int]:
    """What is left to pay for each line."""
    return {line.line: line.net_minor for line in found.lines}


def applied(found: Evaluation) -> list[str]:
    """The promotions that gave something."""
    return sorted(one.promotion_id for one in found.applied)


def refusal(found: Evaluation, name: str) -> Refusal:
    """Why this one gave nothing."""
    return next(one for one in found.refused if one.promotion_id == name)
