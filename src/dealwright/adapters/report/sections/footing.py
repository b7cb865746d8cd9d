"""Where the page comes from: dates, version, seed, method, words."""

from __future__ import annotations

from datetime import date

from dealwright.adapters.report.blocks import Block, Bullets, Column, Heading, Section, Table, Text
from dealwright.adapters.report.source import Source


def section(source: Source) -> Section:
    """Method, glossary, and how to make the page again."""
    blocks: list[Block] = [Bullets(_method(source)), Heading(source.say("footing.words")), _glossary(source)]
    blocks += [Heading(source.say("footing.made")), Bullets(tuple(_made(source)))]
    if source.summary.get("credit"):
        blocks.append(Text(source.summary["credit"], tone="note"))
    return Section("method", source.say("footing.title"), tuple(blocks))


def _method(source: Source) -> tuple[str, ...]:
    notes = source.words.branch("method")
    draws = source.summary["scenario"]["n_draws"]
    solver = source.plan["solver"]
    told = [text.format(draws=draws) for text in notes.values()]
    searched = source.words.find(f"solver.{solver}") or source.say("solver.other", solver=solver)
    return (*told, searched)


def _glossary(source: Source) -> Table:
    words = source.words.branch("glossary_word")
    rows = [[word, source.say(f"glossary.{code}")] for code, word in words.items()]
    return Table.of((Column(source.say("footing.word")), Column(source.say("footing.means"), is_wide=True)), rows)


def _made(source: Source) -> list[str]:
    f, summary = source.formats, source.summary
    first, last = (date.fromisoformat(summary["data"][name]) for name in ("first_day", "last_day"))
    lines = [
        source.say("footing.data", days=f.days(first, last)),
        source.say("footing.version", version=summary["dealwright"], seed=summary["seed"]),
        source.say("footing.again"),
    ]
    if source.generated_on is not None:
        lines.append(source.say("footing.on", day=f.day(source.generated_on)))
    return lines
