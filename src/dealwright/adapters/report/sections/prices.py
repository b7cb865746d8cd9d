"""What the planned products cost, and how deep discounts were and will be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dealwright.adapters.report.blocks import Block, Column, Figure, Section, Table, Text
from dealwright.adapters.report.charts import shop as charts
from dealwright.adapters.report.charts.theme import draw
from dealwright.adapters.report.source import Source

Histogram = Mapping[str, Sequence[float]]


def section(source: Source) -> Section:
    """Two distributions side by side."""
    distributions = source.summary["distributions"]
    n_cut = sum(row["depth"] > 0 for row in source.promotions)
    intro = source.say(
        "prices.intro",
        past=source.formats.percent(distributions["promoted_share_past"]),
        cut=n_cut,
        shown=len(source.promotions) - n_cut,
        all=len(source.promotions),
    )
    blocks: tuple[Block, ...] = (Text(intro), _prices(source, distributions["price"]), _depths(source))
    return Section("prices", source.say("prices.title"), blocks)


def _bins(histogram: Histogram) -> list[tuple[float, float, float]]:
    """Start, end and count of each bin."""
    edges = histogram["edges"]
    return list(zip(edges[:-1], edges[1:], histogram["counts"], strict=True))


def _prices(source: Source, histogram: Histogram) -> Figure:
    f, bins = source.formats, _bins(histogram)
    top = bins[-1][0]
    chart = charts.histogram(
        [{"start": start, "end": end, "value": n} for start, end, n in bins],
        x_title=source.say("prices.price_axis", currency=source.currency_name),
        y_title=source.say("prices.products"),
    )
    rows = [
        [source.say("from_to", low=f.money(start), high=f.money(end)), f.number(n)] for start, end, n in bins[:-1]
    ]
    rows.append([source.say("prices.and_more", low=f.money(top)), f.number(bins[-1][2])])
    columns = (Column(source.say("prices.price")), Column(source.say("prices.products"), is_number=True))
    return Figure(
        source.say("prices.price_title"),
        source.say("prices.price_label"),
        draw(chart, key="prices"),
        numbers=Table.of(columns, rows, summary=source.say("numbers")),
        note=source.say("prices.price_note", low=f.money(top)),
        is_half=True,
    )


def _depths(source: Source) -> Figure:
    f, distributions = source.formats, source.summary["distributions"]
    panels = (source.say("prices.past"), source.say("prices.planned"))
    rows, shares = [], []
    for name, panel in zip(("past_depth", "planned_depth"), panels, strict=True):
        bins = _bins(distributions[name])
        total = sum(n for _, _, n in bins) or 1
        rows += [{"panel": panel, "start": start, "end": end, "share": n / total} for start, end, n in bins]
        shares.append([(start, end, n / total) for start, end, n in bins])
    chart = charts.depths(rows, panels=panels, x_title=source.say("prices.depth"), y_title="")
    numbers = Table.of(
        (Column(source.say("prices.depth")), *(Column(panel, is_number=True) for panel in panels)),
        [
            [source.say("from_to", low=f.percent(start), high=f.percent(end)), f.percent(was), f.percent(will)]
            for (start, end, was), (_, _, will) in zip(*shares, strict=True)
        ],
        summary=source.say("numbers"),
    )
    return Figure(
        source.say("prices.depth_title"),
        source.say("prices.depth_label"),
        draw(chart, key="depths"),
        numbers=numbers,
        note=source.say("prices.depth_note"),
        is_half=True,
    )
