"""The tables of coupon codes: a code is one row under its keyed number, found by one look into one index."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Integer, LargeBinary, Table

from dealwright.adapters.ledger.columns import INSTANT, index_where, key, moment, name, number
from dealwright.adapters.ledger.schema import METADATA

coupon_keys = Table(
    "till_coupon_keys",
    METADATA,
    key("name", length=20),
    Column("key", LargeBinary, nullable=False),
)

# One row per attempt to issue a batch. Its codes hold once it is whole, so that a crash leaves all of them or none,
# and of two attempts at one batch only one can become whole.
coupon_batches = Table(
    "till_coupon_batches",
    METADATA,
    Column("issue", BigInteger, primary_key=True, autoincrement=False),
    name("batch_id", length=100),
    name("promotion_id", length=100),
    number("n_codes"),
    name("prefix", length=10),
    Column("uses", BigInteger),
    Column("start_at", INSTANT),
    Column("end_at", INSTANT),
    name("zone", length=60),
    Column("valid_days", Integer),
    moment("issued_at"),
    Column("is_whole", Boolean, nullable=False),
    index_where("till_coupon_batches_one_whole", "batch_id", "is_whole", unique=True),
)

coupon_codes = Table(
    "till_coupon_codes",
    METADATA,
    # SQLite makes the number the place of the row itself, if the column is exactly INTEGER PRIMARY KEY.
    Column("code_number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    number("issue"),
    name("customer_id"),
    Column("end_at", INSTANT),
)
