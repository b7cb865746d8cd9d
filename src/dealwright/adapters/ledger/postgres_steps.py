"""Steps of one transaction as few statements: steps about different tables become one, so it is sent and read once.

All parts of a statement see the database as it was when the statement began. So a step whose table was touched by
one before it begins another statement. Within a statement steps are done in their order, and the first that touches
another number of rows than it must fails by its name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

import psycopg
from sqlalchemy import Table

from dealwright.adapters.ledger.steps import Step

_PARAMETER = re.compile(r"%\((\w+)\)s")
_MISFIT = re.compile(r'"misfit (\w+) \d+"')


@dataclass(frozen=True, slots=True)
class Sent:
    """A statement as the driver takes it."""

    text: bytes
    values: Mapping[str, Any]


def statements_of(steps: Sequence[Step], text_of: Callable[[Any], bytes]) -> list[Sent]:
    """The statements that do these steps; `text_of` compiles one of them."""
    return [_joined(group, text_of) for group in _groups(steps)]


def misfit_of(error: psycopg.Error, steps: Sequence[Step]) -> str:
    """The name of the step that did not fit; the error again if no step is to blame."""
    told = _MISFIT.search(error.diag.message_primary or "")
    if told is not None:
        return told[1]
    for step in steps:
        if _table_of(step) == error.diag.table_name:
            return step.what
    raise error


def _groups(steps: Sequence[Step]) -> Iterator[Sequence[Step]]:
    first, tables = 0, set[str]()
    for number, step in enumerate(steps):
        name = _table_of(step)
        if name in tables:
            yield steps[first:number]
            first, tables = number, set()
        tables.add(name)
    if steps:
        yield steps[first:]


def _table_of(step: Step) -> str:
    return cast(Table, step.statement.table).name


def _joined(steps: Sequence[Step], text_of: Callable[[Any], bytes]) -> Sent:
    values: dict[str, Any] = {}
    for number, step in enumerate(steps):
        values |= {f"{name}_{number}": value for name, value in step.values.items()}
        if step.rows is not None:
            values[f"n_rows_{number}"] = step.rows
    parts = tuple((step.what, text_of(step.statement), step.rows is not None) for step in steps)
    return Sent(_joined_text(parts), values)


@cache
def _joined_text(parts: tuple[tuple[str, bytes, bool], ...]) -> bytes:
    done, checks = [], []
    for number, (what, text, is_counted) in enumerate(parts):
        renamed = _PARAMETER.sub(rf"%(\1_{number})s", text.decode())
        done.append(f"step_{number} AS ({renamed} RETURNING 1)")
        # The count stands in the error so that the planner cannot raise it beforehand.
        n_touched = f"(SELECT count(*) FROM step_{number})"
        expected = f"%(n_rows_{number})s::bigint" if is_counted else n_touched
        checks.append(f"WHEN {n_touched} <> {expected} THEN ('misfit {what} ' || {n_touched})::int")
    return f"WITH {', '.join(done)} SELECT CASE {' '.join(checks)} END".encode()
