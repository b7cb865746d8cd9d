"""Campaigns stopped: by a hard guardrail, by hand, and rolled back at peak load (promises M3, S4, M4).

Run with: make bench-live_stops

Everything over HTTP, on every process of the service: a campaign is stopped as soon as no process gives its
promotion any more. The clock starts before the request is sent that breaks the guardrail, or that stops it. Peak
load: carts are priced over 16 connections, each as soon as the last is answered, as long as it lasts.
"""

from __future__ import annotations

import http.client
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

from dealwright.campaign.campaign import Campaign
from dealwright.campaign.campaign_codec import encode_campaign
from dealwright.campaign.guardrail import Guardrail
from dealwright.campaign.items import Items
from dealwright.campaign.promotion import Limits, Promotion
from dealwright.campaign.schedule import Schedule
from dealwright.engine.benefits.percent_off import PercentOff
from http_load import request, run_load
from live_service import DATABASES, Claim, Place, Service, ask, in_time, judged, one_connection_each, up

MOST_GUARDRAIL_SECONDS, MOST_HAND_SECONDS = 5.0, 1.0
PRICE_MINOR, FIRST_PERCENT, SECOND_PERCENT, BUDGET_MINOR = 10_000, 10, 20, 10**9
N_GUARDRAIL, N_HAND, N_BUYERS, N_PEAK_CONNECTIONS = 4, 4, 4, 16
PATIENCE_SECONDS, BUYING_SECONDS = 60.0, 3.0


def campaign(n: int, percent: int = FIRST_PERCENT) -> Campaign:
    """Goods of its own at so many per cent off, paused as soon as money is lost."""
    now = datetime.now(UTC)
    promotion = Promotion(
        f"P{n}",
        "EUR",
        PercentOff(Fraction(percent), Items(skus=(f"S{n}",))),
        limits=Limits(budget_minor=BUDGET_MINOR),
    )
    return Campaign(
        f"c{n}",
        "EUR",
        (promotion,),
        Schedule(now + timedelta(seconds=15), now + timedelta(days=1)),
        budget_minor=BUDGET_MINOR,
        ceiling_minor=BUDGET_MINOR,
        guardrails=(Guardrail("margin_minor", Fraction(0), action="pause"),),
    )


def scheduled(service: Service, n: int) -> Campaign:
    made = campaign(n)
    service.call("POST", "/v1/campaigns", encode_campaign(made), X_Acting_As="Ann")
    move(service, made.id, "submit", by="Ann")
    move(service, made.id, "approve", by="Bob")
    move(service, made.id, "schedule", by="Bob")
    return made


