"""Promotions changed by people, in SQLite and PostgreSQL: the change and its audit entry are one transaction."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from sqlalchemy import Select, select

from dealwright.adapters.campaigns import tables
from dealwright.adapters.campaigns.audit_sql import append_steps, head_of, lock_head
from dealwright.adapters.ledger.sale_transaction import MisfitError, Query, Transactions
from dealwright.adapters.ledger.sql_shelf import SqlPromotions, read_in_force
from dealwright.adapters.ledger.steps import BusyError, Step
from dealwright.app.campaigns.change_promotions import Change, Found, NotChanged, Owner

_MOST_TRIES = 5
_BUSY = NotChanged("busy", ("others change promotions all the time; try again",))


class SqlPromotionBooks:
    """See `PromotionBooks`. Who holds the head of the audit log has campaigns and their promotions to himself."""

    def __init__(self, transactions: Transactions, shelf: SqlPromotions, *, tenant: str) -> None:
        self._transactions = transactions
        self._shelf = shelf
        self._tenant = tenant

    def change(self, decide: Callable[[Found], Change | NotChanged]) -> Change | NotChanged:
        """See `PromotionBooks.change`."""
        for _ in range(_MOST_TRIES):
            try:
                return self._change(decide)
            except (MisfitError, BusyError):
                continue
        return _BUSY

    def _change(self, decide: Callable[[Found], Change | NotChanged]) -> Change | NotChanged:
        with self._transactions.begin() as transaction:
            look = transaction.look(lock_head(self._tenant), Query(read_in_force(), {}), Query(_read_owners(), {}))
            head, shelved, owned = look.rows
            in_force = {one.id: one for one in self._shelf.decoded(shelved)}
            owners = {name: Owner(campaign_id, state) for name, campaign_id, state in owned}
            change = decide(Found(look.now, in_force, owners))
            if not isinstance(change, Change) or not change.entries:
                return change
            steps: list[Step] = []
            if change.put:
                stored = transaction.look(self._shelf.query_versions(change.put)).rows[0]
                steps += self._shelf.steps_put(change.put, stored, at=look.now)
            if change.retire:
                steps += self._shelf.steps_retire(change.retire)
            steps += append_steps(head_of(self._tenant, head), change.entries)[1]
            transaction.commit(steps)
            return change


@cache
def _read_owners() -> Select[Any]:
    claims, campaigns = tables.claims, tables.campaigns
    wanted = select(claims.c.promotion_id, claims.c.campaign_id, campaigns.c.state)
    return wanted.join(campaigns, campaigns.c.campaign_id == claims.c.campaign_id)
