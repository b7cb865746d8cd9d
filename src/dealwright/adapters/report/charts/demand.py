"""Pictures of demand: how sales answer to a price cut, and what the past year's sales were made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from dealwright.adapters.report.charts.theme import (
    BLACK,
    BLUE,
    FULL_WIDTH,
    GREY,
    ORANGE,
    PALE,
    PURPLE,
    SKY,
    data,
    palette,
)

Rows = Sequence[dict[str, Any]]
N_COLUMNS = 4

PART_COLOURS = {
    "baseline": SKY,
    "uplift": ORANGE,
    "cannibalised": PURPLE,
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
