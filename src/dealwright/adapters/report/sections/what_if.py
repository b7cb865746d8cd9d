"""What one thing changed would bring: half the budget, no deep cuts, twice the room."""

from __future__ import annotations

from typing import Any

from dealwright.adapters.report.blocks import Cell, Column, Figure, Section, Table, Text
from dealwright.adapters.report.charts import plan as charts
from dealwright.adapters.report.charts.theme import BLUE, draw
from dealwright.adapters.report.source import Source

LEVEL = 0.8
"""Of the ranges, where no answer tells it."""


def section(source: Source) -> Section:
    """The picture with its table."""
    asked = source.summary.get("what_ifs") or []
    title = source.say("what_if.title")
    if not asked:
        return Section("what-if", title, (Text(source.say("what_if.none")),))
    answers = [item["answer"] for item in asked if item["answer"] is not None]
    level = answers[0]["difference"]["level"] if answers else LEVEL
    intro = Text(source.say("what_if.intro", cases=source.cases(level)))
    numbers = _table(source, asked)
    if not answers:
        return Section("what-if", title, (intro, numbers))
    rows = [_row(source, item) for item in asked if item["answer"] is not None]
    chart = charts.ranges(
        rows,
        colours={rows[0]["group"]: BLUE},
        title=source.say("what_if.axis", currency=source.currency_name),
        row_height=40,
    )
    figure = Figure(
        source.say("what_if.picture"),
        source.say("what_if.label"),
        draw(chart, key="what-if"),
        numbers=numbers,
        note=source.say("what_if.note"),
        is_assumed=source.is_profit_assumed,
    )
    return Section("what-if", title, (intro, figure))


def _row(source: Source, item: dict[str, Any]) -> dict[str, Any]:
    difference = item["answer"]["difference"]
    return {
        "label": source.say(f"what_if.short.{item['code']}", **_params(source, item)),
        "group": source.say("what_if.difference"),
        **{name: difference[name] for name in ("value", "low", "high")},
        "text": _signed(source, difference["value"]),
    }


def _table(source: Source, asked: list[dict[str, Any]]) -> Table:
    columns = (
        Column(source.say("what_if.question"), is_wide=True),
        Column(source.say("what_if.difference"), is_number=True, is_assumed=source.is_profit_assumed),
        Column(source.say("what_if.promotions"), is_number=True),
        Column(source.say("what_if.spend"), is_number=True, is_assumed=source.is_spend_assumed),
        Column(source.say("what_if.gap"), is_number=True),
    )
    return Table.of(columns, [_cells(source, item) for item in asked])


def _cells(source: Source, item: dict[str, Any]) -> list[Cell]:
    f, answer = source.formats, item["answer"]
    question = Cell(source.say(f"what_if.{item['code']}", **_params(source, item)))
    if answer is None:
        return [question, Cell(source.say("what_if.empty")), Cell(""), Cell(""), Cell("")]
    difference = answer["difference"]
    return [
        question,
        Cell(_signed(source, difference["value"]), f.about_span(difference["low"], difference["high"])),
        Cell(f.number(answer["n_promotions"]), source.say("what_if.changes", **answer["counts"])),
        Cell(f.about(answer["spend"]["value"])),
        Cell(source.say("what_if.unproven") if answer["gap"] is None else f"≤ {f.gap(answer['gap'])}"),
    ]


def _signed(source: Source, amount: float) -> str:
    return f"{'+' if amount > 0 else ''}{source.formats.about(amount)}"


def _params(source: Source, item: dict[str, Any]) -> dict[str, str]:
    f, params = source.formats, item["params"]
    match item["code"]:
        case "budget_halved":
            return {"budget": f.money(params["budget"])}
        case "deepest_removed":
            return {"depth": f.percent(params["depth"])}
        case _:
            slots = {"category": "slots_per_category", "display": "display_slots", "mailer": "mailer_slots"}
            return {name: f.number(params[key]) for name, key in slots.items()}
