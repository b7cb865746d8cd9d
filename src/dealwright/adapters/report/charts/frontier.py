"""The picture of a trade: plans between the best for each of two objectives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from dealwright.adapters.report.charts.theme import BLUE, FULL_WIDTH, GREY, data

Rows = Sequence[dict[str, Any]]


def trade(rows: Rows, *, of: str, against: str) -> Any:
    """Points joined by a line: `of`, `against`, `text`, and `of_bound` (None if nothing is proven)."""
    x = alt.X("against:Q", title=against, scale=alt.Scale(zero=False, nice=True))
    y = alt.Y("of:Q", title=of, scale=alt.Scale(zero=False, nice=True))
    base = alt.Chart(data(rows)).encode(x=x, y=y)
    bounded = alt.Chart(data([row for row in rows if row["of_bound"] is not None])).encode(x=x)
    up_to = bounded.mark_rule(color=GREY, strokeWidth=3, opacity=0.5).encode(y=y, y2="of_bound:Q")
    line = base.mark_line(color=BLUE, strokeWidth=1.6)
    point = base.mark_point(size=80, filled=True, opacity=1, color=BLUE)
    text = base.mark_text(align="left", dx=9, dy=-4).encode(text="text:N")
    return alt.layer(up_to, line, point, text).properties(width=FULL_WIDTH - 160, height=340)
