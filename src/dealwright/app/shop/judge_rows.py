"""Tell the rows of a delivery that can be accepted from those that cannot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import ibis

from dealwright.app.ports import Landing
from dealwright.app.shop.read_columns import ReadColumns
from dealwright.data import columns as c
from dealwright.data import duplicates
from dealwright.data.delivery import Delivery
from dealwright.data.mapping import Mapping
from dealwright.data.problems import Problem
from dealwright.data.quarantine import kept_out, sent_back
from dealwright.data.rules import Rule, any_breaks, count_rules, rules_of
from dealwright.data.tables import TableContract

N_SHOWN = 5  # rows and values named in a problem
_MOST_CHARS = 80  # of a value that is named
_FEW = 1000  # rows that are taken out by number; for more a join is faster


@dataclass(frozen=True, slots=True)
class Judged:
    """What was decided of the rows of a delivery.

    `good` rows hold `row` and the canonical columns. `quarantined` rows are as they stood in the source, with
    `reason`, in one table for each way to be found out; `n_quarantined` is how many they are together.
    """

    good: ibis.Table
    quarantined: tuple[ibis.Table, ...]
    n_quarantined: int
    problems: tuple[Problem, ...]


def judge_rows(kind: TableContract, mapping: Mapping, read: ReadColumns, shop: Landing) -> Judged:
    """The rows that break no rule and repeat no other row, and the problems of all the others."""
    return _without_repeats(kind, read.delivery, _by_rule(kind, mapping, read, shop), shop)


def _by_rule(kind: TableContract, mapping: Mapping, read: ReadColumns, shop: Landing) -> Judged:
    delivery = read.delivery
    rules = rules_of(kind, read.parsed, mapping, delivery)
    (counts,) = count_rules(rules, delivery.rows).to_pyarrow().to_pylist()
    broken = [rule for index, rule in enumerate(rules) if counts[f"n{index}"]]
    numbers = [int(counts[f"n{index}"]) for index in range(len(rules)) if counts[f"n{index}"]]
    fatal = [rule for rule in broken if not rule.is_note]
    values = {name: read.parsed[name].value for name in kind.names}
    marked = delivery.rows.select(c.ROW, is_kept_out=any_breaks(fatal), **values)
    good = marked.filter(~marked.is_kept_out).drop("is_kept_out")
    bad = shop.hold(kept_out(fatal, delivery)) if fatal else None
    problems = tuple(
        _problem(rule, n, _where(rule, fatal, delivery, bad), delivery)
        for rule, n in zip(broken, numbers, strict=True)
    )
    return Judged(good, (bad,) if bad is not None else (), count_rows(bad), problems)


def _without_repeats(kind: TableContract, delivery: Delivery, judged: Judged, shop: Landing) -> Judged:
    buckets = shop.hold(duplicates.suspect_buckets(judged.good, kind))
    if not count_rows(buckets):
        return judged
    suspects = shop.hold(duplicates.suspects(judged.good, buckets, kind))
    repeats = shop.hold(duplicates.repeated(suspects, kind))
    if not count_rows(repeats):
        return judged
    problems = tuple(_problem_of_repeats(code, repeats, kind) for code in ("duplicated", "conflicting"))
    return Judged(
        without(judged.good, repeats),
        (*judged.quarantined, sent_back(repeats, delivery)),
        judged.n_quarantined + count_rows(repeats),
        (*judged.problems, *(problem for problem in problems if problem.count)),
    )


def _where(rule: Rule, fatal: Sequence[Rule], delivery: Delivery, bad: ibis.Table | None) -> ibis.Table:
    if rule.is_note or bad is None:
        return delivery.rows.filter(rule.breaks)
    return bad.filter(bad[f"breaks_{fatal.index(rule)}"])


def _problem(rule: Rule, n: int, rows: ibis.Table, delivery: Delivery) -> Problem:
    shown = [delivery.stored(name) for name in rule.sources] or [c.BROKEN_LINE]
    first = rows.order_by(c.ROW).limit(N_SHOWN).select(c.ROW, *dict.fromkeys(shown)).to_pyarrow().to_pylist()
    values = [" x ".join(str(row[name]) for name in shown if row[name] is not None) for row in first]
    examples = tuple(dict.fromkeys(_short(value) for value in values if value))
    return Problem(rule.code, rule.column, n, tuple(row[c.ROW] for row in first), examples, is_note=rule.is_note)


def _short(value: str) -> str:
    return value if len(value) <= _MOST_CHARS else value[: _MOST_CHARS - 1] + "…"


def _problem_of_repeats(code: str, repeats: ibis.Table, kind: TableContract) -> Problem:
    rows = repeats.filter(repeats.code == code)
    first = rows.order_by(c.ROW).limit(N_SHOWN).to_pyarrow()[c.ROW].to_pylist()
    return Problem(code, ", ".join(kind.key) or "all columns", count_rows(rows), tuple(first))


def without(rows: ibis.Table, gone: ibis.Table) -> ibis.Table:
    """The rows whose `row` is not in `gone`."""
    if count_rows(gone) > _FEW:
        return rows.anti_join(gone, c.ROW)
    return rows.filter(rows[c.ROW].notin(gone.to_pyarrow()[c.ROW].to_pylist()))


def count_rows(rows: ibis.Table | None) -> int:
    """How many rows there are; none if there is no table."""
    return 0 if rows is None else int(rows.count().to_pyarrow().as_py())
