"""Buyers for tests that race: what each process does with the till it opens for itself."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from dealwright.adapters.ledger import faults
from dealwright.core.cart import Cart, LineItem, Shopper
from dealwright.engine.outcomes import Held, Refused
from dealwright.till import Till, open_till
from ledgers import SetClock
from sale_workers import in_processes


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


def buy_in_processes(url: str, buyers: Sequence[Buyer], *, n_processes: int = 3) -> Counter[str]:
    """How many got what, spread over processes that know nothing of each other."""
    found = in_processes(_buy_in_threads, [(url, buyers[number::n_processes]) for number in range(n_processes)])
    return Counter(code for codes in found for code in codes)


def _buy_in_threads(url: str, buyers: Sequence[Buyer]) -> Any:
    with open_till(url, most_connections=8) as till, ThreadPoolExecutor(8) as pool:
        yield
        yield list(pool.map(partial(buy, till), buyers))


def mixed_discounts(n: int, *, seed: int) -> list[Buyer]:
    """Buyers whose discounts differ widely."""
    rng = random.Random(seed)
    return [Buyer(number, f"c{number}", price_minor=rng.randrange(10, 100_000)) for number in range(n)]


def die_holding(url: str, point: str, buyer: Buyer, seconds: int) -> None:
    """Killed at the point while holding the buyer's cart under the key "h" for the order "o"."""
    with open_till(url) as till:
        faults.arm(point, "kill")
        till.carts.hold(buyer.cart, key="h", order_id="o", seconds=seconds)


def die_committing(url: str, point: str, hold_id: str) -> None:
    """Killed at the point while committing the hold under the key "c"."""
    with open_till(url) as till:
        faults.arm(point, "kill")
        till.carts.commit(hold_id, key="c")


def die_sweeping(url: str, point: str, now: datetime) -> None:
    """Killed at the point while giving back what expired before `now`."""
    with open_till(url, clock=SetClock(now)) as till:
        faults.arm(point, "kill")
        till.sweep()
