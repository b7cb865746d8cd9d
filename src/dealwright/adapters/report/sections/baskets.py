"""What is bought together more often than chance explains."""

from __future__ import annotations

from typing import Any

from dealwright.adapters.report.blocks import Cell, Column, Figure, Section, Table, Text
from dealwright.adapters.report.charts import customers as charts
from dealwright.adapters.report.charts.theme import draw
from dealwright.adapters.report.sections.known import known_part, whom
from dealwright.adapters.report.source import Source

ARROW = " → "


def section(source: Source) -> Section | None:
    """The strongest pairs with their numbers; None without customers."""
    part = known_part(source, "baskets")
    if part is None:
        return None
    title = source.say("baskets.title")
    if "why_not" in part:
        return Section("baskets", title, (Text(source.say("baskets.unknown")),))
    f = source.formats
    told = {"n": f.number(part["n_baskets"]), "least": f.number(part["least_baskets"])}
    if not part["rules"]:
        return Section("baskets", title, (Text(source.say("baskets.none", **told)),))
    return Section(
        "baskets",
        title,
        (
            Text(_lead(source, part, told)),
            *whom(source, part),
            _lifts(source, part),
            _rules(source, part),
            Text(source.say("baskets.read", cases=source.cases(part["level"])), tone="note"),
        ),
    )


def _lead(source: Source, part: dict[str, Any], told: dict[str, str]) -> str:
    f, best = source.formats, part["rules"][0]
    found = source.say(
        "baskets.lead", pairs=f.number(part["n_pairs"]), of=source.say(f"baskets.of.{part['of']}"), **told
    )
    strongest = source.say(
        "baskets.strongest",
        first=_names(best["antecedent"]),
        second=_names(best["consequent"]),
        lift=_lift(source, best),
        confidence=f.percent(best["confidence"]),
        span=_confidence(source, best).small,
        cases=source.cases(part["level"]),
    )
    return source.say("sentence_joint").join((found, strongest))


def _names(items: list[str]) -> str:
    return " + ".join(items)


def _lift(source: Source, rule: dict[str, Any]) -> str:
    f = source.formats
    span = source.say("from_to", low=f.number(rule["lift_low"], 1), high=f.number(rule["lift_high"], 1))
    return source.say("value_and_span", value=f.number(rule["lift"], 1), span=span)


def _confidence(source: Source, rule: dict[str, Any]) -> Cell:
    f = source.formats
    low, high = (f.percent(rule[f"confidence_{end}"], 1) for end in ("low", "high"))
    return Cell(f.percent(rule["confidence"], 1), source.say("from_to", low=low, high=high))


def _lifts(source: Source, part: dict[str, Any]) -> Figure:
    f = source.formats
    rows = [
        {
            "label": _names(rule["antecedent"]) + ARROW + _names(rule["consequent"]),
            "value": rule["lift"],
            "low": rule["lift_low"],
            "high": rule["lift_high"],
            "text": source.say("baskets.times", n=f.number(rule["lift"], 1)),
        }
        for rule in part["rules"]
    ]
    return Figure(
        source.say("baskets.lifts"),
        source.say("baskets.lifts_label"),
        draw(charts.ranges(rows, title=source.say("baskets.lift")), key="lifts"),
        note=source.say("baskets.lifts_note"),
    )


def _rules(source: Source, part: dict[str, Any]) -> Table:
    f = source.formats
    return Table.of(
        (
            Column(source.say("baskets.first")),
            Column(source.say("baskets.second")),
            Column(source.say("baskets.together"), is_number=True),
            Column(source.say("baskets.confidence"), is_number=True),
            Column(source.say("baskets.lift"), is_number=True),
            Column(source.say("baskets.false"), is_number=True),
        ),
        [
            [
                _names(rule["antecedent"]),
                _names(rule["consequent"]),
                Cell(
                    f.number(rule["n_baskets"]), source.say("baskets.of_all", share=f.percent(rule["support"], 2))
                ),
                _confidence(source, rule),
                _lift(source, rule),
                source.say("less_than", value="0.1%") if rule["q_value"] < 0.001 else f.percent(rule["q_value"], 1),
            ]
            for rule in part["rules"]
        ],
    )
