"""Pictures of customers: what they are worth, who stays away, where they go next, what is bought together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from dealwright.adapters.report.charts.theme import (
    BLUE,
    FULL_WIDTH,
    GREY,
    HALF_WIDTH,
    ORANGE,
    SKY,
    VERMILION,
    data,
    label_axis,
    palette,
    text_width,
)

Rows = Sequence[dict[str, Any]]
_MOST_LABEL = 460


def value_curve(rows: Rows, *, x_title: str, y_title: str) -> Any:
    """Customers from the least to the most valuable: `share` of them below, `value` with `low` and `high`."""
    x = alt.X("share:Q", title=x_title, axis=alt.Axis(format="%", tickCount=5, grid=False))
    base = alt.Chart(data(rows)).encode(x=x)
    band = base.mark_area(color=SKY, opacity=0.45).encode(y=alt.Y("low:Q", title=y_title), y2="high:Q")
    line = base.mark_line(color=BLUE, strokeWidth=2.2).encode(
        y=alt.Y("value:Q", title=y_title, axis=alt.Axis(tickCount=5))
    )
    return alt.layer(band, line).properties(width=HALF_WIDTH - 70, height=220)


def chances(rows: Rows, *, x_title: str, y_title: str) -> Any:
    """A bar per `label` as high as the chance `value`, with its range from `low` to `high`."""
    x = alt.X("label:N", sort=None, title=x_title, axis=alt.Axis(labelAngle=0, grid=False))
    base = alt.Chart(data(rows)).encode(x=x)
    y = alt.Y("value:Q", title=y_title, axis=alt.Axis(format="%", tickCount=5))
    bars = base.mark_bar(color=SKY).encode(y=y)
    spans = base.mark_rule(color=BLUE, strokeWidth=2).encode(y=alt.Y("low:Q", title=y_title), y2="high:Q")
    return alt.layer(bars, spans).properties(width=HALF_WIDTH - 70, height=220)


def ways(rows: Rows, *, froms: Sequence[str], tos: Sequence[str], from_title: str, to_title: str) -> Any:
    """Squares from each state `from` to each `to`, the darker the larger their `share`, which is their `text`."""
    labels = label_axis(froms, most=_MOST_LABEL)
    labels.title = from_title
    base = alt.Chart(data(rows)).encode(
        x=alt.X(
            "to:N",
            sort=list(tos),
            title=to_title,
            axis=alt.Axis(orient="top", labelAngle=0, grid=False, labelLimit=130),
        ),
        y=alt.Y("from:N", sort=list(froms), axis=labels),
    )
    squares = base.mark_rect(stroke="white", strokeWidth=2).encode(
        color=alt.Color("share:Q", scale=alt.Scale(domain=[0, 1], range=["#f3f7fb", BLUE]))
    )
    dark = alt.condition("datum.share > 0.55", alt.value("#ffffff"), alt.value("#333333"))
    texts = base.mark_text().encode(text="text:N", color=dark)
    width = FULL_WIDTH - 80 - min(max(map(text_width, froms)), _MOST_LABEL)
    return alt.layer(squares, texts).properties(width=width, height=alt.Step(34))


def ranges(rows: Rows, *, title: str, is_full: bool = True) -> Any:
    """A dot at `value` per `label` with its range from `low` to `high`, and its `text` to the right."""
    labels = [row["label"] for row in rows]
    most = _MOST_LABEL if is_full else 150
    y = alt.Y("label:N", sort=labels, axis=label_axis(labels, most=most))
    base = alt.Chart(data(rows)).encode(y=y)
    top = 1.12 * max((row["high"] for row in rows), default=1.0)
    x_scale = alt.Scale(domain=[0, top], nice=False)
    spans = base.mark_rule(color=SKY, strokeWidth=6).encode(
        x=alt.X("low:Q", title=title, scale=x_scale, axis=alt.Axis(tickCount=5)), x2="high:Q"
    )
    dots = base.mark_circle(color=BLUE, size=60, opacity=1).encode(x=alt.X("value:Q", title=title, scale=x_scale))
    texts = base.mark_text(align="left", dx=8).encode(x=alt.X("high:Q", title=title, scale=x_scale), text="text:N")
    room = FULL_WIDTH if is_full else HALF_WIDTH
    width = room - 90 - min(max(map(text_width, labels), default=0), most)
    return alt.layer(spans, dots, texts).properties(width=width, height=alt.Step(26))


def parts(rows: Rows, *, title: str) -> Any:
    """A bar per `label` from nothing to `part`, a share that may be negative, and its `text` beside it."""
    labels = [row["label"] for row in rows]
    coloured = [{**row, "sign": _sign(row), "right": max(row["part"], 0.0)} for row in rows]
    base = alt.Chart(data(coloured)).encode(
        y=alt.Y("label:N", sort=labels, axis=label_axis(labels, most=_MOST_LABEL))
    )
    bars = base.mark_bar(size=15).encode(
        x=alt.X("part:Q", title=title, axis=alt.Axis(format="%", tickCount=6)),
        color=alt.Color("sign:N", scale=palette({"for": ORANGE, "against": VERMILION, "rest": GREY})),
    )
    texts = base.mark_text(align="left", dx=5).encode(x=alt.X("right:Q", title=title), text="text:N")
    width = FULL_WIDTH - 90 - min(max(map(text_width, labels), default=0), _MOST_LABEL)
    return alt.layer(bars, texts).properties(width=width, height=alt.Step(24))


def _sign(row: dict[str, Any]) -> str:
    return "rest" if row["is_rest"] else "for" if row["part"] >= 0 else "against"
