"""A flash sale that is sold out by two processes: in the end every unit is sold or left, once."""

from __future__ import annotations

import multiprocessing
import random
import time
from datetime import timedelta

from dealwright.engine.flash import Reserved
from dealwright.till import Till, open_till

UNITS_TO_SELL = 5_008
N_ATTEMPTS = 10_000


def sold_out(name: str, url: str) -> list[str]:
    """Two processes, 64 clients, random quantities, cancels: in the end every unit is sold or left, once."""
    with open_till(url) as till:
        open_sale(till, "sold out", UNITS_TO_SELL, per_customer=10**6)
        context = multiprocessing.get_context("spawn")
        began = time.perf_counter()
        with context.Pool(2) as pool:
            counts = pool.starmap(shop, [(url, seed, N_ATTEMPTS) for seed in (1, 2)])
        seconds = time.perf_counter() - began
        granted, kept, refused = (sum(one) for one in zip(*counts, strict=True))
        left = till.flash.left("sold out")
        failures = books_that_do_not_add_up(till, "sold out")
    print(f"\n{name}: {UNITS_TO_SELL:,} units, 2 processes x 32 clients, {2 * N_ATTEMPTS:,} attempts of 1-5 units, "
          f"{seconds:.1f} s: {granted:,} granted, {refused:,} refused, {kept:,} units kept, {left:,} left; "
          f"oversold {max(0, kept - UNITS_TO_SELL)}, undersold {UNITS_TO_SELL - kept - (left or 0)}")  # fmt: skip
    if kept + (left or 0) != UNITS_TO_SELL:
        failures.append(f"{name}: {kept} units kept and {left} left are not {UNITS_TO_SELL}")
    return failures


def shop(url: str, seed: int, n_attempts: int) -> tuple[int, int, int]:
    """(granted asks, units kept, refused asks) of 32 clients; a tenth of what is granted is given back."""
    chance, kept, granted, refused = random.Random(seed), 0, 0, 0
    with open_till(url) as till:
        for first in range(0, n_attempts, 32):
            waiting = [
                till.flash.submit(
                    "sold out",
                    customer_id=f"{chance.randrange(5_000)}",
                    quantity=chance.randint(1, 5),
                    key=f"{seed} {number}",
                    order_id=f"{seed} {number}",
                )
                for number in range(first, min(first + 32, n_attempts))
            ]
            for answer in (one.result() for one in waiting):
                if not isinstance(answer, Reserved):
                    assert answer.code == "sold_out", answer
                    refused += 1
                    continue
                granted += 1
                if chance.random() < 0.1:
                    till.flash.release(answer.reservation_id)
                else:
                    kept += answer.quantity
    return granted, kept, refused


def books_that_do_not_add_up(till: Till, sale_id: str) -> list[str]:
    """What is held in the account must be what the reservations say, and states must sum to what was loaded."""
    assert till.connected is not None
    with till.connected.database.engine.connect() as connection:
        reserved, keys = connection.exec_driver_sql(
            "SELECT coalesce(sum(quantity), 0), count(DISTINCT reservation_id) FROM till_reservations "
            f"WHERE state = 'held' AND sale_id = '{sale_id}'"
        ).one()
        available, held, loaded = connection.exec_driver_sql(
            f"SELECT available, held, loaded FROM till_accounts WHERE account = 'stock/flash {sale_id}/TEA'"
        ).one()
    if (reserved, available + held) == (held, loaded):
        return []
    return [f"sale {sale_id!r}: {reserved} units in {keys} reservations, {held} held of {loaded}, {available} left"]


def open_sale(till: Till, sale_id: str, units: int, *, per_customer: int) -> None:
    now = till.ledger.clock.now()
    till.flash.open(
        sale_id,
        "TEA",
        units,
        per_customer=per_customer,
        start=now - timedelta(hours=1),
        end=now + timedelta(hours=1),
        price_minor=499,
        currency="EUR",
    )
