"""Stock decisions against textbook values, stockpyl and proven optima, with their cost; fails when a claim does.

Run with: make bench-supply

1. Textbook cases to the printed digit. 2. Random newsvendor, Wagner-Whitin, (s, S) and (R, Q) problems: no answer
may cost more than stockpyl's, which is installed into benchmarks/out/; if it cannot be had, the page says so.
Holding costs are the same in all periods there: where they change, stockpyl charges a lot's whole storage at the
rate of the period it was ordered in, which is another problem.
3. Lot sizing under limits (assumed: Poisson demand, capacity of 1.5 and storage of 3 mean periods, a least order
of 10): each instance must be proven optimal. 4. Price and lots planned together, against one after the other.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from clocks import Reading, peak_mib
from dealwright.supply.capacity import LotLimits, capacitated_lots
from dealwright.supply.joint import JointProblem, joint_problem, plan_in_sequence, plan_jointly, plan_supply_for
from dealwright.supply.laws import DrawnDemand, NormalDemand, PoissonDemand
from dealwright.supply.lots import wagner_whitin
from dealwright.supply.newsvendor import level_for_cost
from dealwright.supply.policy import best_fixed_lot, best_order_up_to
from dealwright.supply.smooth import smooth_order, smooth_orders
from supply_peer import Instance, Reply, ask

SAME_COST = 1e-6
"""Two answers are equally good within this share of the cost."""
PROVEN_GAP = 1e-6
N_RANDOM = 40
NODE_LIMIT = 20_000


@dataclass(frozen=True, slots=True)
class Asked:
    """A random instance: in the peer's words, and our answer as a function."""

    instance: Instance
    ours: Callable[[], Reply]


def main() -> int:
    failures = [*textbook_cases(), *against_stockpyl(), *proven_lots(), *joint_gain()]
    print(f"peak memory {peak_mib():,.0f} MiB")
    for failure in failures:
        print(f"FAILED: {failure}", file=sys.stderr)
    return 1 if failures else 0


def textbook_cases() -> list[str]:
    lots = wagner_whitin([60, 40, 20, 80], order_cost=100, holding_cost=1)
    week = level_for_cost(NormalDemand(120, 10), holding_cost=2, shortage_cost=18)
    promotion = level_for_cost(NormalDemand(180, 25), holding_cost=2, shortage_cost=18)
    step = smooth_order(opening_units=50, demand_units=80, target_units=60, last_order=70, weight=1)
    horizon = smooth_orders([80], opening_units=50, target_units=60, last_order=70, weight=1)
    usual, dip = two_weeks(1.0), two_weeks(0.8)
    calendars = ([1, 0], [0, 0], [1, 1], [0, 1])
    rows: list[tuple[str, object, object]] = [
        ("Wagner-Whitin, orders", lots.order[0].tolist(), [120, 0, 0, 80]),
        ("Wagner-Whitin, cost", lots.cost, 280),
        ("newsvendor N(120, 10)", (round(week.units, 4), round(week.cost.value, 4)), (132.8155, 35.0997)),
        ("newsvendor N(180, 25)", (round(promotion.units, 4), round(promotion.cost.value, 4)), (212.0388, 87.7492)),
        ("smoothing, one step", step, 80),
        ("smoothing, as programme", round(float(horizon.order[0]), 6), 80),
        (
            "joint: t=1, none, both, t=2",
            [round(plan_supply_for(usual, c).profit, 6) for c in calendars],
            [74, 70, 70, 66],
        ),
        ("joint: best; in sequence", (plan_jointly(usual).profit, plan_in_sequence(usual).profit), (74, 70)),
        (
            "joint with dip: same rows",
            [round(plan_supply_for(dip, c).profit, 6) for c in calendars],
            [66, 70, 62.8, 66],
        ),
        ("joint with dip: best", plan_jointly(dip).profit, 70),
    ]
    print(f"{'textbook case':30} {'ours':>34} {'book':>30}")
    for name, ours, book in rows:
        print(f"{name:30} {ours!s:>34} {book!s:>30}  {'ok' if ours == book else 'WRONG'}")
    return [f"{name}: {ours}, the book says {book}" for name, ours, book in rows if ours != book]


def two_weeks(after: float) -> JointProblem:
    return joint_problem(
        [[10, 8]] * 2, [[10, 18]] * 2, unit_cost=5, order_cost=20, holding_cost=1, after=[1, after]
    )


