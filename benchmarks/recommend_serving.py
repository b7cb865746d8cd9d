"""How fast recommendations are answered from memory, 20,000 products, one core; fails when a claim does.

Run with: python benchmarks/recommend_serving.py (make bench-recommend runs it, too)

Asked are customers whose answers were drawn up before, strangers, and customers with a purchase just before; then
the same by eight threads at once, while purchases come in; then with reasons. Waits are told by the clock, which a
busy machine lengthens, and by the CPU time of their thread.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from clocks import Reading, peak_mib
from dealwright.app.recommend.keep_recommender import Freshness
from dealwright.app.recommend.recommend_items import LearntRecommender
from dealwright.app.recommend.serve_recommendations import Purchase, Recommendations
from dealwright.app.shop.read_histories import Histories
from dealwright.recommend.catalogue import Catalogue
from dealwright.recommend.filters import InStock, Shelf
from dealwright.recommend.hybrid import Hybrid
from dealwright.recommend.interactions import EPOCH, Interactions, LeftOut
from dealwright.recommend.popular import buyers

K = 20
AT_LEAST_PER_SECOND, P99_MS, EVENT_MS = 2000.0, 20.0, 1000.0
N_ITEMS, N_SERVED, N_ASKED, N_EVENTS, N_THREADS = 20_000, 2_000, 20_000, 200, 8
Floats = NDArray[np.float64]


def main() -> int:
    import lightgbm  # noqa: F401  # its import is no part of an answer

    failures = list(serving())
    print(f"peak memory {peak_mib():,.0f} MiB")
    for failure in failures:
        print(f"FAILED: {failure}", file=sys.stderr)
    return 1 if failures else 0


def serving() -> Iterator[str]:
    """Answers in a shop of `N_ITEMS` items, of which nine in ten are in stock."""
    seen = made_up_shop()
    served = opened(seen)
    start = Reading.now()
    served.warm(seen.customers[:N_SERVED])
    cpu = Reading.now().cpu_seconds - start.cpu_seconds
    print(f"serving {seen.n_items:,} items; drawing up {N_SERVED:,} customers' answers took {cpu:.1f} CPU s")
    rng = np.random.default_rng(1)
    known = [seen.customers[k] for k in rng.integers(0, N_SERVED, N_ASKED)]
    yield from fast_enough("customers seen before", timed(known, lambda who: answer(served, who)))
    strangers = [f"stranger {k}" for k in range(N_ASKED // 4)]
    yield from fast_enough("strangers", timed(strangers, lambda who: answer(served, who)))
    found = timed(seen.customers[:N_EVENTS], lambda who: after_event(served, seen, who))
    p99 = 1000 * float(np.quantile(found.waits, 0.99))
    print(f"  a purchase and the answer that knows it: {found}")
    if p99 > EVENT_MS:
        yield f"a purchase is known after {p99:.0f} ms only"
    at_once(served, seen, known)
    for turn in ("first", "second"):
        found = timed(known[:N_EVENTS], lambda who: served.for_customer(who, 10, with_reasons=True))
        print(f"  ten items with reasons, {turn} time: {found}")


def opened(seen: Interactions) -> Recommendations:
    catalogue = Catalogue({"subcategory": np.arange(N_ITEMS) % 400}, {"subcategory": tuple(map(str, range(400)))})
    start = Reading.now()
    fitted = Hybrid(n_moments=1, n_trees=50).fit(seen, catalogue)
    print(f"learnt in {Reading.now().cpu_seconds - start.cpu_seconds:.1f} CPU s")
    stock = (np.random.default_rng(2).random(N_ITEMS) < 0.9).astype(np.int64)
    learnt = LearntRecommender(
        "hybrid",
        Histories(seen, catalogue, LeftOut(), 0, ()),
        fitted,
        Shelf(seen.items, catalogue, stock=stock),
        buyers(seen),
        0,
        1,
    )
    return Recommendations(learnt, Freshness(day(seen.end - 1), 0, 0, ()))


def day(number: int) -> date:
    return EPOCH + timedelta(days=number)


def answer(served: Recommendations, who: str) -> object:
    found = served.for_customer(who, K, most_alike=3, filters=[InStock()])
    assert len(found.items) == K, f"{who} is shown {len(found.items)} items"
    return found


def after_event(served: Recommendations, seen: Interactions, who: str) -> object:
    assert served.observe(Purchase(who, seen.items[7], day(seen.end))), "the purchase did not count"
    return answer(served, who)


@dataclass(frozen=True, slots=True, eq=False)
class Timed:
    """Seconds of each answer by the clock and by the CPU, and CPU seconds of all."""

    waits: Floats
    worked: Floats
    cpu: float

    def __str__(self) -> str:
        clock, cpu = (1000 * float(np.quantile(values, 0.99)) for values in (self.waits, self.worked))
        mean = 1000 * self.cpu / len(self.waits)
        return f"{mean:.2f} ms CPU each, p99 {clock:.2f} ms by the clock, {cpu:.2f} ms of CPU"


def timed(asked: list[str] | tuple[str, ...], ask: Callable[[str], object]) -> Timed:
    start, waits, worked = Reading.now(), np.empty(len(asked)), np.empty(len(asked))
    for turn, who in enumerate(asked):
        began, began_cpu = time.perf_counter(), time.thread_time()
        ask(who)
        waits[turn], worked[turn] = time.perf_counter() - began, time.thread_time() - began_cpu
    return Timed(waits, worked, Reading.now().cpu_seconds - start.cpu_seconds)


def fast_enough(what: str, found: Timed) -> Iterator[str]:
    rate, p99 = len(found.waits) / found.cpu, 1000 * float(np.quantile(found.waits, 0.99))
    print(f"  {what}: {rate:,.0f} answers per CPU second, {found}")
    if rate < AT_LEAST_PER_SECOND:
        yield f"{what}: {rate:,.0f} recommendations per second are fewer than {AT_LEAST_PER_SECOND:,.0f}"
    if p99 > P99_MS:
        yield f"{what}: p99 of {p99:.1f} ms is above {P99_MS:.0f} ms"


def at_once(served: Recommendations, seen: Interactions, asked: list[str]) -> None:
    """Eight threads ask while a ninth tells of a purchase every 10 ms; told without a bar: all share a core."""
    is_over = threading.Event()

    def tell() -> int:
        n = 0
        while not is_over.wait(0.01):
            bought = Purchase(seen.customers[n % N_SERVED], seen.items[n % N_ITEMS], day(seen.end))
            assert served.observe(bought), "the purchase did not count"
            n += 1
        return n

    start = Reading.now()
    with ThreadPoolExecutor(N_THREADS + 1) as pool:
        told = pool.submit(tell)
        for _ in pool.map(lambda who: answer(served, who), asked[: N_ASKED // 2]):
            pass
        is_over.set()
    cpu = Reading.now().cpu_seconds - start.cpu_seconds
    rate = N_ASKED // 2 / cpu
    print(f"  {N_THREADS} threads, {told.result():,} purchases meanwhile: {rate:,.0f} answers per CPU second")


def made_up_shop() -> Interactions:
    """2,500 customers, 20,000 items, a million purchases: popular items more often, favourites again and again."""
    rng, n = np.random.default_rng(0), 1_000_000
    customer = np.sort(rng.integers(0, 2_500, n))
    favourite = rng.zipf(1.3, (2_500, 150)) * 37 % N_ITEMS
    item = np.where(rng.random(n) < 0.6, favourite[customer, rng.integers(0, 150, n)], rng.zipf(1.2, n) % N_ITEMS)
    days = rng.integers(0, 350, n)
    order = np.lexsort((item, days, customer))
    customer, item, days = customer[order], item[order], days[order]
    trips = np.cumsum(np.r_[0, (np.diff(customer) != 0) | (np.diff(days) != 0)])
    return Interactions(
        customers=tuple(f"c{k}" for k in range(2_500)),
        items=tuple(f"i{k}" for k in range(N_ITEMS)),
        customer=customer,
        item=item.astype(np.int64),
        day=days,
        order=trips,
        units=np.ones(n),
        end=350,
    )


if __name__ == "__main__":
    sys.exit(main())
