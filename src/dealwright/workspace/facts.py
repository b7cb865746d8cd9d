"""Questions about what happened: bring data in, check it, describe the customers."""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dealwright.app.customers.profile_customers import CustomerProfiles, profile_customers
from dealwright.app.ports import Progress, silent
from dealwright.app.shop.check_data import DataReport, check_data
from dealwright.app.shop.import_data import import_data
from dealwright.app.shop.import_report import ImportReport
from dealwright.data.delivery import Source
from dealwright.data.mapping import Mapping, read_mapping
from dealwright.workspace.shop import SEED, Shop

if TYPE_CHECKING:
    from dealwright.app.events.event_ports import EventLog
    from dealwright.app.events.take_sales import SalesTaken


class Facts(Shop):
    """The shop's data."""

    def import_file(
        self,
        table: str,
        source: str | Path | Source,
        *,
        mapping: Mapping | AnyMapping[str, Any] | None = None,
        progress: Progress = silent,
    ) -> ImportReport:
        """Bring rows into a canonical table from a CSV, Parquet or Excel file or a database.

        `mapping` says which source column fills which canonical column (`{"sku": "Article", ...}`); without it
        the saved or guessed one is used and shown in the answer. InputError lists everything that is wrong;
        then nothing has changed.
        """
        settings = self._parts.settings
        if mapping is not None and not isinstance(mapping, Mapping):
            written = mapping if "columns" in mapping else {"columns": dict(mapping)}
            mapping = read_mapping({"table": table, **written})
        return import_data(
            source if isinstance(source, Source) else Source(str(source)),
            table=table,
            shop=self._parts.warehouse,
            mappings=self._parts.mappings,
            currency=settings.currency,
            time_zone=settings.time_zone,
            mapping=mapping,
            progress=progress,
        )

    def import_orders(self, events: EventLog, *, progress: Progress = silent) -> SalesTaken:
        """Bring the orders among the events of a till (`open_events(till).store`) into `sales`, with their returns.

        Goes on where it was the last time; each order comes in once, however often this is done.
        """
        from dealwright.adapters.warehouse.sales_book import WarehouseSalesBook
        from dealwright.app.events.take_sales import Into, take_sales

        settings, warehouse = self._parts.settings, self._parts.warehouse
        book = WarehouseSalesBook(warehouse, currency=settings.currency)
        into = Into(book, warehouse, settings.currency, settings.time_zone)
        return take_sales(events, into, progress=progress)

    def check(self, *, progress: Progress = silent) -> DataReport:
        """What is missing, doubled, odd or impossible in the data, and what to do about it."""
        return check_data(self._parts.warehouse, today=self._today, progress=progress)

    def profile(self, *, seed: int = SEED, progress: Progress = silent) -> CustomerProfiles:
        """Who the customers are: how each buys, and which groups buy alike."""
        return profile_customers(self._parts.warehouse, seed=seed, today=self._today, progress=progress)
