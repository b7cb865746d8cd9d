"""A batch of reservations in PostgreSQL: one statement reads what it needs, one writes all of it.

The batch is decided about without any lock. What is written takes the units first, and only if they are there; the
rows that follow are refused by the database if a key was used or a customer has too many meanwhile. Then the batch
is decided about again under the sale's lock, as everybody else does. So no lock is held while Python thinks.
"""

from __future__ import annotations

from collections.abc import Sequence

from dealwright.adapters.ledger import faults, sale_answers
from dealwright.adapters.ledger.flash_rows import topic, units_by_customer
from dealwright.adapters.ledger.flash_sql import SqlFlash, answer_of, granted_of
from dealwright.adapters.ledger.instants import instant, micros
from dealwright.adapters.ledger.sale_postgres import PostgresTransactions
from dealwright.adapters.ledger.sale_transaction import MisfitError, Query
from dealwright.engine.flash import Ask, FlashSale, Known, Reserved, Standing, decide, pool_account
from dealwright.engine.outcomes import Refused

_STANDING = """
SELECT 'left', '', available, '', ''::bytea FROM till_accounts WHERE account = %(account)s::text
UNION ALL
SELECT 'known', key, 0, fingerprint, answer FROM till_keys WHERE key = ANY(%(keys)s::text[])
UNION ALL
SELECT 'taken', customer_id, units, '', ''::bytea FROM till_sale_customers
WHERE sale = %(sale)s::text AND customer_id = ANY(%(customers)s::text[])
UNION ALL
SELECT 'now', '', (extract(epoch FROM clock_timestamp()) * 1000000)::bigint, '', ''::bytea
"""

# Everything hangs on `moved`: whoever writes takes the account's lock before any other, as all others do.
_GRANT = """
WITH moved AS (
    UPDATE till_accounts SET available = available - %(units)s::bigint, held = held + %(units)s::bigint
    WHERE account = %(account)s::text AND available >= %(units)s::bigint
    RETURNING account
),
given AS MATERIALIZED (
    SELECT one.* FROM moved, unnest(
        %(key)s::text[], %(body)s::text[], %(answer)s::text[], %(reservation_id)s::text[],
        %(customer_id)s::text[], %(order_id)s::text[], %(quantity)s::int[]
    ) AS one (key, body, answer, reservation_id, customer_id, order_id, quantity)
),
kept AS (
    INSERT INTO till_keys (key, fingerprint, answer, at)
    SELECT key, body, convert_to(%(before)s::text || answer || %(after)s::text, 'UTF8'), %(at)s::bigint FROM given
),
counted AS (
    INSERT INTO till_sale_customers AS had (sale, customer_id, units, most)
    SELECT %(sale)s::text, one.customer_id, one.units, %(most)s::bigint
    FROM moved, unnest(%(customers)s::text[], %(customer_units)s::bigint[]) AS one (customer_id, units)
    ON CONFLICT (sale, customer_id) DO UPDATE SET units = had.units + excluded.units
),
reserved AS (
    INSERT INTO till_reservations (reservation_id, sale_id, customer_id, order_id, quantity, state, expires_at)
    SELECT reservation_id, %(sale_id)s::text, customer_id, order_id, quantity, 'held', %(expires_at)s::bigint
    FROM given
),
entered AS (
    INSERT INTO till_entries (account, source, target, amount, cause, at)
    SELECT account, 'available', 'held', %(units)s::bigint, %(sale_id)s::text, %(at)s::bigint FROM moved
)
INSERT INTO till_outbox (kind, subject, body, at)
SELECT 'flash.reserved', reservation_id, answer, %(at)s::bigint FROM given
RETURNING 1
"""


class PostgresFlash(SqlFlash):
    """See `SqlFlash`."""

    def __init__(self, transactions: PostgresTransactions) -> None:
        super().__init__(transactions)
        self._postgres = transactions

    def _reserve(self, sale: FlashSale, asks: Sequence[Ask]) -> list[Reserved | Refused]:
        if faults.is_armed("before_commit"):  # there is no such moment in a transaction of one statement
            return super()._reserve(sale, asks)
        standing = self._seen(sale, asks)
        decisions = decide(sale, asks, standing)
        granted = granted_of(asks, decisions)
        if granted:
            faults.hit("before_write")
            try:
                n_written = len(self._postgres.write(self._grant(sale, [*granted.values()], micros(standing.now))))
            except MisfitError:
                n_written = 0
            if n_written == 0:
                return super()._reserve(sale, asks)
            assert n_written == len(granted)
            faults.hit("after_commit_before_reply")
        return [answer_of(one) for one in decisions]

    def _seen(self, sale: FlashSale, asks: Sequence[Ask]) -> Standing:
        values = {
            "account": pool_account(sale),
            "keys": [ask.key for ask in asks],
            "sale": topic(sale.sale_id),
            "customers": list({ask.customer_id for ask in asks}),
        }
        left, now, known, taken = 0, instant(0), {}, {}
        for kind, name, number, body, raw in self._postgres.read(Query(_STANDING, values)):
            match kind:
                case "left":
                    left = number
                case "known":
                    known[name] = Known(body, bytes(raw))
                case "taken":
                    taken[name] = number
                case _:
                    now = instant(number)
        return Standing(self._postgres.told(now), left, taken, known)

    def _grant(self, sale: FlashSale, granted: Sequence[tuple[Ask, Reserved]], at: int) -> Query:
        given = [one for _, one in granted]
        units = units_by_customer(given)
        customers = sorted(units)
        before, after = sale_answers.frame("reserved")
        values = {
            "account": pool_account(sale),
            "units": units.total(),
            "key": [ask.key for ask, _ in granted],
            "body": [ask.body for ask, _ in granted],
            "answer": [sale_answers.body(one) for one in given],
            "reservation_id": [one.reservation_id for one in given],
            "customer_id": [one.customer_id for one in given],
            "order_id": [one.order_id for one in given],
            "quantity": [one.quantity for one in given],
            "before": before,
            "after": after,
            "sale": topic(sale.sale_id),
            "most": sale.per_customer,
            "customers": customers,
            "customer_units": [units[name] for name in customers],
            "sale_id": sale.sale_id,
            "at": at,
            "expires_at": micros(given[0].expires_at),
        }
        return Query(_GRANT, values)
