"""Coupon codes in SQLite and PostgreSQL: a million stored in seconds, any of them found by one query."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cached_property
from itertools import islice
from typing import Any, Protocol

from sqlalchemy import Engine, TextClause, bindparam, delete, insert, select, text, true, update

from dealwright.adapters.ledger import faults
from dealwright.adapters.ledger import statements as sql
from dealwright.adapters.ledger.coupon_tables import coupon_batches, coupon_codes, coupon_keys
from dealwright.adapters.ledger.instants import instant, micros
from dealwright.adapters.ledger.steps import Database, Step
from dealwright.app.till.coupon_ports import NO_CODE, FoundCode, NewCodes
from dealwright.campaign.coupon import Batch
from dealwright.campaign.schedule import Schedule
from dealwright.core.errors import InputError

_AT_ONCE = 50_000  # codes of one transaction; carts wait behind no longer one
_LAST = 2**63 - 1  # a row that is always there, so that every number has one from it on
_NO_ISSUE = 0
_ABANDONED = timedelta(days=1)  # an attempt that is not whole by then never will be

_Row = tuple[int, int, str, int | None]


class PooledDatabase(Database, Protocol):
    """A database whose connections can also be had directly."""

    engine: Engine


class SqlCoupons:
    """`CouponStore` and `CodeBook` over one database whose tables exist.

    `key` is the secret that turns codes into numbers, always the same for one database; without it the database
    keeps one of its own.
    """

    def __init__(self, database: PooledDatabase, *, key: bytes | None = None) -> None:
        self._database = database
        self._given_key = key
        self._kind: sql.Kind = "sqlite" if database.engine.dialect.name == "sqlite" else "postgresql"
        self._find = _FIND[self._kind]

    def key(self) -> bytes:
        """See `CouponStore.key`."""
        return self._key

    @cached_property
    def _key(self) -> bytes:
        made = {"name": "codes", "key": secrets.token_bytes(32)}
        code = {"code_number": _LAST, "issue": _NO_ISSUE, "customer_id": "", "end_at": None}
        self._database.write(
            [
                Step("key", sql.insert_new(self._kind, coupon_keys), made, None),
                Step("batch", sql.insert_new(self._kind, coupon_batches), _LAST_BATCH, None),
                Step("code", sql.insert_new(self._kind, coupon_codes), code, None),
            ]
        )
        ((key,),) = self._database.rows(select(coupon_keys.c.key), {})
        return self._given_key or bytes(key)

    def add(self, batch: Batch, codes: NewCodes, *, at: datetime) -> None:
        """See `CouponStore.add`."""
        self.key()
        self._drop_abandoned(at)
        issue = secrets.randbits(62) + 1
        self._database.write([Step("batch", insert(coupon_batches), _batch_row(batch, issue, at))])
        is_whole = False
        try:
            for rows in _chunks(_code_rows(codes, issue)):
                self._copy(rows)
                faults.hit("between_batches")
            is_whole = self._database.write([Step("whole", _MAKE_WHOLE, {"of_issue": issue})]) is None
        finally:
            if not is_whole:
                self._drop(issue)
        if not is_whole:
            raise InputError(f"batch {batch.id!r} was issued before; choose another id")

    def give(self, batch_id: str, codes: NewCodes) -> None:
        """See `CouponStore.give`."""
        found = self._batch_row(batch_id)
        assert found is not None, "a batch is looked up before codes are given"
        self._copy(list(_code_rows(codes, found[0])))

    def batch(self, batch_id: str) -> Batch | None:
        """See `CouponStore.batch`."""
        row = self._batch_row(batch_id)
        return None if row is None else _batch_from(row)

    def find(self, numbers: Sequence[int]) -> Mapping[int, FoundCode]:
        """See `CodeBook.find`."""
        self.key()
        rows = self._database.rows(self._find, {"numbers": json.dumps(list(numbers))})
        return {int(row[0]): _found(row) for row in rows}

    def _batch_row(self, batch_id: str) -> tuple[Any, ...] | None:
        rows = self._database.rows(_READ_BATCH, {"of_batch": batch_id})
        return rows[0] if rows else None

    def _copy(self, rows: Sequence[_Row]) -> None:
        try:
            with self._transaction() as driver:
                if self._kind == "sqlite":
                    driver.executemany("INSERT INTO till_coupon_codes VALUES (?, ?, ?, ?)", rows)
                else:
                    with driver.cursor().copy("COPY till_coupon_codes FROM STDIN") as copy:
                        for row in rows:
                            copy.write_row(row)
        except self._database.engine.dialect.dbapi.IntegrityError:  # type: ignore[union-attr]
            raise InputError("a new code came out like one that exists; issue the batch again") from None

    @contextmanager
    def _transaction(self) -> Iterator[Any]:
        connection = self._database.engine.raw_connection()
        try:
            driver: Any = connection.driver_connection
            driver.execute("BEGIN IMMEDIATE" if self._kind == "sqlite" else "BEGIN")
            try:
                yield driver
                driver.execute("COMMIT")
            except BaseException:
                driver.execute("ROLLBACK")
                raise
        finally:
            connection.close()

    def _drop_abandoned(self, at: datetime) -> None:
        for (issue,) in self._database.rows(_READ_ABANDONED, {"until": micros(at - _ABANDONED)}):
            self._drop(issue)

    def _drop(self, issue: int) -> None:
        self._database.write(
            [
                Step("codes", _DROP_CODES, {"of_issue": issue}, None),
                Step("batch", _DROP_BATCH, {"of_issue": issue}, None),
            ]
        )


_LAST_BATCH: Mapping[str, Any] = {
    "issue": _NO_ISSUE,
    "batch_id": "",
    "promotion_id": "",
    "n_codes": 1,
    "prefix": "",
    "uses": 0,
    "start_at": None,
    "end_at": None,
    "zone": "UTC",
    "valid_days": None,
    "issued_at": 0,
    "is_whole": True,
}

_OF_ISSUE = coupon_batches.c.issue == bindparam("of_issue")
_MAKE_WHOLE = update(coupon_batches).values(is_whole=true()).where(_OF_ISSUE)
_DROP_BATCH = delete(coupon_batches).where(_OF_ISSUE)
_DROP_CODES = delete(coupon_codes).where(coupon_codes.c.issue == bindparam("of_issue"))
_READ_BATCH = select(*coupon_batches.c).where(
    coupon_batches.c.batch_id == bindparam("of_batch"), coupon_batches.c.is_whole.is_(True)
)
_READ_ABANDONED = select(coupon_batches.c.issue).where(
    coupon_batches.c.is_whole.is_(False), coupon_batches.c.issued_at < bindparam("until")
)


def _find_statement(wanted: str, number: str) -> TextClause:
    # Whether the number exists or not, the first row from it on is read: the same looks, one row, by the same way.
    # "Above the number before" and not "from the number on": a search that meets its number ends a little sooner.
    return text(
        f"SELECT {number}, c.code_number, c.customer_id, c.end_at, "
        "b.batch_id, b.promotion_id, b.uses, b.start_at, b.is_whole "
        f"FROM {wanted} CROSS JOIN till_coupon_codes AS c JOIN till_coupon_batches AS b ON b.issue = c.issue "
        "WHERE c.code_number = "
        f"(SELECT min(x.code_number) FROM till_coupon_codes AS x WHERE x.code_number > {number} - 1)"
    )


_FIND: Mapping[sql.Kind, TextClause] = {
    "sqlite": _find_statement("json_each(:numbers) AS w", "w.value"),
    "postgresql": _find_statement(
        "json_array_elements_text(CAST(:numbers AS json)) AS w(value)", "CAST(w.value AS bigint)"
    ),
}


def _found(row: tuple[Any, ...]) -> FoundCode:
    number, next_number, customer_id, end, batch_id, promotion_id, uses, start, is_whole = row
    # Made in either case, and chosen without a branch, so that codes that do not exist take no less time.
    found = FoundCode(batch_id, promotion_id, customer_id, uses, _instant(start), _instant(end))
    return (NO_CODE, found)[(number == next_number) & bool(is_whole) & (number != _LAST)]


def _code_rows(codes: NewCodes, issue: int) -> Iterator[_Row]:
    """In the order of the index, where new rows fill one page after the other."""
    end = None if codes.end is None else micros(codes.end)
    if not codes.customer_ids:
        return ((number, issue, "", end) for number in sorted(codes.numbers))
    owned = sorted(zip(codes.numbers, codes.customer_ids, strict=True))
    return ((number, issue, customer_id, end) for number, customer_id in owned)


def _chunks(rows: Iterator[_Row]) -> Iterator[list[_Row]]:
    while chunk := list(islice(rows, _AT_ONCE)):
        yield chunk


def _batch_row(batch: Batch, issue: int, at: datetime) -> dict[str, Any]:
    schedule = batch.schedule
    return {
        "issue": issue,
        "batch_id": batch.id,
        "promotion_id": batch.promotion_id,
        "n_codes": batch.n_codes,
        "prefix": batch.prefix,
        "uses": batch.uses_per_code,
        "start_at": None if schedule.start is None else micros(schedule.start),
        "end_at": None if schedule.end is None else micros(schedule.end),
        "zone": schedule.zone,
        "valid_days": batch.valid_days,
        "issued_at": micros(at),
        "is_whole": False,
    }


def _batch_from(row: tuple[Any, ...]) -> Batch:
    _, batch_id, promotion_id, n_codes, prefix, uses, start, end, zone, valid_days, _, _ = row
    schedule = Schedule(_instant(start), _instant(end), zone)
    return Batch(batch_id, promotion_id, n_codes, prefix, uses, schedule, valid_days)


def _instant(number: int | None) -> datetime | None:
    return None if number is None else instant(number)
