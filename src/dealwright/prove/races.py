"""Units, uses and money under races: never more than there are, never fewer than were wanted."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dealwright.campaign.promotion import Limits
from dealwright.engine.ledger import Balance, budget_account, stock_account, uses_account
from dealwright.prove import shopping
from dealwright.prove.crew import Crew, Job
from dealwright.prove.ground import fresh_till
from dealwright.prove.proof import Mutant, Proof, told_of
from dealwright.prove.shopping import Tally, promotion_of, sku_of, total_of
from dealwright.prove.weaken import GUARDS, Weakness, drop_checks
from dealwright.till.open import Till, open_till

N_UNITS, N_USES, BUDGET_MINOR, MOST_OFF_MINOR = 1_000, 10, 100_000, 9_999


@dataclass(frozen=True, slots=True)
class Race:
    """One kind of race: what is laid out, what clients do, and what must be true afterwards."""

    prepare: Callable[[Till, int], None]
    job: Job[Tally]
    account: Callable[[int], str]
    verdict: Callable[[Tally, Balance], str]


def prove_no_oversell(url: str, crew: Crew, *, seeds: Sequence[int]) -> Proof:
    """R1: units held, sold and left always sum to the units loaded."""
    race = Race(_stock, shopping.buy_units, lambda seed: stock_account(sku_of(seed)), _stock_verdict)
    claim = f"{crew.n_clients} clients buy, release, cancel and return 1 to 5 of {N_UNITS} units: none too many"
    return _proved("R1", claim, race, url, crew, seeds)


def prove_no_double_redemption(url: str, crew: Crew, *, seeds: Sequence[int]) -> Proof:
    """R2: a code with a limit is redeemed exactly that often when more want it."""
    race = Race(_code, shopping.redeem, lambda seed: uses_account(promotion_of(seed)), _uses_verdict(N_USES))
    claim = f"{crew.n_clients} carts with one code that may be used {N_USES} times: exactly {N_USES} get it"
    return _proved("R2", claim, race, url, crew, seeds)


def prove_customer_limit(url: str, crew: Crew, *, seeds: Sequence[int]) -> Proof:
    """R2 for one customer: clicking often does not help."""
    race = Race(
        _code_of_customer,
        shopping.redeem_as_one,
        lambda seed: f"{uses_account(promotion_of(seed))}/customer/the same",
        _uses_verdict(1),
    )
    claim = f"one customer commits {crew.n_clients} carts with a code for one use each: exactly one gets it"
    return _proved("R2", claim, race, url, crew, seeds)


def prove_budget(url: str, crew: Crew, *, seeds: Sequence[int]) -> Proof:
    """R6: money given away never exceeds the budget, to the minor unit."""
    race = Race(_budget, shopping.buy_units, lambda seed: budget_account(promotion_of(seed)), _budget_verdict)
    claim = f"{crew.n_clients} clients cross a budget of {BUDGET_MINOR:,} minor units: nothing is overspent"
    return _proved("R6", claim, race, url, crew, seeds)


def _proved(promise: str, claim: str, race: Race, url: str, crew: Crew, seeds: Sequence[int]) -> Proof:
    began = time.monotonic()
    tallies, violations = _rounds(race, url, crew, seeds)
    seconds = time.monotonic() - began
    n_trials = sum(tally.orders + sum(tally.answers.values()) for tally in tallies)
    figures = {
        "clients": str(crew.n_clients),
        "orders": f"{sum(tally.orders for tally in tallies):,}",
        "attempts per second": f"{n_trials / seconds:,.0f}",
    }
    mutants = tuple(_mutant(race, url, crew, seeds[:3], weakness) for weakness in ("row_count", "condition"))
    return Proof(promise, claim, tuple(seeds), n_trials, told_of(violations), seconds, figures, mutants)


def _mutant(race: Race, url: str, crew: Crew, seeds: Sequence[int], weakness: Weakness) -> Mutant:
    _, violations = _rounds(race, url, crew, seeds, weakness=weakness)
    return Mutant(GUARDS[weakness], len(seeds), sum(map(bool, violations.values())))


def _rounds(
    race: Race, url: str, crew: Crew, seeds: Sequence[int], *, weakness: Weakness = ""
) -> tuple[list[Tally], dict[int, list[str]]]:
    tallies, violations = [], {}
    with fresh_till(url) as place, open_till(place) as till:
        if weakness == "condition":
            drop_checks(till)
        for seed in seeds:  # all before anybody opens the till, and so known to everybody
            race.prepare(till, seed)
        for seed in seeds:
            tally = total_of(crew.race(race.job, place, seed=seed, weakness=weakness))
            account = race.account(seed)
            balance = till.ledger.accounts.balances([account]).get(account, Balance(account, 0, 0, 0))
            wrong = [race.verdict(tally, balance), *tally.mistakes]
            violations[seed] = [what for what in wrong if what]
            tallies.append(tally)
    return tallies, violations


def _stock(till: Till, seed: int) -> None:
    till.stock.load(sku_of(seed), N_UNITS)


def _code(till: Till, seed: int) -> None:
    till.promotions.put([shopping.limited(seed, Limits(total=N_USES), code=f"CODE{seed}")])


def _code_of_customer(till: Till, seed: int) -> None:
    till.promotions.put([shopping.limited(seed, Limits(per_customer=1), code=f"CODE{seed}")])


def _budget(till: Till, seed: int) -> None:
    off_minor = 1 + seed * 2_654_435_761 % MOST_OFF_MINOR
    till.promotions.put([shopping.limited(seed, Limits(budget_minor=BUDGET_MINOR), off_minor=off_minor)])


def _stock_verdict(tally: Tally, balance: Balance) -> str:
    if balance.loaded != N_UNITS or min(balance.available, balance.held, balance.used) < 0:
        return f"{N_UNITS} units were loaded, the account says {balance}"
    if tally.units != balance.used or balance.held:
        return f"customers hold {tally.units} units, the account says {balance}"
    return ""


def _uses_verdict(limit: int) -> Callable[[Tally, Balance], str]:
    def verdict(tally: Tally, balance: Balance) -> str:
        if tally.orders != limit:
            return f"{tally.orders} orders got the discount, {limit} may"
        return "" if balance.used == limit else f"{limit} uses were made, the account says {balance}"

    return verdict


def _budget_verdict(tally: Tally, balance: Balance) -> str:
    is_within = balance.used <= BUDGET_MINOR == balance.loaded and balance.available >= 0 == balance.held
    if not is_within or balance.used != tally.off_minor:
        return f"{tally.off_minor} minor units were given away, the account says {balance}"
    return ""
