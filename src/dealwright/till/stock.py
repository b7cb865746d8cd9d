"""Units that can be sold, per pool and sku; a sku that was never loaded is not counted."""

from __future__ import annotations

from dealwright.app.till.ledger_ports import Ledger
from dealwright.app.till.load_stock import load_stock
from dealwright.engine.ledger import MAIN_POOL, Balance, stock_account
from dealwright.till.names import check_names


class Stock:
    """The shelf. A cart line draws on the pool of its store (of the line, else of the cart, else "main")."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def load(self, sku: str, units: int, *, pool: str = MAIN_POOL) -> Balance:
        """Add units (or take away, when negative).

        InputError if fewer are available, or if nothing that is called so could be sold.
        """
        check_names(sku=sku)
        return load_stock(sku, units, pool=pool, ledger=self._ledger)

    def left(self, sku: str, *, pool: str = MAIN_POOL) -> Balance | None:
        """What is available, held and used; None for a sku that is not counted."""
        account = stock_account(sku, pool=pool)
        return self._ledger.accounts.balances([account]).get(account)
