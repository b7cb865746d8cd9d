"""What was learnt from the past: how sales answer to offers, what they were made of, how good the forecast is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from dealwright.adapters.report.blocks import Block, Bullets, Cell, Column, Figure, Heading, Section, Table
from dealwright.adapters.report.charts import demand as charts
from dealwright.adapters.report.charts.theme import BLACK, draw
from dealwright.adapters.report.source import Source
from dealwright.core.period import WEEK

SIGNS = {"baseline": 1, "uplift": 1, "cannibalised": -1, "pulled_forward": -1, "unexplained": 1}
"""How the parts of past sales add up to what was sold."""


def section(source: Source) -> Section:
    """Curves, the past year, the forecast's quality, and who is not in it."""
    blocks: list[Block] = [Heading(source.say("response.quality")), Bullets(tuple(_quality(source)))]
    if source.summary["lift_curves"]:
        blocks.append(_lift(source))
    blocks.append(_past(source))
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


def _past(source: Source) -> Figure:
    past = source.summary["decomposition"]
    names = source.words.branch("past")
    parts = [
        {"week": week, "part": code, "units": sign * units, "order": order}
        for order, (code, sign) in enumerate(SIGNS.items())
        for week, units in zip(past["weeks"], past[code], strict=True)
    ]
    actual = [{"week": week, "units": units} for week, units in zip(past["weeks"], past["actual"], strict=True)]
    chart = charts.past_weeks(
        parts,
        actual,
        title=source.say("response.units_per_week"),
        months=source.say("date.axis"),
    )
    f = source.formats
    total = sum(past["actual"])
    columns = [Column(source.say("promotions.week"))]
    columns += [Column(names[code], is_number=True) for code in (*SIGNS, "actual")]
    rows = [
        [f.day(date.fromisoformat(week))]
        + [f.number(sign * past[code][t]) for code, sign in SIGNS.items()]
        + [f.number(past["actual"][t])]
        for t, week in enumerate(past["weeks"])
    ]
    sums = [sign * sum(past[code]) for code, sign in SIGNS.items()]
    rows.append([source.say("sum"), *(f.number(value) for value in sums), f.number(total)])
    uplift, lost = sum(past["uplift"]), sum(past["cannibalised"]) + sum(past["pulled_forward"])
    return Figure(
        source.say("response.past_title"),
        source.say("response.past_label"),
        draw(chart, key="past"),
        numbers=Table.of(columns, rows, summary=source.say("numbers"), has_total=True),
        note=source.say(
            "response.past_note",
            uplift=f.percent(uplift / total if total else 0.0),
            lost=f.percent(lost / uplift if uplift else 0.0),
        ),
        colours=(*((names[code], charts.PART_COLOURS[code]) for code in SIGNS), (names["actual"], BLACK)),
    )


def _quality(source: Source) -> Iterator[str]:
    f, forecast = source.formats, source.summary["forecast"]
    first, last = (date.fromisoformat(forecast[name]) for name in ("first_week", "last_week"))
    yield source.say(
        "response.learnt",
        n=f.number(forecast["n_products"]),
        days=f.days(first, last + 6 * (WEEK / 7)),
    )
    score = forecast["score"]
    if score is None:
        yield source.say("response.no_score")
    else:
        better = score["reference_wape"] - score["wape"]
        yield source.say(
            "response.wape" if better > 0 else "response.wape_worse",
            weeks=score["weeks"],
            origin=f.day(date.fromisoformat(score["origin"])),
            wape=f.percent(score["wape"]),
            reference=f.percent(score["reference_wape"]),
        )
        bias = "high" if score["bias"] > 0.005 else "low" if score["bias"] < -0.005 else "none"
        yield source.say(f"response.bias.{bias}", bias=f.percent(abs(score["bias"])))
        yield source.say(
            "response.coverage",
            coverage=f.percent(score["coverage"]),
            total=f.percent(score["total_coverage"]),
        )
    yield source.say("response.elasticity", units=f.percent((1 / 0.9) ** forecast["shop_elasticity"] - 1))
    if forecast["stock_out_weeks"]:
        yield source.say("response.stock_outs", n=f.number(forecast["stock_out_weeks"]))
    if forecast["wrong_sign"]:
        yield source.say("response.wrong_sign", n=f.number(len(forecast["wrong_sign"])))


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
