"""Personal offers for a million customers, beside simpler ways and a general solver, in the same run.

Run with: make bench-personal

Synthetic customers (assumed, not real): six coupons of rising face value; chances of redemption of 2 to 60 %; what
a coupon brings differs between customers and is a loss with some. The budget is about a fifth of what would be
spent without one. Rows: `assign_offers` on all customers at once, within the budget and shares of groups too;
`OfferStream` that sees them one after the other; first come first served; offers at random; one threshold of value
per cost. SciPy's HiGHS solves the linear relaxation of a subsample, where its optimum must be our bound.

Exits non-zero if a claim fails: within 0.001 % of the optimum in at most 5 CPU seconds, the stream at 99.7 % of it
or better, HiGHS' optimum ours, and no limit overstepped.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, hstack, identity, vstack

from clocks import Reading, peak_mib
from dealwright.plan.personal.allocation import Allocation
from dealwright.plan.personal.batch import assign_offers
from dealwright.plan.personal.limit import Budget, GroupShares, Limit, all_rows
from dealwright.plan.personal.offers import NO_OFFER, Ints, PersonalOffers
from dealwright.plan.personal.stream import OfferStream, Pace

N, N_OFFERS, N_SUBSAMPLE = 1_000_000, 6, 10_000
MOST_GAP, MOST_CPU_SECONDS, LEAST_STREAMED = 1e-5, 5.0, 0.997


def main() -> int:
    offers, group_of = make_offers(N)
    budget = Budget(int(0.2 * free_spend(offers)))
    print(f"{N:,} customers x {N_OFFERS} offers, budget {budget.minor / 100:,.0f}; data {peak_mib():,.0f} MiB")
    print(f"{'method':38} {'value':>12} {'of bound':>10} {'gap':>10} {'spent':>8}  cost")
    claims: dict[str, bool] = {}

    began = Reading.now()
    best = assign_offers(offers, [budget])
    took = Reading.now()
    tell("dealwright, all at once", offers, budget, best.choice, best.bound, took.since(began))
    claims[f"gap {best.gap:.7%} at most {MOST_GAP:.3%}"] = best.gap <= MOST_GAP
    cpu_seconds = took.cpu_seconds - began.cpu_seconds
    claims[f"{cpu_seconds:.2f} CPU s at most {MOST_CPU_SECONDS:g}"] = cpu_seconds <= MOST_CPU_SECONDS
    print(f"  peak memory with data {peak_mib():,.0f} MiB", flush=True)

    began = Reading.now()
    streamed = OfferStream([budget], Pace(N)).decide(offers)
    tell("dealwright, one after the other", offers, budget, streamed, best.bound, Reading.now().since(began))
    share = worth(offers, streamed) / best.bound
    claims[f"stream at {share:.3%}, at least {LEAST_STREAMED:.1%}"] = share >= LEAST_STREAMED

    peers: dict[str, Callable[[], Ints]] = {
        "threshold of value per cost": lambda: by_threshold(offers, budget),
        "first come, first served": lambda: served_in_order(offers, budget, favourite(offers)),
        "at random": lambda: served_in_order(offers, budget, at_random(offers)),
    }
    chosen = {"streamed": streamed, "all at once": best.choice}
    for name, choose in peers.items():
        began = Reading.now()
        chosen[name] = choose()
        tell(name, offers, budget, chosen[name], best.bound, Reading.now().since(began))
    over = [name for name, choice in chosen.items() if spent(offers, budget, choice) > budget.minor]
    claims[f"over the budget: {', '.join(over) or 'none'}"] = not over

    limits: list[Limit] = [budget, GroupShares(group_of, least=0.25, most=0.5)]
    began = Reading.now()
    fair = assign_offers(offers, limits)
    tell("dealwright, with shares of 3 groups", offers, budget, fair.choice, fair.bound, Reading.now().since(began))
    claims[f"with groups gap {fair.gap:.7%}"] = fair.gap <= MOST_GAP
    print(f"  peak memory with data {peak_mib():,.0f} MiB", flush=True)

    claims |= beside_highs(offers.of(slice(0, N_SUBSAMPLE)))
    for claim, is_met in claims.items():
        print(f"{'met   ' if is_met else 'FAILED'}  {claim}")
    return 0 if all(claims.values()) else 1


def make_offers(n: int, *, seed: int = 0) -> tuple[PersonalOffers, Ints]:
    rng = np.random.default_rng(seed)
    face = np.linspace(100.0, 600.0, N_OFFERS)
    chance = rng.uniform(0.05, 0.6, (n, 1)) * np.linspace(0.4, 1.0, N_OFFERS)
    value = 0.5 * rng.normal(150.0, 200.0, (n, N_OFFERS)).cumsum(axis=1)
    return PersonalOffers(value, chance * face, face), rng.integers(0, 3, n)


def favourite(offers: PersonalOffers) -> Ints:
    best = offers.value.argmax(axis=1)
    return np.where(offers.value.max(axis=1) > 0, best, NO_OFFER).astype(np.int64)


def at_random(offers: PersonalOffers) -> Ints:
    return np.random.default_rng(1).integers(0, N_OFFERS, offers.n_customers)


def free_spend(offers: PersonalOffers) -> float:
    return float(offers.chosen(favourite(offers), offers.cost).sum())


def served_in_order(offers: PersonalOffers, budget: Budget, wanted: Ints) -> Ints:
    """Everybody gets what is wanted until the money is out."""
    is_paid = np.cumsum(offers.chosen(wanted, offers.cost)) <= budget.minor
    return np.where(is_paid, wanted, NO_OFFER)


def by_threshold(offers: PersonalOffers, budget: Budget) -> Ints:
    """Each customer's offer of most value per cost, the best customers first, until the money is out."""
    ratio = offers.value / offers.cost
    wanted = ratio.argmax(axis=1)
    order = np.argsort(-ratio.max(axis=1), kind="stable")
    order = order[offers.value[order, wanted[order]] > 0]
    is_paid = np.cumsum(offers.cost[order, wanted[order]]) <= budget.minor
    choice = np.full(offers.n_customers, NO_OFFER)
    choice[order[is_paid]] = wanted[order[is_paid]]
    return choice


