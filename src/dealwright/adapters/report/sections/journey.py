"""Where customers go from what they do now: who goes on, who is lost where, what each state is worth."""

from __future__ import annotations

from typing import Any

from dealwright.adapters.report.blocks import Block, Cell, Column, Figure, Section, Table, Text
from dealwright.adapters.report.charts import customers as charts
from dealwright.adapters.report.charts.theme import draw
from dealwright.adapters.report.sections.known import known_part, whom
from dealwright.adapters.report.source import Source

ORDER = ("start", "4+ orders", "2-3 orders", "1 order", "quiet 1", "quiet 2", "gone")
"""The states of customers' lives from the best on; states of visits stay in their own order."""


def section(source: Source) -> Section | None:
    """The ways from state to state, what states are worth, and all numbers; None without customers."""
    part = known_part(source, "journey")
    if part is None:
        return None
    title = source.say("journey.title")
    if "why_not" in part:
        return Section("journey", title, (Text(source.say("journey.unknown")),))
    blocks: list[Block] = [Text(_lead(source, part)), *whom(source, part), _ways(source, part)]
    blocks += [_worth(source, part), _states(source, part), Text(_read(source, part), tone="note")]
    return Section("journey", title, tuple(blocks))


def _read(source: Source, part: dict[str, Any]) -> str:
    return source.say(f"journey.{part['kind']}.read", cases=source.cases(part["level"]))


def _name(source: Source, state: str) -> str:
    return source.words.find(f"journey.state.{state}") or state


def _ordered(part: dict[str, Any]) -> list[dict[str, Any]]:
    states: list[dict[str, Any]] = part["states"]
    place = {name: k for k, name in enumerate(ORDER)}
    return sorted(states, key=lambda row: place.get(row["state"], len(place)))


def _lead(source: Source, part: dict[str, Any]) -> str:
    """What the states are, what becomes of who starts, and after which state most are lost."""
    f, kind = source.formats, part["kind"]
    start = next((row for row in part["states"] if row["state"] == "start"), part["states"][0])
    told = [source.say(f"journey.{kind}.what", days=part["period_days"], gone=part["gone_after"])]
    told.append(
        source.say(
            f"journey.{kind}.start",
            worth=f.about(start["worth"]),
            span=f.about_span(start["worth_low"], start["worth_high"]),
            steps=_number(source, start, "steps"),
            chance=_share(source, start, "chance"),
            cases=source.cases(part["level"]),
        )
    )
    left = [(row, way) for row in part["states"] for way in row["next"] if way["to"] == part["ends"][-1]]
    if left:
        lost, way = max(left, key=lambda pair: (pair[1]["share"], pair[1]["times"]))
        told.append(
            source.say(
                f"journey.{kind}.lost",
                state=_name(source, lost["state"]),
                share=f.percent(way["share"]),
                span=source.say("from_to", low=f.percent(way["low"]), high=f.percent(way["high"])),
            )
        )
    return source.say("sentence_joint").join(told)


def _number(source: Source, row: dict[str, Any], name: str) -> str:
    f = source.formats
    span = source.say("from_to", low=f.number(row[f"{name}_low"], 1), high=f.number(row[f"{name}_high"], 1))
    return source.say("value_and_span", value=f.number(row[name], 1), span=span)


def _share(source: Source, row: dict[str, Any], name: str) -> str:
    f = source.formats
    span = source.say("from_to", low=f.percent(row[f"{name}_low"], 1), high=f.percent(row[f"{name}_high"], 1))
    return source.say("value_and_span", value=f.percent(row[name], 1), span=span)


def _ways(source: Source, part: dict[str, Any]) -> Figure:
    f, states = source.formats, _ordered(part)
    froms = [row["state"] for row in states]
    tos = [
        name for name in (*froms, *part["ends"]) if any(way["to"] == name for row in states for way in row["next"])
    ]
    shares = {(row["state"], way["to"]): way for row in states for way in row["next"]}
    rows = [
        {
            "from": _name(source, here),
            "to": _name(source, there),
            "share": shares[here, there]["share"] if (here, there) in shares else 0.0,
            "text": _short(source, shares.get((here, there))),
        }
        for here in froms
        for there in tos
    ]
    names = ([_name(source, name) for name in froms], [_name(source, name) for name in tos])
    kind = part["kind"]
    titles = {"from_title": source.say(f"journey.{kind}.now"), "to_title": source.say(f"journey.{kind}.next")}
    cells = [
        [
            Cell(_name(source, row["state"])),
            Cell(f.number(row["times"])),
            *(_way(source, shares.get((row["state"], there))) for there in tos),
        ]
        for row in states
    ]
    columns = [Column(titles["from_title"]), Column(source.say("journey.times"), is_number=True)]
    columns += [Column(name, is_number=True) for name in names[1]]
    numbers = Table.of(columns, cells, summary=source.say("numbers"))
    return Figure(
        source.say(f"journey.{kind}.ways"),
        source.say("journey.ways_label"),
        draw(charts.ways(rows, froms=names[0], tos=names[1], **titles), key="ways"),
        numbers=numbers,
        note=source.say("journey.ways_note"),
    )


def _short(source: Source, way: dict[str, Any] | None) -> str:
    if way is None:
        return ""
    return source.formats.percent(way["share"]) if way["share"] >= 0.005 else source.say("less_than", value="1%")


def _way(source: Source, way: dict[str, Any] | None) -> Cell:
    if way is None:
        return Cell("–")
    f = source.formats
    span = source.say("from_to", low=f.percent(way["low"], 1), high=f.percent(way["high"], 1))
    return Cell(f.percent(way["share"], 1), span)


def _worth(source: Source, part: dict[str, Any]) -> Figure:
    f = source.formats
    rows = [
        {
            "label": _name(source, row["state"]),
            "value": row["worth"],
            "low": row["worth_low"],
            "high": row["worth_high"],
            "text": f.about(row["worth"]),
        }
        for row in _ordered(part)
    ]
    kind = part["kind"]
    return Figure(
        source.say(f"journey.{kind}.worth"),
        source.say("journey.worth_label"),
        draw(charts.ranges(rows, title=source.currency_name), key="journey"),
        note=source.say(f"journey.{kind}.worth_note", cases=source.cases(part["level"])),
    )


def _states(source: Source, part: dict[str, Any]) -> Table:
    f, kind = source.formats, part["kind"]
    is_visits = kind == "visits"
    columns = [Column(source.say(f"journey.{kind}.now")), Column(source.say("journey.times"), is_number=True)]
    names = ["drop_off", *(["chance", "removal"] if is_visits else []), "steps", "worth"]
    columns += [Column(source.say(f"journey.{kind}.{name}"), is_number=True) for name in names]
    rows = []
    for row in _ordered(part):
        cells = [Cell(_name(source, row["state"])), Cell(f.number(row["times"]))]
        cells.append(_way(source, next((way for way in row["next"] if way["to"] == part["ends"][-1]), None)))
        cells += [Cell(_share(source, row, name)) for name in ("chance", "removal") if is_visits]
        cells.append(Cell(_number(source, row, "steps")))
        cells.append(Cell(f.about(row["worth"]), f.about_span(row["worth_low"], row["worth_high"])))
        rows.append(cells)
    return Table.of(columns, rows, summary=source.say("journey.all_states"))
