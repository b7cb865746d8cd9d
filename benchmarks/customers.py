"""Customers understood: each part prints its table beside peers and fails when a claim does.

Run with: make bench-customers, or python benchmarks/customers.py --parts value
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import date

import customers_baskets
import customers_churn
import customers_intent
import customers_profiles
import customers_value
from clocks import peak_mib
from demand_claims import Claim, table

PARTS: dict[str, Callable[[], list[Claim]]] = {
    "value": customers_value.claims,
    "churn": customers_churn.claims,
    "baskets": customers_baskets.claims,
    "intent": customers_intent.claims,
    "profiles": customers_profiles.claims,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    asked = parser.parse_args()
    print(f"customers, {date.today()}")
    made = [claim for part in asked.parts for claim in PARTS[part]()]
    print(f"\n{table(made)}\npeak memory {peak_mib():,.0f} MiB")
    return 0 if all(claim.holds for claim in made) else 1


if __name__ == "__main__":
    sys.exit(main())
