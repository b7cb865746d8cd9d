"""What the page says of the three questions, of limits that may be broken, and of other aims than profit."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from dealwright.adapters.report import render_report
from dealwright.adapters.report.blocks import Section
from dealwright.adapters.report.page import lay_out
from dealwright.adapters.report.sections import limits, what_if
from dealwright.adapters.report.source import Source

pytestmark = pytest.mark.xdist_group("report")  # the pages are drawn once

Summary = dict[str, Any]


def page_of(section: Callable[[Source], Section], summary: Summary, *, language: str = "en") -> str:
    """A page of one section: the others' pictures take most of the time of a whole one."""
    source = Source.of(summary, language)
    return lay_out(source, title="", lead="", sections=[section(source)])


def part(page: str, anchor: str) -> str:
    """The text of one section, without its picture."""
    found = re.search(rf'<section id="{anchor}".*?</section>', page, re.DOTALL)
    assert found is not None
    return re.sub(r"\s+", " ", re.sub(r"<svg.*?</svg>|<[^>]+>", " ", found.group(0), flags=re.DOTALL))


def test_each_question_is_told_with_the_range_of_its_difference(english_page: str) -> None:
    told = part(english_page, "what-if")
    assert (
        "If the budget were $15.00 −$12.00 −$15.00 to −$8.00 3 2 added, 1 dropped, 0 changed $14.00 ≤ 0.12%" in told
    )
    assert "If there were twice the room: 4 a category, 50 displays, 80 places in the mailer +$21.00" in told
    assert "holds the truth in 8 of 10 cases" in told


def test_a_question_without_an_answer_says_so_and_is_not_drawn(english_page: str) -> None:
    assert "If price cuts of 20% and deeper were given up no such plan" in part(english_page, "what-if")
    drawn = re.search(r'<section id="what-if".*?(<svg.*?</svg>)', english_page, re.DOTALL)
    assert drawn is not None
    assert "Half the budget" in drawn.group(1)
    assert "No cut of" not in drawn.group(1)


@pytest.mark.parametrize("asked", [[], None])
def test_a_plan_that_was_asked_nothing_has_no_picture(asked: list[Any] | None, summary: Summary) -> None:
    told = part(page_of(what_if.section, {**summary, "what_ifs": asked}), "what-if")
    assert "No question was asked of this plan." in told


def test_questions_that_all_have_no_answer_are_a_table_alone(summary: Summary) -> None:
    unanswered = [{**item, "answer": None} for item in summary["what_ifs"]]
    page = page_of(what_if.section, {**summary, "what_ifs": unanswered}, language="zh")
    assert part(page, "what-if").count("没有这样的计划") == 3


def soft(code: str, **changes: Any) -> dict[str, Any]:
    kept = {"is_kept": True, "broken_by": 0.0, "per": "unit", "cost": 0.0, "where": ""}
    params = {"limit": 3, "penalty": "2 USD", "priority": 0}
    return {"code": code, "params": params, **kept, **changes}


def test_soft_limits_are_kept_or_given_up_by_how_much_where_and_at_what_cost(summary: Summary) -> None:
    by_count = soft("display_slots", is_kept=False, broken_by=2.0, cost=4.0, where="week of 2018-01-08")
    by_money = soft(
        "budget",
        params={"limit": "30.00 USD", "penalty": "0.5 USD / USD", "priority": 0},
        is_kept=False,
        broken_by=7.5,
        cost=3.75,
        per="money",
        where="all weeks",
    )
    plan = {**summary["plan"], "soft": [soft("mailer_slots"), by_count, by_money]}
    told = part(page_of(limits.section, {**summary, "plan": plan}), "limits")
    assert "At most 3 products in the mailer per week (soft: 2 USD for each by which it is broken) kept $0" in told
    assert "given up by 2 most at 8–14 Jan $4.00" in told
    assert "cost at most $30.00" in told
    assert "given up by $7.50 most at the whole plan $3.75" in told


def test_a_page_without_soft_limits_does_not_speak_of_them(english_page: str) -> None:
    assert "may be broken" not in english_page


def test_the_proof_of_a_plan_with_another_aim_is_about_that_aim(summary: Summary, english_page: str) -> None:
    assert "not expected profit alone" not in english_page
    aim = {"weights": {"units": 1.0}, "is_plain": False, "value": 9.0, "bound": 9.1, "luck": None}
    page = render_report({**summary, "plan": {**summary["plan"], "objective": aim}}, language="en")
    assert "What it was asked to pursue is not expected profit alone" in page
