"""How a plan is told in a terminal."""

from __future__ import annotations

from typing import Any

import pytest

from dealwright.cli import show_plan
from report_summary import a_summary


def told(capsys: pytest.CaptureFixture[str], language: str = "en", **changed: Any) -> str:
    """The screen of a plan some of whose figures are `changed`, in one line."""
    summary = a_summary()
    summary["plan"] |= changed
    show_plan.plan(summary, [], language=language, as_json=False)
    joint = "" if language == "zh" else " "
    return joint.join(line.strip() for line in capsys.readouterr().out.splitlines())


def test_what_no_other_plan_exceeds_is_one_figure_rounded_up(capsys: pytest.CaptureFixture[str]) -> None:
    screen = told(capsys, gap=0.06551)
    assert screen.count("6.56%") == 2
    assert "6.55%" not in screen


@pytest.mark.parametrize(
    ("language", "about"),
    [
        (
            "en",
            "6.56% more than the 50 USD that are expected of this one before what choosing flatters is taken off",
        ),
        ("zh", "扣除挑选高估之前预期的 50 USD 多赚 6.56%"),
    ],
)
def test_a_proof_names_the_figure_that_it_is_about(
    capsys: pytest.CaptureFixture[str], language: str, about: str
) -> None:
    assert about in told(capsys, language, gap=0.06551, flattery=-12.0)
    assert about not in told(capsys, language, gap=0.06551, flattery=0.0)
