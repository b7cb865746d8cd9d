"""Opens a till over memory, SQLite or PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from dealwright.adapters.ledger import faults
from dealwright.adapters.ledger.clocks import SystemClock
from dealwright.adapters.ledger.coupon_memory import MemoryCoupons
from dealwright.adapters.ledger.ids import RandomIds
from dealwright.adapters.ledger.memory import MemoryLedger, MemoryPromotions
from dealwright.app.till.audit_books import audit_books
from dealwright.app.till.ledger_ports import Clock, Ids, Ledger
from dealwright.app.till.look_up_coupon import Coupons as CouponBooks
from dealwright.app.till.look_up_coupon import KeyedCodes
from dealwright.app.till.quote_cart import NO_SIGNING, Signing
from dealwright.app.till.sweep_holds import sweep_holds
from dealwright.campaign.codec import decode, encode
from dealwright.campaign.promotion import Promotion
from dealwright.core.errors import MissingExtraError
from dealwright.engine.catalogue import BENEFITS, CONDITIONS
from dealwright.engine.outcomes import Swept
from dealwright.engine.policy import DEFAULT_POLICY, Policy
from dealwright.engine.protocol import Benefit, Condition
from dealwright.engine.quote import checked_keys
from dealwright.till.carts import Carts
from dealwright.till.coupons import Coupons
from dealwright.till.promotions import Promotions
from dealwright.till.sales import open_sales, sweep_sales
from dealwright.till.stock import Stock

if TYPE_CHECKING:
    from dealwright.adapters.ledger.connect import Connected

MOST_SKEW_SECONDS = 1.0


class Till:
    """Everything a shop asks of its till; close it when done.

    `ledger` is the bundle of ports, `connected` the database behind them (None in memory).
    """

    def __init__(
        self,
        ledger: Ledger,
        connected: Connected | None,
        *,
        coupons: CouponBooks,
        signing: Signing = NO_SIGNING,
        policy: Policy = DEFAULT_POLICY,
    ) -> None:
        self.ledger = ledger
        self.connected = connected
        self.promotions = Promotions(ledger, policy=policy)
        self.stock = Stock(ledger)
        self.carts = Carts(ledger, self.promotions, signing=signing)
        self.coupons = Coupons(coupons, now=ledger.clock.now)
        self._sales = open_sales(ledger, connected)
        self.flash = self._sales.flash
        self.groups = self._sales.groups
        self.presales = self._sales.presales

    @property
    def clock_alarm(self) -> str:
        """What is wrong with this machine's clock, if it is off by more than a second; empty if all is well.

        No decision is made by it: the database's clock decides.
        """
        skew = self.ledger.clock.skew_seconds()
        if abs(skew) <= MOST_SKEW_SECONDS:
            return ""
        return f"this machine's clock is {abs(skew):.1f} s {'ahead of' if skew > 0 else 'behind'} the database's"

    def sweep(self) -> Swept:
        """Expire what is over its time; safe to call from many processes, at any moment."""
        holds = sweep_holds(self.ledger, after_batch=lambda: faults.hit("between_batches"))
        return Swept(holds, *sweep_sales(self._sales))

    def audit(self) -> tuple[str, ...]:
        """What is wrong in the books; empty if all balances are what entries and holds say. Reads everything."""
        return audit_books(self.ledger.audit)

    def close(self) -> None:
        """Write what waits and give connections back; the till cannot be used afterwards."""
        self.flash.close()
        if self.connected is not None:
            self.connected.database.close()

    def __enter__(self) -> Till:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_till(
    url: str = "sqlite:///till.db",
    *,
    clock: Clock | None = None,
    ids: Ids | None = None,
    policy: Policy = DEFAULT_POLICY,
    quote_keys: Sequence[bytes] = (),
    most_connections: int = 16,
    conditions: Mapping[str, type[Condition]] = CONDITIONS,
    benefits: Mapping[str, type[Benefit]] = BENEFITS,
) -> Till:
    """A till over `memory:`, `sqlite:///path` or `postgresql://user:password@host/database`.

    Tables are made or brought up to date. `clock` defaults to the database's clock, `ids` to unguessable names.
    `quote_keys` are the secrets of signed quotes: the first signs, all are believed, so that a new one can be put
    before an old one; without any, no quotes are signed. `most_connections` bounds how many transactions this till
    has under way at once. `conditions` and `benefits` are the terms that promotions in the database may have.
    """
    ids = ids or RandomIds()
    keys = checked_keys(quote_keys)
    if url == "memory:":
        books, coupons, shelf = MemoryLedger(), MemoryCoupons(), MemoryPromotions()
        clock = clock or SystemClock()
        ledger = Ledger(books, books, books, books, books, KeyedCodes(coupons), shelf, books, clock, ids)
        return Till(ledger, None, coupons=coupons, signing=Signing(keys, shelf), policy=policy)
    try:
        from dealwright.adapters.ledger.audit import SqlAudit
        from dealwright.adapters.ledger.connect import connect
        from dealwright.adapters.ledger.coupon_sql import SqlCoupons
        from dealwright.adapters.ledger.sql import SqlBooks, SqlOutbox, SqlReads
        from dealwright.adapters.ledger.sql_shelf import SqlPromotions
    except ImportError as error:
        raise MissingExtraError(str(error.name), extra="till", purpose="a till in a database") from None
    connected = connect(url, most_connections=most_connections)
    database, kind = connected.database, connected.kind
    reads, stored_coupons = SqlReads(database, kind), SqlCoupons(database)
    stored = SqlPromotions(database, kind, encode=_encode, decode=_decoder(conditions, benefits))
    ledger = Ledger(
        SqlBooks(database, kind),
        reads,
        reads,
        reads,
        SqlOutbox(database, kind),
        KeyedCodes(stored_coupons),
        stored,
        SqlAudit(database),
        clock or connected.clock,
        ids,
    )
    return Till(ledger, connected, coupons=stored_coupons, signing=Signing(keys, stored), policy=policy)


def _encode(promotion: Promotion) -> str:
    return json.dumps(encode((promotion,)), ensure_ascii=False, sort_keys=True)


def _decoder(
    conditions: Mapping[str, type[Condition]], benefits: Mapping[str, type[Benefit]]
) -> Callable[[str], Promotion]:
    def decoded(text: str) -> Promotion:
        (promotion,) = decode(text, conditions=conditions, benefits=benefits)
        return promotion

    return decoded
