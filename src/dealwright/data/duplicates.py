"""Which rows of a delivery say again what another row says, and which contradict one another."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.datatypes as dt
from ibis import _

from dealwright.data import columns as c
from dealwright.data.tables import TableContract

_BUCKET = "bucket"
CODE = "code"


def suspect_buckets(rows: ibis.Table, table: TableContract) -> ibis.Table:
    """Buckets that hold more than one row: `bucket`. Rows alike are always in the same bucket, others seldom.

    A cheap first look that clears almost every row of a large delivery. The numbers of the buckets differ from
    engine to engine, but the answer does not, because `repeated` then compares the rows themselves.
    """
    return rows.select(bucket=_bucket(rows, table)).group_by(_BUCKET).having(_.count() > 1).agg()


def suspects(rows: ibis.Table, buckets: ibis.Table, table: TableContract) -> ibis.Table:
    """The rows in those buckets."""
    return rows.mutate(bucket=_bucket(rows, table)).semi_join(buckets, _BUCKET).drop(_BUCKET)


def repeated(rows: ibis.Table, table: TableContract) -> ibis.Table:
    """Rows that must go: `row` and `code`.

    `duplicated`: alike in every column to a row that stands earlier, which is kept. `conflicting`: another row has
    the same key and says something else; both go.
    """
    names = table.names
    earlier = ibis.row_number().over(ibis.window(group_by=names, order_by=c.ROW))
    marked = rows.mutate(earlier=earlier)
    if table.key:
        distinct = (marked.earlier == 0).sum().over(ibis.window(group_by=list(table.key)))
        marked = marked.mutate(n_contents=distinct)
    else:
        marked = marked.mutate(n_contents=ibis.literal(1))
    code = ibis.cases((_.n_contents > 1, "conflicting"), (_.earlier > 0, "duplicated"))
    return marked.mutate(code=code).filter(_.code.notnull()).select(c.ROW, CODE)


def already_there(rows: ibis.Table, existing: ibis.Table, table: TableContract) -> ibis.Table:
    """The `row` of those that the shop has already, alike in every column."""
    return rows.semi_join(existing, _alike(rows, existing, table.names)).select(c.ROW)


def with_known_key(rows: ibis.Table, existing: ibis.Table, table: TableContract) -> ibis.Table:
    """The keys of rows for which the shop has a row that says something else."""
    return rows.semi_join(existing, list(table.key)).select(*table.key)


def _alike(left: ibis.Table, right: ibis.Table, names: Sequence[str]) -> list[ibis.expr.types.BooleanValue]:
    return [left[name].identical_to(right[name]) for name in names]


def _bucket(rows: ibis.Table, table: TableContract) -> ibis.expr.types.IntegerValue:
    return _hash(ibis.struct({name: rows[name] for name in (table.key or table.names)}))


@ibis.udf.scalar.builtin(name="hash")  # type: ignore[untyped-decorator]
def _hash(row) -> dt.uint64:  # type: ignore[no-untyped-def]
    """The engine's own hash, which is faster than ibis' signed one."""
