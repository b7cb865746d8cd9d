"""How every picture looks, and how a specification becomes markup that can stand in a page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import altair as alt
import vl_convert
from markupsafe import Markup

# Okabe and Ito's palette, which people with any common colour blindness can tell apart.
BLACK, ORANGE, SKY, GREEN = "#1b1b1b", "#E69F00", "#56B4E9", "#009E73"
BLUE, VERMILION, PURPLE, GREY = "#0072B2", "#D55E00", "#CC79A7", "#8a8f98"
PALE = "#c9ced6"

OFFER_COLOURS = {
    "display": SKY,
    "mailer": PURPLE,
    "display_mailer": GREEN,
    "cut": ORANGE,
    "cut_shown": VERMILION,
    "mechanic": BLUE,
}

FULL_WIDTH = 960
"""Pixels a picture fills across the page, labels of its axis included."""
HALF_WIDTH = 450
_LABEL_SIZE = 12

_CONFIG: dict[str, Any] = {
    "background": "transparent",
    "font": "sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": _LABEL_SIZE,
        "titleFontSize": _LABEL_SIZE,
        "titleFontWeight": "normal",
        "labelColor": "#333",
        "titleColor": "#555",
        "gridColor": "#e6e8ec",
        "domainColor": "#9aa0a8",
        "tickColor": "#9aa0a8",
        "titlePadding": 8,
    },
    "axisX": {"domain": False, "ticks": False, "labelPadding": 6},
    "axisY": {"domain": False, "ticks": False, "labelPadding": 6},
    # The page writes the legends: what a font measures here need not fit the reader's.
    "legend": {"disable": True},
    "header": {"title": None, "labelFontSize": 12, "labelFontWeight": "bold", "labelColor": "#333"},
    "text": {"fontSize": _LABEL_SIZE, "color": "#333"},
}


def data(rows: Iterable[Mapping[str, Any]]) -> Any:
    """Rows as inline data."""
    return alt.Data(values=[dict(row) for row in rows])


def draw(chart: Any, *, key: str) -> Markup:
    """The picture as one SVG element; `key` sets its ids apart from those of the page's other pictures.

    What Vega writes for screen readers is in English and tells marks one by one: the page has a label and a
    table instead. Namespaces are not needed within a page.
    """
    # Altair checks every part as it is made; checking the whole again takes as long as drawing it.
    svg = vl_convert.vegalite_to_svg({**chart.to_dict(validate=False), "config": _CONFIG})
    svg = re.sub(r' (?:aria-[a-z]+|role|xmlns(?::xlink)?|pointer-events)="[^"]*"', "", svg)
    # Vega counts its clips through the life of the process; counted per picture, equal data give equal pages.
    clips = list(dict.fromkeys(re.findall(r'id="([^"]+)"', svg)))
    for number, name in enumerate(clips):
        svg = re.sub(rf'(id="|url\(#){re.escape(name)}(?=["\)])', rf"\g<1>{key}-{number}", svg)
    return Markup(svg.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))


def png(chart: Any, *, scale: float = 2.0) -> bytes:
    """The picture on white, `scale` dots a pixel."""
    specification = {**chart.to_dict(validate=False), "config": {**_CONFIG, "background": "white"}}
    drawn: bytes = vl_convert.vegalite_to_png(specification, scale=scale)
    return drawn


def label_axis(labels: Sequence[str], *, most: int = 330) -> Any:
    """A vertical axis for words, wide enough whatever fonts the drawing machine has."""
    widest = max((text_width(label) for label in labels), default=0)
    return alt.Axis(title=None, labelLimit=most, minExtent=min(widest, most), grid=False)


def text_width(text: str) -> int:
    """Pixels a label takes, generously: Chinese characters are as wide as they are high, capitals nearly so."""
    return round(_LABEL_SIZE * sum(_letter_width(letter) for letter in text))


def _letter_width(letter: str) -> float:
    return 1.0 if ord(letter) > 0x2E7F else 0.7 if letter.isupper() else 0.58


def palette(names: Mapping[str, str]) -> Any:
    """A colour scale with exactly these names, in order."""
    return alt.Scale(domain=list(names), range=list(names.values()))
