"""Guessing codes hits nothing, and the clock tells nothing."""

from __future__ import annotations

import time
from pathlib import Path

from dealwright.campaign.coupon import Batch
from dealwright.prove.guesses import prove_guessing
from dealwright.till.open import open_till

TICK_NS = 250_000


def test_no_answer_about_a_code_leaves_before_its_tick_whatever_it_says() -> None:
    with open_till("memory:") as till:
        (code,) = till.coupons.issue(Batch("batch", "promotion", 1)).codes
        for typed, state in ((code, "valid"), ("0000-0000-0000-0000", "foreign"), ("tea", "foreign")):
            came = time.perf_counter_ns()
            assert till.coupons.look_up(typed).state == state
            assert time.perf_counter_ns() - came >= TICK_NS


def test_a_hundred_guesses_hit_none_of_a_hundred_codes(tmp_path: Path) -> None:
    proof = prove_guessing(f"sqlite:///{tmp_path / 'till.db'}", seed=1, n_codes=100, n_guesses=100, n_timed=100)
    assert proof.n_trials == 200
    assert not [what for what in proof.violations if "hit" in what or "twice" in what]
    assert (proof.figures["codes"], proof.figures["guesses"]) == ("100", "100")
