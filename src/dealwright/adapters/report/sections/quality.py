"""How good the data are, and what further tables would unlock."""

from __future__ import annotations

from datetime import date
from typing import Any

from dealwright.adapters.report.blocks import Block, Cell, Column, Heading, Section, Table, Text
from dealwright.adapters.report.source import Source
from dealwright.data.finding import Finding, Severity


def section(source: Source) -> Section:
    """Findings with their remedies, then what is locked."""
    data, f = source.summary["data"], source.formats
    first, last = (date.fromisoformat(data[name]) for name in ("first_day", "last_day"))
    rows = source.say("list_joint").join(
        source.say("quality.rows", table=_table_name(source, name), n=f.number(n))
        for name, n in data["rows"].items()
    )
    blocks: list[Block] = [Text(source.say("quality.intro", days=f.days(first, last), rows=rows))]
    if data["findings"]:
        blocks.append(_findings(source, data["findings"]))
    else:
        blocks.append(Text(source.say("quality.nothing")))
    if data["locked"]:
        blocks += [Heading(source.say("quality.locked")), _locked(source, data["locked"])]
    return Section("quality", source.say("quality.title"), tuple(blocks))


def _findings(source: Source, findings: list[dict[str, Any]]) -> Table:
    rows = []
    for item in findings:
        finding = Finding(
            item["code"],
            Severity(item["severity"]),
            item["table"],
            count=item["count"],
            share=item["share"],
            subject=item["subject"],
        )
        language = source.words.language
        severity = source.say(f"severity.{item['severity']}")
        rows.append([Cell(severity), Cell(finding.told(language)), Cell(finding.advised(language))])
    return Table.of(
        (
            Column(source.say("quality.severity")),
            Column(source.say("quality.found"), is_wide=True),
            Column(source.say("quality.remedy"), is_wide=True),
        ),
        rows,
    )


def _locked(source: Source, locked: dict[str, str]) -> Table:
    return Table.of(
        (Column(source.say("quality.table")), Column(source.say("quality.unlocks"), is_wide=True)),
        [
            [Cell(table, "" if table == name else name), Cell(source.words.find(f"unlocks.{name}") or words)]
            for name, words in locked.items()
            for table in [_table_name(source, name)]
        ],
    )


def _table_name(source: Source, name: str) -> str:
    return source.words.find(f"table.{name}") or name
