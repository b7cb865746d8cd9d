from __future__ import annotations

from typing import Any

from dealwright.adapters.report.sections.profit import profit_parts
from dealwright.adapters.report.source import Source

Summary = dict[str, Any]


def parts(summary: Summary) -> dict[str, float]:
    return dict(profit_parts(Source.of(summary, "en")))


def test_the_parts_of_all_promotions_and_their_interaction_sum_to_the_plans_profit(summary: Summary) -> None:
    assert parts(summary) == {
        "margin_on_extra_units": 80.0,
        "lost_by_neighbours": -10.0,
        "display_and_mailer": -13.0,
        "discount_on_usual_units": -8.0,
        "discount_on_extra_units": -4.0,
        "supplier_funding": 6.0,
        "interaction": -1.0,
    }
    assert sum(parts(summary).values()) == summary["plan"]["profit"]


def test_the_parts_as_written_sum_to_the_profit_as_written(summary: Summary) -> None:
    for explanation in summary["explanations"]:
        explanation["parts"][0]["value"] += 0.0031
    summary["plan"]["profit"] += 0.0062
    assert round(sum(parts(summary).values()), 6) == 50.01


def test_what_the_parts_do_not_explain_is_shown_and_not_hidden(summary: Summary) -> None:
    summary["plan"]["profit"] = 52.5
    assert parts(summary)["other"] == 2.5
