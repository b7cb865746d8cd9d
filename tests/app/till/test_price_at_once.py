"""A cart is priced without the ledger only where the ledger has nothing to say, and then to the same answer."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest

from dealwright.app.till.price_at_once import at_once_of, price_at_once
from dealwright.app.till.price_cart import offers_of, price_cart
from dealwright.campaign.items import Items
from dealwright.campaign.promotion import Limits, Promotion
from dealwright.core.cart import Cart, LineItem, Shopper
from dealwright.core.errors import InputError
from dealwright.engine.benefits.extras import FreeGift
from dealwright.engine.benefits.percent_off import PercentOff
from dealwright.engine.evaluation import Evaluation
from dealwright.engine.index import compile_promotions
from dealwright.till import open_till
from till_carts import a_promotion
from till_random import any_benefit, some_cart, some_promotions

TILL = open_till("memory:")
AT = TILL.ledger.clock.now()
TEA = Cart("EUR", (LineItem("1", "TEA", 2, 450),))
KNOWN = replace(TEA, shopper=Shopper("ann"))


def priced(cart: Cart, *promotions: Promotion) -> Evaluation | None:
    return price_at_once(cart, at=AT, known=at_once_of(offers_of(compile_promotions(promotions))))


def priced_by_the_ledger(cart: Cart, *promotions: Promotion) -> Evaluation:
    return price_cart(cart, at=AT, offers=offers_of(compile_promotions(promotions)), ledger=TILL.ledger).evaluation


def test_a_cart_that_gets_nothing_limited_is_priced_at_once() -> None:
    found = priced(TEA, a_promotion("tenth", PercentOff(Fraction(10))))
    assert found is not None
    assert found.total_minor == 810


@pytest.mark.parametrize(
    "limits",
    [
        Limits(total=5),
        Limits(per_customer=1),
        Limits(units=9),
        Limits(units_per_customer=9),
        Limits(budget_minor=1_000),
    ],
)
def test_what_is_limited_is_left_to_the_ledger(limits: Limits) -> None:
    limited = replace(a_promotion("tenth", PercentOff(Fraction(10))), limits=limits)
    assert priced(KNOWN, limited) is None


def test_a_limited_promotion_that_gives_nothing_need_not_be_counted() -> None:
    limited = replace(a_promotion("rice", PercentOff(Fraction(10), Items(skus=("RICE",)))), limits=Limits(total=5))
    found = priced(TEA, limited, a_promotion("tenth", PercentOff(Fraction(10))))
    assert found is not None
    assert found.total_minor == 810


def test_a_cart_with_a_code_is_left_to_the_ledger() -> None:
    assert priced(replace(TEA, codes=("HELLO",)), a_promotion("tenth", PercentOff(Fraction(10)))) is None


def test_a_gift_off_the_shelf_is_left_to_the_ledger() -> None:
    assert priced(TEA, a_promotion("cup", FreeGift("CUP", 1))) is None


def test_a_guest_is_told_that_a_promotion_counts_per_customer() -> None:
    once = replace(a_promotion("once", PercentOff(Fraction(10))), limits=Limits(per_customer=1))
    found = priced(TEA, once)
    assert found is not None
    assert (found.total_minor, [one.code for one in found.refused]) == (900, ["customer_unknown"])
    assert found == priced_by_the_ledger(TEA, once)


def test_an_impossible_cart_is_refused_with_every_mistake() -> None:
    with pytest.raises(InputError, match="quantity is 1 to 1000000000; given 0"):
        priced(Cart("EUR", (LineItem("1", "TEA", 0, 450),)))


def test_every_cart_priced_at_once_is_priced_as_the_ledger_prices_it() -> None:
    random, n_at_once = Random(7), 0
    for _ in range(400):
        promotions = [
            replace(one, limits=random.choice((Limits(), Limits(), Limits(per_customer=1), Limits(total=3))))
            for one in some_promotions(random, any_benefit, most=5)
        ]
        cart = some_cart(random, full=True)
        if random.random() < 0.5:
            cart = replace(cart, shopper=replace(cart.shopper, customer_id=""))
        found = priced(cart, *promotions)
        if found is not None:
            n_at_once += 1
            assert found == priced_by_the_ledger(cart, *promotions)
    assert n_at_once > 100