def against_stockpyl() -> list[str]:
    asked = random_instances(np.random.default_rng(7))
    began, replies, seconds = Reading.now(), [], dict[str, float]()
    for one in asked:
        started = Reading.now()
        replies.append(one.ours())
        spent = Reading.now().cpu_seconds - started.cpu_seconds
        seconds[one.instance.kind] = seconds.get(one.instance.kind, 0.0) + spent
    print(f"\n{len(asked)} random problems: {Reading.now().since(began)}")
    peer = ask([one.instance for one in asked])
    if peer.trouble:
        print(f"stockpyl could not be had, so nothing was compared with it: {peer.trouble}")
        return []
    print(f"{'against stockpyl ' + peer.version:30} {'problems':>9} {'same cost':>10} {'ours dearer':>12} "
          f"{'theirs dearer':>14} {'same levels':>12} {'ours CPU s':>11} {'theirs CPU s':>13}")  # fmt: skip
    failures, theirs_seconds = [], dict(peer.cpu_seconds)
    for kind in seconds:
        pairs = [
            (a, b) for a, b, one in zip(replies, peer.replies, asked, strict=True) if one.instance.kind == kind
        ]
        dearer = sum(a.cost > b.cost * (1 + SAME_COST) for a, b in pairs)
        theirs = sum(b.cost > a.cost * (1 + SAME_COST) for a, b in pairs)
        levels = sum(np.allclose(a.levels, b.levels, rtol=1e-6) for a, b in pairs)
        same = len(pairs) - dearer - theirs
        print(f"{kind:30} {len(pairs):>9} {same:>10} {dearer:>12} {theirs:>14} {levels:>12} "
              f"{seconds[kind]:>11.3f} {theirs_seconds[kind]:>13.3f}")  # fmt: skip
        if dearer:
            failures.append(f"{kind}: stockpyl's answer is cheaper on {dearer} of {len(pairs)} problems")
    return failures


def random_instances(rng: np.random.Generator) -> list[Asked]:
    makers = (normal, poisson, drawn, wagner, order_up_to, fixed_lot)
    return [make(rng) for make in makers for _ in range(N_RANDOM)]


def normal(rng: np.random.Generator) -> Asked:
    mean, sd, h, b = rng.uniform(50, 500), rng.uniform(5, 15), rng.uniform(0.1, 3), rng.uniform(1, 30)
    words = {"holding_cost": h, "stockout_cost": b, "demand_mean": mean, "demand_sd": sd}

    def ours() -> Reply:
        level = level_for_cost(NormalDemand(mean, sd), holding_cost=h, shortage_cost=b)
        return Reply([level.units], level.cost.value)

    return Asked(Instance("newsvendor_normal", words), ours)


def poisson(rng: np.random.Generator) -> Asked:
    mean, h, b = rng.uniform(0.5, 60), rng.uniform(0.1, 3), rng.uniform(1, 30)
    words = {"holding_cost": h, "stockout_cost": b, "demand_mean": mean}

    def ours() -> Reply:
        level = level_for_cost(PoissonDemand(mean), holding_cost=h, shortage_cost=b)
        return Reply([level.units], level.cost.value)

    return Asked(Instance("newsvendor_poisson", words), ours)


def drawn(rng: np.random.Generator) -> Asked:
    draws, h, b = rng.negative_binomial(2, 0.1, 200), rng.uniform(0.1, 3), rng.uniform(1, 30)
    words = {"holding_cost": h, "stockout_cost": b, "draws": draws.tolist()}

    def ours() -> Reply:
        level = level_for_cost(DrawnDemand(draws), holding_cost=h, shortage_cost=b)
        return Reply([level.units], level.cost.value)

    return Asked(Instance("newsvendor_drawn", words), ours)


def wagner(rng: np.random.Generator) -> Asked:
    n = 52
    demand, h, k = rng.integers(1, 100, n), rng.uniform(0.2, 2), rng.uniform(50, 400, n)
    c = rng.uniform(1, 3, n)
    words = {
        "num_periods": n,
        "holding_cost": h,
        "fixed_cost": k.tolist(),
        "demand": demand.tolist(),
        "purchase_cost": c.tolist(),
    }

    def ours() -> Reply:
        plan = wagner_whitin(demand, order_cost=k, holding_cost=h, unit_cost=c)
        return Reply(plan.order[0].tolist(), plan.cost)

    return Asked(Instance("wagner_whitin", words), ours)


