"""What flash sales, groups and presales in memory share: one lock, and answers under their keys."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from dealwright.adapters.ledger.sale_answers import SaleAnswer
from dealwright.adapters.ledger.sale_keys import reused
from dealwright.app.till.ledger_ports import Change, Ledger, Message, Request
from dealwright.app.till.sale_ports import Payback
from dealwright.engine.ledger import Move
from dealwright.engine.outcomes import Refused


class SaleMemory:
    """Hold `lock` from looking to writing; accounts and messages are those of the ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self.lock = threading.RLock()
        self.ledger = ledger
        self.kept: dict[str, tuple[Request, SaleAnswer]] = {}
        self.paybacks: dict[str, Payback] = {}

    def left(self, account: str) -> int:
        """What is available of an account; 0 if it does not exist."""
        balance = self.ledger.accounts.balances([account]).get(account)
        return 0 if balance is None else balance.available

    def load(self, account: str, units: int, *, cause: str) -> None:
        """Open an account with so many units."""
        move = Move(account, units, "loaded", "available", cause)
        self._write(Change(self.ledger.clock.now(), moves=(move,), opens=(account,)))

    def answered(self, request: Request | None) -> SaleAnswer | Refused | None:
        """The answer that was given to the request before, if there was one."""
        if request is None or request.key not in self.kept:
            return None
        before, answer = self.kept[request.key]
        return answer if before == request else reused(request.key)

    def write(
        self,
        *,
        moves: Iterable[Move] = (),
        messages: Iterable[Message] = (),
        paybacks: Iterable[Payback] = (),
        request: Request | None = None,
        answer: SaleAnswer | None = None,
    ) -> None:
        """Write all of it; what was looked at under the lock fits."""
        self._write(Change(self.ledger.clock.now(), messages=tuple(messages), moves=tuple(moves)))
        for payback in paybacks:
            assert payback.payment not in self.paybacks, f"payment {payback.payment!r} went back before"
            self.paybacks[payback.payment] = payback
        if request is not None and answer is not None:
            self.kept[request.key] = request, answer

    def _write(self, change: Change) -> None:
        conflict = self.ledger.books.write(change)
        assert conflict is None, conflict
