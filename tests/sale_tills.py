"""Flash sales, groups and presales over every kind of ledger, for tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from dealwright.app.till.ledger_ports import Clock, Message
from dealwright.engine.ledger import Balance
from dealwright.till import Till, open_till
from dealwright.till.flash import FlashSales
from dealwright.till.groups import Groups
from dealwright.till.presales import Presales
from ledgers import CountedIds


@dataclass
class SaleTill:
    """A till, and what tests ask of its books."""

    till: Till

    @property
    def flash(self) -> FlashSales:
        return self.till.flash

    @property
    def groups(self) -> Groups:
        return self.till.groups

    @property
    def presales(self) -> Presales:
        return self.till.presales

    @property
    def now(self) -> datetime:
        return self.till.ledger.clock.now()

    def balance(self, account: str) -> Balance:
        return self.till.ledger.accounts.balances([account])[account]

    def messages(self, kind: str) -> list[Message]:
        return [one.message for one in self.till.ledger.outbox.pending(10_000) if one.message.kind == kind]

    def paybacks(self) -> dict[str, tuple[object, object]]:
        """Payments of groups that went back: to whom, how much."""
        told = [one.body for one in self.messages("group.refund")]
        return {str(body["payment"]): (body["customer_id"], body["amount_minor"]) for body in told}


@contextmanager
def opened(url: str, *, clock: Clock | None = None, with_counted_ids: bool = False) -> Iterator[SaleTill]:
    with open_till(url, clock=clock, ids=CountedIds() if with_counted_ids else None) as till:
        yield SaleTill(till)


def open_flash(till: SaleTill, units: int, *, per_customer: int = 1, hold_seconds: int = 900) -> None:
    """The sale "F1": tea at 4.99 EUR, from an hour ago until in an hour."""
    till.flash.open(
        "F1",
        "TEA",
        units,
        per_customer=per_customer,
        start=till.now - timedelta(hours=1),
        end=till.now + timedelta(hours=1),
        price_minor=499,
        currency="EUR",
        hold_seconds=hold_seconds,
    )
