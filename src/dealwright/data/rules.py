"""Which rows cannot be accepted, and why."""

from __future__ import annotations

import datetime
import operator
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass
from functools import reduce

import ibis

from dealwright.data import columns as c
from dealwright.data.delivery import Delivery
from dealwright.data.mapping import Mapping
from dealwright.data.parsed import Flag, Parsed, sure
from dealwright.data.problems import SAYS
from dealwright.data.tables import Column, Kind, TableContract

NOTES = frozenset({"rounded"})
"""Codes that are worth saying but do not keep a row out."""

_HAPPENED = (c.SOLD_AT, c.HAPPENED_AT, c.COUNTED_ON, c.REDEEMED_ON, c.SPENT_ON)
_FIRST_LIKELY, _FIRST_UNLIKELY = datetime.date(1990, 1, 1), datetime.date(2101, 1, 1)


@dataclass(frozen=True, slots=True)
class Rule:
    """`breaks` is true for the rows that have the fault `code` in the canonical column `column`.

    `sources` are the source columns whose values show it.
    """

    code: str
    column: str
    breaks: Flag
    sources: tuple[str, ...] = ()

    @property
    def is_note(self) -> bool:
        """Whether the row is accepted all the same."""
        return self.code in NOTES


def rules_of(
    table: TableContract, parsed: AnyMapping[str, Parsed], mapping: Mapping, delivery: Delivery
) -> list[Rule]:
    """Every rule the rows of this delivery could break, by code, once per canonical column."""
    rules = [Rule("broken_line", "line", delivery.rows[c.BROKEN_LINE].notnull())]
    if delivery.has_lost_text:
        rules.append(Rule("lost_text", "line", _has_lost_text(delivery)))
    is_whole_line = delivery.rows[c.BROKEN_LINE].isnull()
    for column in table.columns:
        if column.name in mapping.entries:
            sources = mapping.entries[column.name].sources
            for code, breaks in _faults(column, parsed[column.name]).items():
                rules.append(Rule(code, column.name, is_whole_line & breaks, sources))
    rules += [
        Rule(code, column, breaks, mapping.entries[column].sources)
        for code, column, breaks in _faults_of_table(table, parsed, mapping)
    ]
    return rules


def count_rules(rules: Sequence[Rule], rows: ibis.Table) -> ibis.Table:
    """One row: `rows_read`, and how many rows break each rule in `n0`, `n1` and so on."""
    counters = {f"n{index}": rule.breaks.sum().fill_null(0) for index, rule in enumerate(rules)}
    return rows.aggregate(rows_read=rows.count(), **counters)


def any_breaks(rules: Iterable[Rule]) -> Flag:
    """Whether a row breaks any of the rules that keep it out."""
    return reduce(operator.or_, [rule.breaks for rule in rules if not rule.is_note], ibis.literal(False))


def reason(rules: Sequence[Rule]) -> ibis.expr.types.StringValue:
    """Why a row is kept out, all its faults in words."""
    faults = [
        ibis.ifelse(rule.breaks, f"{rule.column}: {SAYS[rule.code][0]}; ", "") for rule in rules if not rule.is_note
    ]
    return reduce(operator.add, faults).re_replace("; $", "")


def _has_lost_text(delivery: Delivery) -> Flag:
    lost = [sure(delivery.raw(name).contains("\ufffd")) for name in delivery.columns if delivery.is_text(name)]
    return reduce(operator.or_, lost)


def _faults(column: Column, parsed: Parsed) -> dict[str, Flag]:
    faults = dict(parsed.faults)
    if column.is_required:
        no_other = [~flag for code, flag in parsed.faults.items() if code not in NOTES]
        faults["missing"] = reduce(operator.and_, no_other, parsed.value.isnull())
    if column.least is not None:
        faults["too_small"] = sure(parsed.value < column.least)
    if column.name in _HAPPENED:
        # One such row would stretch the history by centuries of weeks. Prices may be valid until 9999.
        day = parsed.value.cast("date")
        faults["unlikely_day"] = sure((day < _FIRST_LIKELY) | (day >= _FIRST_UNLIKELY))
    if column.kind is Kind.SHARE:
        faults["not_a_share"] = sure((parsed.value < 0) | (parsed.value > 1))
    return faults


def _faults_of_table(
    table: TableContract, parsed: AnyMapping[str, Parsed], mapping: Mapping
) -> list[tuple[str, str, Flag]]:
    faults = []
    if table.name == "sales":
        quantity, amount = parsed[c.QUANTITY].value, parsed[c.NET_AMOUNT].value
        faults.append(("zero_quantity", c.QUANTITY, sure(quantity == 0)))
        faults.append(("return_with_amount", c.NET_AMOUNT, sure((quantity < 0) & (amount > 0))))
    if {c.STARTS_ON, c.ENDS_ON} <= mapping.entries.keys():
        starts, ends = parsed[c.STARTS_ON].value, parsed[c.ENDS_ON].value
        faults.append(("empty_period", c.ENDS_ON, sure(ends < starts)))
    return faults
