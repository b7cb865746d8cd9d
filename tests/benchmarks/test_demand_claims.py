import math

import pytest

from demand_claims import Claim, accuracy_claims, stable_peers, table
from demand_metrics import Score


def a_score(wape: float, rmsse: float, *, bias: float = 0.0, wql: float | None = None) -> Score:
    return Score(wape=wape, bias=bias, mase=1.0, rmsse=rmsse, wql=wql, coverage=None if wql is None else 0.8)


CALM = {"mean4": a_score(0.50, 0.80), "trees": a_score(0.45, 0.75, wql=0.30), "wild": a_score(0.40, 0.70, wql=0.29)}
ROUGH = {
    "mean4": a_score(0.50, 0.80),
    "trees": a_score(0.52, 0.85, wql=0.35),
    "wild": a_score(0.48, 1.20, wql=0.40),
}


def test_a_claim_holds_at_its_bounds_and_fails_beyond() -> None:
    assert Claim("bias", 0.1, -0.1, 0.1).holds
    assert not Claim("bias", 0.1001, -0.1, 0.1).holds


def test_a_number_that_could_not_be_measured_keeps_no_claim() -> None:
    assert not Claim("coverage", math.nan).holds


def test_a_peer_that_explodes_on_one_window_is_not_stable() -> None:
    assert stable_peers([CALM, ROUGH]) == ["mean4", "trees"]


def test_a_peer_that_failed_on_one_window_is_not_stable() -> None:
    assert stable_peers([CALM, {"mean4": ROUGH["mean4"]}]) == ["mean4"]


def test_ours_must_be_three_percent_better_than_the_best_stable_peer() -> None:
    ours = a_score(0.45 * 0.96, 0.75 * 0.98, wql=0.28)
    wape, rmsse, pinball, bias, covered = accuracy_claims("window", ours, CALM, stable=["mean4", "trees"])
    assert wape.what == "window: WAPE over that of trees"
    assert wape.measured == pytest.approx(0.96)
    assert [claim.holds for claim in (wape, rmsse, pinball, bias, covered)] == [True, False, True, True, True]


def test_pinball_loss_must_be_best_of_all_even_of_unstable_peers() -> None:
    ours = a_score(0.4, 0.7, wql=0.295)
    pinball = accuracy_claims("window", ours, CALM, stable=["mean4", "trees"])[2]
    assert pinball.what == "window: pinball loss over that of wild"
    assert not pinball.holds


def test_the_table_says_which_claim_fails() -> None:
    lines = table([Claim("kept", 1.0, high=2.0), Claim("broken", 3.0, high=2.0)]).splitlines()
    assert lines[1].endswith("PASS")
    assert lines[2].endswith("FAIL")
