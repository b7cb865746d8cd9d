"""How a plan is told in a terminal."""

from __future__ import annotations

import pytest

from dealwright.cli import show_plan
from report_summary import a_summary


def test_what_no_other_plan_exceeds_is_one_figure_rounded_up(capsys: pytest.CaptureFixture[str]) -> None:
    summary = a_summary()
    summary["plan"]["gap"] = 0.06551
    show_plan.plan(summary, [], language="en", as_json=False)
    told = capsys.readouterr().out
    assert told.count("6.56%") == 2
    assert "6.55%" not in told
