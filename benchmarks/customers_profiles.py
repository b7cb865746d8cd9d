"""Profiles of all customers from generated order lines: a full build, and 1 % of new lines added to it.

A hundred lines per customer, ten per order, 20,000 products in 200 categories of unequal weight, in the database of
a workspace; the last 1 % of lines, cut within an order, is imported after the first build and names nearly a tenth
of the customers. Counting (what a workspace keeps) and reading (the profiles of all as of a day, which costs the
same however they were counted) are told apart. Profiles must be those of a full build, byte for byte. Bounds are
those for 100 million lines; for fewer, those on time are scaled.

Run with: python benchmarks/customers_profiles.py --rows 1000000 10000000
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path

import duckdb

from clocks import Reading, peak_mib
from dealwright.adapters.warehouse import Warehouse, open_warehouse
from dealwright.adapters.warehouse.profile_store import ProfileStore
from dealwright.adapters.warehouse.store import FILE_NAME
from dealwright.app.customers.keep_profiles import RefreshedProfiles, keep_profiles
from dealwright.app.shop.credible_sales import credible_tables
from demand_claims import Claim, table

ROWS = (1_000_000, 10_000_000)
FULL_ROWS, MOST_CPU_SECONDS, MOST_MIB = 100_000_000, 300.0, 8 * 1024
MOST_INCREMENT, MOST_BENT = 0.03, 1.3
LINES_PER_ORDER, LINES_PER_CUSTOMER, N_SKUS, N_CATEGORIES, DAYS = 10, 100, 20_000, 200, 730
TODAY = date(2026, 1, 1)
OLD, NEW = "old", "new"


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds of counting all lines and of counting the last 1 %, and of reading the profiles after either.

    `n_different` profiles of the two disagree.
    """

    rows: int
    n_customers: int
    full_cpu: float
    increment_cpu: float
    read_cpu: float
    full_mib: float
    n_different: int


def claims(rows: Sequence[int] = ROWS) -> list[Claim]:
    """What the full build and the increment cost, for each number of lines."""
    costs = [_alone(n) for n in rows]
    made = [claim for cost in costs for claim in _claims(cost)]
    if len(costs) > 1:
        first, last = costs[0], costs[-1]
        bent = (last.full_cpu / last.rows) / (first.full_cpu / first.rows)
        made.append(Claim(f"CPU per line of {last.rows:,} over that of {first.rows:,}", bent, high=MOST_BENT))
    return made


def _claims(cost: Cost) -> list[Claim]:
    most = MOST_CPU_SECONDS * cost.rows / FULL_ROWS
    name = f"{cost.rows:,} lines"
    return [
        Claim(f"{name}: CPU seconds to count and read all", cost.full_cpu + cost.read_cpu, high=most),
        Claim(f"{name}: of them to read", cost.read_cpu),
        Claim(f"{name}: MiB at most", cost.full_mib, high=MOST_MIB),
        Claim(f"{name}: increment over full build", cost.increment_cpu / cost.full_cpu, high=MOST_INCREMENT),
        Claim(f"{name}: profiles that differ", float(cost.n_different), high=0.0),
    ]


def _alone(rows: int) -> Cost:
    """In processes of their own, so that peaks of memory do not mix."""
    with tempfile.TemporaryDirectory() as folder:
        for work in (_generate, _measure):
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
                found = pool.submit(work, Path(folder), rows).result()
    assert isinstance(found, Cost)
    return found


def _generate(folder: Path, rows: int) -> None:
    open_warehouse(folder).close()
    shop = duckdb.connect(folder / FILE_NAME)
    shop.execute("SET enable_progress_bar = false")
    cut = int(rows * 0.99) + LINES_PER_ORDER // 2
    _import(shop, OLD, rows, 0, cut)
    shop.execute(
        "INSERT INTO products BY NAME SELECT printf('s%06d', i) AS sku, "
        f"'category ' || i * {N_CATEGORIES} // {N_SKUS} AS category FROM range({N_SKUS}) AS t(i)"
    )
    shop.close()


