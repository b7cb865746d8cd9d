"""How comparisons and frontiers look on the screen."""

from __future__ import annotations

import contextlib
import io
from typing import Any

import pytest

from dealwright.app.plan.draw_frontier import Frontier, FrontierPoint
from dealwright.cli import show_comparison
from dealwright.core.estimate import Estimate

CHANGE = {"kind": "changed", "name": "Tea", "week": "2024-01-01", "was": "10% off", "now": "20% off + display"}


def printed(of: str = "profit", *points: FrontierPoint) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        show_comparison.frontier(Frontier(of, "units", "EUR", points), [], language="en", as_json=False)
    return out.getvalue()


def a_point(of: float, bound: float | None) -> FrontierPoint:
    promise = Estimate(66.0, 50.0, 82.0, 0.8, "simulated")
    return FrontierPoint(of, 30.0, bound, bound, n_promotions=4, spend=12.5, profit=77.0, promise=promise)


@pytest.mark.parametrize("of", ["profit", "revenue"])
def test_the_profit_that_is_told_is_the_one_promised_whatever_is_traded(of: str) -> None:
    screen = printed(of, a_point(200.0, 210.0), a_point(100.0, 110.0))
    assert screen.count("66 (50 … 82)") == 2
    assert "77.00" not in screen
    assert "Profit promised is simulated" in screen


def test_what_is_not_proven_is_said() -> None:
    assert "not proven" in printed("profit", a_point(200.0, None), a_point(100.0, 110.0))


def test_a_single_plan_leaves_nothing_to_trade() -> None:
    assert "One plan is the best for both" in printed("profit", a_point(200.0, 200.0))


@pytest.mark.parametrize(
    ("language", "told"), [("en", "changed  Tea: 10% off -> 20% off + display"), ("zh", "9折 -> 8折 + 堆头")]
)
def test_a_change_is_told_in_words(language: str, told: str) -> None:
    (line,) = show_comparison.changes([CHANGE], language)
    assert told in line


def test_of_many_changes_the_first_are_told_and_the_others_counted() -> None:
    lines = list(show_comparison.changes([CHANGE] * 20, "en"))
    assert len(lines) == 16
    assert lines[-1] == "... and 5 more; all with --json"


@pytest.mark.parametrize(
    ("difference", "told"),
    [
        ((5.0, 1.0, 9.0), "With X the plan earns 5.00 more (1.00 to 9.00 in 8 of 10 cases)."),
        ((-150.0, -190.0, -110.0), "With X the plan earns 150 less (110 to 190 in 8 of 10 cases)."),
        (
            (1.0, -2.0, 4.0),
            "With X it is not sure whether the plan earns more: 1.00 (-2.00 to 4.00 in 8 of 10 cases).",
        ),
        ((0.0, 0.0, 0.0), "With X the plan earns the same."),
    ],
)
def test_a_difference_is_told_as_sure_as_it_is(difference: tuple[float, float, float], told: str) -> None:
    from dealwright.cli.plan_words import PLAN_WORDS

    other: dict[str, Any] = {
        "name": "X",
        "difference": dict(zip(("value", "low", "high"), difference, strict=True)),
    }
    assert show_comparison.conclusion(other, PLAN_WORDS["en"]) == told
