"""Short ways to use a till in tests: one sku at 5.00 EUR, ten per cent off, answers that must be what they are."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from dealwright.campaign.promotion import Limits, Promotion
from dealwright.core.cart import Cart, LineItem, Shopper
from dealwright.engine.benefits.percent_off import PercentOff
from dealwright.engine.outcomes import Held, Order, Refused
from dealwright.till import Till

TEN_PERCENT = Promotion("TEN", "EUR", PercentOff(Fraction(10)))


def a_cart(*, units: int = 2, customer: str = "c1", codes: tuple[str, ...] = (), sku: str = "TEA") -> Cart:
    """`units` of something for 5.00 EUR."""
    return Cart("EUR", (LineItem("1", sku, units, 500),), shopper=Shopper(customer), codes=codes)


def limited(promotion_id: str = "TEN", *, code: str = "", version: int = 1, **limits: object) -> Promotion:
    return replace(TEN_PERCENT, id=promotion_id, code=code, version=version, limits=Limits(**limits))  # type: ignore[arg-type]


def held(till: Till, cart: Cart, order: str, **options: object) -> Held:
    answer = till.carts.hold(cart, key=f"hold {order}", order_id=order, **options)  # type: ignore[arg-type]
    assert isinstance(answer, Held), answer
    return answer


def ordered(till: Till, cart: Cart, order: str) -> Order:
    answer = till.carts.commit(held(till, cart, order).hold_id, key=f"commit {order}")
    assert isinstance(answer, Order), answer
    return answer


def refused(answer: object, code: str) -> Refused:
    assert isinstance(answer, Refused), answer
    assert answer.code == code, answer
    return answer


def left(till: Till, account: str) -> tuple[int, int, int]:
    balance = till.ledger.accounts.balances([account])[account]
    return balance.available, balance.held, balance.used


# Quote, hold, commit
