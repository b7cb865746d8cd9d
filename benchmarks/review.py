"""Reviews of promotions against a shop whose truth is known: simulated people live each week with and without them.

Run with: python benchmarks/review.py [--seeds 8] [--per-shop 25] [--first-seed 301]

Each shop is lived for two years, recorded, and learnt from as users' shops are; then promotions drawn at random are
reviewed. The truth of one is what the same people with the same chance buy if it alone is taken away. Beside it
stands what comparing with the weeks before would have said. Exits 1 if a claim fails. (Shops 201 to 206 were used
to set what cannot be learnt from sales; these are others.)
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clocks import Reading, peak_mib
from dealwright.adapters.memory import MemoryTables
from dealwright.app.demand.forecast_demand import forecast_demand
from dealwright.app.review.promotion_review import Review
from dealwright.app.review.review_promotions import LEVEL, review_promotions
from dealwright.app.shop.promoted_runs import promoted_runs
from dealwright.core.rng import stream
from dealwright.simulate.contrast import Window
from dealwright.simulate.observe import frames, products_frame
from dealwright.simulate.offers import Calendar, paid_prices
from dealwright.simulate.run import Shop, run_shop
from dealwright.simulate.shelf import Shelves
from demand_claims import Claim, table
from plan_truth_people import COUNTRY, SCENARIO, SETUP

HORIZON = 6
WARM_UP = 26
"""Weeks at the start whose promotions are not looked at: there is no history to compare with."""
PER_MAJOR = 100


@dataclass(frozen=True, slots=True)
class Judged:
    """One review beside the truth: profit in minor units, units gained by the product and by the shop."""

    review: Review
    profit: float
    uplift: float
    net: float

    @property
    def is_held(self) -> bool:
        return self.review.profit.low <= self.profit <= self.review.profit.high


def judged_shop(seed: int, n: int) -> list[Judged]:
    shop = run_shop(SETUP, seed=seed, with_lines=True)
    tables = MemoryTables(frames(shop))
    demand = forecast_demand(tables, SCENARIO, country=COUNTRY, seed=seed)
    rows = {str(sku): row for row, sku in enumerate(products_frame(shop)["sku"])}
    offset = SETUP.n_weeks - len(demand.panel.starts)
    fits = [
        run
        for run in promoted_runs(demand.panel)
        if run.first + offset >= WARM_UP and run.last + offset + HORIZON < SETUP.n_weeks and run.first == run.last
    ]
    chosen = stream(seed, "reviewed").choice(len(fits), size=min(n, len(fits)), replace=False)
    runs = [fits[k] for k in sorted(chosen.tolist())]
    reviews = review_promotions(demand, tables, SCENARIO, currency="USD", seed=seed, runs=runs)
    ordered = sorted(runs, key=lambda run: (-run.first, run.row))
    return [
        Judged(review, *_truth(shop, rows[demand.panel.skus[run.row]], run.first + offset, review))
        for run, review in zip(ordered, reviews.reviews, strict=True)
    ]


def _truth(shop: Shop, product: int, week: int, review: Review) -> tuple[float, float, float]:
    offers = shop.world.offers.between(week, min(week + 1 + HORIZON, SETUP.n_weeks))
    without = offers.without(product, after=1)
    window = Window(shop, week, horizon=HORIZON)
    shelves = [Shelves(shop.world, calendar, first_week=week) for calendar in (offers, without)]
    change = window.change(int(shop.world.category_of[product]), *shelves)
    margin_with, margin_without = (_margins(shop, calendar, week) for calendar in (offers, without))
    margin_with += _funded(shop, offers, week)
    margin_without += _funded(shop, without, week)
    others = np.arange(SETUP.n_products) != product
    at_once = (change.base[product] + change.now[product]) * margin_with[product, 0]
    at_once -= change.base[product] * margin_without[product, 0]
    near = float((change.now * margin_without[:, 0])[others].sum())
    later = float((change.later * margin_without[:, 1:].mean(axis=1)).sum())
    support = -review.parts["support"].value  # an assumption of the scenario, the same for both
    profit = float(at_once) + near + later - support
    return profit, float(change.now[product]), float(change.now.sum() + change.later.sum())


def _margins(shop: Shop, calendar: Calendar, week: int) -> NDArray[np.float64]:
    weeks = slice(week, week + calendar.depth.shape[1])
    paid = paid_prices(shop.world.regular[:, weeks], calendar.depth)
    return np.asarray(paid - shop.world.unit_cost[:, weeks], dtype=np.float64)


def _funded(shop: Shop, calendar: Calendar, week: int) -> NDArray[np.float64]:
    """What suppliers pay of the discount by the assumption of the scenario, the same for review and truth."""
    weeks = slice(week, week + calendar.depth.shape[1])
    regular = shop.world.regular[:, weeks]
    terms = SCENARIO.assumptions
    share = np.where(shop.world.is_own_label, terms.funded_share_own_label, terms.funded_share_branded)
    return np.asarray((regular - paid_prices(regular, calendar.depth)) * share[:, None])


def report(found: list[Judged]) -> list[Claim]:
    profit = np.array([one.profit for one in found]) / PER_MAJOR
    told = np.array([one.review.profit.value for one in found]) / PER_MAJOR
    before = np.array([one.review.expected.value for one in found]) / PER_MAJOR
    naive = np.array([one.review.naive for one in found]) / PER_MAJOR
    width = np.array([one.review.profit.high - one.review.profit.low for one in found]) / PER_MAJOR
    held = np.array([one.is_held for one in found])
    print(f"\n{len(found)} promotions; truly {profit.mean():.2f} each, spread {profit.std():.2f}")
    print(f"{'major units':32} {'mean':>8} {'bias':>8} {'mean abs. error':>16} {'correlation':>12}")
    for name, values in (
        ("review", told),
        ("expected before the sales", before),
        ("weeks before and after", naive),
    ):
        error = values - profit
        print(
            f"{name:32} {values.mean():8.2f} {error.mean():8.2f} {np.abs(error).mean():16.2f} "
            f"{np.corrcoef(values, profit)[0, 1]:12.2f}"
        )
    print(f"{LEVEL:.0%} range holds {held.mean():.1%}; mean width {width.mean():.2f}")
    verdicts = {
        name: [one for one in found if one.review.verdict == name] for name in ("again", "smaller", "test", "stop")
    }
    for name, ones in verdicts.items():
        if ones:
            print(f"  {name:8} {len(ones):4}  truly {np.mean([one.profit for one in ones]) / PER_MAJOR:8.2f} each")
    return [
        Claim("reviews: 90 % range of incremental profit holds", float(held.mean()), low=0.85, high=0.95),
        Claim(
            "reviews: mean absolute error over that of weeks before and after",
            float(np.abs(told - profit).mean() / np.abs(naive - profit).mean()),
            high=1.0,
        ),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--per-shop", type=int, default=25)
    parser.add_argument("--first-seed", type=int, default=301)
    chosen = parser.parse_args()
    began = Reading.now()
    found: list[Judged] = []
    for seed in range(chosen.first_seed, chosen.first_seed + chosen.seeds):
        shop = judged_shop(seed, chosen.per_shop)
        found += shop
        print(f"seed {seed}: range holds {sum(one.is_held for one in shop)} of {len(shop)}", flush=True)
    claims = report(found)
    print(f"\n{Reading.now().since(began)}; peak memory {peak_mib():.0f} MiB\n")
    print(table(claims))
    return 0 if all(claim.holds for claim in claims) else 1


if __name__ == "__main__":
    sys.exit(main())
