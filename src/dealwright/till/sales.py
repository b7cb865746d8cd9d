"""Flash sales, groups and presales over the till's ledger, wherever it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dealwright.adapters.ledger import faults
from dealwright.app.till.ledger_ports import Ledger
from dealwright.till.flash import FlashSales
from dealwright.till.groups import Groups
from dealwright.till.presales import Presales

if TYPE_CHECKING:
    from dealwright.adapters.ledger.connect import Connected
    from dealwright.adapters.ledger.sale_transaction import Transactions

_POSTGRES_WRITERS = 4  # sales that are written at the same time; each needs a connection


@dataclass(frozen=True, slots=True)
class Sales:
    """The three doors."""

    flash: FlashSales
    groups: Groups
    presales: Presales


def open_sales(ledger: Ledger, connected: Connected | None) -> Sales:
    """The doors over this ledger; `connected` is the database behind it, None in memory."""
    return _in_memory(ledger) if connected is None else _in_database(ledger, connected)


def sweep_sales(sales: Sales) -> tuple[int, int, int]:
    """How many reservations expired, groups ended and orders of presales ended."""
    return (
        sales.flash.expire(after_batch=_passed),
        sales.groups.settle(after_group=_passed),
        sales.presales.settle(after_order=_passed),
    )


def _in_memory(ledger: Ledger) -> Sales:
    from dealwright.adapters.ledger.flash_memory import MemoryFlash
    from dealwright.adapters.ledger.group_memory import MemoryGroups
    from dealwright.adapters.ledger.presale_memory import MemoryPresales
    from dealwright.adapters.ledger.sale_memory import SaleMemory

    memory = SaleMemory(ledger)
    flash, presales = MemoryFlash(memory), MemoryPresales(memory)
    return Sales(
        FlashSales(flash, flash, accounts=ledger.accounts, ids=ledger.ids),
        Groups(MemoryGroups(memory)),
        Presales(presales, presales),
    )


def _in_database(ledger: Ledger, connected: Connected) -> Sales:
    from dealwright.adapters.ledger.flash_sql import SqlFlash
    from dealwright.adapters.ledger.group_sql import SqlGroups
    from dealwright.adapters.ledger.presale_sql import SqlPresales
    from dealwright.adapters.ledger.sale_sqlite import SqliteTransactions

    # The database's own clock is asked inside the transaction that it decides about; another clock is asked here.
    clock = None if ledger.clock is connected.clock else ledger.clock
    transactions: Transactions
    if connected.kind == "postgresql":
        from dealwright.adapters.ledger.flash_postgres import PostgresFlash
        from dealwright.adapters.ledger.sale_postgres import PostgresTransactions

        transactions = PostgresTransactions(connected.database.engine, clock=clock)
        flash: SqlFlash = PostgresFlash(transactions)
    else:
        transactions = SqliteTransactions(connected.database.engine, clock=clock)
        flash = SqlFlash(transactions)
    presales = SqlPresales(transactions)
    n_writers = _POSTGRES_WRITERS if connected.kind == "postgresql" else 1
    return Sales(
        FlashSales(flash, flash, accounts=ledger.accounts, ids=ledger.ids, n_writers=n_writers),
        Groups(SqlGroups(transactions)),
        Presales(presales, presales),
    )


def _passed() -> None:
    faults.hit("between_batches")
