"""What racing clients do, and what they remember of it."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction

from dealwright.campaign.items import Items
from dealwright.campaign.promotion import Limits, Promotion
from dealwright.core.cart import Cart, LineItem, Shopper
from dealwright.engine.benefits.amount_off import AmountOff
from dealwright.engine.benefits.percent_off import PercentOff
from dealwright.engine.outcomes import Held, Order, Refunded, Refused, Released
from dealwright.till.open import Till

CURRENCY, PRICE_MINOR = "EUR", 10_000
N_CARTS_OF_ONE = 12  # that each client tries, when everybody wants the same


@dataclass(slots=True)
class Tally:
    """What the till told one client: units and money it got for good, and the answers it was given."""

    units: int = 0
    off_minor: int = 0
    orders: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    mistakes: list[str] = field(default_factory=list)


def total_of(tallies: list[Tally]) -> Tally:
    """All clients together."""
    return Tally(
        sum(one.units for one in tallies),
        sum(one.off_minor for one in tallies),
        sum(one.orders for one in tallies),
        sum((one.answers for one in tallies), Counter()),
        [mistake for one in tallies for mistake in one.mistakes],
    )


def sku_of(seed: int) -> str:
    """What everybody wants in this round."""
    return f"SKU {seed}"


def promotion_of(seed: int) -> str:
    """The promotion of this round."""
    return f"PROMOTION {seed}"


def limited(seed: int, limits: Limits, *, code: str = "", off_minor: int = 0) -> Promotion:
    """A promotion on this round's sku alone: so much off, or a tenth."""
    goods = Items(skus=(sku_of(seed),))
    benefit = AmountOff(off_minor, goods) if off_minor else PercentOff(Fraction(10), goods)
    return Promotion(promotion_of(seed), CURRENCY, benefit, code=code, limits=limits)


def cart(seed: int, units: int, *, customer: str, codes: tuple[str, ...] = ()) -> Cart:
    """Units of this round's sku."""
    line = LineItem("1", sku_of(seed), units, PRICE_MINOR)
    return Cart(CURRENCY, (line,), shopper=Shopper(customer), codes=codes)


def buy_units(till: Till, seed: int, client: int) -> Tally:
    """Buys 1 to 5 units again and again; some holds are released, some orders cancelled or returned in part."""
    rng, tally = random.Random(f"{seed} {client}"), Tally()
    for n in range(N_CARTS_OF_ONE):
        units, order_id = rng.randint(1, 5), f"order {seed} {client} {n}"
        answer = till.carts.hold(cart(seed, units, customer=f"c{client}"), key=f"h {order_id}", order_id=order_id)
        if isinstance(answer, Refused):
            tally.answers[answer.code] += 1
            continue
        _settle(till, tally, answer, units, rng)
    return tally


def _settle(till: Till, tally: Tally, held: Held, units: int, rng: random.Random) -> None:
    chance, order_id = rng.random(), held.order_id
    if chance < 0.1:
        released = till.carts.release(held.hold_id, key=f"r {order_id}")
        tally.answers["released" if isinstance(released, Released) else released.code] += 1
        return
    order = till.carts.commit(held.hold_id, key=f"c {order_id}")
    if isinstance(order, Refused):
        tally.answers[order.code] += 1
        return
    tally.units += units
    tally.orders += 1
    tally.off_minor += order.evaluation.discount_minor
    if chance < 0.2:
        cancelled = till.carts.cancel(order_id, key=f"x {order_id}")
        if isinstance(cancelled, Refunded):
            tally.units -= units
            tally.orders -= 1
            tally.off_minor -= order.evaluation.discount_minor
    elif chance < 0.3:
        back = till.carts.return_lines(order_id, {"1": 1}, key=f"b {order_id}")
        if isinstance(back, Refunded):
            # Goods that came back are not on the shelf again until somebody has looked at them; the money is.
            tally.off_minor -= PRICE_MINOR - back.amount_minor


def redeem(till: Till, seed: int, client: int) -> Tally:
    """Everybody commits one cart with the same code, each as another customer."""
    return _redeem(till, seed, client, customer=f"c{client}")


def redeem_as_one(till: Till, seed: int, client: int) -> Tally:
    """One customer commits many carts with the same code at once."""
    return _redeem(till, seed, client, customer="the same")


def _redeem(till: Till, seed: int, client: int, *, customer: str) -> Tally:
    tally, order_id = Tally(), f"order {seed} {client}"
    wanted = cart(seed, 1, customer=customer, codes=(f"CODE{seed}",))
    answer = till.carts.hold(wanted, key=f"h {order_id}", order_id=order_id)
    if isinstance(answer, Refused):
        tally.answers[answer.code] += 1
        return tally
    order = till.carts.commit(answer.hold_id, key=f"c {order_id}")
    if isinstance(order, Order):
        tally.orders += bool(order.evaluation.applied)
        tally.off_minor += order.evaluation.discount_minor
    tally.answers["with the discount" if answer.evaluation.applied else "at the regular price"] += 1
    return tally
