"""The tables of coupon codes: a code is one row under its keyed number, found by one look into one index."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Table, text

from dealwright.adapters.ledger.schema import INSTANT, METADATA

coupon_keys = Table(
    "till_coupon_keys",
    METADATA,
    Column("name", String(20), primary_key=True),
    Column("key", LargeBinary, nullable=False),
)

# One row per attempt to issue a batch. Its codes hold once it is whole, so that a crash leaves all of them or none,
# and of two attempts at one batch only one can become whole.
coupon_batches = Table(
    "till_coupon_batches",
    METADATA,
    Column("issue", BigInteger, primary_key=True, autoincrement=False),
    Column("batch_id", String(100), nullable=False),
    Column("promotion_id", String(100), nullable=False),
    Column("n_codes", BigInteger, nullable=False),
    Column("prefix", String(10), nullable=False),
    Column("uses", BigInteger),
    Column("start_at", INSTANT),
    Column("end_at", INSTANT),
    Column("zone", String(60), nullable=False),
    Column("valid_days", Integer),
    Column("issued_at", INSTANT, nullable=False),
    Column("is_whole", Boolean, nullable=False),
    Index(
        "till_coupon_batches_one_whole",
        "batch_id",
        unique=True,
        postgresql_where=text("is_whole"),
        sqlite_where=text("is_whole"),
    ),
)

coupon_codes = Table(
    "till_coupon_codes",
    METADATA,
    # SQLite makes the number the place of the row itself, if the column is exactly INTEGER PRIMARY KEY.
    Column("code_number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("issue", BigInteger, nullable=False),
    Column("customer_id", String(200), nullable=False),
    Column("end_at", INSTANT),
)
