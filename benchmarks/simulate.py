"""What a simulated shop costs: its history, and the truth about every product of it.

Run with: python benchmarks/simulate.py [small | middle | large]

The largest is 100,000 shoppers x 200 products x 104 weeks. Exits non-zero if that takes more than five CPU minutes
or 6 GB for the history.
"""

from __future__ import annotations

import sys

import numpy as np

from clocks import Reading, peak_mib
from dealwright.simulate.run import run_shop
from dealwright.simulate.setup import LARGE, MIDDLE, SMALL
from dealwright.simulate.truth import Truth, find_truth

SETUPS = {"small": SMALL, "middle": MIDDLE, "large": LARGE}
MOST_CPU_SECONDS = 300
MOST_MIB = 6 * 1024


def main(name: str) -> int:
    setup = SETUPS[name]
    print(f"{setup.n_shoppers:,} shoppers x {setup.n_products} products x {setup.n_weeks} weeks")
    began = Reading.now()
    shop = run_shop(setup, seed=0)
    lived = Reading.now()
    print(f"history  {lived.since(began)}  peak {peak_mib():,.0f} MiB  {shop.sold.sum():,} packs sold", flush=True)
    is_met = lived.cpu_seconds - began.cpu_seconds <= MOST_CPU_SECONDS and peak_mib() <= MOST_MIB
    tell(truth := find_truth(shop))
    print(f"truth    {Reading.now().since(lived)}  peak {peak_mib():,.0f} MiB  {len(truth.base)} products")
    return 0 if is_met else 1


def tell(truth: Truth) -> None:
    low, median, high = np.quantile(truth.elasticity, [0.05, 0.5, 0.95])
    print(f"own elasticity {median:.2f} (90 % of products {low:.2f} to {high:.2f})")
    for part in ("cannibalisation", "halo", "pull_forward"):
        print(f"{part} {getattr(truth, part).sum() / truth.uplift.sum():.1%} of the uplift")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "large"))
