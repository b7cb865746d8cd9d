"""Pictures of the shop: its customers, prices, discounts and stock."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from dealwright.adapters.report.charts.theme import (
    BLACK,
    BLUE,
    FULL_WIDTH,
    HALF_WIDTH,
    ORANGE,
    data,
    label_axis,
    palette,
    text_width,
)

Rows = Sequence[dict[str, Any]]


def pair_colours(names: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The colours of two things that are compared."""
    return tuple(zip(names, (BLUE, ORANGE), strict=True))


def shares(rows: Rows, *, names: Sequence[str]) -> Any:
    """Two bars per label: `label`, `name` (one of the two `names`), `share`, `text`."""
    labels = [row["label"] for row in rows]
    axis = label_axis(labels, most=220)
    width = FULL_WIDTH - 80 - min(max(map(text_width, labels)), 220)
    base = alt.Chart(data(rows)).encode(
        y=alt.Y("label:N", sort=None, axis=axis), yOffset=alt.YOffset("name:N", sort=list(names))
    )
    bars = base.mark_bar().encode(
        x=alt.X("share:Q", axis=alt.Axis(title=None, format="%", tickCount=6)),
        color=alt.Color("name:N", scale=palette(dict(pair_colours(names))), sort=list(names)),
    )
    text = base.mark_text(align="left", dx=5).encode(x="share:Q", text="text:N")
    return alt.layer(bars, text).properties(width=width, height=alt.Step(20))


def by_count(rows: Rows, *, chosen: int, title: str, count_title: str) -> Any:
    """One line over the number of segments: `k`, `value`; the chosen number is marked."""
    x = alt.X("k:O", title=count_title, axis=alt.Axis(labelAngle=0, grid=False))
    y = alt.Y("value:Q", title=title, axis=alt.Axis(tickCount=4, format=".2f"), scale=alt.Scale(zero=True))
    base = alt.Chart(data(rows)).encode(x=x, y=y)
    line = base.mark_line(color=BLUE, strokeWidth=2)
    points = base.mark_point(color=BLUE, filled=True, size=40, opacity=1)
    mark = base.transform_filter(alt.datum.k == chosen).mark_point(
        color=ORANGE, filled=True, size=180, opacity=1, stroke=BLACK
    )
    return alt.layer(line, points, mark).properties(width=HALF_WIDTH - 70, height=170)


def histogram(rows: Rows, *, x_title: str, y_title: str) -> Any:
    """Bars between `start` and `end` as high as `value`."""
    x = alt.X("start:Q", bin="binned", title=x_title, axis=alt.Axis(grid=False, tickCount=8))
    y = alt.Y("value:Q", title=y_title, axis=alt.Axis(tickCount=5))
    bars = alt.Chart(data(rows)).mark_bar(color=BLUE, stroke="white", strokeWidth=1)
    return bars.encode(x=x, x2="end:Q", y=y).properties(width=HALF_WIDTH - 70, height=215)


def depths(rows: Rows, *, panels: Sequence[str], x_title: str, y_title: str) -> Any:
    """Past above plan on one scale of depth: `panel` (one of the two `panels`), `start`, `end`, `share`."""
    colours = dict(pair_colours(panels))
    bars = alt.Chart(data(rows)).mark_bar(stroke="white", strokeWidth=1)
    return bars.encode(
        x=alt.X("start:Q", bin="binned", title=x_title, axis=alt.Axis(format="%", grid=False, tickCount=6)),
        x2="end:Q",
        y=alt.Y("share:Q", title=y_title, axis=alt.Axis(format="%", tickCount=3)),
        color=alt.Color("panel:N", scale=palette(colours)),
        row=alt.Row("panel:N", sort=list(panels), header=alt.Header(orient="top", labelAnchor="start")),
    ).properties(width=HALF_WIDTH - 70, height=72)


def courses(rows: Rows, *, names: Sequence[str], title: str) -> Any:
    """Two lines over points in time: `label`, `order`, `name` (one of the two `names`), `units`."""
    x = alt.X("label:N", sort=alt.SortField("order"), axis=alt.Axis(title=None, labelAngle=0, labelOverlap=True))
    color = alt.Color("name:N", scale=palette(dict(pair_colours(names))), sort=list(names))
    base = alt.Chart(data(rows)).encode(
        x=x, y=alt.Y("units:Q", title=title, axis=alt.Axis(tickCount=5), scale=alt.Scale(zero=True)), color=color
    )
    return alt.layer(base.mark_line(strokeWidth=2.4), base.mark_point(filled=True, size=50, opacity=1)).properties(
        width=HALF_WIDTH - 70, height=220
    )


def pairs(rows: Rows, *, names: Sequence[str], title: str) -> Any:
    """Two bars per week: `label`, `name` (one of the two `names`), `units`, `text`."""
    base = alt.Chart(data(rows)).encode(
        x=alt.X("label:N", sort=None, axis=alt.Axis(title=None, labelAngle=0, labelOverlap=True)),
        xOffset=alt.XOffset("name:N", sort=list(names)),
        y=alt.Y("units:Q", title=title, axis=alt.Axis(tickCount=5)),
    )
    colours = palette(dict(pair_colours(names)))
    bars = base.mark_bar().encode(color=alt.Color("name:N", scale=colours, sort=list(names)))
    return alt.layer(bars, base.mark_text(dy=-6, fontSize=10).encode(text="text:N")).properties(
        width=HALF_WIDTH - 70, height=220
    )
