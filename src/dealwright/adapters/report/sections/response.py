"""What was learnt from the past: how sales answer to offers and where nobody can know, and who is not in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from dealwright.adapters.report.blocks import Block, Bullets, Cell, Column, Figure, Heading, Section, Table
from dealwright.adapters.report.charts import demand as charts
from dealwright.adapters.report.charts.theme import draw
from dealwright.adapters.report.sections import accuracy, past
from dealwright.adapters.report.source import Source

N_CATEGORIES = 12
N_NAMED = 8
TOLERANCE = 0.01
"""A depth is not beyond what was seen for a rounding."""


def section(source: Source) -> Section:
    """The forecast's quality, curves, the past year, and who is not in it."""
    blocks: list[Block] = accuracy.blocks(source)
    if source.summary["lift_curves"]:
        blocks.append(_lift(source))
    if _categories(source):
        blocks.append(_reach(source))
    blocks += _unsure(source)
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


def _categories(source: Source) -> dict[str, float]:
    """The deepest price cut seen by category, of those with planned promotions or, without any, of all.

    Those with most products come first.
    """
    coefficients = source.summary["forecast"]["coefficients"]
    planned = {row["category"] for row in source.promotions}
    count = Counter(row["category"] for row in coefficients if not planned or row["category"] in planned)
    shown = [name for name, _ in count.most_common(N_CATEGORIES)]
    deepest = {row["category"]: row["greatest_depth"] for row in coefficients}
    return {name: deepest[name] for name in shown}


def _reach(source: Source) -> Figure:
    """Which of the depths that the scenario asks about each category has shown an answer to."""
    f, seen = source.formats, _categories(source)
    asked = sorted(source.summary["scenario"]["depths"])
    rows, points = [], []
    for category, deepest in seen.items():
        beyond = [depth for depth in asked if depth > deepest + TOLERANCE]
        points += [{"category": category, "depth": depth, "is_beyond": depth in beyond} for depth in asked]
        told = ", ".join(f.percent(depth) for depth in beyond) or source.say("response.none_beyond")
        rows.append([Cell(category), Cell(f.percent(deepest)), Cell(told)])
    chart = charts.depth_reach(
        [{"category": category, "deepest": deepest} for category, deepest in seen.items()],
        points,
        depth_title=source.say("response.depth"),
    )
    columns = (
        Column(source.say("response.category")),
        Column(source.say("response.deepest"), is_number=True),
        Column(source.say("response.beyond"), is_number=True),
    )
    return Figure(
        source.say("response.reach_title"),
        source.say("response.reach_label"),
        draw(chart, key="reach"),
        numbers=Table.of(columns, rows, summary=source.say("numbers")),
        note=source.say("response.reach_note"),
        colours=tuple((source.say(f"response.reach.{name}"), colour) for name, colour in charts.REACH.items()),
    )


def _unsure(source: Source) -> list[Block]:
    """Products whose answer to price is not known, by name."""
    forecast = source.summary["forecast"]
    wrong = forecast["wrong_sign"]
    still = [row["sku"] for row in forecast["coefficients"] if row["n_price_points"] < 2]
    told = [
        source.say(f"response.{code}", n=source.formats.number(len(skus)), names=_named(source, skus))
        for code, skus in (("wrong_sign", wrong), ("not_identified", still))
        if skus
    ]
    return [Bullets(tuple(told))] if told else []


def _named(source: Source, skus: Sequence[str]) -> str:
    named = source.say("response.list_mark").join(source.product(sku) for sku in skus[:N_NAMED])
    return named if len(skus) <= N_NAMED else source.say("response.and_more", names=named, n=len(skus) - N_NAMED)


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
