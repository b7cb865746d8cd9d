"""What customers will be worth, and who is about to stay away."""

from __future__ import annotations

from typing import Any

from dealwright.adapters.report.blocks import Block, Cell, Column, Figure, Heading, Section, Table, Text
from dealwright.adapters.report.charts import customers as charts
from dealwright.adapters.report.charts.theme import draw
from dealwright.adapters.report.sections.known import known_part, whom
from dealwright.adapters.report.source import Source

SHARES = ("deal_share",)
"""Signs told as a share; amounts end in `_minor`, all else are counts and days."""


def section(source: Source) -> Section | None:
    """Totals and their check, the curve of values, segments, and who is leaving; None without customers."""
    part = known_part(source, "value")
    if part is None:
        return None
    title = source.say("value.title")
    if "why_not" in part:
        return Section("value", title, (Text(source.say("value.unknown")),))
    is_assumed = bool(part["is_money"]) and part["margin_share_known_for"] < 0.995
    blocks: list[Block] = [Text(_lead(source, part)), *whom(source, part)]
    if is_assumed:
        blocks.append(Text(_assumed(source, part), tone="warning"))
    blocks.append(_curve(source, part, is_assumed=is_assumed))
    leaving = part["leaving"]
    if "why_not" not in leaving:
        blocks.append(_by_days(source, leaving))
    blocks.append(Text(_checked(source, part), tone="note"))
    if part["segments"]:
        blocks += [Heading(source.say("value.by_segment")), _segments(source, part, is_assumed=is_assumed)]
    return Section("value", title, (*blocks, *_leaving(source, part, is_assumed=is_assumed)))


def _lead(source: Source, part: dict[str, Any]) -> str:
    f, totals = source.formats, part["totals"]
    told = [
        source.say(
            "value.lead",
            n=f.number(part["n_valued"]),
            weeks=f.number(part["horizon_days"] / 7),
            purchases=_count(source, totals["purchases"], cases=source.cases(part["level"])),
        )
    ]
    if part["is_money"]:
        margin = totals["lifetime_value"]
        told.append(
            source.say(
                "value.lead_money",
                margin=f.about(margin["value"]),
                span=f.about_span(margin["low"], margin["high"]),
            )
        )
    else:
        told.append(source.say("value.no_spend"))
    middle, top = (_worth(source, part, row) for row in part["quantiles"])
    told.append(source.say("value.lead_middle", middle=middle, top=top))
    return source.say("sentence_joint").join(told)


def _worth(source: Source, part: dict[str, Any], row: dict[str, float]) -> str:
    """A customer's worth with its range: money, or purchases where spend is not known."""
    f = source.formats
    if part["is_money"]:
        span = f.span_of(row["low"], row["high"])
        return source.say("value_and_span", value=f.round_money(row["value"]), span=span)
    ends = source.say("from_to", low=f.units(row["low"]), high=f.units(row["high"]))
    return source.say("value_and_span", value=f.units(row["value"]), span=ends)


def _count(source: Source, estimate: dict[str, float], *, cases: str = "") -> str:
    f = source.formats
    span = source.say("from_to", low=f.number(estimate["low"]), high=f.number(estimate["high"]))
    span = source.say("span_in_cases", span=span, cases=cases) if cases else span
    return source.say("value_and_span", value=f.number(estimate["value"]), span=span)


def _chance(source: Source, row: dict[str, float]) -> Cell:
    f = source.formats
    span = source.say("from_to", low=f.percent(row["low"], 1), high=f.percent(row["high"], 1))
    return Cell(f.percent(row["value"], 1), span)


def _assumed(source: Source, part: dict[str, Any]) -> str:
    f = source.formats
    if part["margin_share_known_for"] < 0.005:
        return source.say("value.assumed_all", share=f.percent(part["margin_share"]))
    return source.say(
        "value.assumed", share=f.percent(part["margin_share"]), known=f.percent(part["margin_share_known_for"])
    )


def _checked(source: Source, part: dict[str, Any]) -> str:
    f, check = source.formats, part["check"]
    if check is None:
        return source.say("value.unchecked")
    told = source.say(
        "value.checked",
        days=f.number(check["days"]),
        n=f.number(check["n_customers"]),
        expected=_count(source, check["purchases"]),
        actual=f.number(check["actual"]),
        promised=f.percent(part["level"]),
        held=f.percent(check["covered"]),
    )
    gap = check["covered"] - part["level"]
    verdict = "narrow" if gap < -0.05 else "wide" if gap > 0.05 else "right"
    return source.say("sentence_joint").join((told, source.say(f"value.{verdict}")))


