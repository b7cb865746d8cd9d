"""The tables of flash sales, group buys and presales, beside the accounts that count their units and seats."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, String, Table, text

from dealwright.adapters.ledger.schema import INSTANT, METADATA

flash_sales = Table(
    "till_flash_sales",
    METADATA,
    Column("sale_id", String(200), primary_key=True),
    Column("sku", String(200), nullable=False),
    Column("units", BigInteger, nullable=False),
    Column("per_customer", Integer, nullable=False),
    Column("start_at", INSTANT, nullable=False),
    Column("end_at", INSTANT, nullable=False),
    Column("price_minor", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("hold_seconds", Integer, nullable=False),
)

# What a customer has of one sale, held or sold. `most` stands in the row so that the database itself can refuse.
sale_customers = Table(
    "till_sale_customers",
    METADATA,
    Column("sale", String(210), primary_key=True),
    Column("customer_id", String(200), primary_key=True),
    Column("units", BigInteger, nullable=False),
    Column("most", BigInteger, nullable=False),
    CheckConstraint("units >= 0 AND units <= most", name="limit"),
)

reservations = Table(
    "till_reservations",
    METADATA,
    Column("reservation_id", String(64), primary_key=True),
    Column("sale_id", String(200), nullable=False),
    Column("customer_id", String(200), nullable=False),
    Column("order_id", String(200), nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Column("expires_at", INSTANT, nullable=False),
    CheckConstraint("quantity > 0", name="quantity"),
    CheckConstraint("state IN ('held', 'sold', 'released', 'expired', 'cancelled')", name="state"),
    Index(
        "till_reservations_due",
        "expires_at",
        postgresql_where=text("state = 'held'"),
        sqlite_where=text("state = 'held'"),
    ),
)

groups = Table(
    "till_groups",
    METADATA,
    Column("group_id", String(200), primary_key=True),
    Column("seats", Integer, nullable=False),
    Column("deadline", INSTANT, nullable=False),
    Column("price_minor", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("sku", String(200), nullable=False),
    Column("state", String(10), nullable=False),
    CheckConstraint("state IN ('open', 'succeeded', 'failed', 'cancelled')", name="state"),
    Index(
        "till_groups_due",
        "deadline",
        postgresql_where=text("state = 'open'"),
        sqlite_where=text("state = 'open'"),
    ),
)

members = Table(
    "till_members",
    METADATA,
    Column("group_id", String(200), primary_key=True),
    Column("customer_id", String(200), primary_key=True),
    Column("state", String(10), nullable=False),
    Column("payment", String(200), nullable=False),
    CheckConstraint("state IN ('joined', 'paid', 'left', 'refunded')", name="state"),
)

# Money that goes back: a payment is named once, so it goes back once.
paybacks = Table(
    "till_paybacks",
    METADATA,
    Column("payment", String(200), primary_key=True),
    Column("subject", String(210), nullable=False, index=True),
    Column("customer_id", String(200), nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("reason", String(20), nullable=False),
    Column("at", INSTANT, nullable=False),
    CheckConstraint("amount_minor >= 0", name="amount"),
)

presales = Table(
    "till_presales",
    METADATA,
    Column("presale_id", String(200), primary_key=True),
    Column("sku", String(200), nullable=False),
    Column("units", BigInteger, nullable=False),
    Column("per_customer", Integer, nullable=False),
    Column("price_minor", BigInteger, nullable=False),
    Column("deposit_minor", BigInteger, nullable=False),
    Column("deposit_counts_minor", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("deposit_start", INSTANT, nullable=False),
    Column("deposit_end", INSTANT, nullable=False),
    Column("balance_start", INSTANT, nullable=False),
    Column("balance_end", INSTANT, nullable=False, index=True),
    Column("kept_percent", Integer, nullable=False),
    Column("shop_returns_percent", Integer, nullable=False),
)

presale_orders = Table(
    "till_presale_orders",
    METADATA,
    Column("order_id", String(200), primary_key=True),
    Column("presale_id", String(200), nullable=False),
    Column("customer_id", String(200), nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("state", String(12), nullable=False),
    Column("payment", String(200), nullable=False),
    Column("deposit_minor", BigInteger, nullable=False),
    Column("balance_minor", BigInteger, nullable=False),
    Column("discount_minor", BigInteger, nullable=False),
    CheckConstraint("state IN ('deposit_paid', 'completed', 'defaulted', 'cancelled')", name="state"),
    Index(
        "till_presale_orders_open",
        "presale_id",
        postgresql_where=text("state = 'deposit_paid'"),
        sqlite_where=text("state = 'deposit_paid'"),
    ),
)
