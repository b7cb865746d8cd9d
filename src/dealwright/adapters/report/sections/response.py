"""What was learnt from the past: how sales answer to offers, what they were made of, how good the forecast is."""

from __future__ import annotations

from typing import Any

from dealwright.adapters.report.blocks import Block, Cell, Column, Figure, Heading, Section, Table
from dealwright.adapters.report.charts import demand as charts
from dealwright.adapters.report.charts.theme import draw
from dealwright.adapters.report.sections import accuracy, past
from dealwright.adapters.report.source import Source


def section(source: Source) -> Section:
    """The forecast's quality, curves, the past year, and who is not in it."""
    blocks: list[Block] = accuracy.blocks(source)
    if source.summary["lift_curves"]:
        blocks.append(_lift(source))
    blocks += past.blocks(source)
    blocks += [Heading(source.say("response.left_out")), _left_out(source)]
    return Section("response", source.say("response.title"), tuple(blocks))


def _lift(source: Source) -> Figure:
    curves = source.summary["lift_curves"]
    panels, points, unseen, rows = [], [], [], []
    f = source.formats
    for curve in curves:
        panel = curve["category"]
        panels.append(panel)
        last_seen = max(point["depth"] for point in curve["points"] if point["is_seen"])
        deepest = curve["points"][-1]["depth"]
        points += [
            # The dashed line begins where the whole one ends.
            {**point, "panel": panel, "is_beyond": point["depth"] >= last_seen}
            for point in curve["points"]
        ]
        if last_seen < deepest:
            start = min(max(curve["greatest_depth"], last_seen), deepest)
            unseen.append({"panel": panel, "start": start, "end": deepest})
        at = {round(point["depth"], 2): point for point in curve["points"]}
        rows.append(
            [Cell(panel, source.say("response.n_products", n=curve["n_products"]))]
            + [_lift_cell(source, at.get(depth)) for depth in (0.1, 0.2, 0.3, 0.4)]
            + [Cell(f.percent(curve["greatest_depth"]))]
        )
    chart = charts.lift_curves(
        points,
        unseen,
        panels=panels,
        depth_title=source.say("response.depth"),
        lift_title=source.say("response.lift"),
    )
    level = curves[0]["points"][0]["level"]
    columns = [Column(source.say("response.category"))]
    columns += [Column(source.say("offer.at", percent=f.percent(x)), is_number=True) for x in (0.1, 0.2, 0.3, 0.4)]
    columns.append(Column(source.say("response.deepest"), is_number=True))
    return Figure(
        source.say("response.lift_title"),
        source.say("response.lift_label"),
        draw(chart, key="lift"),
        numbers=Table.of(columns, rows, summary=source.say("numbers")),
        note=source.say("response.lift_note", cases=source.cases(level)),
    )


def _lift_cell(source: Source, point: dict[str, Any] | None) -> Cell:
    if point is None:
        return Cell("–")
    f = source.formats
    low, high = f.number(point["low"], 1), f.number(point["high"], 1)
    small = source.say("from_to", low=low, high=high)
    return Cell(
        source.say("response.times", times=f.number(point["value"], 1)),
        small if point["is_seen"] else source.say("response.unseen"),
    )


def _left_out(source: Source) -> Table:
    forecast = source.summary["forecast"]
    reasons = [(why, n) for why, n in forecast["left_out"].items() if n]
    scope = source.summary["scenario"]["scope"]
    rows = [
        [
            source.words.find(f"left_out.{why.replace(' ', '_')}", weeks=scope["least_selling_weeks"]) or why,
            source.formats.number(n),
        ]
        for why, n in reasons
    ]
    rows.append([source.say("response.planned"), source.formats.number(forecast["n_products"])])
    return Table.of(
        (Column(source.say("response.why_left_out")), Column(source.say("response.products"), is_number=True)), rows
    )
