"""The tables of flash sales, group buys and presales, beside the accounts that count their units and seats."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Integer, Table

from dealwright.adapters.ledger.columns import index_where, key, moment, name, number, one_of
from dealwright.adapters.ledger.schema import METADATA

flash_sales = Table(
    "till_flash_sales",
    METADATA,
    key("sale_id"),
    name("sku"),
    number("units"),
    Column("per_customer", Integer, nullable=False),
    moment("start_at"),
    moment("end_at"),
    number("price_minor"),
    name("currency", length=3),
    Column("hold_seconds", Integer, nullable=False),
)

# What a customer has of one sale, held or sold. `most` stands in the row so that the database itself can refuse.
sale_customers = Table(
    "till_sale_customers",
    METADATA,
    key("sale", length=210),
    key("customer_id"),
    number("units"),
    number("most"),
    CheckConstraint("units >= 0 AND units <= most", name="limit"),
)

reservations = Table(
    "till_reservations",
    METADATA,
    key("reservation_id", length=64),
    name("sale_id"),
    name("customer_id"),
    name("order_id"),
    Column("quantity", Integer, nullable=False),
    name("state", length=10),
    moment("expires_at"),
    CheckConstraint("quantity > 0", name="quantity"),
    one_of("state", "held", "sold", "released", "expired", "cancelled"),
    index_where("till_reservations_due", "expires_at", "state = 'held'"),
)

groups = Table(
    "till_groups",
    METADATA,
    key("group_id"),
    Column("seats", Integer, nullable=False),
    moment("deadline"),
    number("price_minor"),
    name("currency", length=3),
    name("sku"),
    name("state", length=10),
    one_of("state", "open", "succeeded", "failed", "cancelled"),
    index_where("till_groups_due", "deadline", "state = 'open'"),
)

members = Table(
    "till_members",
    METADATA,
    key("group_id"),
    key("customer_id"),
    name("state", length=10),
    name("payment"),
    one_of("state", "joined", "paid", "left", "refunded"),
)

# Money that goes back: a payment is named once, so it goes back once.
paybacks = Table(
    "till_paybacks",
    METADATA,
    key("payment"),
    name("subject", length=210, index=True),
    name("customer_id"),
    number("amount_minor"),
    name("reason", length=20),
    moment("at"),
    CheckConstraint("amount_minor >= 0", name="amount"),
)

presales = Table(
    "till_presales",
    METADATA,
    key("presale_id"),
    name("sku"),
    number("units"),
    Column("per_customer", Integer, nullable=False),
    number("price_minor"),
    number("deposit_minor"),
    number("deposit_counts_minor"),
    name("currency", length=3),
    moment("deposit_start"),
    moment("deposit_end"),
    moment("balance_start"),
    moment("balance_end", index=True),
    Column("kept_percent", Integer, nullable=False),
    Column("shop_returns_percent", Integer, nullable=False),
)

presale_orders = Table(
    "till_presale_orders",
    METADATA,
    key("order_id"),
    name("presale_id"),
    name("customer_id"),
    Column("quantity", Integer, nullable=False),
    name("state", length=12),
    name("payment"),
    number("deposit_minor"),
    number("balance_minor"),
    number("discount_minor"),
    one_of("state", "deposit_paid", "completed", "defaulted", "cancelled"),
    index_where("till_presale_orders_open", "presale_id", "state = 'deposit_paid'"),
)
