"""Profiles of all customers from generated order lines: a full build, and 1 % of new lines added to it.

A hundred lines per customer, ten per order, 20,000 products in 200 categories of unequal weight, in DuckDB on disk;
the last 1 % of lines, cut within an order, is the increment. Its state is kept beside that of the lines before (to
be merged with it some quiet day), and customers whom it names are counted again from both; the profiles must equal
those of a full build by the same parts of deals. Bounds are those for 100 million lines; for fewer, those on time
are scaled.

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

import ibis

from clocks import Reading, peak_mib
from dealwright.customer.profile import profile_of_totals
from dealwright.customer.profile_state import ProfileState, merge_named, profile_state
from dealwright.customer.profile_totals import customer_totals, deal_parts, renewed_totals
from demand_claims import Claim, table

ROWS = (1_000_000, 10_000_000)
FULL_ROWS, MOST_CPU_SECONDS, MOST_MIB = 100_000_000, 300.0, 8 * 1024
MOST_INCREMENT, MOST_BENT = 0.03, 1.3
LINES_PER_ORDER, LINES_PER_CUSTOMER, N_SKUS, N_CATEGORIES, DAYS = 10, 100, 20_000, 200, 730
AT = date(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds of building from all lines, and of adding the last 1 %; how many profiles the two disagree on."""

    rows: int
    n_customers: int
    full_cpu: float
    increment_cpu: float
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
        Claim(f"{name}: CPU seconds of a full build", cost.full_cpu, high=most),
        Claim(f"{name}: MiB at most", cost.full_mib, high=MOST_MIB),
        Claim(f"{name}: increment over full build", cost.increment_cpu / cost.full_cpu, high=MOST_INCREMENT),
        Claim(f"{name}: profiles that differ", float(cost.n_different), high=0.0),
    ]


def _alone(rows: int) -> Cost:
    """In processes of their own, so that peaks of memory do not mix."""
    with tempfile.TemporaryDirectory() as folder:
        for work in (_generate, _measure):
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
                found = pool.submit(work, Path(folder) / "shop.duckdb", rows).result()
    assert isinstance(found, Cost)
    return found


def _generate(path: Path, rows: int) -> None:
    shop = ibis.duckdb.connect(path)
    cut = int(rows * 0.99) + LINES_PER_ORDER // 2
    n_customers, n_orders = rows // LINES_PER_CUSTOMER, rows // LINES_PER_ORDER
    lines = f"""
        SELECT printf('o%010d', n) AS order_id,
            TIMESTAMP '2024-01-01' + to_minutes(CAST(n * {DAYS * 1440} // {n_orders} AS BIGINT)) AS sold_at,
            printf('s%06d', CAST(floor({N_SKUS} * pow((hash(i) % 100000) / 100000, 2)) AS BIGINT)) AS sku,
            1 + hash(i + 1) % 3 AS quantity, CAST(50 + hash(i + 2) % 2000 AS BIGINT) AS net_amount,
            CASE WHEN hash(i + 3) % 4 = 0 THEN CAST(hash(i) % 300 AS BIGINT) ELSE 0 END AS discount_amount,
            printf('c%08d', hash(n) % {n_customers}) AS customer_id,
            printf('%02d', hash(n + 1) % 50) AS store_id,
            CASE hash(n + 2) % 3 WHEN 0 THEN 'web' WHEN 1 THEN 'app' ELSE 'store' END AS channel
        FROM (SELECT i, i // {LINES_PER_ORDER} AS n FROM range({{first}}, {{last}}) AS t(i))"""
    shop.raw_sql(f"CREATE TABLE sales_old AS {lines.format(first=0, last=cut)}")
    shop.raw_sql(f"CREATE TABLE sales_new AS {lines.format(first=cut, last=rows)}")
    shop.raw_sql("CREATE VIEW sales AS FROM sales_old UNION ALL FROM sales_new")
    shop.raw_sql(
        "CREATE TABLE products AS SELECT printf('s%06d', i) AS sku, "
        f"'category ' || i * {N_CATEGORIES} // {N_SKUS} AS category FROM range({N_SKUS}) AS t(i)"
    )
    shop.disconnect()


def _measure(path: Path, rows: int) -> Cost:
    shop = ibis.duckdb.connect(path, memory_limit="6GB", threads=2)
    old = profile_state(shop.table("sales_old"), shop.table("products"))
    _keep(shop, "parts", deal_parts(old))
    _build(shop, "sales_old", to="kept")
    start = Reading.now()
    _build(shop, "sales", to="full")
    built = Reading.now()
    peak = peak_mib()
    print(f"\n{rows:,} lines: full build {built.since(start)}, {peak:,.0f} MiB so far")
    before = Reading.now()
    _add(shop)
    added = Reading.now()
    print(f"{rows:,} lines: 1 % added {added.since(before)}")
    different = shop.sql(
        "SELECT count(*) AS n FROM ((FROM full_profiles EXCEPT ALL FROM now_profiles)"
        " UNION ALL (FROM now_profiles EXCEPT ALL FROM full_profiles))"
    )
    return Cost(
        rows,
        int(shop.table("full_profiles").count().execute()),
        built.cpu_seconds - start.cpu_seconds,
        added.cpu_seconds - before.cpu_seconds,
        peak,
        int(different.execute().iloc[0, 0]),
    )


def _state(shop: ibis.BaseBackend, name: str) -> ProfileState:
    return ProfileState(*(shop.table(f"{name}_{part}") for part in ("orders", "groups", "spending", "wares")))


def _keep(shop: ibis.BaseBackend, name: str, rows: ibis.Table) -> ibis.Table:
    told = Reading.now()
    kept = shop.create_table(name, rows, overwrite=True)
    print(f"  {name:20} {Reading.now().since(told)}")
    return kept


def _build(shop: ibis.BaseBackend, sales: str, *, to: str) -> None:
    state = profile_state(shop.table(sales), shop.table("products"))
    for name, rows in state.tables().items():
        _keep(shop, f"{to}_{name}", rows)
    totals = _keep(shop, f"{to}_totals", customer_totals(_state(shop, to), shop.table("parts")))
    _keep(shop, f"{to}_profiles", profile_of_totals(totals, AT))


def _add(shop: ibis.BaseBackend) -> None:
    for name, rows in profile_state(shop.table("sales_new"), shop.table("products")).tables().items():
        _keep(shop, f"new_{name}", rows)
    named = merge_named(_state(shop, "kept"), _state(shop, "new"))
    renewed = renewed_totals(shop.table("kept_totals"), named, shop.table("parts"))
    totals = _keep(shop, "now_totals", renewed)
    _keep(shop, "now_profiles", profile_of_totals(totals, AT))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", nargs="+", type=int, default=list(ROWS))
    made = claims(parser.parse_args().rows)
    print(f"\n{table(made)}")
    return 0 if all(claim.holds for claim in made) else 1


if __name__ == "__main__":
    sys.exit(main())
