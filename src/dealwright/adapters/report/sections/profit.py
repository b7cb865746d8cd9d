"""Where the extra profit comes from: promotions, weeks, other ways to run them, and its parts."""

from __future__ import annotations

from datetime import date
from typing import Any

from dealwright.adapters.report.blocks import Block, Cell, Column, Figure, Section, Table, Text
from dealwright.adapters.report.charts import plan as charts
from dealwright.adapters.report.charts.theme import BLUE, OFFER_COLOURS, draw
from dealwright.adapters.report.formats import rounded_to_sum
from dealwright.adapters.report.offers import OfferName
from dealwright.adapters.report.source import Source
from dealwright.core.money import exponent

N_TOP = 25
_MOST_LETTERS = 30


def section(source: Source) -> Section:
    """Scenarios first, because they are the answer; then the parts, the promotions and the weeks."""
    blocks: list[Block] = [_scenarios(source)]
    if source.promotions:
        blocks += [_waterfall(source), _by_promotion(source), _by_week(source)]
    else:
        blocks.append(Text(source.say("profit.empty")))
    return Section("profit", source.say("profit.title"), tuple(blocks), source.is_profit_assumed)


def profit_parts(source: Source) -> list[tuple[str, float]]:
    """Code and major units of what the plan's profit is made of; they sum to what the plan promises exactly.

    `flattery` is there where something is taken off, `other` where the explanations leave something over.
    """
    sums: dict[str, float] = {}
    for explanation in source.explanations.values():
        for part in explanation["parts"]:
            sums[part["code"]] = sums.get(part["code"], 0.0) + part["value"]
    flattery = source.plan.get("flattery", 0.0)  # plans of older versions have none
    promised = source.plan["profit"] + flattery
    parts = [*sums.items(), ("interaction", source.plan["interaction"])]
    if flattery:
        parts.append(("flattery", flattery))
    left = promised - sum(value for _, value in parts)
    digits = exponent(source.formats.currency)
    if abs(left) >= 0.5 / 10**digits:
        parts.append(("other", left))
    rounded = rounded_to_sum([value for _, value in parts], promised, digits=digits)
    return [(code, value) for (code, _), value in zip(parts, rounded, strict=True)]


def _scenarios(source: Source) -> Figure:
    f, names = source.formats, source.words.branch("scenario")
    codes = [code for code in ("none", "last_year", "recent", "plan") if code in source.outcomes]
    rows = [
        {
            "label": names[code],
            "group": names["plan"],
            **_major(source.outcomes[code]["extra_profit"]),
            "text": f.about(source.outcomes[code]["extra_profit"]["value"]) if code != "none" else f.money(0, 0),
        }
        for code in codes
    ]
    chart = charts.ranges(
        rows,
        colours={names["plan"]: BLUE},
        title=source.say("profit.axis", currency=source.currency_name),
        row_height=40,
    )
    columns = [Column(source.say("profit.way"))] + [
        Column(source.say(f"profit.{name}"), is_number=True, is_assumed=name in assumed)
        for assumed in [_assumed_columns(source)]
        for name in ("promotions", "extra_profit", "profit", "spend", "revenue", "units")
    ]
    numbers = Table.of(columns, [_scenario_row(source, code) for code in codes])
    return Figure(
        source.say("profit.scenarios"),
        source.say("profit.scenarios_label"),
        draw(chart, key="scenarios"),
        numbers=numbers,
        note=source.say("profit.scenarios_note", cases=source.cases(source.outcomes["plan"]["profit"]["level"])),
        is_assumed=source.is_profit_assumed,
    )


def _assumed_columns(source: Source) -> set[str]:
    columns = {"extra_profit", "profit"} if source.is_profit_assumed else set()
    return columns | ({"spend"} if source.is_spend_assumed else set())


def _scenario_row(source: Source, code: str) -> list[Cell]:
    f, outcome = source.formats, source.outcomes[code]
    if code == "none":
        zero = f.money(0.0, 0)
        known = [Cell(f.number(0)), Cell(zero)]
    else:
        extra = outcome["extra_profit"]
        known = [Cell(f.number(outcome["n_promotions"])), _money_cell(source, extra)]
    return [
        Cell(source.say(f"scenario.{code}")),
        *known,
        _money_cell(source, outcome["profit"]),
        Cell(f.money(0.0, 0)) if code == "none" else _money_cell(source, outcome["spend"]),
        _money_cell(source, outcome["revenue"]),
        Cell(
            f.number(outcome["units"]["value"]),
            source.say("from_to", low=f.number(outcome["units"]["low"]), high=f.number(outcome["units"]["high"])),
        ),
    ]


def _money_cell(source: Source, estimate: dict[str, float]) -> Cell:
    f = source.formats
    return Cell(f.money(estimate["value"], 0), f.span_of(estimate["low"], estimate["high"]))


