"""Buyers for tests that race: what each process does with the till it opens for itself."""

from __future__ import annotations

import multiprocessing
import random
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from dealwright.core.cart import Cart, LineItem, Shopper
from dealwright.engine.outcomes import Held, Refused
from dealwright.till import Till, open_till


@dataclass(frozen=True)
class Buyer:
    """One cart: `units` of a sku for 5.00 EUR each, with the codes that the shopper typed."""

    number: int
    customer: str
    sku: str = "TEA"
    units: int = 1
    codes: tuple[str, ...] = ()
    price_minor: int = 500

    @property
    def cart(self) -> Cart:
        line = LineItem("1", self.sku, self.units, self.price_minor)
        return Cart("EUR", (line,), shopper=Shopper(self.customer), codes=self.codes)


def buy(till: Till, buyer: Buyer) -> str:
    """Hold and commit: "order", or the code of the refusal. Who is told to try again does."""
    held = again(lambda: till.carts.hold(buyer.cart, key=f"h{buyer.number}", order_id=f"o{buyer.number}"))
    if isinstance(held, Refused):
        return held.code
    assert isinstance(held, Held)
    order = again(lambda: till.carts.commit(held.hold_id, key=f"c{buyer.number}"))
    return order.code if isinstance(order, Refused) else type(order).__name__.lower()


def again(ask: Callable[[], object]) -> object:
    """The answer, asked for until it is neither busy nor in progress."""
    for _ in range(100):
        answer = ask()
        if not (isinstance(answer, Refused) and not answer.is_final):
            return answer
    raise AssertionError(f"still {answer} after 100 tries")


def buy_in_threads(url: str, buyers: Sequence[Buyer], *, n_threads: int = 16) -> list[str]:
    """What the buyers got who came at the same time to one till."""
    with open_till(url, most_connections=n_threads) as till, ThreadPoolExecutor(n_threads) as pool:
        return list(pool.map(partial(buy, till), buyers))


def buy_in_processes(url: str, buyers: Sequence[Buyer], *, n_processes: int = 3) -> Counter[str]:
    """How many got what, spread over processes that know nothing of each other."""
    shares = [buyers[number::n_processes] for number in range(n_processes)]
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(n_processes, mp_context=context) as pool:
        found = list(pool.map(partial(buy_in_threads, url, n_threads=8), shares))
    return Counter(code for codes in found for code in codes)


def mixed_discounts(n: int, *, seed: int) -> list[Buyer]:
    """Buyers whose discounts differ widely."""
    rng = random.Random(seed)
    return [Buyer(number, f"c{number}", price_minor=rng.randrange(10, 100_000)) for number in range(n)]
