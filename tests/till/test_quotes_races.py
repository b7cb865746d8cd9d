"""Promotions change while carts are quoted and held: no hold costs more than its quote."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import pytest

from counted_till import TEN_PERCENT, a_cart
from dealwright.engine.benefits.percent_off import PercentOff
from dealwright.till import Held, Till, open_till
from ledgers import at_once, is_thorough

N_CLIENTS, N_ROUNDS = 4, 40 if is_thorough() else 6
KEY = b"the key of this shop"


@pytest.fixture
def tills(stored_url: str) -> Iterator[tuple[Till, Till]]:
    """Two over one database: one changes the promotions, the other learns of it a little later."""
    with open_till(stored_url, quote_keys=(KEY,)) as one, open_till(stored_url, quote_keys=(KEY,)) as other:
        yield one, other


def test_a_version_that_changes_between_the_quote_and_the_hold_makes_nobody_pay_more(
    tills: tuple[Till, Till],
) -> None:
    changing, selling = tills
    changing.promotions.put([TEN_PERCENT])
    is_over = threading.Event()

    def change() -> int:
        version = 1
        while not is_over.wait(0.005):
            version += 1
            off = PercentOff(Fraction(5 + version % 11))
            changing.promotions.put([replace(TEN_PERCENT, version=version, benefit=off)])
            if version % 3 == 0:
                changing.promotions.retire("TEN")
        return version

    def shop(client: int) -> list[tuple[int, int]]:
        paid = []
        for number in range(N_ROUNDS):
            quoted = selling.carts.quote(a_cart(customer=f"c{client}"))
            is_over.wait(0.01)
            selling.promotions.look_again()
            got = selling.carts.hold(
                a_cart(customer=f"c{client}"),
                key=f"k{client}-{number}",
                order_id=f"o{client}-{number}",
                quote=quoted.text,
            )
            assert isinstance(got, Held), got
            paid.append((quoted.quote.total_minor, got.evaluation.total_minor))
        return paid

    def work(number: int) -> object:
        if number == 0:
            return change()
        try:
            return shop(number)
        finally:
            with lock:
                left.discard(number)
                if not left:
                    is_over.set()

    lock, left = threading.Lock(), set(range(1, N_CLIENTS + 1))
    n_versions, *sold = at_once(N_CLIENTS + 1, work)
    prices = [price for paid in sold for price in paid]  # type: ignore[attr-defined]
    assert len(prices) == N_CLIENTS * N_ROUNDS
    assert isinstance(n_versions, int)
    assert n_versions > 3
    assert [(quoted, held) for quoted, held in prices if held > quoted] == []
    assert selling.audit() == ()
