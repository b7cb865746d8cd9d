"""Holds at their deadline: paid or expired, never both, and what they held comes back once."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from dealwright.app.till.ledger_ports import Books, Change, Conflict
from dealwright.engine.ledger import Balance
from dealwright.engine.outcomes import Held, Order
from dealwright.prove.crew import Crew
from dealwright.prove.ground import fresh_till
from dealwright.prove.proof import Mutant, Proof, told_of
from dealwright.prove.shopping import Tally, cart, sku_of, total_of
from dealwright.prove.weaken import GUARDS, Weakness
from dealwright.till.carts import Carts
from dealwright.till.open import Till, open_till

N_HOLDS, HOLD_SECONDS, SWEEP_SECONDS = 200, 2, 1.5
_AWAY_SECONDS = (0.01, 0.03, 0.6)  # some are paid in time, and some are under way when they are swept, however late
_SWEEPERS = 8  # clients that sweep while the others pay


def prove_expiry(url: str, crew: Crew, *, seeds: Sequence[int]) -> Proof:
    """R5: at the deadline a hold becomes an order or comes back, exactly one of them."""
    began = time.monotonic()
    tallies, violations = _rounds(url, crew, seeds)
    answers = sum((tally.answers for tally in tallies), Counter[str]())
    seconds = time.monotonic() - began
    caught = sum(map(bool, _rounds(url, crew, seeds[:3], weakness="hold_state")[1].values()))
    figures = {name: f"{count:,}" for name, count in sorted(answers.items())}
    claim = (
        f"{N_HOLDS} holds paid at their deadline while {_SWEEPERS} sweepers expire them: paid or back, never both"
    )
    mutant = Mutant(GUARDS["hold_state"], len(seeds[:3]), caught)
    n_trials = N_HOLDS * len(seeds)
    return Proof("R5", claim, tuple(seeds), n_trials, told_of(violations), seconds, figures, (mutant,))


def hold_or_wait(till: Till, seed: int, client: int) -> Tally:
    """Payers hold their part of the carts and pay each as its deadline passes; sweepers sweep all the while."""
    tally = Tally()
    if client < _SWEEPERS:
        until = time.monotonic() + HOLD_SECONDS + SWEEP_SECONDS
        while time.monotonic() < until:
            tally.answers["expired"] += till.sweep().holds
            time.sleep(0.01)
        return tally
    carts = Carts(replace(till.ledger, books=_Slow(till.ledger.books, _AWAY_SECONDS[client % 3])), till.promotions)
    held = [
        answer
        for n in range(client, N_HOLDS + _SWEEPERS, 64 - _SWEEPERS)
        if isinstance(answer := _hold(till, seed, n), Held)
    ]
    for one in held:
        wait = (one.expires_at - till.ledger.clock.now()).total_seconds()
        time.sleep(max(0.0, wait - (client % 5) * 0.01))
        answer = carts.commit(one.hold_id, key=f"c {one.order_id}")
        tally.orders += isinstance(answer, Order)
        tally.answers["paid" if isinstance(answer, Order) else f"told {answer.code}"] += 1
    return tally


class _Slow:
    """Books that are far away: between the decision and the write there is time for others."""

    def __init__(self, books: Books, seconds: float) -> None:
        self._books = books
        self._seconds = seconds
        self.kept = books.kept

    def write(self, change: Change) -> Conflict | None:
        time.sleep(self._seconds)
        return self._books.write(change)


def _hold(till: Till, seed: int, n: int) -> object:
    order_id = f"order {seed} {n}"
    wanted = cart(seed, 1, customer=f"c{n}")
    return till.carts.hold(wanted, key=f"h {order_id}", order_id=order_id, seconds=HOLD_SECONDS)


def _rounds(
    url: str, crew: Crew, seeds: Sequence[int], *, weakness: Weakness = ""
) -> tuple[list[Tally], dict[int, list[str]]]:
    tallies, violations = [], {}
    with fresh_till(url) as place, open_till(place) as till:
        for seed in seeds:
            till.stock.load(sku_of(seed), 2 * N_HOLDS)
            # Somebody else holds as many: without the guard, what is not there any more would be taken from them.
            others = till.carts.hold(
                cart(seed, N_HOLDS, customer="other"), key=f"h {seed}", order_id=f"other {seed}"
            )
            assert isinstance(others, Held)
            tally = total_of(crew.race(hold_or_wait, place, seed=seed, weakness=weakness))
            tally.answers["expired"] += till.sweep().holds
            balance = till.stock.left(sku_of(seed))
            assert balance is not None
            violations[seed] = list(_wrong(tally, balance))
            tallies.append(tally)
    return tallies, violations


def _wrong(tally: Tally, balance: Balance) -> Iterator[str]:
    if (balance.available, balance.held, balance.used) != (N_HOLDS - tally.orders, N_HOLDS, tally.orders):
        yield f"{tally.orders} of {N_HOLDS} holds were paid, the account says {balance}"
    if tally.orders + tally.answers["expired"] != N_HOLDS:
        yield f"{tally.orders} paid + {tally.answers['expired']} expired of {N_HOLDS}"
