"""The proofs hold on the till as it is, and notice when a guard is gone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from command_line import run
from dealwright.core.errors import InputError
from dealwright.prove import crash, money, races, windows
from dealwright.prove.crew import Crew, hired
from dealwright.prove.proof import Mutant, Proof, Report
from dealwright.prove.report import as_json, as_markdown
from dealwright.prove.run import prove
from postgres_server import postgres_server  # noqa: F401

pytestmark = pytest.mark.xdist_group("prove")  # the crew is hired once


@pytest.fixture(scope="module")
def crew() -> Iterator[Crew]:
    with hired(n_processes=2, n_threads=4) as few:
        yield few


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'till.db'}"


def test_a_code_for_ten_uses_is_redeemed_by_all_eight_who_want_it_and_the_proof_says_too_few(
    crew: Crew, url: str
) -> None:
    proof = races.prove_no_double_redemption(url, crew, seeds=[1])
    assert proof.violations == ("seed 1: 8 orders got the discount, 10 may",)
    assert not proof.holds


def test_one_customer_uses_a_code_once_and_a_till_without_guards_is_caught(crew: Crew, url: str) -> None:
    proof = races.prove_customer_limit(url, crew, seeds=[1])
    assert proof.violations == ()
    assert [mutant.is_caught for mutant in proof.mutants] == [True, True]
    assert proof.holds


def test_the_same_holds_on_postgresql(crew: Crew, postgres_server: str) -> None:  # noqa: F811
    proof = races.prove_customer_limit(postgres_server, crew, seeds=[1])
    assert proof.holds, proof


def test_workers_killed_inside_commits_leave_one_order_per_key(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crash, "N_WORKERS", 2)
    once, known, back = crash.prove_crashes(url, seeds=[1])
    assert once.violations == known.violations == back.violations == ()
    assert int(once.figures["workers killed"]) > 0
    assert once.left_out == "the server was not killed: it is not ours"


def test_amounts_of_random_carts_add_up_in_any_order(crew: Crew) -> None:
    assert money.prove_money(crew, seed=1, n_carts=200).violations == ()
    assert money.prove_same_answer(crew, seed=1, n_carts=20).violations == ()


def test_a_campaign_of_one_day_holds_that_day_whatever_the_clocks_do() -> None:
    proof = windows.prove_windows(seed=1, n_zones=3)
    assert proof.holds
    assert proof.n_trials > 0


def test_berlin_changes_its_clocks_twice_a_year() -> None:
    days = list(windows.changes(ZoneInfo("Europe/Berlin")))
    assert len(days) == 32
    assert days[:2] == [date(2020, 3, 29), date(2020, 10, 25)]


def test_a_proof_holds_without_violations_and_with_every_mutant_caught() -> None:
    proof = Proof("R1", "claim", (1, 2), 10, (), 0.5, mutants=(Mutant("guard", 2, 1),))
    assert not proof.holds
    assert Proof("R1", "claim", (1, 2), 10, (), 0.5, mutants=(Mutant("guard", 2, 2),)).holds


def test_the_report_tells_strangers_seeds_violations_and_mutants() -> None:
    proof = Proof(
        "R1", "none too many", (1, 2), 10, ("seed 2: one too many",), 0.5, mutants=(Mutant("row count", 2, 2),)
    )
    report = Report("0.1.0", "sqlite:///till.db", "Linux", "2030-01-01T00:00:00+00:00", (proof,))
    page = as_markdown(report)
    assert "| R1 | NO | 10 | 1 | 1 to 2 | 0.5 | 2 of 2 |" in page
    assert "- VIOLATION: seed 2: one too many" in page
    assert "At least one promise was broken." in page
    told = json.loads(as_json(report))
    assert told["holds"] is False
    assert told["proofs"][0]["holds"] is False
    assert told["proofs"][0]["mutants"] == [{"guard": "row count", "n_runs": 2, "n_caught": 2}]


def test_a_place_that_cannot_be_proved_is_refused_with_the_remedy() -> None:
    with pytest.raises(InputError, match=r"memory:' cannot be proved; give sqlite:///till\.db"):
        prove("memory:", size="quick", seed=1, progress=lambda *_: None)
    with pytest.raises(InputError, match="no size is called 'quik'; did you mean 'quick'"):
        prove("sqlite:///x.db", size="quik", seed=1, progress=lambda *_: None)


def test_the_command_says_what_it_cannot_prove(tmp_path: Path) -> None:
    ran = run("prove", "--database", "mysql://x", "--out", str(tmp_path / "p.md"))
    assert ran.code == 1
    assert "cannot be proved" in ran.said
    assert not (tmp_path / "p.md").exists()


def test_one_promise_can_be_proved_alone(url: str) -> None:
    report = prove(url, size="quick", seed=1, progress=lambda *_: None, only=["T2", "R11"])
    assert [proof.promise for proof in report.proofs] == ["T2", "R11"]


def test_a_promise_nobody_made_is_not_proved(url: str) -> None:
    with pytest.raises(InputError, match=r"no promise is called 'R12'.*R10, R11, R2"):
        prove(url, size="quick", seed=1, progress=lambda *_: None, only=["R12"])
