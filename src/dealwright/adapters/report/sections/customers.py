"""Who buys: segments, what sets them apart, and how their number was chosen."""

from __future__ import annotations

from typing import Any

from dealwright.adapters.report.blocks import Block, Cell, Column, Figure, Heading, Section, Table, Text
from dealwright.adapters.report.charts import shop as charts
from dealwright.adapters.report.charts.theme import draw
from dealwright.adapters.report.source import Source
from dealwright.core.money import exponent

MEDIANS = (
    "orders",
    "spend_minor",
    "basket_value_minor",
    "days_since_purchase",
    "breadth",
    "deal_share",
    "active_span_days",
)


def section(source: Source) -> Section:
    """Segments where there are any; else why there are none."""
    title, customers = source.say("customers.title"), source.summary["customers"]
    if customers is None:
        return Section("customers", title, (Text(source.say("customers.unknown")),))
    n = source.formats.number(customers["n_customers"])
    if not customers["segments"]:
        return Section("customers", title, (Text(source.say("customers.too_few", n=n)),))
    blocks: list[Block] = [
        Text(source.say("customers.intro", n=n, k=customers["k"])),
        _shares(source, customers),
        Heading(source.say("customers.medians")),
        _medians(source, customers),
        Heading(source.say("customers.count")),
        Text(source.say("customers.count_why", k=customers["k"])),
        _by_count(source, customers, "silhouettes"),
        _by_count(source, customers, "stabilities"),
    ]
    if not customers["is_stable"]:
        blocks.insert(1, Text(source.say("customers.unstable"), tone="warning"))
    return Section("customers", title, tuple(blocks))


def _name(source: Source, segment: dict[str, Any]) -> str:
    name: str = segment[f"name_{source.words.language}"]
    return name


def _shares(source: Source, customers: dict[str, Any]) -> Figure:
    f = source.formats
    names = (source.say("customers.of_customers"), source.say("customers.of_revenue"))
    rows = [
        {
            "label": _name(source, segment),
            "name": name,
            "share": segment[key],
            "text": f.percent(segment[key], 1 if segment[key] < 0.01 else 0),
        }
        for segment in customers["segments"]
        for key, name in zip(("share", "revenue_share"), names, strict=True)
    ]
    numbers = Table.of(
        (
            Column(source.say("customers.segment")),
            Column(source.say("customers.customers"), is_number=True),
            *(Column(name, is_number=True) for name in names),
        ),
        [
            [
                _name(source, segment),
                f.number(segment["size"]),
                f.percent(segment["share"], 1),
                f.percent(segment["revenue_share"], 1),
            ]
            for segment in customers["segments"]
        ],
        summary=source.say("numbers"),
    )
    return Figure(
        source.say("customers.shares"),
        source.say("customers.shares_label"),
        draw(charts.shares(rows, names=names), key="segments"),
        numbers=numbers,
        colours=charts.pair_colours(names),
    )


def _medians(source: Source, customers: dict[str, Any]) -> Table:
    segments = customers["segments"]
    known = [name for name in MEDIANS if all(name in segment["medians"] for segment in segments)]
    columns = [Column(source.say("customers.segment"))]
    columns += [Column(source.say(f"customers.median.{name}"), is_number=True) for name in known]
    return Table.of(
        columns,
        [
            [_name(source, segment), *(_median(source, name, segment["medians"][name]) for name in known)]
            for segment in segments
        ],
    )


def _median(source: Source, name: str, value: float | None) -> str:
    f = source.formats
    if value is None:
        return "–"
    if name.endswith("_minor"):
        major = value / 10 ** exponent(f.currency)
        return f.money(major, 0) if abs(major) >= 100 else f.money(major)
    return f.percent(value) if name == "deal_share" else f.number(value)


def _by_count(source: Source, customers: dict[str, Any], measure: str) -> Figure:
    values = {int(k): value for k, value in customers[measure].items()}
    chart = charts.by_count(
        [{"k": k, "value": value} for k, value in sorted(values.items())],
        chosen=customers["k"],
        title="",
        count_title=source.say("customers.k"),
    )
    numbers = Table.of(
        (
            Column(source.say("customers.k"), is_number=True),
            Column(source.say(f"customers.{measure}"), is_number=True),
        ),
        [
            [
                Cell(str(k)),
                Cell(source.formats.number(value, 2), source.say("customers.chosen") * (k == customers["k"])),
            ]
            for k, value in sorted(values.items())
        ],
        summary=source.say("numbers"),
    )
    return Figure(
        source.say(f"customers.{measure}"),
        source.say(f"customers.{measure}_label"),
        draw(chart, key=measure),
        numbers=numbers,
        is_half=True,
    )
