"""How good plans are that know only what sales taught, where the truth is known.

Every shop is learnt and planned as a real one is: promotions are chosen from estimated demand alone. Then the shop
that made the sales says what they truly earn. Three families: `alike` and `differ` (products that answer alike,
and products that differ; sales by a formula, so that the best plan is known) and `people` (a shop of simulated
shoppers, which shares no formula with the estimator; there the best plan is the best that simulating found, so the
share of it that is reached is flattered where a better one exists). Exits with 1 if a claim fails.

Run with: python benchmarks/plan_truth.py [--seeds 20] [--families alike differ people]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import date

from clocks import Reading, peak_mib
from demand_claims import Claim, table
from plan_truth_claims import claims, of_seed, report
from plan_truth_formula import TRUTHS, judge_formula
from plan_truth_judge import Judged
from plan_truth_people import judge_people

N_SEEDS = 20
FAMILIES: dict[str, Callable[[int], Judged]] = {
    "alike": lambda seed: judge_formula(TRUTHS["alike"], seed),
    "differ": lambda seed: judge_formula(TRUTHS["differ"], seed),
    "people": judge_people,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=N_SEEDS)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--families", nargs="+", choices=FAMILIES, default=list(FAMILIES))
    asked = parser.parse_args()
    print(f"plans judged by the truth, {date.today()}, {asked.seeds} seeds from {asked.first_seed}")
    seeds = range(asked.first_seed, asked.first_seed + asked.seeds)
    made = [claim for family in asked.families for claim in _run(family, seeds)]
    print(f"\n{table(made)}\npeak memory {peak_mib():,.0f} MiB")
    return 0 if all(claim.holds for claim in made) else 1


def _run(family: str, seeds: Sequence[int]) -> list[Claim]:
    before = Reading.now()
    print(f"\n{family}", flush=True)
    shops = []
    for seed in seeds:
        shops.append(FAMILIES[family](seed))
        print(of_seed(shops[-1]), flush=True)
    print(f"{report(shops)}\n  {len(shops)} seeds, {Reading.now().since(before)}")
    return claims(family, shops)


if __name__ == "__main__":
    sys.exit(main())
