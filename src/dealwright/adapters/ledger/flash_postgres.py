"""A batch of reservations in PostgreSQL: one statement writes what is in order, the rest is looked at again.

At first a batch is decided about as if nobody had asked before. The statement passes over every ask whose key is
known or whose customer has too many by now, and takes the units only if they are there and the sale is open. What
it passes over is decided about with what the database knows, still without a lock. Rows that another writer was
faster with are refused by the database; then the rest is decided about under the sale's lock, as everybody else
does. So no lock is held while Python thinks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from dealwright.adapters.ledger import faults, sale_answers
from dealwright.adapters.ledger.arrays import number_array, text_array
from dealwright.adapters.ledger.flash_rows import topic
from dealwright.adapters.ledger.flash_sql import SqlFlash, answer_of, granted_of
from dealwright.adapters.ledger.instants import EARLIEST, LATEST, instant, micros
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

# Everything that is written hangs on `moved`: whoever writes takes the account's lock before any other, as all
# others do. Rows are looked up one by one (OFFSET 0): a plan that joins reads whole tables when they seem small.
# Names come back only if some were passed over.
_GRANT = """
WITH wished AS MATERIALIZED (
    SELECT * FROM (
        SELECT one.*,
            (SELECT units FROM till_sale_customers
                WHERE sale = %(sale)s::text AND customer_id = one.customer_id) AS had,
            (SELECT true FROM till_keys WHERE key = one.key) AS is_known
        FROM unnest(
            %(key)t::text[], %(body)t::text[], %(answer)t::text[], %(reservation_id)t::text[],
            %(customer_id)t::text[], %(order_id)t::text[], %(quantity)t::int[]
        ) AS one (key, body, answer, reservation_id, customer_id, order_id, quantity)
        OFFSET 0
    ) AS looked_up
    WHERE is_known IS NULL AND coalesce(had, 0) + quantity <= %(most)s::bigint
),
wanted AS (SELECT sum(quantity) AS units FROM wished),
moved AS (
    UPDATE till_accounts SET available = available - wanted.units, held = held + wanted.units
    FROM wanted
    WHERE account = %(account)s::text AND available >= wanted.units
        AND (extract(epoch FROM clock_timestamp()) * 1000000)::bigint
            BETWEEN %(opens_at)s::bigint AND %(closes_at)s::bigint - 1
    RETURNING account, wanted.units
),
given AS MATERIALIZED (SELECT wished.* FROM moved, wished),
kept AS (
    INSERT INTO till_keys (key, fingerprint, answer, at)
    SELECT key, body, convert_to(%(before)s::text || answer || %(after)s::text, 'UTF8'), %(at)s::bigint FROM given
),
counted AS (
    INSERT INTO till_sale_customers (sale, customer_id, units, most)
    SELECT %(sale)s::text, customer_id, sum(quantity), %(most)s::bigint FROM given
    WHERE had IS NULL GROUP BY customer_id
),
counted_on AS (
    INSERT INTO till_sale_customers AS one (sale, customer_id, units, most)
    SELECT %(sale)s::text, customer_id, sum(quantity), %(most)s::bigint FROM given
    WHERE had IS NOT NULL GROUP BY customer_id
    ON CONFLICT (sale, customer_id) DO UPDATE SET units = one.units + excluded.units
),
reserved AS (
    INSERT INTO till_reservations (reservation_id, sale_id, customer_id, order_id, quantity, state, expires_at)
    SELECT reservation_id, %(sale_id)s::text, customer_id, order_id, quantity, 'held', %(expires_at)s::bigint
    FROM given
),
entered AS (
    INSERT INTO till_entries (account, source, target, amount, cause, at)
    SELECT account, 'available', 'held', units, %(sale_id)s::text, %(at)s::bigint FROM moved
),
told AS (
    INSERT INTO till_outbox (kind, subject, body, at)
    SELECT 'flash.reserved', reservation_id, answer, %(at)s::bigint FROM given
    RETURNING subject
)
SELECT count(*), CASE WHEN count(*) < %(asked)s::int THEN array_agg(subject) END FROM told
"""


class PostgresFlash(SqlFlash):
    """See `SqlFlash`."""

    def __init__(self, transactions: PostgresTransactions) -> None:
        super().__init__(transactions)
        self._postgres = transactions
        self._sold_out: set[str] = set()  # as last seen: units may have come back

    def _reserve(self, sale: FlashSale, asks: Sequence[Ask]) -> list[Reserved | Refused]:
        if faults.is_armed("before_commit"):  # there is no such moment in a transaction of one statement
            return super()._reserve(sale, asks)
        done = {} if sale.sale_id in self._sold_out else self._granted_at_once(sale, asks)
        rest = [ask for ask in asks if ask.reservation_id not in done]
        if rest:
            done |= zip((ask.reservation_id for ask in rest), self._looked_again(sale, rest), strict=True)
        return [done[ask.reservation_id] for ask in asks]

    def _granted_at_once(self, sale: FlashSale, asks: Sequence[Ask]) -> dict[str, Reserved | Refused]:
        """What is granted of asks about which nothing is known, by the name each would have."""
        now = self._postgres.about_now()
        hoped = decide(sale, asks, Standing(now, sale.units))
        written = self._written(sale, granted_of(asks, hoped), now)
        pairs = zip(asks, hoped, strict=True)
        return {
            ask.reservation_id: one
            for ask, one in pairs
            if isinstance(one, Reserved) and one.reservation_id in written
        }

    def _looked_again(self, sale: FlashSale, asks: Sequence[Ask]) -> list[Reserved | Refused]:
        standing = self._seen(sale, asks)
        (self._sold_out.discard if standing.left else self._sold_out.add)(sale.sale_id)
        decisions = decide(sale, asks, standing)
        granted = granted_of(asks, decisions)
        if granted and len(self._written(sale, granted, standing.now)) < len(granted):
            return super()._reserve(sale, asks)  # what was written is known there by its key
        return [answer_of(one) for one in decisions]

    def _written(self, sale: FlashSale, granted: Mapping[str, tuple[Ask, Reserved]], now: datetime) -> set[str]:
        """The names of the reservations that are durable now; what is not among them was passed over."""
        if not granted:
            return set()
        faults.hit("before_write")
        try:
            ((n_written, names),) = self._postgres.write(self._grant(sale, [*granted.values()], now))
        except MisfitError:
            return set()
        if n_written == 0:
            return set()
        faults.hit("after_commit_before_reply")
        return set(names) if names is not None else {one.reservation_id for _, one in granted.values()}

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

    def _grant(self, sale: FlashSale, granted: Sequence[tuple[Ask, Reserved]], now: datetime) -> Query:
        given = [one for _, one in granted]
        before, after = sale_answers.frame("reserved")
        decides = self._postgres.clock_decides  # a clock of our own has decided already
        values = {
            "account": pool_account(sale),
            "asked": len(granted),
            "key": text_array(ask.key for ask, _ in granted),
            "body": text_array(ask.body for ask, _ in granted),
            "answer": text_array(map(sale_answers.body, given)),
            "reservation_id": text_array(one.reservation_id for one in given),
            "customer_id": text_array(one.customer_id for one in given),
            "order_id": text_array(one.order_id for one in given),
            "quantity": number_array(one.quantity for one in given),
            "before": before,
            "after": after,
            "sale": topic(sale.sale_id),
            "most": sale.per_customer,
            "sale_id": sale.sale_id,
            "at": micros(now),
            "expires_at": micros(given[0].expires_at),
            "opens_at": micros(sale.start) if decides else EARLIEST,
            "closes_at": micros(sale.end) if decides else LATEST,
        }
        return Query(_GRANT, values)
