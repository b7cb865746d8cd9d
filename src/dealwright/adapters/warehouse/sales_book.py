"""The lines of orders that came as events in the database of a workspace, and how far events were read."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from dealwright.adapters.warehouse import schema
from dealwright.adapters.warehouse.store import SCRATCH, Warehouse
from dealwright.app.events.sales_of_orders import KnownLine, Name, SalesLine, Waiting
from dealwright.app.events.take_sales import Bookmark
from dealwright.core.money import Money
from dealwright.data import columns as c
from dealwright.data.delivery import Source
from dealwright.data.event_bodies import Event
from dealwright.data.events import CONTRACT, ReadEvent

_PLACE = "from_events"
_KNOWN = (
    c.ORDER,
    c.LINE,
    f"CAST({c.SOLD_AT} AS DATE)",
    *(c.SKU, c.QUANTITY, c.NET_AMOUNT),
    *(f"coalesce({name}, '')" for name in (c.CUSTOMER, c.STORE, c.CHANNEL)),
)


class WarehouseSalesBook:
    """See `app.events.take_sales.SalesBook`; amounts are in `currency`, the shop's."""

    def __init__(self, warehouse: Warehouse, *, currency: str) -> None:
        self._folder = warehouse.folder
        self._connection = warehouse._connection
        self._currency = currency

    def bookmark(self) -> Bookmark:
        """See `Bookmarks.bookmark`."""
        self._prepare()
        found = self._connection.execute(f"SELECT number, mark FROM {_PLACE}.bookmark").fetchone()
        if found is None:
            return Bookmark()
        rows = self._connection.execute(f"SELECT order_id, event FROM {_PLACE}.waiting ORDER BY place").fetchall()
        return Bookmark(found[0], found[1], _waiting(rows))

    def keep(self, bookmark: Bookmark) -> None:
        """See `Bookmarks.keep`."""
        self._prepare()
        rows = [(name, _text(event)) for name, events in bookmark.waiting.items() for event in events]
        with self._transaction():
            self._connection.execute(f"DELETE FROM {_PLACE}.bookmark")
            self._connection.execute(
                f"INSERT INTO {_PLACE}.bookmark VALUES (?, ?)", [bookmark.number, bookmark.mark]
            )
            self._connection.execute(f"DELETE FROM {_PLACE}.waiting")
            with self._given(order_id=[name for name, _ in rows], event=[text for _, text in rows]):
                self._connection.execute(
                    f"INSERT INTO {_PLACE}.waiting SELECT row_number() OVER (), order_id, event FROM given"
                )

    def known(self, order_ids: Collection[str]) -> Sequence[KnownLine]:
        """See `OrderLines.known`."""
        if not order_ids:
            return ()
        with self._given(order_id=sorted(order_ids)):
            found = self._connection.execute(
                f"SELECT {', '.join(_KNOWN)} FROM sales WHERE {c.ORDER} IN (FROM given) ORDER BY ALL"
            ).fetchall()
        return [KnownLine(order, line or "", *rest) for order, line, *rest in found]

    def withdraw(self, names: Collection[Name]) -> None:
        """See `OrderLines.withdraw`; the imports they came by are not what they were."""
        gone = f"({c.ORDER}, {c.LINE}) IN (SELECT order_id, line_id FROM given)"
        with (
            self._given(order_id=[one for one, _ in names], line_id=[two for _, two in names]),
            self._transaction(),
        ):
            self._connection.execute(
                f"""
                UPDATE imports SET n_rows = n_rows - lost.n, reading = left(md5(reading || '-'), 16)
                FROM (SELECT {schema.IMPORT} AS content, count(*) AS n FROM sales WHERE {gone} GROUP BY ALL) AS lost
                WHERE table_name = 'sales' AND imports.content = lost.content
                """
            )
            self._connection.execute(f"DELETE FROM sales WHERE {gone}")

    @contextmanager
    def written(self, lines: Sequence[SalesLine], *, name: str) -> Iterator[Source]:
        """See `OrderLines.written`."""
        scratch = Path(tempfile.mkdtemp(prefix=SCRATCH, dir=self._folder))
        try:
            file = scratch / f"{name}.parquet"
            pq.write_table(pa.table(self._columns(lines)), file)
            yield Source(str(file))
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    def _columns(self, lines: Sequence[SalesLine]) -> Mapping[str, pa.Array]:
        told: Mapping[str, Sequence[str | None]] = {
            c.ORDER: [line.order_id for line in lines],
            c.SKU: [line.sku for line in lines],
            c.NET_AMOUNT: [self._amount(line, line.net_minor) for line in lines],
            c.DISCOUNT_AMOUNT: [
                None if line.discount_minor is None else self._amount(line, line.discount_minor) for line in lines
            ],
            c.CUSTOMER: [line.customer or None for line in lines],
            c.STORE: [line.store or None for line in lines],
            c.CHANNEL: [line.channel or None for line in lines],
            c.PROMOTION: [line.promotion or None for line in lines],
            c.LINE: [line.line_id for line in lines],
        }
        return {
            **{name: pa.array(column, pa.string()) for name, column in told.items()},
            c.SOLD_AT: pa.array([line.sold_at for line in lines], pa.timestamp("us", tz="UTC")),
            c.QUANTITY: pa.array([line.quantity for line in lines], pa.int64()),
        }

    def _amount(self, line: SalesLine, minor: int) -> str:
        """As it is written in a file: with its currency where that is not the shop's, so that it is set aside."""
        currency = line.currency or self._currency
        amount = Money(minor, currency).major
        return f"{amount:f}" if currency == self._currency else f"{amount:f} {currency}"

    def _prepare(self) -> None:
        self._connection.execute(f"CREATE SCHEMA IF NOT EXISTS {_PLACE}")
        self._connection.execute(f"CREATE TABLE IF NOT EXISTS {_PLACE}.bookmark (number BIGINT, mark VARCHAR)")
        self._connection.execute(
            f"CREATE TABLE IF NOT EXISTS {_PLACE}.waiting (place BIGINT, order_id VARCHAR, event VARCHAR)"
        )

    @contextmanager
    def _given(self, **columns: Sequence[str]) -> Iterator[None]:
        self._connection.register(
            "given", pa.table({name: pa.array(column, pa.string()) for name, column in columns.items()})
        )
        try:
            yield
        finally:
            self._connection.unregister("given")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise


def _text(event: Event) -> str:
    told = {"source": event.source, "event_id": event.event_id, "kind": event.kind, "version": event.version}
    return json.dumps(told | {"at": event.at.isoformat(), "body": asdict(event.body)})


def _waiting(rows: Sequence[tuple[Any, ...]]) -> Waiting:
    waiting: dict[str, tuple[Event, ...]] = {}
    for name, text in rows:
        read = CONTRACT.read(text, is_kept=True)
        assert isinstance(read, ReadEvent), f"what was kept can be read: {read}"
        waiting[name] = (*waiting.get(name, ()), read.event)
    return waiting