def _waterfall(source: Source) -> Figure:
    f = source.formats
    parts = [(code, value) for code, value in profit_parts(source) if value != 0]
    rows: list[dict[str, Any]] = []
    reached = 0.0
    for code, value in parts:
        rows.append(
            {
                "label": source.say(f"part.{code}"),
                "start": reached,
                "end": reached + value,
                "text": f.money(value, 0),
                "sign": "up" if value > 0 else "down",
            }
        )
        reached += value
    total = source.say("part.total")
    rows.append({"label": total, "start": 0.0, "end": reached, "text": f.money(reached, 0), "sign": "total"})
    chart = charts.waterfall(rows, title=source.say("profit.axis_plain", currency=source.currency_name))
    numbers = Table.of(
        (
            Column(source.say("profit.part")),
            Column(source.say("profit.amount"), is_number=True, is_assumed=source.is_profit_assumed),
            Column(source.say("profit.meaning"), is_wide=True),
        ),
        [
            *(
                [source.say(f"part.{code}"), f.money(value), source.say(f"part_meaning.{code}")]
                for code, value in parts
            ),
            [total, f.money(reached), source.say("part_meaning.total")],
        ],
        has_total=True,
    )
    return Figure(
        source.say("profit.waterfall"),
        source.say("profit.waterfall_label"),
        draw(chart, key="waterfall"),
        numbers=numbers,
        note=source.say(
            "profit.waterfall_note",
            planned=f.money(source.plan["profit"]),
            simulated=f.money(source.outcomes["plan"]["extra_profit"]["value"]),
        ),
        is_assumed=source.is_profit_assumed,
    )


def _by_promotion(source: Source) -> Figure:
    f, kinds = source.formats, source.words.branch("kind")
    rows, cells = [], []
    for row in source.promotions[:N_TOP]:
        offer = OfferName.read(row["offer"], source.mechanics)
        week = f.week(date.fromisoformat(row["week"]))
        name = _shortened(row["name"])
        rows.append(
            {
                "label": f"{row['promotion_id']}  {name}",
                "value": row["profit"],
                "low": row["profit_low"],
                "high": row["profit_high"],
                "text": f"{f.round_money(row['profit'])} · {week}",
                "group": kinds[offer.kind],
            }
        )
        cells.append(
            [
                Cell(row["promotion_id"]),
                Cell(row["name"]),
                Cell(week),
                Cell(offer.told(source.words)),
                Cell(f.money(row["profit"]), f.span_of(row["profit_low"], row["profit_high"])),
            ]
        )
    present = {row["group"] for row in rows}
    colours = {kinds[kind]: colour for kind, colour in OFFER_COLOURS.items() if kinds[kind] in present}
    chart = charts.ranges(rows, colours=colours, title=source.say("profit.axis", currency=source.currency_name))
    numbers = Table.of(
        (
            Column(source.say("promotions.id")),
            Column(source.say("promotions.product")),
            Column(source.say("promotions.week")),
            Column(source.say("promotions.offer")),
            Column(source.say("promotions.profit"), is_number=True, is_assumed=source.is_profit_assumed),
        ),
        cells,
        summary=source.say("numbers"),
    )
    level = source.outcomes["plan"]["profit"]["level"]
    return Figure(
        source.say("profit.by_promotion", n=len(rows)),
        source.say("profit.by_promotion_label", n=len(rows)),
        draw(chart, key="promotions"),
        numbers=numbers,
        note=source.say("profit.by_promotion_note", cases=source.cases(level)),
        colours=tuple(colours.items()),
        is_assumed=source.is_profit_assumed,
    )


def _by_week(source: Source) -> Figure:
    f = source.formats
    rows, cells = [], []
    for week in source.weeks:
        here = [row for row in source.promotions if row["week"] == str(week)]
        sums = {name: sum(row[name] for row in here) for name in ("profit", "profit_low", "profit_high", "spend")}
        value, low, high = sums["profit"], sums["profit_low"], sums["profit_high"]
        rows.append({"label": f.week(week), "value": value, "low": low, "high": high, "text": f.about(value)})
        cells.append(
            [
                Cell(f.week(week)),
                Cell(f.number(len(here))),
                Cell(f.about(value), f.about_span(low, high)),
                Cell(f.about(sums["spend"])),
            ]
        )
    chart = charts.by_week(rows, title=source.currency_name)
    numbers = Table.of(
        (
            Column(source.say("promotions.week")),
            Column(source.say("profit.promotions"), is_number=True),
            Column(source.say("profit.extra_profit"), is_number=True, is_assumed=source.is_profit_assumed),
            Column(source.say("profit.spend"), is_number=True, is_assumed=source.is_spend_assumed),
        ),
        cells,
    )
    return Figure(
        source.say("profit.by_week"),
        source.say("profit.by_week_label"),
        draw(chart, key="weeks"),
        numbers=numbers,
        note=source.say("profit.by_week_note"),
        is_assumed=source.is_profit_assumed,
    )


def _major(estimate: dict[str, float]) -> dict[str, float]:
    return {name: estimate[name] for name in ("value", "low", "high")}


def _shortened(name: str) -> str:
    return name if len(name) <= _MOST_LETTERS else name[: _MOST_LETTERS - 1].rstrip() + "…"
