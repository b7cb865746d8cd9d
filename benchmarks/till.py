"""The till's speed: carts of 20 lines against 1,000 and 10,000 live promotions, beside two peers on the same carts.

Run with: make bench-till

Rows on the shop's mix (ten mechanics, exclusive groups, a tenth of the promotions match): how long one evaluation
takes, and that it does not depend on promotions that are not live, on a million codes, or on units per line. Shares
and reasons are put into words when somebody asks: "told" is an evaluation with all of them, as a document. Wall
milliseconds are what a shopper waits; CPU milliseconds beside them leave out what else the machine did meanwhile.

Rows beside peers compare like with like, in carts per CPU second, each the median of `REPEATS` runs in turn:
- the promotion module of Medusa computes the amounts of rules it knows (alone, without its database), beside our
  evaluation of the same rules; totals must be equal to the cent on the carts both support;
- the rule engine GoRules Zen only matches: from a cart to the promotions whose conditions hold. Beside it stands
  our matching of the same rules, from a cart to their ids, without amounts. Both prepare the rules once, begin with
  the cart as it comes in, and are called from a script (Zen is Rust below node, ours is Python).
The peers are npm packages, installed below benchmarks/out/till at the first run (node and npm needed; without them
their rows are left out, and said to be).

Exits non-zero if a claim fails. One process, one core.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from clocks import Reading, peak_mib
from dealwright.app.till.tell_evaluation import evaluation_document
from dealwright.campaign.schedule import Schedule
from dealwright.core.cart import Cart
from dealwright.engine.evaluate import evaluate
from dealwright.engine.index import Compiled, compile_promotions
from dealwright.engine.matches import matches
from dealwright.engine.policy import Policy
from dealwright.engine.usage import HeldCode, Usage
from till_instances import EVEN_STEP_MINOR, as_json, carts, mixed, rules

AT = datetime(2030, 6, 1, 12, tzinfo=UTC)
PEERS, OUT = Path(__file__).parent / "peers", Path(__file__).parent / "out" / "till"
N_CARTS, REPEATS, SECONDS, N_WARMING = 300, 5, 2, 100
MOST_P50_MS, MOST_P99_MS, LEAST_MEDUSA, LEAST_ZEN, MOST_RATIO = 1.0, 5.0, 100, 20, 2.0

Claims = dict[str, bool]


def main() -> int:
    claims: Claims = {}
    speed(claims)
    independence(claims)
    beside_peers(claims)
    print(f"\npeak memory {peak_mib():,.0f} MiB\n")
    for claim, holds in claims.items():
        print(f"{'holds ' if holds else 'FAILS '} {claim}")
    return 0 if all(claims.values()) else 1


def speed(claims: Claims) -> None:
    heads = f"{'p50 ms':>8} {'p99 ms':>8} {'p50 CPU':>8} {'p99 CPU':>8} {'told ms':>8} {'carts/CPU s':>12}"
    print(f"{'live promotions':16} {'looked at':>9} {heads}  compiled in")
    for n in (1_000, 10_000):
        began = Reading.now()
        live = compile_promotions(mixed(n))
        compiled = Reading.now().since(began)
        shopping = carts(N_CARTS)
        looked_at = np.mean([len(e.applied) + len(e.refused) for e in evaluations(live, shopping)])
        wall, cpu = timed(lambda cart, live=live: evaluate(cart, live, at=AT).total_minor, shopping)  # type: ignore[misc]
        told, _ = timed(lambda cart, live=live: evaluation_document(evaluate(cart, live, at=AT)), shopping)  # type: ignore[misc]
        print(
            f"{n:<16,} {looked_at:>9,.0f} {wall.p50:>8.3f} {wall.p99:>8.3f} {cpu.p50:>8.3f} {cpu.p99:>8.3f} "
            f"{told.p50:>8.3f} {1e3 / cpu.mean:>12,.0f}  {compiled}",
            flush=True,
        )
        claims[f"{n:,} live promotions: p50 {wall.p50:.2f} ms below {MOST_P50_MS:g}"] = wall.p50 < MOST_P50_MS
        claims[f"{n:,} live promotions: p99 {wall.p99:.2f} ms below {MOST_P99_MS:g}"] = wall.p99 < MOST_P99_MS


def independence(claims: Claims) -> None:
    """What must not cost anything: promotions that have ended, codes that exist, units per line."""
    promotions, shopping = mixed(1_000), carts(N_CARTS)
    live = compile_promotions(promotions)
    base, _ = timed(lambda cart: evaluate(cart, live, at=AT), shopping)
    past = Schedule(end=AT - timedelta(days=1))
    ended = [replace(promotion, id=f"past {promotion.id}", schedule=past) for promotion in mixed(10_000, seed=9)]
    with_ended = compile_promotions([*promotions, *ended])
    inactive, _ = timed(lambda cart: evaluate(cart, with_ended, at=AT), shopping)
    tell(claims, "10,000 promotions more that have ended", inactive.p50 / base.p50)

    batch = replace(promotions[0], id="batch", batch="welcome", exclusive_group="")
    with_batch = compile_promotions([*promotions, batch])
    many = {f"CODE{k}": HeldCode(f"CODE{k}", "batch", 1) for k in range(1_000_000)}
    holding = [replace(cart, codes=("CODE7",)) for cart in shopping]
    few = Usage(codes={"CODE7": many["CODE7"]})
    one, _ = timed(lambda cart: evaluate(cart, with_batch, at=AT, usage=few), holding)
    all_codes = Usage(codes=many)
    million, _ = timed(lambda cart: evaluate(cart, with_batch, at=AT, usage=all_codes), holding)
    tell(claims, "1,000,000 codes instead of one", million.p50 / one.p50)

    single = [replace(cart, lines=tuple(replace(line, quantity=1) for line in cart.lines)) for cart in shopping]
    heaps = [replace(cart, lines=tuple(replace(x, quantity=100_000) for x in cart.lines)) for cart in shopping]
    one, _ = timed(lambda cart: evaluate(cart, live, at=AT), single)
    heap, _ = timed(lambda cart: evaluate(cart, live, at=AT), heaps)
    tell(claims, "100,000 units a line instead of one", heap.p50 / one.p50)


def tell(claims: Claims, what: str, ratio: float) -> None:
    print(f"{what:44} {ratio:6.2f} x the time (median)", flush=True)
    claims[f"{what}: {ratio:.2f} x, at most {MOST_RATIO:g}"] = ratio <= MOST_RATIO


def beside_peers(claims: Claims) -> None:
    given, shopping = rules(1_000), carts(N_CARTS, step_minor=EVEN_STEP_MINOR)
    live = compile_promotions([rule.promotion() for rule in given], policy=Policy(stacking="sequential"))
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "instance.json").write_text(json.dumps(as_json(given, shopping)))
    print(f"\n{'1,000 rules, 20 lines, carts/CPU s':40} {'ours':>9} {'theirs':>9} {'times':>7}  each repeat")
    document = rate(lambda cart: evaluation_document(evaluate(cart, live, at=AT)), shopping)
    print(f"{'every share and reason told':40} {document:>9,.0f}")
    if not installed():
        print("peers left out: node and npm were not found or their packages could not be installed")
        return
    medusa, times = repeated(
        "amounts, beside Medusa 2.21.2", "till_medusa.js", lambda c: evaluate(c, live, at=AT).total_minor, shopping
    )
    claims[f"{times:,.0f} times Medusa's carts, at least {LEAST_MEDUSA}"] = times >= LEAST_MEDUSA
    totals = [evaluation.total_minor for evaluation in evaluations(live, shopping)]
    # Medusa keeps fractions of cents: an amount shared over two lines may leave them with thirds of a cent, and a
    # percentage of such a line is no whole number of cents either. A till charges whole cents on each line, so
    # these carts have no common answer. Medusa's own amounts tell which carts they are, not whether totals differ.
    told = zip(totals, medusa["totals"], medusa["rounded"], strict=True)
    both = [(own, peer_total) for own, peer_total, is_rounded in told if not is_rounded]
    print(
        f"totals compared on {len(both)} carts; left out are {len(totals) - len(both)} where Medusa takes off "
        "a fraction of a cent, which a till rounds"
    )
    n_equal = sum(own == peer_total for own, peer_total in both)
    claims[f"totals of {n_equal} of {len(both)} carts equal Medusa's to the cent"] = n_equal == len(both)
    zen, times = repeated(
        "matching alone, beside GoRules Zen 0.54.0", "till_zen.js", lambda c: matches(c, live, at=AT), shopping
    )
    claims[f"{times:,.0f} times Zen's matching, at least {LEAST_ZEN}"] = times >= LEAST_ZEN
    matched = [sorted(matches(cart, live, at=AT)) for cart in shopping]
    same = sum(ids == peer_ids for ids, peer_ids in zip(matched, zen["matches"], strict=True))
    claims[f"matches of {same} of {len(matched)} carts equal Zen's"] = same == len(matched)


def repeated(
    what: str, script: str, one: Callable[[Cart], object], shopping: Sequence[Cart]
) -> tuple[dict[str, Any], float]:
    """What the peer's script told at first, and the median of how many times its carts per CPU second we price.

    Ours and theirs run in turn, so that both have the machine as it is.
    """
    first: dict[str, Any] = {}
    ours, theirs = [], []
    for repeat in range(REPEATS):
        ours.append(rate(one, shopping))
        answer = peer(script, n_checked=N_WARMING if repeat else N_CARTS)
        first = first or answer
        theirs.append(answer["n_carts"] / answer["cpu_seconds"])
    ratios = [own / other for own, other in zip(ours, theirs, strict=True)]
    times = float(np.median(ratios))
    each = " ".join(f"{ratio:.0f}" for ratio in ratios)
    print(f"{what:40} {np.median(ours):>9,.0f} {np.median(theirs):>9,.0f} {times:>7.1f}  {each}", flush=True)
    return first, times


def evaluations(live: Compiled, shopping: Sequence[Cart]) -> list[Any]:
    return [evaluate(cart, live, at=AT) for cart in shopping]


class Took(NamedTuple):
    """Milliseconds a cart."""

    p50: float
    p99: float
    mean: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Took:
        p50, p99 = np.quantile(seconds, [0.5, 0.99]) * 1e3
        return cls(float(p50), float(p99), float(np.mean(seconds)) * 1e3)


def timed(one: Callable[[Cart], object], shopping: Sequence[Cart]) -> tuple[Took, Took]:
    """Wall and CPU time of each cart in three rounds."""
    for cart in shopping[:20]:
        one(cart)
    wall, cpu = [], []
    for _ in range(3):
        for cart in shopping:
            used, start = time.thread_time(), time.perf_counter()
            one(cart)
            wall.append(time.perf_counter() - start)
            cpu.append(time.thread_time() - used)
    return Took.of(wall), Took.of(cpu)


def rate(one: Callable[[Cart], object], shopping: Sequence[Cart]) -> float:
    """Carts per CPU second, warmed up as the peers are."""
    for cart in shopping[:N_WARMING]:
        one(cart)
    n_carts, began = 0, time.process_time()
    while time.process_time() - began < SECONDS:
        for cart in shopping:
            one(cart)
        n_carts += len(shopping)
    return n_carts / (time.process_time() - began)


def peer(script: str, *, n_checked: int) -> dict[str, Any]:
    """What the peer's script prints."""
    shutil.copy(PEERS / script, OUT / script)
    command = ["node", script, "instance.json", str(SECONDS), str(n_checked)]
    ran = subprocess.run(command, cwd=OUT, capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(ran.stdout)
    return answer


def installed() -> bool:
    if not (shutil.which("node") and shutil.which("npm")):
        return False
    wanted = (PEERS / "till_peers.json").read_text()
    if (OUT / "installed.json").exists() and (OUT / "installed.json").read_text() == wanted:
        return True
    (OUT / "package.json").write_text(wanted)
    install = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    if subprocess.run(install, cwd=OUT, check=False).returncode != 0:
        return False
    (OUT / "installed.json").write_text(wanted)
    return True


if __name__ == "__main__":
    sys.exit(main())
