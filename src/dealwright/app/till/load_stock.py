"""Puts units on the shelf, or takes them off."""

from __future__ import annotations

from dealwright.app.till.ledger_ports import Change, Ledger, LedgerUnavailableError
from dealwright.core.cart import MOST_UNITS
from dealwright.core.errors import InputError
from dealwright.engine.ledger import Balance, Move, stock_account


def load_stock(sku: str, units: int, *, pool: str, ledger: Ledger) -> Balance:
    """The balance afterwards; InputError if more is taken off than is available."""
    if not -MOST_UNITS <= units <= MOST_UNITS:
        raise InputError(f"units are -{MOST_UNITS} to {MOST_UNITS}; given {units}")
    account = stock_account(sku, pool=pool)
    move = (
        Move(account, units, "loaded", "available", "load")
        if units >= 0
        else Move(account, -units, "available", "loaded", "load")
    )
    conflict = ledger.books.write(Change(ledger.clock.now(), moves=(move,), opens=(account,)))
    if conflict is not None and conflict.kind == "busy":
        raise LedgerUnavailableError(
            f"too many write stock of {sku!r} at this moment; nothing was loaded; try again"
        )
    balance = ledger.accounts.balances([account]).get(account, Balance(account, 0, 0, 0))
    if conflict is not None:
        raise InputError(
            f"{-units} units of {sku!r} cannot be taken from pool {pool!r}; {balance.available} are available"
        )
    return balance