def _import(shop: duckdb.DuckDBPyConnection, content: str, rows: int, first: int, last: int) -> None:
    n_customers, n_orders = rows // LINES_PER_CUSTOMER, rows // LINES_PER_ORDER
    shop.execute(f"""
        INSERT INTO sales BY NAME SELECT printf('o%010d', n) AS order_id,
            TIMESTAMP '2024-01-01' + to_minutes(CAST(n * {DAYS * 1440} // {n_orders} AS BIGINT)) AS sold_at,
            printf('s%06d', CAST(floor({N_SKUS} * pow((hash(i) % 100000) / 100000, 2)) AS BIGINT)) AS sku,
            1 + hash(i + 1) % 3 AS quantity, CAST(50 + hash(i + 2) % 2000 AS BIGINT) AS net_amount,
            CASE WHEN hash(i + 3) % 4 = 0 THEN CAST(hash(i) % 300 AS BIGINT) ELSE 0 END AS discount_amount,
            printf('c%08d', hash(n) % {n_customers}) AS customer_id,
            printf('%02d', hash(n + 1) % 50) AS store_id,
            CASE hash(n + 2) % 3 WHEN 0 THEN 'web' WHEN 1 THEN 'app' ELSE 'store' END AS channel,
            '{content}' AS import_content
        FROM (SELECT i, i // {LINES_PER_ORDER} AS n FROM range({first}, {last}) AS t(i))""")
    shop.execute("INSERT INTO imports VALUES ('sales', ?, 'as is', ?, ?, 0)", [content, content, last - first])


def _measure(folder: Path, rows: int) -> Cost:
    with _opened(folder) as shop:
        start = Reading.now()
        _count(shop)
        counted = Reading.now()
        print(f"\n{rows:,} lines: counted {counted.since(start)}, {peak_mib():,.0f} MiB so far")
    with _opened(folder) as shop:
        _import(shop._connection, NEW, rows, int(rows * 0.99) + LINES_PER_ORDER // 2, rows)
        _settle(shop)
        before = Reading.now()
        refreshed = _count(shop)
        added = Reading.now()
        assert refreshed.verdict, "the increment was counted anew"
        print(f"{rows:,} lines: 1 % counted {added.since(before)}, {refreshed.n_renewed:,} customers renewed")
        _read(shop, refreshed, "added")
        read = Reading.now()
        print(f"{rows:,} lines: read {read.since(added)}")
        again = Reading.now()
        full = _count(shop, anew=True)
        built = Reading.now()
        print(f"{rows:,} lines: counted anew {built.since(again)}, {peak_mib():,.0f} MiB so far")
        _read(shop, full, "anew")
        different = shop._connection.execute(
            "SELECT count(*) FROM ((FROM read_added EXCEPT ALL FROM read_anew)"
            " UNION ALL (FROM read_anew EXCEPT ALL FROM read_added))"
        ).fetchall()
    return Cost(
        rows,
        full.n_customers,
        built.cpu_seconds - again.cpu_seconds,
        added.cpu_seconds - before.cpu_seconds,
        read.cpu_seconds - added.cpu_seconds,
        peak_mib(),
        int(different[0][0]),
    )


def _count(shop: Warehouse, *, anew: bool = False) -> RefreshedProfiles:
    refreshed = keep_profiles(credible_tables(shop, today=TODAY), ProfileStore(shop), anew=anew)
    _settle(shop)
    return refreshed


def _opened(folder: Path) -> Warehouse:
    return open_warehouse(folder, memory_limit="6GB", threads=2)


def _settle(shop: Warehouse) -> None:
    """What was written is written for good now, not when the shop happens to be closed."""
    shop._connection.execute("CHECKPOINT")


def _read(shop: Warehouse, found: RefreshedProfiles, name: str) -> None:
    query = shop._backend.compile(found.profiles)
    shop._connection.execute(f"CREATE TEMP TABLE read_{name} AS {query}")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", nargs="+", type=int, default=list(ROWS))
    made = claims(parser.parse_args().rows)
    print(f"\n{table(made)}")
    return 0 if all(claim.holds for claim in made) else 1


if __name__ == "__main__":
    sys.exit(main())
