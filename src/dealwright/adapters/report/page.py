"""The whole page: sections in their order, put into the template."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from dealwright.adapters.report.blocks import Section, Tile
from dealwright.adapters.report.sections import (
    baskets,
    calendar,
    customers,
    footing,
    journey,
    limits,
    opening,
    prices,
    profit,
    promotions,
    quality,
    response,
    stock,
    suggestion,
    what_if,
    worth,
)
from dealwright.adapters.report.source import Source

_PLAN = (calendar, promotions, profit, what_if, limits, response)
_CUSTOMERS = (customers, worth, journey, baskets, suggestion)
_SHOP = (prices, stock, quality, footing)
_PARTS = (*_PLAN, *_CUSTOMERS, *_SHOP)


def render(summary: Mapping[str, Any], *, language: str, shop_name: str | None, generated_on: date | None) -> str:
    """The page as HTML text."""
    source = Source.of(summary, language, shop_name=shop_name, generated_on=generated_on)
    return lay_out(
        source,
        title=opening.title(source),
        lead=opening.lead(source),
        tiles=opening.tiles(source),
        assumptions=opening.assumptions(source),
        sections=[section for part in _PARTS if (section := part.section(source)) is not None],
    )


def lay_out(
    source: Source,
    *,
    title: str,
    lead: str,
    sections: Sequence[Section],
    tiles: Sequence[Tile] = (),
    assumptions: Sequence[str] = (),
) -> str:
    """Sections below a heading, as HTML text."""
    style = files(__package__).joinpath("style.css").read_text("utf-8")
    return (
        _environment()
        .get_template("template.html.j2")
        .render(
            language={"en": "en", "zh": "zh-CN"}[source.words.language],
            say=source.say,
            source=source,
            style=style,
            style_hash=_hash(style),
            title=title,
            lead=lead,
            tiles=tiles,
            assumptions=assumptions,
            sections=sections,
        )
    )


def _hash(style: str) -> str:
    """What the page's security policy calls its own style sheet, so that no other is accepted."""
    return "sha256-" + base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader(str(__package__), "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
