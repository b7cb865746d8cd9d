"""The till over HTTP: a real server, a load generator in another process, replies after the durable commit.

Run with: make bench-serve

Rows on carts: POST /v1/carts/evaluate in three shops, beside an empty endpoint of the same server (GET /healthz)
behind the same door: 1,000 live promotions of ten mechanics (a tenth of which match) and carts of 20 lines; 20 such
promotions in a shop of 20 categories (four tenths of which match) and carts of 10 lines, and of 3. Carts have a
customer of their own each: no two requests are alike, but the same goods come again, as in a shop. What the till
remembers of goods it has seen is of no use where every price is new. Without reasons, promotions that give nothing
are not told. Empty and evaluate take turns, so that both see the same machine; below them stands what pricing alone
takes, without HTTP.
Rows on flash sales: POST /v1/flash-sales/{id}/reservations with a key, a customer and an order of its own each, on
one sale, on SQLite and on PostgreSQL (the server that comes with the dev extra, or DEALWRIGHT_DATABASE_URL);
afterwards units sold + units left must be all units.

Server, generator and database share this machine's cores; CPU seconds of the server and of the generator are told
beside wall time. Exits non-zero if a claim fails.
"""

from __future__ import annotations

import argparse
import tempfile
from datetime import UTC, datetime, timedelta
from typing import Any

from http_load import request, run_load
from serve_carts import SHOPS, Shop, asking, body_of, price_carts
from serving import Claims, in_turns, postgres, served

__all__ = ["Shop", "asking", "body_of"]
LEAST_POSTGRES, LEAST_SQLITE = 3_000, 4_000
UNITS = 1_000_000_000


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--seconds", type=float, default=2.4, help="of each measurement")
    arguments.add_argument("--workers", type=int, default=1, help="processes of the server for flash sales")
    arguments.add_argument("--only-carts", action="store_true", help="leave the flash sales out")
    given = arguments.parse_args()
    claims: Claims = {}
    for shop in SHOPS:
        price_carts(claims, shop, seconds=given.seconds)
    if given.only_carts:
        return told(claims)
    with tempfile.TemporaryDirectory() as folder:
        flash(claims, "SQLite", f"sqlite:///{folder}/till.db", LEAST_SQLITE, seconds=given.seconds, workers=1)
    with postgres() as url:
        flash(claims, "PostgreSQL", url, LEAST_POSTGRES, seconds=given.seconds, workers=given.workers)
    return told(claims)


def told(claims: Claims) -> int:
    """Every claim with its verdict; 1 if one fails."""
    print()
    for claim, holds in claims.items():
        print(f"{'holds ' if holds else 'FAILS '} {claim}")
    return 0 if all(claims.values()) else 1


def flash(claims: Claims, name: str, url: str, least: int, *, seconds: float, workers: int) -> None:
    print(f"flash sale on {name}, one sale, {workers} process(es), replies after the durable commit")
    body = {"customer_id": "c%09d", "order_id": "o%09d", "quantity": 1}
    empty, reserve = (
        [request("GET", "/healthz")],
        [request("POST", "/v1/flash-sales/F/reservations", body, key="k%09d")],
    )
    with served(url, workers=workers) as server:
        server.call("POST", "/v1/flash-sales", a_sale())
        warm = run_load(server.port, reserve, connections=8, seconds=1)
        n_sold, number = warm.statuses.get(201, 0), warm.n + 1_000
        for connections in (8, 64, 256):
            (base,) = in_turns(server, [empty], connections, seconds / 3)
            (load,) = in_turns(server, [reserve], connections, seconds, first_number=number)
            number += load.n + 1_000
            n_sold += load.statuses[201]
            print(f"  {connections} connections\n    empty     {base}\n    reserve   {load}", flush=True)
            claims[f"{name}: every reservation is answered 201, {connections} connections"] = set(
                load.statuses
            ) == {201}
            if connections == 64:
                claim = f"{name}: at least {least:,} durable reservations per second over HTTP, 64 connections"
                claims[claim] = load.per_second >= least
        left = server.call("GET", "/v1/flash-sales/F/left")["units_left"]
    print(f"  acknowledged {n_sold:,}, left {left:,}, loaded {UNITS:,}")
    claims[f"{name}: acknowledged + left = loaded"] = n_sold + left == UNITS


def a_sale() -> dict[str, Any]:
    now = datetime.now(UTC)
    start, end = (now - timedelta(hours=1)).isoformat(), (now + timedelta(days=1)).isoformat()
    sale = {"sale_id": "F", "sku": "TEA", "units": UNITS, "per_customer": 5, "price_minor": 499, "currency": "EUR"}
    return {**sale, "start": start, "end": end, "hold_seconds": 86_400}


if __name__ == "__main__":
    raise SystemExit(main())
