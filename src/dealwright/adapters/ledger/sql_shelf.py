"""Promotions in a SQL database: every version of each, and which are in force."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Select, Text, bindparam, delete, literal_column, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import Delete, Insert

from dealwright.adapters.ledger import schema
from dealwright.adapters.ledger import statements as sql
from dealwright.adapters.ledger.instants import micros
from dealwright.adapters.ledger.memory import edited_promotion
from dealwright.adapters.ledger.sale_transaction import Query, Row
from dealwright.adapters.ledger.steps import Database, Step
from dealwright.campaign.promotion import Promotion
from dealwright.core.errors import InputError

_STAMP = "promotions"


class SqlPromotions:
    """Every version of every promotion; `encode` and `decode` turn one into text and back."""

    def __init__(
        self,
        database: Database,
        kind: sql.Kind,
        *,
        encode: Callable[[Promotion], str],
        decode: Callable[[str], Promotion],
    ) -> None:
        self._database = database
        self._kind: sql.Kind = kind
        self._encode = encode
        self._decode = decode

    def put(self, promotions: Sequence[Promotion], *, at: datetime) -> None:
        """See `PromotionShelf.put`."""
        query = self.query_versions(promotions)
        self._database.write(self.steps_put(promotions, self._database.rows(query.statement, query.values), at=at))
        # Somebody may have put another text first.
        self._refuse_edits(promotions, self._database.rows(query.statement, query.values))

    def retire(self, promotion_id: str, *, at: datetime) -> bool:
        """See `PromotionShelf.retire`."""
        del at
        return self._database.write(self.steps_retire(promotion_id)) is None

    def query_versions(self, promotions: Sequence[Promotion]) -> Query:
        """Asks for every version of these promotions; see `steps_put`."""
        return Query(_read_terms(self._kind), {"ids": json.dumps([one.id for one in promotions])})

    def steps_put(self, promotions: Sequence[Promotion], stored: Sequence[Row], *, at: datetime) -> list[Step]:
        """What makes these versions the ones in force; InputError if one is `stored` with other terms."""
        promotions = sorted(promotions, key=lambda one: one.id)  # everybody locks in one order
        texts = [self._encode(one) for one in promotions]
        # What is kept must be readable: InputError here, not at the next price.
        if [self._decode(text) for text in texts] != promotions:
            raise InputError(
                "promotions are kept as JSON; of these, JSON would lose a part: use the given terms only"
            )
        self._refuse_edits(promotions, stored)
        versions = [
            {"promotion_id": one.id, "version": one.version, "terms": text.encode(), "at": micros(at)}
            for one, text in zip(promotions, texts, strict=True)
        ]
        terms = [Step("terms", sql.insert_new(self._kind, schema.promotions), values, None) for values in versions]
        in_force = [
            Step("in_force", _set_in_force(self._kind), {"promotion_id": one.id, "version": one.version}, None)
            for one in promotions
        ]
        return [*terms, *in_force, self._step_stamp()]

    def steps_retire(self, promotion_id: str) -> list[Step]:
        """What takes a promotion out of force; it does not fit if it was not."""
        return [Step("in_force", _unset_in_force(), {"promotion_id": promotion_id}), self._step_stamp()]

    def decoded(self, rows: Iterable[Row]) -> tuple[Promotion, ...]:
        """The promotions in the rows of `read_in_force`."""
        return tuple(self._decode(row[0]) for row in rows)

    def all(self) -> tuple[Promotion, ...]:
        """See `PromotionShelf.all`."""
        return self.decoded(self._database.rows(read_in_force(), {}))

    def of(self, versions: Mapping[str, int]) -> tuple[Promotion, ...]:
        """See `Terms.of`."""
        if not versions:
            return ()
        rows = self._database.rows(_read_terms(self._kind), {"ids": json.dumps(list(versions))})
        return tuple(self._decode(terms) for name, version, terms in sorted(rows) if versions[name] == version)

    def stamp(self) -> int:
        """See `PromotionShelf.stamp`."""
        rows = self._database.rows(_read_stamp(), {"name": _STAMP})
        return int(rows[0][0]) if rows else 0

    def _refuse_edits(self, promotions: Sequence[Promotion], stored: Sequence[Row]) -> None:
        texts = {(name, version): bytes(terms).decode() for name, version, terms in stored}
        problems = [
            edited_promotion(one)
            for one in promotions
            if (text := texts.get((one.id, one.version))) is not None and text != self._encode(one)
        ]
        if problems:
            raise InputError(*problems)

    def _step_stamp(self) -> Step:
        return Step("stamp", _raise_stamp(self._kind), {"name": _STAMP}, None)


@cache
def _set_in_force(kind: sql.Kind) -> Insert:
    table = schema.in_force
    insert = (postgresql.insert if kind == "postgresql" else sqlite.insert)(table)
    insert = insert.values(promotion_id=bindparam("promotion_id"), version=bindparam("version"))
    return insert.on_conflict_do_update(
        index_elements=[table.c.promotion_id], set_={"version": insert.excluded.version}
    )


@cache
def _unset_in_force() -> Delete:
    table = schema.in_force
    return delete(table).where(table.c.promotion_id == bindparam("promotion_id", type_=Text))


@cache
def _raise_stamp(kind: sql.Kind) -> Insert:
    table = schema.stamps
    insert = (postgresql.insert if kind == "postgresql" else sqlite.insert)(table)
    one = literal_column("1", BigInteger)
    insert = insert.values(name=bindparam("name"), number=one)
    return insert.on_conflict_do_update(index_elements=[table.c.name], set_={"number": table.c.number + one})


@cache
def _read_stamp() -> Select[Any]:
    return select(schema.stamps.c.number).where(schema.stamps.c.name == bindparam("name", type_=Text))


@cache
def read_in_force() -> Select[Any]:
    """Asks for the terms in force, by id."""
    terms, in_force = schema.promotions, schema.in_force
    same = (terms.c.promotion_id == in_force.c.promotion_id) & (terms.c.version == in_force.c.version)
    return select(terms.c.terms).join(in_force, same).order_by(terms.c.promotion_id)


@cache
def _read_terms(kind: sql.Kind) -> Select[Any]:
    terms = schema.promotions
    return select(terms.c.promotion_id, terms.c.version, terms.c.terms).where(
        sql.among(kind, terms.c.promotion_id, "ids")
    )
