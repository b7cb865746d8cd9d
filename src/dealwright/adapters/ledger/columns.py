"""Columns and constraints that many of the till's tables have, each said once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, String, text

LONGEST_NAME = 200
# Instants are microseconds since 1970 in UTC: they sort and compare alike in every database.
INSTANT = BigInteger


def key(called: str, *, length: int = LONGEST_NAME) -> Column[str]:
    """A name the row is found by, or a part of it."""
    return Column(called, String(length), primary_key=True)


def name(called: str, *, length: int = LONGEST_NAME, **options: Any) -> Column[str]:
    """A name of something else, or one word of a list."""
    return Column(called, String(length), nullable=False, **options)


def number(called: str) -> Column[int]:
    """An amount, or a count that may be large."""
    return Column(called, BigInteger, nullable=False)


def moment(called: str, **options: Any) -> Column[int]:
    """An instant."""
    return Column(called, INSTANT, nullable=False, **options)


def one_of(column: str, *allowed: str) -> CheckConstraint:
    """The column has one of these values and no other."""
    listed = ", ".join(f"'{one}'" for one in allowed)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def index_where(called: str, column: str, condition: str, *, unique: bool = False) -> Index:
    """An index of the rows that meet the condition."""
    where = text(condition)
    return Index(called, column, unique=unique, postgresql_where=where, sqlite_where=where)
