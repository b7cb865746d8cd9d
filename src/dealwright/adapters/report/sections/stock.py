"""Whether the shelf stays full: stock without and with the plan, and what to order more."""

from __future__ import annotations

from typing import Any

from dealwright.adapters.report.blocks import Block, Cell, Column, Figure, Heading, Section, Table, Text
from dealwright.adapters.report.charts import shop as charts
from dealwright.adapters.report.charts.theme import draw
from dealwright.adapters.report.source import Source

N_TOP = 15
PATHS = ("without_plan", "with_plan")


def section(source: Source) -> Section:
    """Totals by week, then the products to order more of."""
    stock, f = source.summary["stock"], source.formats
    lost = {name: sum(stock["totals"][name]["lost"]) for name in PATHS}
    intro = source.say(
        "stock.intro",
        without=f.number(lost["without_plan"]),
        with_plan=f.number(lost["with_plan"]),
        extra=f.number(stock["extra_units"]),
    )
    blocks: list[Block] = [Text(intro), _course(source), _missed(source)]
    if source.is_stock_assumed:
        blocks.insert(1, Text(source.say("stock.assumed"), tone="warning"))
    if stock["products"]:
        blocks += [Heading(source.say("stock.products"), is_assumed=source.is_stock_assumed)]
        blocks += [_products(source, stock["products"][:N_TOP])]
        if len(stock["products"]) > N_TOP:
            rest = stock["products"][N_TOP:]
            blocks.append(_products(source, rest, summary=source.say("stock.rest", n=len(rest))))
    return Section("stock", source.say("stock.title"), tuple(blocks), source.is_stock_assumed)


def _course(source: Source) -> Figure:
    totals, f = source.summary["stock"]["totals"], source.formats
    points = [source.say("stock.start"), *(f.week(week) for week in source.weeks)]
    names = [source.say(f"stock.{name}") for name in PATHS]
    units = [[totals[name]["opening"], *totals[name]["closing"]] for name in PATHS]
    rows = [
        {"label": label, "order": t, "name": name, "units": series[t]}
        for name, series in zip(names, units, strict=True)
        for t, label in enumerate(points)
    ]
    columns = (Column(source.say("stock.end_of")), *(Column(name, is_number=True) for name in names))
    return Figure(
        source.say("stock.course"),
        source.say("stock.course_label"),
        draw(charts.courses(rows, names=names, title=source.say("stock.units")), key="stock"),
        numbers=Table.of(
            columns,
            [[label, *(f.number(series[t]) for series in units)] for t, label in enumerate(points)],
            summary=source.say("numbers"),
        ),
        colours=charts.pair_colours(names),
        is_assumed=source.is_stock_assumed,
        is_half=True,
    )


def _missed(source: Source) -> Figure:
    totals, f = source.summary["stock"]["totals"], source.formats
    names = [source.say(f"stock.{name}") for name in PATHS]
    rows = [
        {
            "label": f.week(week),
            "name": name,
            "units": totals[path]["lost"][t],
            "text": f.number(totals[path]["lost"][t]),
        }
        for path, name in zip(PATHS, names, strict=True)
        for t, week in enumerate(source.weeks)
    ]
    columns = (Column(source.say("promotions.week")), *(Column(name, is_number=True) for name in names))
    return Figure(
        source.say("stock.missed"),
        source.say("stock.missed_label"),
        draw(charts.pairs(rows, names=names, title=source.say("stock.units")), key="missed"),
        numbers=Table.of(
            columns,
            [
                [f.week(week), *(f.number(totals[path]["lost"][t]) for path in PATHS)]
                for t, week in enumerate(source.weeks)
            ],
            summary=source.say("numbers"),
        ),
        colours=charts.pair_colours(names),
        is_assumed=source.is_stock_assumed,
        is_half=True,
    )


def _products(source: Source, products: list[dict[str, Any]], *, summary: str = "") -> Table:
    f, is_assumed = source.formats, source.is_stock_assumed
    return Table.of(
        (
            Column(source.say("promotions.product")),
            Column(source.say("stock.opening"), is_number=True, is_assumed=is_assumed),
            Column(source.say("stock.arriving"), is_number=True, is_assumed=is_assumed),
            Column(source.say("stock.expected"), is_number=True),
            Column(source.say("stock.risk_without"), is_number=True, is_assumed=is_assumed),
            Column(source.say("stock.risk_with"), is_number=True, is_assumed=is_assumed),
            Column(source.say("stock.extra"), is_number=True, is_assumed=is_assumed),
        ),
        [
            [
                Cell(row["name"], str(row["sku"])),
                Cell(f.number(row["opening"])),
                Cell(f.number(row["arriving"])),
                Cell(f.number(row["expected_sales"])),
                Cell(_risk(source, row["risk_without_plan"])),
                Cell(_risk(source, row["risk_with_plan"])),
                Cell(f.number(row["extra_units"])),
            ]
            for row in products
        ],
        summary=summary,
    )


def _risk(source: Source, chance: float) -> str:
    """Finitely many draws prove neither certainty nor safety."""
    if chance > 0.99:
        return source.say("more_than", value="99%")
    return source.formats.percent(chance) if chance >= 0.01 else source.say("less_than", value="1%")
