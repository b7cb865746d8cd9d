"""Carts priced over HTTP beside an empty endpoint of the same server, in three shops."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from dealwright.app.till.tell_evaluation import evaluation_document
from dealwright.campaign.codec import encode
from dealwright.campaign.lint import lint
from dealwright.campaign.promotion import Promotion
from dealwright.core.cart import Cart
from dealwright.engine.conditions.spend import MinimumSpend
from dealwright.engine.evaluate import evaluate
from dealwright.engine.index import compile_promotions
from http_load import request, run_load
from serving import Claims, Measured, in_turns, served
from till_instances import carts, mixed

N_CARTS, N_TURNS = 200, 3
SMALL_SPEND_MINOR = 100_000  # every cart spends more
NEW_PRICE = "1%09d"  # with the number of the request, so that no price comes twice
MOST_RATIO = 2.5
LEAST_CARTS, MOST_P99_MS = 2_500, 40  # carts of 10 lines in a usual shop, 64 connections


@dataclass(frozen=True)
class Shop:
    """How many promotions are live, for which carts; a usual one is asked for carts per second, too."""

    n_promotions: int
    n_categories: int
    n_lines: int
    is_usual: bool = False

    def __str__(self) -> str:
        return f"{self.n_promotions:,} promotions x {self.n_lines} lines"

    def promotions(self) -> list[Promotion]:
        """The mix, with a least spend for those that the till refuses without one: they would give goods away."""
        mix = mixed(self.n_promotions, n_categories=self.n_categories)
        refused = {remark.promotion_id for remark in lint(mix) if remark.severity == "error"}
        least = MinimumSpend(SMALL_SPEND_MINOR)
        return [replace(one, conditions=(*one.conditions, least)) if one.id in refused else one for one in mix]

    def carts(self) -> list[Cart]:
        """Carts of this shop."""
        return carts(N_CARTS, n_lines=self.n_lines, n_categories=self.n_categories)


SHOPS = (Shop(1_000, 200, 20), Shop(20, 20, 10, is_usual=True), Shop(20, 20, 3))


def price_carts(claims: Claims, shop: Shop, *, seconds: float) -> None:
    print(f"{shop}, live, one process, SQLite")
    promotions, shopping = shop.promotions(), shop.carts()
    empty = [request("GET", "/healthz")]
    with tempfile.TemporaryDirectory() as folder, served(f"sqlite:///{folder}/till.db") as server:
        server.call("PUT", "/v1/promotions", encode(promotions))
        new, terse = asking(shopping), asking(shopping, reasons="none")
        unseen = asking(shopping, new_prices=True)
        run_load(server.port, new, connections=8, seconds=1)  # warm
        for connections, what, asked in (
            (1, "new carts", new),
            (8, "new carts", new),
            (64, "new carts", new),
            (8, "new carts without reasons", terse),
            (8, "prices never seen before", unseen),
        ):
            base, load = in_turns(server, [empty, asked], connections, seconds, n_turns=N_TURNS)
            how = f"{what}, {connections} connections"
            print(f"  {how}\n    empty     {base}\n    evaluate  {load}")
            claim_carts(claims, base, load, shop=shop, connections=connections, how=f"{shop}, {how}")
    price_alone(promotions, shopping)


def claim_carts(claims: Claims, base: Measured, load: Measured, *, shop: Shop, connections: int, how: str) -> None:
    """Every cart is answered; how many times an empty endpoint it takes."""
    p50, p99, cpu = load.p50_ms / base.p50_ms, load.p99_ms / base.p99_ms, load.cpu_us / base.cpu_us
    print(f"    evaluate / empty: p50 {p50:.1f}, p99 {p99:.1f}, CPU {cpu:.1f}", flush=True)
    claims[f"every cart is answered 200: {how}"] = set(load.statuses) == {200}
    if connections == 8:
        for name, ratio in (("p50", p50), ("p99", p99)):
            claim = f"{ratio:.1f} times the {name} of an empty endpoint, at most {MOST_RATIO}: {how}"
            claims[claim] = ratio <= MOST_RATIO
    if connections == 64 and shop.is_usual:
        claim = f"{load.per_second:,.0f} carts per second, at least {LEAST_CARTS:,}: {how}"
        claims[claim] = load.per_second >= LEAST_CARTS
        claims[f"p99 {load.p99_ms:.1f} ms, at most {MOST_P99_MS}: {how}"] = load.p99_ms <= MOST_P99_MS


def price_alone(promotions: Sequence[Promotion], shopping: Sequence[Cart]) -> None:
    """What of it is pricing: deciding, and putting all of it into words."""
    live, at = compile_promotions(promotions), datetime.now(UTC)
    decided = cpu_us(lambda cart: evaluate(cart, live, at=at).total_minor, shopping)
    told = cpu_us(lambda cart: evaluation_document(evaluate(cart, live, at=at)), shopping)
    print(f"  without HTTP: {decided:,.0f} CPU us to decide a cart, {told:,.0f} with every share and reason told")


def cpu_us(one: Callable[[Cart], object], shopping: Sequence[Cart]) -> float:
    """CPU microseconds for one cart, the best of five rounds."""
    rounds = []
    for _ in range(5):
        began = time.process_time()
        for cart in shopping:
            one(cart)
        rounds.append(1e6 * (time.process_time() - began) / len(shopping))
    return min(rounds)


def asking(shopping: Sequence[Cart], *, reasons: str = "all", new_prices: bool = False) -> list[bytes]:
    """A request for each cart; every time it is sent it has another customer, with `new_prices` new prices."""
    shopper = {"customer_id": "c%09d"}
    wanted = {} if reasons == "all" else {"reasons": reasons}
    bodies: list[dict[str, Any]] = [{"cart": {**body_of(cart), "shopper": shopper}, **wanted} for cart in shopping]
    if not new_prices:
        return [request("POST", "/v1/carts/evaluate", body) for body in bodies]
    for line in [line for body in bodies for line in body["cart"]["lines"]]:
        line["unit_price_minor"] = NEW_PRICE
    return [_unquoted(request("POST", "/v1/carts/evaluate", body)) for body in bodies]


def _unquoted(asked: bytes) -> bytes:
    """The request with its prices as numbers; that the price of a request has its number in it, JSON cannot say."""
    head, _, payload = asked.partition(b"\r\n\r\n")
    payload = payload.replace(f'"{NEW_PRICE}"'.encode(), NEW_PRICE.encode())
    length = b"Content-Length: %d" % len(payload.replace(b"%09d", b"0" * 9))
    return re.sub(rb"Content-Length: \d+", length, head) + b"\r\n\r\n" + payload


def body_of(cart: Cart) -> dict[str, Any]:
    """The cart as a client sends it."""
    return {
        "currency": cart.currency,
        "lines": [
            {
                "line": line.line,
                "sku": line.sku,
                "quantity": line.quantity,
                "unit_price_minor": line.unit_price_minor,
                "categories": list(line.categories),
            }
            for line in cart.lines
        ],
    }