def measure(place: Place) -> list[Claim]:
    n_campaigns = N_GUARDRAIL + N_HAND + 1
    with up(place) as service:
        campaigns = [scheduled(service, n) for n in range(n_campaigns)]
        watched = Watched(service)
        for n in range(n_campaigns):
            watched.moved(n, FIRST_PERCENT)
        numbers = iter(range(n_campaigns))
        guarded = {
            "quiet": [watched.broken(next(numbers)) for _ in range(N_GUARDRAIL // 2)],
            "peak load": [],
        }
        paused = {"quiet": [watched.paused(next(numbers)) for _ in range(N_HAND // 2)], "peak load": []}
        with peak_load(service):
            guarded["peak load"] = [watched.broken(next(numbers)) for _ in range(N_GUARDRAIL // 2)]
            paused["peak load"] = [watched.paused(next(numbers)) for _ in range(N_HAND // 2)]
            rolled = rolled_back(watched, campaigns[next(numbers)])
        entries = service.call("GET", "/v1/audit?limit=200")["entries"]
        audited = service.call("GET", "/v1/audit/verify")
        print(f"{place.name}: {service.cpu_seconds():.1f} CPU s, {service.peak_mib():,.0f} MiB at the peak")
    return [*stopped(place, guarded, paused), *claims_of(place, rolled, entries, is_whole=audited["is_whole"])]


def stopped(place: Place, guarded: Mapping[str, list[float]], paused: Mapping[str, list[float]]) -> Iterator[Claim]:
    for how in guarded:
        what = f"{place.name}, {how}: a hard guardrail stops a campaign everywhere"
        yield in_time("M3", what, guarded[how], MOST_GUARDRAIL_SECONDS)
        what = f"{place.name}, {how}: a pause by hand stops a campaign everywhere"
        yield in_time("S4", what, paused[how], MOST_HAND_SECONDS)


def move(service: Service, campaign_id: str, action: str, *, by: str) -> None:
    service.call("POST", f"/v1/campaigns/{campaign_id}/{action}", {}, X_Acting_As=by)


@dataclass(frozen=True, slots=True)
class Watched:
    """What each process of the service gives, looked at over a connection to each."""

    service: Service

    def moved(self, n: int, percent: int, move_it: Callable[[], None] = lambda: None) -> float:
        """Seconds from when it is moved until every process gives so many per cent off."""
        wanted = PRICE_MINOR * (100 - percent) // 100
        with one_connection_each(self.service) as workers:
            began = time.monotonic()
            move_it()
            others = list(workers)
            while others:
                assert time.monotonic() < began + PATIENCE_SECONDS, f"campaign {n} did not come to {percent} %"
                others = [worker for worker in others if total(worker, n) != wanted]
                time.sleep(0.01)
            return time.monotonic() - began

    def broken(self, n: int) -> float:
        """Seconds from the first of orders that lose money until nobody gets the promotion any more."""

        def lose() -> None:
            taken = self.service.call("POST", "/v1/events", {"events": [loss(n, k) for k in range(20)]})
            assert taken["accepted"] == taken["sent"] == 20, taken

        return self.moved(n, 0, lose)

    def paused(self, n: int) -> float:
        """The same for a pause by hand."""
        return self.moved(n, 0, lambda: move(self.service, f"c{n}", "pause", by="Bob"))


def total(worker: http.client.HTTPConnection, n: int) -> int:
    """What the campaign's goods cost there now."""
    status, told = ask(worker, "POST", "/v1/carts/evaluate", {"cart": cart(n)}, {})
    if status == 503:  # too busy for carts; asked again
        return -1
    assert status == 200, told
    return int(told["total_minor"])


def cart(n: int) -> dict[str, Any]:
    line = {"line": "1", "sku": f"S{n}", "quantity": 1, "unit_price_minor": PRICE_MINOR}
    return {"currency": "EUR", "lines": [line]}


def loss(n: int, k: int) -> dict[str, Any]:
    """One order of the campaign's goods for less than they cost."""
    line = {
        "sku": f"S{n}",
        "quantity": 1,
        "net_minor": 9_000,
        "discount_minor": 1_000,
        "promotion_ids": [f"P{n}"],
        "cost_minor": 9_500,
    }
    order_id, at = f"{n}-{k}", datetime.now(UTC).isoformat()
    body = {"order_id": order_id, "customer": f"c-{order_id}", "currency": "EUR", "lines": [line]}
    return {"source": "shop", "event_id": order_id, "kind": "order", "version": 1, "at": at, "body": body}


@contextmanager
def peak_load(service: Service) -> Iterator[None]:
    """Carts priced as fast as they can be, for as long as it takes."""
    stop = threading.Event()

    def load() -> None:
        priced = [request("POST", "/v1/carts/evaluate", {"cart": cart(10**6)})]
        while not stop.is_set():
            run_load(service.port, priced, connections=N_PEAK_CONNECTIONS, seconds=2)

    loading = threading.Thread(target=load)
    loading.start()
    try:
        time.sleep(1)
        yield
    finally:
        stop.set()
        loading.join()


@dataclass(slots=True)
class Bought:
    """One order: when it was set aside, what was promised then, and what it was bought at."""

    held_at: float
    promised_minor: int
    paid_minor: int


@dataclass(frozen=True, slots=True)
class RolledBack:
    """What became of a roll back of the second terms to the first, while people bought."""

    campaign_id: str
    began: float
    seconds: float
    orders: list[Bought] = field(default_factory=list)


def rolled_back(watched: Watched, first: Campaign) -> RolledBack:
    service, n = watched.service, int(first.id[1:])
    percent = PercentOff(Fraction(SECOND_PERCENT), Items(skus=(f"S{n}",)))
    second = replace(first, promotions=(replace(first.promotions[0], benefit=percent),))
    service.call("PUT", f"/v1/campaigns/{first.id}", encode_campaign(second), X_Acting_As="Ann")
    move(service, first.id, "approve", by="Bob")
    watched.moved(n, SECOND_PERCENT)
    orders: list[Bought] = []
    stop = threading.Event()
    buyers = [threading.Thread(target=buy, args=(service, n, who, orders, stop)) for who in range(N_BUYERS)]
    for buyer in buyers:
        buyer.start()
    time.sleep(BUYING_SECONDS)
    began = time.monotonic()
    seconds = watched.moved(n, FIRST_PERCENT, lambda: move(service, first.id, "roll-back", by="Bob"))
    time.sleep(BUYING_SECONDS)
    stop.set()
    for buyer in buyers:
        buyer.join()
    return RolledBack(first.id, began, seconds, orders)


def buy(service: Service, n: int, who: int, orders: list[Bought], stop: threading.Event) -> None:
    """Set a cart aside, wait a little, pay; again and again: holds of before the roll back are paid after it."""
    with closing(http.client.HTTPConnection("127.0.0.1", service.port, timeout=30)) as connection:
        k = 0
        while not stop.is_set():
            k += 1
            order_id, held_at = f"b{who}-{k}", time.monotonic()
            body = {"cart": cart(n), "order_id": order_id}
            held = insisted(connection, "/v1/holds", body, key=f"h-{order_id}")
            time.sleep(0.2)
            paid = insisted(connection, f"/v1/holds/{held['hold_id']}/commit", None, key=f"c-{order_id}")
            promised = held["evaluation"]["total_minor"]
            orders.append(Bought(held_at, promised, paid["evaluation"]["total_minor"]))


def insisted(connection: http.client.HTTPConnection, path: str, body: Any, *, key: str) -> Any:
    """What is answered at last: who is told to come back does."""
    while True:
        status, told = ask(connection, "POST", path, body, {"Idempotency-Key": key})
        if status < 300:
            return told
        assert status in (429, 503), told
        time.sleep(0.05)


def claims_of(
    place: Place, rolled: RolledBack, entries: Sequence[dict[str, Any]], *, is_whole: bool
) -> list[Claim]:
    prices = {PRICE_MINOR * (100 - percent) // 100 for percent in (FIRST_PERCENT, SECOND_PERCENT)}
    orders = rolled.orders
    odd = sum(one.promised_minor not in prices for one in orders)
    broken = sum(one.paid_minor != one.promised_minor for one in orders)
    late = sum(
        one.promised_minor == min(prices) and one.held_at > rolled.began + MOST_HAND_SECONDS for one in orders
    )
    n_entries = sum(
        one["action"] == "roll_back" and one["subject"] == f"campaign/{rolled.campaign_id}" for one in entries
    )
    of_all = f"of {len(orders):,} orders"
    what = f"{place.name}, peak load: "
    n_before = sum(one.held_at < rolled.began for one in orders)
    is_tried = 0 < n_before < len(orders)
    return [
        in_time("M4", f"{what}a roll back is in force everywhere", [rolled.seconds], MOST_HAND_SECONDS),
        Claim("M4", f"{what}orders at neither version's price", f"{odd} {of_all}", "0", is_tried and odd == 0),
        Claim("M4", f"{what}promised prices that were broken", f"{broken} {of_all}", "0", is_tried and broken == 0),
        Claim("M4", f"{what}orders at the old price a second later", f"{late} {of_all}", "0", late == 0),
        Claim(
            "M4",
            f"{what}entries for it in an audit log that is whole",
            str(n_entries),
            "1",
            n_entries == 1 and is_whole,
        ),
    ]


if __name__ == "__main__":
    sys.exit(judged(measure, *DATABASES))
