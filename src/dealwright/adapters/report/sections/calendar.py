"""When what is promoted: products by category against weeks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dealwright.adapters.report.blocks import Block, Calendar, Cell, Entry, Lane, Legend, Section, Text
from dealwright.adapters.report.offers import OfferName
from dealwright.adapters.report.source import Source

N_TOP = 40
"""Promotions whose products are shown at once; the other products are folded away."""


def section(source: Source) -> Section:
    """The calendar of the products with the best promotions, and of the others."""
    if not source.promotions:
        return Section("calendar", source.say("calendar.title"), (Text(source.say("calendar.empty")),))
    top = list(dict.fromkeys(row["sku"] for row in source.promotions[:N_TOP]))
    rest = [sku for sku in dict.fromkeys(row["sku"] for row in source.promotions) if sku not in top]
    blocks: list[Block] = [
        Text(source.say("calendar.intro", n=len(top), all=len(top) + len(rest))),
        Legend(tuple(source.words.branch("kind").items())),
        _calendar(source, top, with_totals=True),
    ]
    if rest:
        blocks.append(_calendar(source, rest, summary=source.say("calendar.rest", n=len(rest))))
    return Section("calendar", source.say("calendar.title"), tuple(blocks), source.is_profit_assumed)


def _calendar(source: Source, skus: Sequence[str], *, with_totals: bool = False, summary: str = "") -> Calendar:
    category = {row["sku"]: row["category"] for row in source.promotions}
    by_category: dict[str, list[str]] = {}
    for sku in skus:
        by_category.setdefault(category[sku], []).append(sku)
    return Calendar(
        corner=source.say("calendar.corner"),
        weeks=tuple(source.formats.week(week) for week in source.weeks),
        groups=tuple((name, tuple(_lane(source, sku) for sku in members)) for name, members in by_category.items()),
        totals=tuple(_total(source, week) for week in source.weeks) if with_totals else (),
        total_title=source.say("calendar.total"),
        summary=summary,
    )


def _lane(source: Source, sku: str) -> Lane:
    by_week = {row["week"]: row for row in source.promotions if row["sku"] == sku}
    entries: list[Entry | None] = []
    for week in source.weeks:
        row = by_week.get(str(week))
        if row is None:
            entries.append(None)
            continue
        offer = OfferName.read(row["offer"], source.mechanics)
        earns = source.formats.round_money(row["profit"])
        entries.append(Entry(offer.kind, offer.told(source.words), f"+{earns}", row["promotion_id"]))
    return Lane(source.product_names[sku], sku, tuple(entries))


def _total(source: Source, week: date) -> Cell:
    rows = [row for row in source.promotions if row["week"] == str(week)]
    earns = source.formats.about(sum(row["profit"] for row in rows))
    return Cell(source.say("calendar.count", n=len(rows)), source.say("calendar.earns", profit=earns))
