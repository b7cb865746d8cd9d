"""Whether ranges held what they promised, drawn: coverage by weeks ahead, and of each quantile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import altair as alt
import numpy as np
import vl_convert
from numpy.typing import NDArray

from dealwright.adapters.report.charts.theme import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    SKY,
    VERMILION,
    data,
    draw,
)
from demand_metrics import JUDGED, Made

Floats = NDArray[np.float64]

NOMINAL = 0.8
"""Of the intervals that every forecaster with a range gives."""
COLOURS = (BLUE, VERMILION, GREEN, ORANGE, PURPLE, SKY, BLACK)
MOST_PEERS = len(COLOURS) - 1
WIDTH, HEIGHT = 360, 240


@dataclass(frozen=True, slots=True)
class Held:
    """How often one forecaster's ranges held on one window.

    `by_horizon` (H,) is the share of series inside the 80 % interval in each week ahead, `interval` that of all
    weeks. `below` are the shares of series and weeks that sold no more than the quantiles `JUDGED`.
    """

    window: str
    name: str
    by_horizon: Floats
    interval: float
    below: Floats


def held(window: str, name: str, made: Made, *, sold: Floats) -> Held | None:
    """What a forecast of `sold` (n, H) held; None if it gives no range."""
    if made.low is None or made.high is None:
        return None
    least, most = (made.low, made.high) if made.least is None or made.most is None else (made.least, made.most)
    inside = (least <= sold) & (sold <= most)
    middle = made.point if made.middle is None else made.middle
    below = np.array([(sold <= quantile).mean() for quantile in (made.low, middle, made.high)])
    return Held(window, name, inside.mean(axis=0), float(inside.mean()), below)


def plot(place: str, found: Sequence[Held], *, ours: str, folder: Path) -> list[Path]:
    """Draw the windows of one panel as PNG and SVG; where they were written. Nothing without a range to draw.

    Ours and the peers nearest to what they promise, in the mean over the windows.
    """
    shown = chosen(found, ours=ours)
    drawn = [one for one in found if one.name in shown]
    if not drawn:
        return []
    folder.mkdir(parents=True, exist_ok=True)
    colours = dict(zip(shown, COLOURS, strict=False))
    charts = {"horizon": _by_horizon(drawn, colours), "quantiles": _by_quantile(drawn, colours)}
    return [path for kind, chart in charts.items() for path in _written(chart, folder / f"{place}-coverage-{kind}")]


def chosen(found: Sequence[Held], *, ours: str) -> list[str]:
    """Names to draw: ours first, then peers by how far their intervals are from `NOMINAL`."""
    gaps: dict[str, list[float]] = {}
    for one in found:
        gaps.setdefault(one.name, []).append(abs(one.interval - NOMINAL))
    peers = sorted((name for name in gaps if name != ours), key=lambda name: float(np.mean(gaps[name])))
    return [name for name in (ours, *peers[:MOST_PEERS]) if name in gaps]


def _by_horizon(found: Sequence[Held], colours: Mapping[str, str]) -> Any:
    rows = [
        {"window": one.window, "name": one.name, "week": week, "share": float(share)}
        for one in found
        for week, share in enumerate(one.by_horizon, start=1)
    ]
    x = alt.X("week:O", title="weeks ahead", axis=alt.Axis(labelAngle=0))
    promise = alt.Chart(data([{"share": NOMINAL}])).mark_rule(color=GREY, strokeDash=[4, 4]).encode(y="share:Q")
    return _side_by_side(rows, colours, x, "share inside 80 % intervals", promise)


def _by_quantile(found: Sequence[Held], colours: Mapping[str, str]) -> Any:
    rows = [
        {"window": one.window, "name": one.name, "level": level, "share": float(share)}
        for one in found
        for level, share in zip(JUDGED, one.below, strict=True)
    ]
    x = alt.X("level:Q", title="nominal level of the quantile", axis=alt.Axis(format="%", values=list(JUDGED)))
    ends = [{"level": 0.0, "share": 0.0}, {"level": 1.0, "share": 1.0}]
    promise = alt.Chart(data(ends)).mark_line(color=GREY, strokeDash=[4, 4]).encode(x=alt.X("level:Q"), y="share:Q")
    return _side_by_side(rows, colours, x, "share that sold no more", promise)


def _side_by_side(
    rows: Sequence[Mapping[str, Any]], colours: Mapping[str, str], x: Any, title: str, promise: Any
) -> Any:
    """A picture per window, lines by name; the last names the lines, as the report's pictures have no legend."""
    y = alt.Y("share:Q", title=title, axis=alt.Axis(format="%", tickCount=6), scale=alt.Scale(domain=[0, 1]))
    colour = alt.Color("name:N", scale=alt.Scale(domain=list(colours), range=list(colours.values())))
    charts = []
    for window in dict.fromkeys(row["window"] for row in rows):
        own = alt.Chart(data([row for row in rows if row["window"] == window])).encode(x=x, y=y, color=colour)
        layers = alt.layer(promise, own.mark_line(strokeWidth=2, point=True))
        charts.append(layers.properties(width=WIDTH, height=HEIGHT, title=window))
    return alt.hconcat(*charts, _names(colours), spacing=30)


def _names(colours: Mapping[str, str]) -> Any:
    rows = [{"name": name, "row": number} for number, name in enumerate(colours)]
    y = alt.Y("row:O", axis=None)
    colour = alt.Color("name:N", scale=alt.Scale(domain=list(colours), range=list(colours.values())))
    base = alt.Chart(data(rows)).encode(y=y)
    dots = base.mark_point(filled=True, size=70, opacity=1).encode(x=alt.value(8), color=colour)
    texts = base.mark_text(align="left").encode(x=alt.value(20), text="name:N")
    return alt.layer(dots, texts).properties(width=140, height=alt.Step(20))


def _written(chart: Any, path: Path) -> list[Path]:
    """As SVG for pages, and as PNG for everything else, both on white."""
    bare = str(draw(chart, key=path.name))
    # The report's pictures stand within a page, which names the spaces and has a ground of its own.
    standing = 'xmlns="http://www.w3.org/2000/svg" style="background: white"'
    svg = path.with_suffix(".svg")
    svg.write_text(bare.replace("<svg ", f"<svg {standing} ", 1), "utf-8")
    png = path.with_suffix(".png")
    png.write_bytes(vl_convert.svg_to_png(svg.read_text("utf-8"), scale=2))
    return [png, svg]
