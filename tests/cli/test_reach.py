"""The command that splits marketing money, as somebody who types sees it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from command_line import run

pytestmark = pytest.mark.xdist_group("cli-reach")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty shop, and a history in which search brought 400 ln(1 + x / 100) and posters nothing."""
    folder = tmp_path_factory.mktemp("cli-reach") / "shop"
    run("init", folder)
    rng, lines = np.random.default_rng(0), ["channel,spent_on,spend_amount,margin_amount"]
    for week in range(40):
        day = date(2024, 1, 1) + timedelta(weeks=week)
        for name, scale in (("search", 400.0), ("posters", 0.0)):
            spend = rng.gamma(2.0, 75.0)
            lines.append(f"{name},{day},{spend:.2f},{scale * np.log1p(spend / 100) + rng.normal(0, 10):.2f}")
    (folder / "spend.csv").write_text("\n".join(lines) + "\n")
    return folder


def test_money_goes_to_the_channel_that_brings_something_and_the_rest_is_kept(folder: Path) -> None:
    words = ("reach", "split", "--budget", 900, "--history", folder / "spend.csv", "--shop", folder)
    document = run(*words, "--json").document
    spend = {row["channel"]: row["spend"] for row in document["channels"]}
    assert spend["search"] == pytest.approx(300, rel=0.15)  # 400 / (100 + x) = 1
    assert spend["posters"] == 0.0
    assert document["is_measured"]
    out = run(*words, "--out", folder / "split").out
    assert "are kept: more would not pay for itself" in out
    assert (folder / "split" / "budget_split.csv").exists()
    assert "每周 900.00 EUR" in run(*words, "--lang", "zh").out


def test_limits_of_channels_are_kept(folder: Path) -> None:
    words = ("--budget", 200, "--least", "posters=60", "--most", "search=90", "--history", folder / "spend.csv")
    document = run("reach", "split", *words, "--shop", folder, "--json").document
    spend = {row["channel"]: row["spend"] for row in document["channels"]}
    assert spend == {"search": pytest.approx(90), "posters": pytest.approx(60)}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--budget", "100"), "nothing is known of what was spent on channels: import the table 'ad_spend'"),
        (("--budget", "0"), "the budget is 0; give a number above 0"),
        (("--budget", "100", "--history", "nowhere.csv"), "there is no file 'nowhere.csv'"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(words: tuple[str, ...], said: str, folder: Path) -> None:
    ran = run("reach", "split", *words, "--shop", folder)
    assert (ran.code, ran.out) == (1, "")
    assert ran.said.startswith(f"dealwright: {said}")


@pytest.mark.parametrize("words", [("split",), ("split", "--budget", "100", "--least", "search")])
def test_wrong_usage_ends_with_2(words: tuple[str, ...]) -> None:
    ran = run("reach", *words)
    assert (ran.code, ran.out) == (2, "")