def _curve(source: Source, part: dict[str, Any], *, is_assumed: bool) -> Figure:
    f = source.formats
    unit = source.currency_name if part["is_money"] else source.say("value.purchases")
    chart = charts.value_curve(
        part["curve"], x_title=source.say("value.less"), y_title=source.say("value.axis", unit=unit)
    )
    numbers = Table.of(
        (Column(source.say("value.less"), is_number=True), Column(source.say("value.worth"), is_number=True)),
        [[f.percent(row["share"]), _worth(source, part, row)] for row in part["curve"]],
        summary=source.say("numbers"),
    )
    return Figure(
        source.say("value.curve"),
        source.say("value.curve_label"),
        draw(chart, key="worth"),
        numbers=numbers,
        note=source.say("value.curve_note", cases=source.cases(part["level"])),
        is_assumed=is_assumed,
        is_half=True,
    )


def _by_days(source: Source, leaving: dict[str, Any]) -> Figure:
    f = source.formats
    rows = [
        {**row, "label": source.say("value.days", first=row["first"], last=row["last"])}
        for row in leaving["by_days"]
    ]
    chart = charts.chances(rows, x_title=source.say("value.days_since"), y_title=source.say("value.chance"))
    numbers = Table.of(
        (
            Column(source.say("value.days_since")),
            Column(source.say("customers.customers"), is_number=True),
            Column(source.say("value.chance"), is_number=True),
        ),
        [[row["label"], f.number(row["n"]), _chance(source, row)] for row in rows],
        summary=source.say("numbers"),
    )
    return Figure(
        source.say("value.away", weeks=leaving["weeks"]),
        source.say("value.away_label"),
        draw(chart, key="away"),
        numbers=numbers,
        note=source.say("value.away_note", weeks=leaving["active_days"] // 7),
        is_half=True,
    )


def _segments(source: Source, part: dict[str, Any], *, is_assumed: bool) -> Table:
    f, weeks = source.formats, part["leaving"].get("weeks")
    columns = [
        Column(source.say("customers.segment")),
        Column(source.say("customers.customers"), is_number=True),
        Column(source.say("value.of_middle"), is_number=True, is_assumed=is_assumed),
    ]
    if weeks:
        columns.append(Column(source.say("value.stays_away", weeks=weeks), is_number=True))
    rows = []
    for segment in part["segments"]:
        row = [
            segment[f"name_{source.words.language}"],
            f.number(segment["n"]),
            _worth(source, part, segment["worth"]),
        ]
        chance = segment["stays_away"]
        rows.append([*row, "–" if chance is None else _chance(source, chance)] if weeks else row)
    return Table.of(columns, rows)


def _leaving(source: Source, part: dict[str, Any], *, is_assumed: bool) -> list[Block]:
    f, leaving = source.formats, part["leaving"]
    heading = Heading(source.say("value.leaving"))
    if "why_not" in leaving:
        return [heading, Text(source.say("value.leaving_unknown"))]
    text = source.say(
        "value.leaving_lead",
        n=f.number(leaving["n_active"]),
        weeks=leaving["weeks"],
        active_weeks=leaving["active_days"] // 7,
        expected=_count(source, leaving["expected"], cases=source.cases(part["level"])),
        likely=_count(source, leaving["n_likely"]),
    )
    tenth = source.say("value.tenth", n=f.number(leaving["n_likeliest"]), least=f.percent(leaving["least_chance"]))
    return [
        heading,
        Text(text),
        Text(tenth),
        _signs(source, leaving),
        Heading(source.say("value.missed"), is_assumed=is_assumed),
        _missed(source, part),
        Text(source.say("value.not_caused"), tone="note"),
    ]


def _signs(source: Source, leaving: dict[str, Any]) -> Table:
    return Table.of(
        (
            Column(source.say("value.sign")),
            Column(source.say("value.likeliest"), is_number=True),
            Column(source.say("value.others"), is_number=True),
        ),
        [
            [
                source.say(f"value.signs.{row['code']}"),
                *(_measure(source, row, key) for key in ("likeliest", "others")),
            ]
            for row in leaving["signs"]
        ],
    )


def _measure(source: Source, row: dict[str, Any], key: str) -> str:
    f, value = source.formats, row[key]
    is_whole = all(v >= 10 or v == round(v) for v in (row["likeliest"], row["others"]))
    if row["code"].endswith("_minor"):
        return f.money(value, 0)
    return f.percent(value) if row["code"] in SHARES else f.number(value, 0 if is_whole else 1)


def _missed(source: Source, part: dict[str, Any]) -> Table:
    f = source.formats
    return Table.of(
        (
            Column(source.say("value.customer")),
            Column(source.say("value.worth"), is_number=True),
            Column(source.say("value.stays_away", weeks=part["leaving"]["weeks"]), is_number=True),
            Column(source.say("value.why"), is_wide=True),
        ),
        [
            [
                row["customer"],
                _worth(source, part, row["worth"]),
                _chance(source, row["stays_away"]),
                source.say("value.why_once", days=f.number(row["days_since"]))
                if row["usual_gap"] is None
                else source.say(
                    "value.why_late",
                    days=f.number(row["days_since"]),
                    gap=f.number(row["usual_gap"], 0 if row["usual_gap"] >= 3 else 1),
                ),
            ]
            for row in part["leaving"]["customers"]
        ],
    )
