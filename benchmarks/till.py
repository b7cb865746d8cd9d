"""The till's speed: carts of 20 lines against 1,000 and 10,000 live promotions, beside two peers on the same carts.

Run with: make bench-till

Rows on the shop's mix (ten mechanics, exclusive groups, a tenth of the promotions match): how long one evaluation
takes, and that it does not depend on promotions that are not live, on a million codes, or on units per line. Shares
and reasons are put into words when somebody asks: "told" is an evaluation with all of them, as a document. Rows
beside peers: the promotion module of Medusa (its computation alone, without its database) on rules it knows, with
equal totals to the cent; the rule engine GoRules Zen, which only matches, beside our matching of the same rules.
The peers are npm packages, installed below benchmarks/out/till at the first run (node and npm needed; without them
their rows are left out, and said to be).

Exits non-zero if a claim fails. One process, one core; CPU seconds are told beside wall seconds.
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
from typing import Any

import numpy as np

from clocks import Reading, peak_mib
from dealwright.app.tell_evaluation import evaluation_document
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
N_CARTS, PEER_SECONDS = 300, 5
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
    heads = f"{'p50 ms':>8} {'p99 ms':>8} {'told ms':>8} {'carts/CPU s':>12}"
    print(f"{'live promotions':24} {'matching':>9} {heads}  compiled in")
    for n in (1_000, 10_000):
        began = Reading.now()
        live = compile_promotions(mixed(n))
        compiled = Reading.now().since(began)
        shopping = carts(N_CARTS)
        considered = np.mean([len(e.applied) + len(e.refused) for e in evaluations(live, shopping)])
        p50, p99, rate = timed(lambda cart, live=live: evaluate(cart, live, at=AT).total_minor, shopping)  # type: ignore[misc]
        told, _, _ = timed(lambda cart, live=live: evaluation_document(evaluate(cart, live, at=AT)), shopping)  # type: ignore[misc]
        print(
            f"{n:<24,} {considered:>9,.0f} {p50:>8.3f} {p99:>8.3f} {told:>8.3f} {rate:>12,.0f}  {compiled}",
            flush=True,
        )
        claims[f"{n:,} live promotions: p50 {p50:.2f} ms below {MOST_P50_MS:g}"] = p50 < MOST_P50_MS
        claims[f"{n:,} live promotions: p99 {p99:.2f} ms below {MOST_P99_MS:g}"] = p99 < MOST_P99_MS


def independence(claims: Claims) -> None:
    """What must not cost anything: promotions that have ended, codes that exist, units per line."""
    promotions, shopping = mixed(1_000), carts(N_CARTS)
    live = compile_promotions(promotions)
    base, _, _ = timed(lambda cart: evaluate(cart, live, at=AT), shopping)
    past = Schedule(end=AT - timedelta(days=1))
    ended = [replace(promotion, id=f"past {promotion.id}", schedule=past) for promotion in mixed(10_000, seed=9)]
    with_ended = compile_promotions([*promotions, *ended])
    inactive, _, _ = timed(lambda cart: evaluate(cart, with_ended, at=AT), shopping)
    tell(claims, "10,000 promotions more that have ended", inactive / base)

    batch = replace(promotions[0], id="batch", batch="welcome", exclusive_group="")
    with_batch = compile_promotions([*promotions, batch])
    many = {f"CODE{k}": HeldCode(f"CODE{k}", "batch", 1) for k in range(1_000_000)}
    holding = [replace(cart, codes=("CODE7",)) for cart in shopping]
    few = Usage(codes={"CODE7": many["CODE7"]})
    one, _, _ = timed(lambda cart: evaluate(cart, with_batch, at=AT, usage=few), holding)
    all_codes = Usage(codes=many)
    million, _, _ = timed(lambda cart: evaluate(cart, with_batch, at=AT, usage=all_codes), holding)
    tell(claims, "1,000,000 codes instead of one", million / one)

    single = [replace(cart, lines=tuple(replace(line, quantity=1) for line in cart.lines)) for cart in shopping]
    heaps = [replace(cart, lines=tuple(replace(x, quantity=100_000) for x in cart.lines)) for cart in shopping]
    one, _, _ = timed(lambda cart: evaluate(cart, live, at=AT), single)
    heap, _, _ = timed(lambda cart: evaluate(cart, live, at=AT), heaps)
    tell(claims, "100,000 units a line instead of one", heap / one)


def tell(claims: Claims, what: str, ratio: float) -> None:
    print(f"{what:44} {ratio:6.2f} x the time (median)", flush=True)
    claims[f"{what}: {ratio:.2f} x, at most {MOST_RATIO:g}"] = ratio <= MOST_RATIO


def beside_peers(claims: Claims) -> None:
    given, shopping = rules(1_000), carts(N_CARTS, step_minor=EVEN_STEP_MINOR)
    live = compile_promotions([rule.promotion() for rule in given], policy=Policy(stacking="sequential"))
    _, _, ours = timed(lambda cart: evaluate(cart, live, at=AT).total_minor, shopping)
    _, _, matching = timed(lambda cart: matches(cart, live, at=AT), shopping)
    print(f"\n{'1,000 rules, 20 lines':40} {'carts/CPU s':>12}")
    _, _, told = timed(lambda cart: evaluation_document(evaluate(cart, live, at=AT)), shopping)
    print(f"{'dealwright, amounts':40} {ours:>12,.0f}")
    print(f"{'dealwright, every share and reason told':40} {told:>12,.0f}")
    print(f"{'dealwright, matching alone':40} {matching:>12,.0f}")
    instance = json.dumps(as_json(given, shopping))
    medusa, zen = peer("till_medusa.js", instance), peer("till_zen.js", instance)
    if medusa is None or zen is None:
        print("peers left out: node and npm were not found or their packages could not be installed")
        return
    theirs = medusa["n_carts"] / medusa["cpu_seconds"]
    print(f"{'Medusa 2.21.2, amounts (no database)':40} {theirs:>12,.0f}   {medusa['peak_mib']:,.0f} MiB")
    totals = [evaluation.total_minor for evaluation in evaluations(live, shopping)]
    # Medusa keeps fractions of cents, we share whole ones: a spare cent that two lines of a cart share may differ.
    equal = sum(abs(total - peer_total) <= 1 for total, peer_total in zip(totals, medusa["totals"], strict=True))
    claims[f"totals of {equal} of {len(totals)} carts equal Medusa's"] = equal == len(totals)
    claims[f"{ours / theirs:,.0f} times Medusa's carts, at least {LEAST_MEDUSA}"] = ours >= LEAST_MEDUSA * theirs
    theirs = zen["n_carts"] / zen["cpu_seconds"]
    print(f"{'GoRules Zen 0.54.0, matching alone':40} {theirs:>12,.0f}   {zen['peak_mib']:,.0f} MiB")
    matched = [sorted(matches(cart, live, at=AT)) for cart in shopping]
    same = sum(ids == peer_ids for ids, peer_ids in zip(matched, zen["matches"], strict=True))
    claims[f"matches of {same} of {len(matched)} carts equal Zen's"] = same == len(matched)
    claims[f"{matching / theirs:,.0f} times Zen's matching, at least {LEAST_ZEN}"] = matching >= LEAST_ZEN * theirs


def evaluations(live: Compiled, shopping: Sequence[Cart]) -> list[Any]:
    return [evaluate(cart, live, at=AT) for cart in shopping]


def timed(one: Callable[[Cart], object], shopping: Sequence[Cart]) -> tuple[float, float, float]:
    """Median and 99th percentile in wall milliseconds, and carts per CPU second, of three rounds."""
    for cart in shopping[:20]:
        one(cart)
    took, began = [], time.process_time()
    for _ in range(3):
        for cart in shopping:
            start = time.perf_counter()
            one(cart)
            took.append(time.perf_counter() - start)
    p50, p99 = np.quantile(took, [0.5, 0.99]) * 1e3
    return float(p50), float(p99), len(took) / (time.process_time() - began)


def peer(script: str, instance: str) -> dict[str, Any] | None:
    """What the peer's script prints; `None` if it cannot be run here."""
    if not installed():
        return None
    shutil.copy(PEERS / script, OUT / script)
    (OUT / "instance.json").write_text(instance)
    ran = subprocess.run(
        ["node", script, "instance.json", str(PEER_SECONDS)], cwd=OUT, capture_output=True, text=True, check=True
    )
    answer: dict[str, Any] = json.loads(ran.stdout)
    return answer


def installed() -> bool:
    if not (shutil.which("node") and shutil.which("npm")):
        return False
    wanted = (PEERS / "till_peers.json").read_text()
    OUT.mkdir(parents=True, exist_ok=True)
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
