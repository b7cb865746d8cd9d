"""The command that gives personal offers, as somebody who types sees it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from command_line import run

pytestmark = pytest.mark.xdist_group("cli-offers")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty shop and a file of three customers: a unit of money buys 3 from ann, 2 from bob, 1.5 from cat."""
    folder = tmp_path_factory.mktemp("cli-offers") / "shop"
    run("init", folder)
    (folder / "offers.csv").write_text(
        "customer_id,offer,value,cost,face_value\n"
        "ann,small,3.00,1.00,2\nann,large,4.50,2.00,5\nbob,small,2.00,1.00,2\ncat,small,1.50,1.00,2\n"
    )
    return folder


def test_who_gets_what_is_counted_proven_and_written(folder: Path) -> None:
    words = ("offers", "allocate", folder / "offers.csv", "--budget", "2.00", "--shop", folder)
    document = run(*words, "--json", "--explain", "bob").document
    assert (document["n_with_offer"], document["value"], document["cost"]) == (2, 5.0, 2.0)
    assert document["bound"] >= 5.0
    assert document["explained"]["bob"].startswith("bob: small (value 2.00, cost 1.00 EUR;")
    out = run(*words, "--out", folder / "given").out
    assert "2 of 3 customers get an offer, 1 get none" in out
    assert "less 2.00 EUR of cost, 3.00 EUR are left" in out
    assert "No choice that keeps them is worth over 5.00 EUR" in out
    written = pd.read_csv(folder / "given" / "personal_offers.csv")
    assert dict(zip(written["customer_id"], written["offer"], strict=True)) == {"ann": "small", "bob": "small"}
    assert "3 位顾客中有 2 位" in run(*words, "--lang", "zh").out


def test_limits_are_told_in_what_a_reader_counts(folder: Path) -> None:
    words = (
        "offers",
        "allocate",
        folder / "offers.csv",
        "--budget",
        "2.00",
        "--most",
        "2",
        "--least-return",
        "1.2",
    )
    limits = run(*words, "--json", "--shop", folder).document["limits"]
    assert [(one["unit"], one["used"], one["bound"], one["is_least"]) for one in limits] == [
        ("money", 2.0, 2.0, False),
        ("value_per_cost", 2.5, 1.2, True),
        ("customers", 2.0, 2.0, False),
    ]
    out = run(*words, "--shop", folder).out
    assert "at most 2.00 EUR" in out
    assert "at least 1.20" in out
    assert "at most 2 customers" in out
    assert "minor units" not in out


def test_a_budget_for_the_worst_case_gives_fewer(folder: Path) -> None:
    words = ("offers", "allocate", folder / "offers.csv", "--budget", "2.00", "--worst-case", "--shop", folder)
    assert run(*words, "--json").document["n_with_offer"] == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nowhere.csv", "--budget", "2.00"), "there is no file 'nowhere.csv'"),
        (("nowhere.csv", "--budget", "2.005"), "'2.005' is not a whole number of EUR minor units"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(words: tuple[str, ...], said: str, folder: Path) -> None:
    ran = run("offers", "allocate", *words, "--shop", folder)
    assert (ran.code, ran.out) == (1, "")
    assert ran.said.startswith(f"dealwright: {said}")


def test_a_budget_of_nothing_is_refused(folder: Path) -> None:
    ran = run("offers", "allocate", folder / "offers.csv", "--budget", "0", "--shop", folder)
    assert ran.code == 1
    assert "To spend nothing, give no offers" in ran.err.replace("\n", " ")


@pytest.mark.parametrize("words", [("allocate",), ("allocate", "x.csv")])
def test_wrong_usage_ends_with_2(words: tuple[str, ...]) -> None:
    ran = run("offers", *words)
    assert (ran.code, ran.out) == (2, "")
