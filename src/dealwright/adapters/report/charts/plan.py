"""Pictures of the plan: profit by promotion and week, beside other plans, and what it is made of."""

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
    VERMILION,
    data,
    label_axis,
    palette,
    text_width,
)

Rows = Sequence[dict[str, Any]]


def ranges(rows: Rows, *, colours: dict[str, str], title: str, row_height: int = 22) -> Any:
    """A point and its interval per row: `label`, `value`, `low`, `high`, `text`, `group` (one of `colours`)."""
    labels = [row["label"] for row in rows]
    axis = label_axis(labels)
    # Room for the text that stands right of the longest interval.
    width = FULL_WIDTH - 20 - min(max(map(text_width, labels)), 330) - max(text_width(row["text"]) for row in rows)
    y = alt.Y("label:N", sort=None, axis=axis)
    base = alt.Chart(data(rows)).encode(y=y)
    color = alt.Color("group:N", scale=palette(colours))
    zero = alt.Chart(data([{"zero": 0}])).mark_rule(color=GREY).encode(x="zero:Q")
    rule = base.mark_rule(strokeWidth=2.5, opacity=0.7).encode(
        x=alt.X("low:Q", title=title, axis=alt.Axis(tickCount=7)), x2="high:Q", color=color
    )
    point = base.mark_point(size=70, filled=True, opacity=1).encode(x="value:Q", color=color)
    text = base.mark_text(align="left", dx=8).encode(x="high:Q", text="text:N")
    return alt.layer(zero, rule, point, text).properties(width=width, height=alt.Step(row_height))


def by_week(rows: Rows, *, title: str) -> Any:
    """A bar per week with an interval: `label`, `value`, `low`, `high`, `text`."""
    x = alt.X("label:N", sort=None, axis=alt.Axis(title=None, labelAngle=0, labelOverlap=True))
    base = alt.Chart(data(rows)).encode(x=x)
    bars = base.mark_bar(color=BLUE, size=46).encode(y=alt.Y("value:Q", title=title, axis=alt.Axis(tickCount=5)))
    rule = base.mark_rule(color=BLACK, strokeWidth=1.5).encode(y="low:Q", y2="high:Q")
    text = base.mark_text(dy=-10, dx=27, align="left", fontWeight="bold").encode(y="value:Q", text="text:N")
    return alt.layer(bars, rule, text).properties(width=FULL_WIDTH - 80, height=220)


def waterfall(rows: Rows, *, title: str) -> Any:
    """Bars that start where the one before ended: `label`, `start`, `end`, `text`, `sign` (up, down or total)."""
    labels = [row["label"] for row in rows]
    y = alt.Y("label:N", sort=None, axis=label_axis(labels, most=240))
    color = alt.Color("sign:N", scale=palette({"up": GREEN, "down": VERMILION, "total": BLUE}))
    rows = [{**row, "right": max(row["start"], row["end"])} for row in rows]
    width = FULL_WIDTH - 20 - min(max(map(text_width, labels)), 240) - max(text_width(row["text"]) for row in rows)
    base = alt.Chart(data(rows)).encode(y=y)
    bars = base.mark_bar(size=18).encode(
        x=alt.X("start:Q", title=title, axis=alt.Axis(tickCount=7)), x2="end:Q", color=color
    )
    text = base.mark_text(align="left", dx=6).encode(x="right:Q", text="text:N")
    return alt.layer(bars, text).properties(width=width, height=alt.Step(30))
