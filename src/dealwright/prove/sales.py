"""Flash sales and group buys under races: every unit and every seat has one owner, every group one end."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from dealwright.engine.flash import Reserved
from dealwright.engine.group import Joined, Paid
from dealwright.prove.crew import Crew
from dealwright.prove.ground import fresh_till
from dealwright.prove.proof import Proof
from dealwright.prove.shopping import Tally, total_of
from dealwright.till.open import Till, open_till

N_UNITS, PER_CUSTOMER, N_ASKS = 200, 5, 10
SEATS, PRICE_MINOR, DEADLINE_SECONDS = 16, 1_000, 3.0
_OPEN = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


def prove_flash(url: str, crew: Crew, *, seeds: Sequence[int]) -> Proof:
    """R1 for flash sales: everything is sold, nothing twice, nobody gets more than the limit."""
    began, violations, n_trials = time.monotonic(), [], 0
    with fresh_till(url) as place, open_till(place) as till:
        for seed in seeds:
            till.flash.open(
                f"sale {seed}", "SKU", N_UNITS, per_customer=PER_CUSTOMER, start=_OPEN[0], end=_OPEN[1],
                price_minor=PRICE_MINOR, currency="EUR",
            )  # fmt: skip
            tally = total_of(crew.race(reserve_units, place, seed=seed))
            left = till.flash.left(f"sale {seed}")
            n_trials += sum(tally.answers.values())
            if tally.units + (left or 0) != N_UNITS:
                violations.append(f"seed {seed}: customers hold {tally.units} of {N_UNITS} units, {left} are left")
            violations += [f"seed {seed}: {mistake}" for mistake in tally.mistakes]
    seconds = time.monotonic() - began
    claim = (
        f"{crew.n_clients} clients reserve {N_UNITS} units, at most {PER_CUSTOMER} each: every unit has one owner"
    )
    figures = {"asks per second": f"{n_trials / seconds:,.0f}"}
    return Proof("R1", claim, tuple(seeds), n_trials, tuple(violations), seconds, figures)


def reserve_units(till: Till, seed: int, client: int) -> Tally:
    """Asks again and again for a unit or two, some asks twice; a third is given back, the others are paid."""
    rng, tally = random.Random(f"{seed} {client}"), Tally()
    for n in range(N_ASKS):
        ask = partial(
            till.flash.reserve,
            f"sale {seed}",
            customer_id=f"c{client}",
            quantity=rng.randint(1, 2),
            key=f"k {seed} {client} {n}",
            order_id=f"o {seed} {client} {n}",
        )
        answer = ask()
        tally.answers["reserved" if isinstance(answer, Reserved) else answer.code] += 1
        if not isinstance(answer, Reserved):
            continue
        if rng.random() < 0.3 and ask() != answer:
            tally.mistakes.append(f"client {client}: a repeated request got another answer")
        if rng.random() < 1 / 3:
            till.flash.release(answer.reservation_id)
        else:
            till.flash.commit(answer.reservation_id)
            tally.units += answer.quantity
    if tally.units > PER_CUSTOMER:
        tally.mistakes.append(f"client {client} got {tally.units} units, the limit is {PER_CUSTOMER}")
    return tally


def prove_groups(url: str, crew: Crew, *, seeds: Sequence[int]) -> Proof:
    """R7: a group ends once; success keeps every payment, failure gives every payment back once."""
    began, violations, ends = time.monotonic(), [], Counter[str]()
    with fresh_till(url) as place, open_till(place) as till:
        for seed in seeds:
            deadline = till.ledger.clock.now() + timedelta(seconds=DEADLINE_SECONDS)
            till.groups.open(
                f"group {seed}", seats=SEATS, deadline=deadline, price_minor=PRICE_MINOR, currency="EUR"
            )
            tally = total_of(crew.race(join_and_settle, place, seed=seed))
            till.groups.settle()
            view = till.groups.view(f"group {seed}")
            assert view is not None
            state = view.standing.state
            ends[state] += 1
            paid = [member for member in view.members.values() if member.state == "paid"]
            violations += [f"seed {seed}: {mistake}" for mistake in tally.mistakes]
            if len(paid) > SEATS:
                violations.append(f"seed {seed}: {len(paid)} members paid for {SEATS} seats")
            if state == "succeeded" and len(paid) != SEATS:
                violations.append(f"seed {seed}: succeeded with {len(paid)} of {SEATS} seats paid")
            if state == "failed" and paid:
                violations.append(f"seed {seed}: failed, and {len(paid)} members have no refund")
            if state == "open":
                violations.append(f"seed {seed}: still open after its deadline")
    claim = f"{crew.n_clients} clients join and pay {SEATS} seats while others settle: one end, no seat twice"
    n_trials = crew.n_clients * len(seeds)
    figures = {state: str(count) for state, count in sorted(ends.items())}
    return Proof("R7", claim, tuple(seeds), n_trials, tuple(violations), time.monotonic() - began, figures)


def join_and_settle(till: Till, seed: int, client: int) -> Tally:
    """Odd rounds have too few who pay, so that the group fails; a few clients settle all the while."""
    tally, group, me = Tally(), f"group {seed}", f"c{client}"
    if client % 16 == 0:
        until = time.monotonic() + DEADLINE_SECONDS + 0.5
        while time.monotonic() < until:
            tally.answers["settled"] += till.groups.settle()
            time.sleep(0.05)
        return tally
    joined = till.groups.join(group, customer_id=me, key=f"j {seed} {client}")
    if not isinstance(joined, Joined):
        tally.answers[joined.code] += 1
        return tally
    if seed % 2 and client % 3 == 0:
        return tally
    time.sleep(DEADLINE_SECONDS * (0.8 if client % 2 else 0.3))
    paid = till.groups.pay(group, customer_id=me, key=f"p {seed} {client}")
    tally.answers[paid.then if isinstance(paid, Paid) else paid.code] += 1
    again = till.groups.pay(group, customer_id=me, key=f"p {seed} {client}")
    if again != paid:
        tally.mistakes.append(f"client {client}: the payment was answered {paid}, then {again}")
    return tally