def beside_highs(offers: PersonalOffers) -> dict[str, bool]:
    """The linear relaxation of fewer customers, by a general solver."""
    budget = Budget(int(0.2 * free_spend(offers)))
    n, n_offers = offers.value.shape
    each = csr_array(hstack([identity(n)] * n_offers))
    table = vstack([csr_array(offers.cost.T.reshape(1, -1)), each]).tocsr()
    began = Reading.now()
    theirs = linprog(
        -offers.value.T.ravel(),
        A_ub=table,
        b_ub=np.concatenate([[budget.minor], np.ones(n)]),
        bounds=(0.0, 1.0),
        method="highs",
    )
    print(f"{n:,} customers: HiGHS {-theirs.fun / 100:,.4f}  {Reading.now().since(began)}")
    began = Reading.now()
    ours: Allocation = assign_offers(offers, [budget])
    print(f"{n:,} customers: dealwright bound {ours.bound / 100:,.4f}  {Reading.now().since(began)}", flush=True)
    return {"our bound is HiGHS' optimum": abs(ours.bound + theirs.fun) <= 1e-7 * ours.bound}


def worth(offers: PersonalOffers, choice: Ints) -> float:
    return float(offers.chosen(choice, offers.value).sum())


def spent(offers: PersonalOffers, budget: Budget, choice: Ints) -> float:
    return all_rows([budget], offers)[0].used(offers, choice)


def tell(method: str, offers: PersonalOffers, budget: Budget, choice: Ints, bound: float, cost: str) -> None:
    value = worth(offers, choice)
    used = spent(offers, budget, choice) / budget.minor
    shown = f"{value / bound:>10.4%} {(bound - value) / abs(value):>10.6%} {used:>8.2%}"
    print(f"{method:38} {value / 100:>12,.0f} {shown}  {cost}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
