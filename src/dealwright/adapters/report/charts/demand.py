"""Pictures of demand: how sales answer to a price cut, what past sales were made of, whether ranges held."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from dealwright.adapters.report.charts.theme import (
    BLACK,
    BLUE,
    FULL_WIDTH,
    GREEN,
    GREY,
    HALF_WIDTH,
    ORANGE,
    PALE,
    PURPLE,
    SKY,
    VERMILION,
    data,
    label_axis,
    palette,
    text_width,
)

Rows = Sequence[dict[str, Any]]
N_COLUMNS = 4

PART_COLOURS = {
    "baseline": SKY,
    "uplift": ORANGE,
    "cannibalised": PURPLE,
    "halo": GREEN,
    "pulled_forward": BLUE,
    "unexplained": PALE,
}


def lift_curves(points: Rows, unseen: Rows, *, panels: Sequence[str], depth_title: str, lift_title: str) -> Any:
    """Small pictures, one per panel. `points` have panel, depth, value, low, high, is_seen; `unseen` has the panel
    and the depths `start` to `end` that no sale speaks about.
    """
    rows = [{**row, "layer": "curve"} for row in points] + [{**row, "layer": "unseen"} for row in unseen]
    x = alt.X("depth:Q", title=depth_title, axis=alt.Axis(format="%", values=[0, 0.2, 0.4], grid=False))
    y = alt.Y("value:Q", title=lift_title, axis=alt.Axis(tickCount=5), scale=alt.Scale(zero=False, nice=True))
    curve = alt.Chart().transform_filter("datum.layer == 'curve'")
    grey = (
        alt.Chart()
        .transform_filter("datum.layer == 'unseen'")
        .mark_rect(color=PALE, opacity=0.55)
        .encode(x="start:Q", x2="end:Q")
    )
    band = curve.mark_area(color=SKY, opacity=0.45).encode(x=x, y=alt.Y("low:Q", title=lift_title), y2="high:Q")
    seen = curve.transform_filter("datum.is_seen").mark_line(color=BLUE, strokeWidth=2.2).encode(x=x, y=y)
    beyond = (
        curve.transform_filter("datum.is_beyond")
        .mark_line(color=BLUE, strokeWidth=1.6, strokeDash=[3, 3])
        .encode(x=x, y=y)
    )
    columns = min(N_COLUMNS, len(panels))
    layers = alt.layer(grey, band, seen, beyond).properties(width=(FULL_WIDTH - 60) / N_COLUMNS - 30, height=130)
    facet = alt.Facet("panel:N", sort=list(panels), header=alt.Header(title=None, labelLimit=210))
    return layers.facet(facet, columns=columns, data=data(rows), spacing={"row": 26, "column": 26})


REACH = {"seen": SKY, "within": BLUE, "beyond": VERMILION}


def depth_reach(seen: Rows, asked: Rows, *, depth_title: str) -> Any:
    """A bar per `category` up to the `deepest` cut seen, and a dot for each `depth` asked; `is_beyond` the bar."""
    order = [row["category"] for row in seen]
    y = alt.Y("category:N", sort=order, axis=label_axis(order, most=300))
    x_axis = alt.Axis(format="%", tickCount=6)
    bars = (
        alt.Chart(data([{**row, "colour": "seen"} for row in seen]))
        .mark_bar(size=12)
        .encode(x=alt.X("deepest:Q", title=depth_title, axis=x_axis), y=y, color=_reach_colour())
    )
    named = [{**row, "colour": "beyond" if row["is_beyond"] else "within"} for row in asked]
    dots = alt.Chart(data(named)).mark_circle(size=55, opacity=1).encode(x="depth:Q", y=y, color=_reach_colour())
    return alt.layer(bars, dots).properties(width=FULL_WIDTH - 330, height=alt.Step(22))


def _reach_colour() -> Any:
    return alt.Color("colour:N", scale=palette(REACH))


def past_weeks(parts: Rows, actual: Rows, *, title: str, months: str) -> Any:
    """Stacked bars per week: `week`, `part` (of `PART_COLOURS`), `order`, `units`; and the `actual` line.

    Parts that took units away are negative.
    """
    x = alt.X(
        "week:T",
        scale=alt.Scale(type="utc"),
        axis=alt.Axis(title=None, format=months, tickCount={"interval": "month", "step": 2}, grid=False),
    )
    # A bar a week wide: with single days as steps of the scale, bars would be hairlines.
    size = max(2.0, (FULL_WIDTH - 80) / max(len(actual), 1) - 2)
    bars = (
        alt.Chart(data(parts))
        .mark_bar(size=size)
        .encode(
            x=x,
            y=alt.Y("units:Q", title=title, axis=alt.Axis(tickCount=6)),
            color=alt.Color("part:N", scale=palette(PART_COLOURS)),
            order=alt.Order("order:Q"),
        )
    )
    line = alt.Chart(data(actual)).mark_line(color=BLACK, strokeWidth=1.4).encode(x=x, y="units:Q")
    zero = alt.Chart(data([{"zero": 0}])).mark_rule(color=GREY).encode(y="zero:Q")
    return alt.layer(bars, zero, line).properties(width=FULL_WIDTH - 80, height=280)


def waterfalls(steps: Rows, *, panels: Sequence[str], title: str) -> Any:
    """Side by side, one per panel: bars that start where the one before ended.

    `steps` have panel, label, start, end, text and sign (up, down or total).
    """
    labels = list(dict.fromkeys(row["label"] for row in steps))
    axis = label_axis(labels, most=230)
    widest = min(max(map(text_width, labels)), 230)
    rows = [{**row, "right": max(row["start"], row["end"])} for row in steps]
    # Room right of the longest bar for its number.
    top = {panel: 1.18 * max(row["right"] for row in rows if row["panel"] == panel) for panel in panels}
    y = alt.Y("label:N", sort=labels, axis=axis)
    color = alt.Color("sign:N", scale=palette({"up": ORANGE, "down": VERMILION, "total": BLUE}))
    x_axis = alt.Axis(tickCount=4)
    width = (FULL_WIDTH - 40 - widest) / max(len(panels), 1) - 26
    charts = []
    for panel in panels:
        own = y if panel == panels[0] else alt.Y("label:N", sort=labels, axis=None)
        base = alt.Chart(data([row for row in rows if row["panel"] == panel])).encode(y=own)
        scale = alt.Scale(domainMax=top[panel])
        bars = base.mark_bar(size=16).encode(
            x=alt.X("start:Q", title=title, axis=x_axis, scale=scale), x2="end:Q", color=color
        )
        text = base.mark_text(align="left", dx=5).encode(x="right:Q", text="text:N")
        heading = alt.TitleParams(panel, anchor="start", fontSize=12, color="#333")
        charts.append(alt.layer(bars, text, title=heading).properties(width=width, height=alt.Step(26)))
    return alt.hconcat(*charts, spacing=26)


def calibration(levels: Rows, *, nominal_title: str, achieved_title: str) -> Any:
    """Shares held against shares promised: `nominal`, `achieved`; on the grey line they are equal."""
    share = alt.Axis(format="%", tickCount=6)
    scale = alt.Scale(domain=[0.4, 1.0], zero=False)
    x = alt.X("nominal:Q", title=nominal_title, axis=share, scale=scale)
    y = alt.Y("achieved:Q", title=achieved_title, axis=share, scale=scale)
    base = alt.Chart(data(levels)).encode(x=x, y=y)
    equal = alt.Chart(data([{"nominal": 0.4, "achieved": 0.4}, {"nominal": 1.0, "achieved": 1.0}]))
    line = equal.mark_line(color=GREY, strokeDash=[4, 4]).encode(x=x, y=y)
    dots = base.mark_line(color=BLUE, strokeWidth=2, point=alt.OverlayMarkDef(color=BLUE, size=55, filled=True))
    return alt.layer(line, dots).properties(width=HALF_WIDTH - 80, height=230)


def coverage_by_week(rows: Rows, *, promised: float, week_title: str, share_title: str) -> Any:
    """A bar per week ahead: `week`, `share`, `text`; the line is what was promised."""
    base = alt.Chart(data(rows)).encode(
        x=alt.X("week:O", title=week_title, axis=alt.Axis(labelAngle=0, grid=False)),
        y=alt.Y(
            "share:Q", title=share_title, axis=alt.Axis(format="%", tickCount=6), scale=alt.Scale(domain=[0, 1])
        ),
    )
    line = alt.Chart(data([{"share": promised}])).mark_rule(color=BLACK, strokeDash=[4, 4]).encode(y="share:Q")
    bars = base.mark_bar(color=SKY)
    text = base.mark_text(dy=22, fontSize=11).encode(text="text:N")
    return alt.layer(bars, line, text).properties(width=HALF_WIDTH - 80, height=230)
