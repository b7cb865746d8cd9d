"""Every promotion of the plan, with what it should do and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from dealwright.adapters.report.blocks import Block, Bullets, Cell, Column, Heading, Section, Table, Text
from dealwright.adapters.report.offers import OfferName, mechanic_assumptions
from dealwright.adapters.report.sentences import reason
from dealwright.adapters.report.source import Source

_OPEN = 20  # promotions that are shown before the rest is asked for


def section(source: Source) -> Section:
    """The table of all promotions."""
    heading = source.say("promotions.title")
    if not source.promotions:
        return Section("promotions", heading, (Text(source.say("promotions.empty")),))
    notes = [source.say("promotions.intro", n=len(source.promotions), cases=source.cases(_level(source)))]
    if any(row["depth"] > 0 for row in source.promotions):
        notes.append(source.say("promotions.ending", ending=source.summary["scenario"].get("price_ending", 9)))
    text = Text(source.say("sentence_joint").join(notes))
    return Section("promotions", heading, (text, *_tables(source), *_resting(source)), is_wide=True)


def _tables(source: Source) -> Iterator[Table]:
    """The most profitable promotions, and the rest folded away."""
    yield _table(source, source.promotions[:_OPEN])
    rest = source.promotions[_OPEN:]
    if rest:
        yield _table(source, rest, summary=source.say("promotions.rest", n=len(rest)))


def _table(source: Source, rows: Sequence[dict[str, Any]], summary: str = "") -> Table:
    columns = (
        Column(source.say("promotions.id")),
        Column(source.say("promotions.product")),
        Column(source.say("promotions.week")),
        Column(source.say("promotions.offer")),
        Column(source.say("promotions.units"), is_number=True),
        Column(source.say("promotions.net"), is_number=True),
        Column(source.say("promotions.profit"), is_number=True, is_assumed=source.is_profit_assumed),
        Column(source.say("promotions.chance"), is_number=True),
    )
    told = [_row(source, row) for row in rows]
    return Table.of(columns, told, summary=summary, remarks=[_why(source, row) for row in rows])


def _level(source: Source) -> float:
    level: float = source.outcomes["plan"]["profit"]["level"]
    return level


def _row(source: Source, row: dict[str, Any]) -> list[Cell]:
    f = source.formats
    price = f.money(row["regular_price"])
    if row["depth"] > 0:
        price = source.say("promotions.from_to", old=price, new=f.money(row["promo_price"]))
    return [
        Cell(row["promotion_id"], anchor=row["promotion_id"]),
        Cell(row["name"], f"{row['category']} · {row['sku']}"),
        Cell(f.week(date.fromisoformat(row["week"]))),
        Cell(OfferName.read(row["offer"], source.mechanics).told(source.words), price),
        Cell(
            f.units(row["baseline"] + row["uplift"]),
            source.say("promotions.usual", units=f.units(row["baseline"])),
        ),
        Cell(f.units(row["net_incremental"])),
        Cell(f.money(row["profit"]), f.span_of(row["profit_low"], row["profit_high"])),
        Cell(_chance(source, row["chance_to_pay"])),
    ]


def _why(source: Source, row: dict[str, Any]) -> str:
    explanation = source.explanations.get(row["promotion_id"])
    return reason(
        row,
        explanation,
        source.words.language,
        currency=source.formats.currency,
        mechanics=source.mechanics,
    )


def _resting(source: Source) -> Iterator[Block]:
    """What the mechanics that run rest on."""
    resting = mechanic_assumptions(source.summary, source.words.language)
    if resting:
        yield Heading(source.say("promotions.resting"), is_assumed=True)
        yield Bullets(
            tuple(
                source.say("promotions.rests_on", mechanic=name, assumptions=source.say("why.joint").join(told))
                for name, told in resting.items()
            )
        )


def _chance(source: Source, chance: float) -> str:
    """Finitely many draws never prove certainty."""
    if chance > 0.99:
        return source.say("more_than", value="99%")
    if chance < 0.01:
        return source.say("less_than", value="1%")
    return source.formats.percent(chance)
