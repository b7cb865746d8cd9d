"""Codes that nobody guesses: enough randomness, one answer for every wrong code, in the same time."""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from scipy import stats

from dealwright.campaign.coupon import N_RANDOM, Batch, codes_from
from dealwright.prove.ground import fresh_till
from dealwright.prove.proof import Proof
from dealwright.till.open import Till, open_till

LEAST_P = 0.01
_GUESSERS = 8


def prove_guessing(url: str, *, seed: int, n_codes: int, n_guesses: int, n_timed: int) -> Proof:
    """L6: well-formed guesses against issued codes hit none, and time does not tell which were near."""
    began, violations = time.monotonic(), []
    with fresh_till(url) as place, open_till(place) as till:
        issued = till.coupons.issue(Batch("batch", "promotion", n_codes)).codes
        hits = _hits(till, n_guesses)
        if hits:
            violations.append(f"{hits} of {n_guesses} guesses hit a code")
        if len(set(issued)) != n_codes:
            violations.append(f"{n_codes - len(set(issued))} codes were issued twice")
        p_value = _timing(till, issued[: n_timed // 2], n_timed // 2, seed)
    if p_value < LEAST_P:
        violations.append(f"valid and invalid codes take different times (p = {p_value:.4f})")
    figures = {"codes": f"{n_codes:,}", "guesses": f"{n_guesses:,}", "timing, p": f"{p_value:.2f}"}
    claim = f"{n_guesses:,} well-formed guesses against {n_codes:,} codes hit none; time tells nothing"
    trials = n_guesses + n_timed
    return Proof("L6", claim, (seed,), trials, tuple(violations), time.monotonic() - began, figures)


def _hits(till: Till, n: int) -> int:
    codes = codes_from(secrets.token_bytes(N_RANDOM * n))

    def hits_of(first: int) -> int:
        mine = range(first, n, _GUESSERS)
        return sum(till.coupons.look_up(codes[k], who=f"guesser {k}").state != "foreign" for k in mine)

    with ThreadPoolExecutor(_GUESSERS) as threads:
        return sum(threads.map(hits_of, range(_GUESSERS)))


def _timing(till: Till, valid: Sequence[str], n: int, seed: int) -> float:
    """The chance that two samples of one population differ as much (Mann-Whitney); valid and invalid take turns."""
    invalid = codes_from(secrets.token_bytes(N_RANDOM * n))
    took: tuple[list[int], list[int]] = ([], [])
    order = np.random.default_rng(seed).permutation(2 * n)
    for k in order:
        kind, code = k % 2, (valid if k % 2 == 0 else invalid)[k // 2]
        start = time.perf_counter_ns()
        till.coupons.look_up(code, who=f"shopper {k}")
        took[kind].append(time.perf_counter_ns() - start)
    return float(stats.mannwhitneyu(*took).pvalue)
