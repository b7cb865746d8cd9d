"""What one customer would be shown, and why: an example of what the shop can recommend."""

from __future__ import annotations

from typing import Any

from dealwright.adapters.report.blocks import Block, Cell, Column, Figure, Section, Table, Text
from dealwright.adapters.report.charts import customers as charts
from dealwright.adapters.report.charts.theme import draw
from dealwright.adapters.report.sections.known import known_part
from dealwright.adapters.report.source import Source

N_TOLD = 3


def section(source: Source) -> Section | None:
    """The list, the reasons for its first place, and how often such lists came true; None without customers."""
    part = known_part(source, "suggestion")
    if part is None:
        return None
    title = source.say("suggestion.title")
    if "why_not" in part:
        return Section("suggestion", title, (Text(source.say("suggestion.unknown")),))
    blocks: list[Block] = [Text(_lead(source, part)), Text(_judged(source, part))]
    blocks += [_list(source, part), _reasons(source, part), Text(_read(source, part), tone="note")]
    return Section("suggestion", title, tuple(blocks))


def _lead(source: Source, part: dict[str, Any]) -> str:
    f = source.formats
    return source.say(
        "suggestion.lead",
        customer=part["customer"],
        known=f.number(part["n_known"]),
        active=f.number(part["n_active"]),
        bought=_joined(source, [item["name"] for item in part["bought"][:N_TOLD]]),
        n=len(part["items"]),
        items=f.number(part["n_items"]),
    )


def _joined(source: Source, names: list[str]) -> str:
    return source.say("response.list_mark").join(names)


def _product(item: dict[str, Any]) -> str:
    return f"{item['name']} ({item['sku']})"


def _judged(source: Source, part: dict[str, Any]) -> str:
    f, hits = source.formats, part["hits"]
    if hits is None:
        return source.say("suggestion.unjudged")
    shares = {
        name: _share(source, hits[name], cases=source.cases(hits[name]["level"]) if name == "own" else "")
        for name in ("own", "popular")
    }
    told = source.say(
        "suggestion.judged",
        weeks=hits["weeks"],
        n=f.number(hits["n_customers"]),
        **shares,
    )
    lead = hits["lead"]
    if lead is None:
        return told
    compared = source.say("suggestion.ahead", lead=_share(source, lead))
    unclear = [source.say("suggestion.unclear")] if lead["low"] <= 0 else []
    return source.say("sentence_joint").join((told, compared, *unclear))


def _share(source: Source, estimate: dict[str, float], *, cases: str = "") -> str:
    f = source.formats
    span = source.say("from_to", low=f.percent(estimate["low"]), high=f.percent(estimate["high"]))
    span = source.say("span_in_cases", span=span, cases=cases) if cases else span
    return source.say("value_and_span", value=f.percent(estimate["value"]), span=span)


def _read(source: Source, part: dict[str, Any]) -> str:
    f = source.formats
    told = [source.say("suggestion.read")]
    if part["n_learnt"] < part["n_customers"]:
        told.append(
            source.say("suggestion.drawn", n=f.number(part["n_customers"]), drawn=f.number(part["n_learnt"]))
        )
    return source.say("sentence_joint").join(told)


def _list(source: Source, part: dict[str, Any]) -> Table:
    f = source.formats
    return Table.of(
        (
            Column(source.say("suggestion.place")),
            Column(source.say("promotions.product")),
            Column(source.say("suggestion.because"), is_wide=True),
        ),
        [
            [
                str(place),
                Cell(item["name"], item["sku"]),
                _joined(
                    source,
                    [
                        source.say("suggestion.part", product=_product(why), share=f.percent(why["part"]))
                        for why in item["because"]
                        if why["part"] > 0
                    ][:N_TOLD],
                ),
            ]
            for place, item in enumerate(part["items"], start=1)
        ],
    )


def _reasons(source: Source, part: dict[str, Any]) -> Figure:
    f, first = source.formats, part["items"][0]
    rows = [{"label": _product(why), "part": why["part"], "is_rest": False} for why in first["because"]]
    n_rest = first["n_parts"] - len(rows)
    if n_rest:
        rest = source.say("suggestion.rest", n=f.number(n_rest))
        rows.append({"label": rest, "part": first["rest"], "is_rest": True})
    rows = [{**row, "text": f.percent(row["part"])} for row in rows]
    numbers = Table.of(
        (Column(source.say("suggestion.purchase")), Column(source.say("suggestion.share"), is_number=True)),
        [*([row["label"], row["text"]] for row in rows), [source.say("suggestion.sum"), f.percent(1.0)]],
        summary=source.say("numbers"),
        has_total=True,
    )
    return Figure(
        source.say("suggestion.why", product=first["name"]),
        source.say("suggestion.why_label"),
        draw(charts.parts(rows, title=source.say("suggestion.share")), key="reasons"),
        numbers=numbers,
        note=source.say("suggestion.why_note"),
    )
