"""Does the loop learn? Plans of a second cycle, with and without what the first taught, lived by the same people.

Each seed is a shop of simulated people: nobody there knows an elasticity, so nothing is true by the estimator's own
formula. The shop has promoted little so far.

1. First cycle: learn from its records, plan eight weeks, and let the people live them with that plan.
2. Second cycle: learn again, from the records with those weeks in them, and plan the next eight.

What learning is worth is the difference between that second plan and the one for the very same weeks which the
beliefs of the first cycle make: at the same prices and costs of the day, by the same solver and under the same
limits, but without having seen a sale of the first cycle. Both are judged from where the first cycle left the shop,
by the same people with the same chance: the mean of the same futures, which differ from one another in who comes,
what is fancied and what the rival promotes, and of which none was seen by any plan. Gains are profit beyond no
promotion, until shoppers have eaten up what they bought ahead, by the simulator's truth.

Shown beside it: the plan of the old beliefs about promotions with the new levels of sales (so that the rest is
what was learnt of promotions), the first plan run again, and each cycle's promise. Cycles are not the same weeks,
so that the season is in the difference between their gains; that line is shown and not claimed. Exits 1 if the
claim fails.

(Shops 381 to 390 were looked at while this was made; the judged ones are others. There are many because what
learning is worth differs from shop to shop by twice its mean: a dozen do not tell it from nothing.)

Run with: python benchmarks/loop.py [--seeds 36] [--first-seed 441]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from clocks import Reading, peak_mib
from demand_claims import Claim, table
from loop_shop import (
    PERIOD,
    SETUP,
    Judge,
    Plan,
    learn,
    live_on,
    of_period,
    open_shop,
    plan,
    tables_of,
    with_levels_of,
    with_promise,
)

Floats = NDArray[np.float64]

LEVEL = 0.95
N_SEEDS = 36
LEARNT, UNLEARNT, LEVELS, AGAIN = "learnt", "not learnt", "levels learnt", "first plan again"


@dataclass(frozen=True, slots=True)
class Judged:
    """A plan, and what it truly adds to no promotion, in major units."""

    plan: Plan
    gain: float


@dataclass(frozen=True, slots=True)
class Loop:
    """Two cycles of one shop; `second` holds every way to plan the second one's weeks."""

    seed: int
    first: Judged
    second: Mapping[str, Judged]


def run_loop(seed: int) -> Loop:
    """Live, learn, plan, live the plan, learn, plan again; and plan without having learnt."""
    shop = open_shop(SETUP, seed)
    records = tables_of(shop)
    before = learn(records, n_weeks=2 * PERIOD, seed=seed)
    first = plan(of_period(before, 0), records)
    later = live_on(shop, first)
    records = tables_of(later)
    after, old = learn(records, n_weeks=PERIOD, seed=seed), of_period(before, 1)
    unlearnt = plan(old, records)
    second = {
        LEARNT: plan(after, records),
        UNLEARNT: unlearnt,
        LEVELS: plan(with_levels_of(old, after), records),
        AGAIN: with_promise(old, first.offers, unlearnt.economics),
    }
    judge = Judge(later)
    return Loop(
        seed,
        Judged(first, Judge(shop).gain(first)),
        {way: Judged(made, judge.gain(made)) for way, made in second.items()},
    )


def of_seed(loop: Loop) -> str:
    """One line."""
    ways = ", ".join(f"{way} {judged.gain:.0f}" for way, judged in loop.second.items())
    first, learnt = loop.first, loop.second[LEARNT]
    return (
        f"  seed {loop.seed}: first {first.gain:.0f} of {first.plan.promised.value:.0f} promised "
        f"({first.plan.n_promotions} promotions); second: {ways}; promised {learnt.plan.promised.value:.0f}"
    )


def report(loops: Sequence[Loop]) -> list[Claim]:
    """The table of all seeds, and what is claimed of them."""
    gains = {way: np.array([loop.second[way].gain for loop in loops]) for way in loops[0].second}
    first = np.array([loop.first.gain for loop in loops])
    said = np.array([loop.first.plan.promised.value for loop in loops])
    said_again = {way: np.array([loop.second[way].plan.promised.value for loop in loops]) for way in gains}
    learning = gains[LEARNT] - gains[UNLEARNT]
    print(f"\n  {'major units, mean of seeds':44}{'mean':>9}{'low':>9}{'high':>9}  above 0")
    rows = {
        "first cycle: gain over none": first,
        **{f"second cycle: gain of {way}": gain for way, gain in gains.items()},
        "second cycle: learnt less not learnt": learning,
        "  of it by what was learnt of promotions": gains[LEARNT] - gains[LEVELS],
        "second cycle: learnt less first plan again": gains[LEARNT] - gains[AGAIN],
        "second cycle's gain less the first's": gains[LEARNT] - first,
        "promised less true: first cycle": said - first,
        **{f"promised less true: {way}": said_again[way] - gains[way] for way in (LEARNT, UNLEARNT)},
    }
    for name, values in rows.items():
        ends = "".join(f"{number:9,.0f}" for number in interval(values))
        print(f"  {name:44}{ends}  {(values > 0).sum()} of {len(values)}")
    share = learning.sum() / gains[UNLEARNT].sum()
    print(f"  learning adds {share:.1%} to what the second cycle's plan gains without it")
    what = f"second cycle: gain by learning, lower end of {LEVEL:.0%} range"
    return [Claim(what, interval(learning)[1], low=0.0)]


def interval(values: Floats) -> tuple[float, float, float]:
    """Mean over seeds and the ends of its range (Student's t); a single seed has none."""
    mean = float(values.mean())
    if len(values) < 2:
        return mean, np.nan, np.nan
    half = float(stats.t.ppf((1 + LEVEL) / 2, len(values) - 1) * stats.sem(values))
    return mean, mean - half, mean + half


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=N_SEEDS)
    parser.add_argument("--first-seed", type=int, default=441)
    asked = parser.parse_args()
    print(f"two cycles of the loop, {date.today()}, {asked.seeds} seeds from {asked.first_seed}")
    began, loops = Reading.now(), []
    for seed in range(asked.first_seed, asked.first_seed + asked.seeds):
        loops.append(run_loop(seed))
        print(of_seed(loops[-1]), flush=True)
    claims = report(loops)
    print(f"  {asked.seeds} seeds, {Reading.now().since(began)}; peak memory {peak_mib():,.0f} MiB\n")
    print(table(claims))
    return 0 if all(claim.holds for claim in claims) else 1


if __name__ == "__main__":
    sys.exit(main())