def order_up_to(rng: np.random.Generator) -> Asked:
    mean, h, b, k = rng.uniform(2, 40), rng.uniform(0.2, 2), rng.uniform(3, 30), rng.uniform(1, 100)
    words = {"holding_cost": h, "stockout_cost": b, "fixed_cost": k, "demand_mean": mean}

    def ours() -> Reply:
        best = best_order_up_to(PoissonDemand(mean), holding_cost=h, shortage_cost=b, order_cost=k)
        return Reply([best.reorder_point, best.order_up_to], best.expected_cost)

    return Asked(Instance("order_up_to", words), ours)


def fixed_lot(rng: np.random.Generator) -> Asked:
    mean, lead, h, b, k = (
        rng.uniform(1, 20),
        float(rng.integers(1, 5)),
        rng.uniform(0.2, 2),
        rng.uniform(3, 30),
        rng.uniform(1, 100),
    )
    words = {"holding_cost": h, "stockout_cost": b, "fixed_cost": k, "demand_mean": mean, "lead_time": lead}

    def ours() -> Reply:
        law = PoissonDemand(mean * lead)
        best = best_fixed_lot(law, period_mean=mean, holding_cost=h, shortage_cost=b, order_cost=k)
        return Reply([best.reorder_point, best.lot_units], best.expected_cost)

    return Asked(Instance("fixed_lot", words), ours)


@dataclass(frozen=True, slots=True)
class Size:
    n_products: int
    n_periods: int
    owed_cost: float | None
    pack: int

    def __str__(self) -> str:
        waits = ", may wait" if self.owed_cost else ""
        packs = f", packs of {self.pack}" if self.pack else ""
        return f"{self.n_products} x {self.n_periods}{waits}{packs}"


SIZES = (
    Size(1, 26, 5.0, 12),
    Size(1, 52, None, 0),
    Size(5, 13, 5.0, 0),
    Size(20, 13, 5.0, 0),
    Size(10, 26, None, 0),
    Size(20, 26, None, 0),
)


def proven_lots() -> list[str]:
    rng = np.random.default_rng(0)
    print(f"\n{'lots, products x periods':30} {'cost':>12} {'bound':>12} {'gap':>10}  cost")
    failures = []
    for size in SIZES:
        demand = rng.poisson(rng.uniform(20, 100, (size.n_products, 1)), (size.n_products, size.n_periods))
        demand = demand.astype(np.float64)
        mean = demand.sum() / size.n_periods
        began = Reading.now()
        plan = capacitated_lots(
            demand,
            order_cost=rng.uniform(100, 400, (size.n_products, 1)),
            holding_cost=1,
            owed_cost=size.owed_cost,
            opening_units=demand[:, 0] * 1.5,
            limits=LotLimits(capacity=1.5 * mean, storage=3 * mean, minimum=10, pack=size.pack),
            node_limit=NODE_LIMIT,
        )
        cost = Reading.now().since(began)
        print(f"{size!s:30} {plan.cost:>12,.2f} {plan.bound:>12,.2f} {plan.gap:>10.5%}  {cost}", flush=True)
        if plan.gap > PROVEN_GAP:
            failures.append(f"lots {size}: the gap is {plan.gap:.4%}, not proven optimal")
    return failures


def joint_gain() -> list[str]:
    rng = np.random.default_rng(1)
    together, apart = [], []
    began = Reading.now()
    for _ in range(N_RANDOM):
        base = rng.uniform(5, 30)
        depth = np.array([0.0, 0.1, 0.2, 0.3])
        problem = joint_problem(
            10 * (1 - depth),
            base * rng.uniform(0.8, 1.2, (26, 1)) * (1 - depth) ** -rng.uniform(2, 4),
            unit_cost=5,
            order_cost=rng.uniform(20, 150),
            holding_cost=rng.uniform(0.1, 0.5),
            after=1 - 0.5 * depth,
        )
        together.append(plan_jointly(problem).profit)
        apart.append(plan_in_sequence(problem).profit)
    more = np.array(together) - np.array(apart)
    print(f"\nprice and lots together, {N_RANDOM} random products x 26 periods x 4 prices: "
          f"{more.sum() / np.sum(apart):.2%} more profit than one after the other "
          f"(least {more.min():.2f}, most {more.max():.2f} a product); {Reading.now().since(began)}")  # fmt: skip
    return ["prices first and lots after earned more than both together"] if more.min() < -1e-6 else []


if __name__ == "__main__":
    sys.exit(main())
