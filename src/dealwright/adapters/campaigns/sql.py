"""Campaigns in SQLite and PostgreSQL: a change, its new version and its audit entry are one transaction."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import BigInteger, Integer, Select, Text, Update, bindparam, select, update

from dealwright.adapters.campaigns import tables
from dealwright.adapters.campaigns.audit_sql import append_steps, head_of, lock_head
from dealwright.adapters.ledger import sale_statements as sql
from dealwright.adapters.ledger import schema
from dealwright.adapters.ledger.instants import instant, micros
from dealwright.adapters.ledger.sale_transaction import MisfitError, Query, Row, Transaction, Transactions
from dealwright.adapters.ledger.steps import BusyError, Step
from dealwright.app.campaigns.campaign_ports import Change, Found, Version
from dealwright.campaign.campaign import Campaign
from dealwright.campaign.decimals import decimal_text
from dealwright.campaign.life import Standing
from dealwright.core.errors import InputError
from dealwright.core.verdict import Verdict

_MOST_TRIES = 5
_BUSY = Verdict(False, "busy", "others change campaigns all the time; try again")


class SqlCampaigns:
    """See `CampaignBooks`, `Versions` and `Claims`; `encode` and `decode` turn terms into text and back."""

    def __init__(
        self,
        transactions: Transactions,
        *,
        tenant: str,
        encode: Callable[[Campaign], str],
        decode: Callable[[str], Campaign],
    ) -> None:
        self._transactions = transactions
        self._tenant = tenant
        self._encode = encode
        self._decode = decode
        self._version = lru_cache(maxsize=4096)(self._read_version)  # a version never changes

    def change(self, campaign_id: str, decide: Callable[[Found], Change | Verdict]) -> Standing | Verdict:
        """See `CampaignBooks.change`."""
        for _ in range(_MOST_TRIES):
            try:
                return self._change(campaign_id, decide)
            except (MisfitError, BusyError):
                continue
        return _BUSY

    def standing(self, campaign_id: str) -> Standing | None:
        """See `CampaignBooks.standing`."""
        query = Query(sql.by_name(tables.campaigns, "campaign_id"), {"campaign_id": campaign_id})
        rows = self._transactions.read(query)
        return _standing(rows[0]) if rows else None

    def standings(self) -> tuple[Standing, ...]:
        """See `CampaignBooks.standings`."""
        return tuple(map(_standing, self._transactions.read(Query(_all_standings(), {}))))

    def version(self, campaign_id: str, number: int) -> Version | None:
        """See `Versions.version`."""
        try:
            return self._version(campaign_id, number)
        except KeyError:
            return None

    def versions(self, campaign_id: str) -> tuple[Version, ...]:
        """See `Versions.versions`."""
        query = Query(_versions_of(), {"campaign_id": campaign_id})
        return tuple(map(self._made, self._transactions.read(query)))

    def all(self) -> Mapping[str, str]:
        """See `Claims.all`."""
        return dict(self._transactions.read(Query(_all_claims(), {})))

    def _change(self, campaign_id: str, decide: Callable[[Found], Change | Verdict]) -> Standing | Verdict:
        with self._transactions.begin() as transaction:
            own = Query(sql.by_name(tables.campaigns, "campaign_id", locks=True), {"campaign_id": campaign_id})
            look = transaction.look(lock_head(self._tenant), own)
            before = _standing(look.rows[1][0]) if look.rows[1] else None
            claimed, in_force = self._claimed(transaction), self._in_force(transaction)
            change = decide(Found(before, look.now, self._terms(campaign_id), claimed, in_force))
            if isinstance(change, Verdict):
                return change
            _, steps = append_steps(head_of(self._tenant, look.rows[0]), [change.entry])
            steps += self._steps(before, change, at=micros(look.now))
            transaction.commit(steps)
            return change.standing

    def _steps(self, before: Standing | None, change: Change, *, at: int) -> list[Step]:
        kind, after = self._transactions.kind, change.standing
        values = _standing_values(after)
        if before is None:
            steps = [Step("campaign", sql.add(kind, tables.campaigns), values)]
        else:
            named = {f"new_{name}": value for name, value in values.items() if name != "campaign_id"}
            of = {"of_campaign": after.campaign_id, "of_revision": before.revision}
            steps = [Step("campaign", _update_standing(), {**named, **of})]
        if change.terms is not None:
            steps.append(Step("version", sql.add(kind, tables.versions), self._version_values(change, at=at)))
        for name in change.claims:
            values = {"promotion_id": name, "campaign_id": after.campaign_id}
            steps.append(Step("claim", sql.add(kind, tables.claims), values, None))
        return steps

    def _version_values(self, change: Change, *, at: int) -> dict[str, Any]:
        assert change.terms is not None
        text = self._encode(change.terms)
        if self._decode(text) != change.terms:
            raise InputError("terms are kept as JSON; of these, JSON would lose a part: use the given terms only")
        return {
            "campaign_id": change.standing.campaign_id,
            "version": change.standing.newest,
            "terms": text.encode(),
            "author": change.author,
            "restores": change.restores,
            "at": at,
        }

    def _terms(self, campaign_id: str) -> Callable[[int], Campaign]:
        return lambda number: self._version(campaign_id, number).terms

    def _claimed(self, transaction: Transaction) -> Callable[[Iterable[str]], Mapping[str, str]]:
        def claimed(names: Iterable[str]) -> Mapping[str, str]:
            wanted = sql.as_list(self._transactions.kind, names)
            query = Query(sql.by_names(self._transactions.kind, tables.claims, "promotion_id"), {"names": wanted})
            return dict(transaction.look(query).rows[0])

        return claimed

    def _in_force(self, transaction: Transaction) -> Callable[[Iterable[str]], Collection[str]]:
        def in_force(names: Iterable[str]) -> Collection[str]:
            wanted = sql.as_list(self._transactions.kind, names)
            query = Query(sql.by_names(self._transactions.kind, schema.in_force, "promotion_id"), {"names": wanted})
            return {row[0] for row in transaction.look(query).rows[0]}

        return in_force

    def _read_version(self, campaign_id: str, number: int) -> Version:
        values = {"campaign_id": campaign_id, "version": number}
        rows = self._transactions.read(Query(_one_version(), values))
        if not rows:
            raise KeyError(campaign_id, number)
        return self._made(rows[0])

    def _made(self, row: Row) -> Version:
        _, _, terms, author, restores, at = row
        return Version(self._decode(bytes(terms).decode()), author, restores, instant(at))


def _standing(row: Row) -> Standing:
    (campaign_id, state, version, newest, proposed, previous, hands) = row[:7]
    (approved_by, reason, revision, edition, edition_at, share) = row[7:]
    return Standing(
        campaign_id,
        state,
        version,
        newest,
        proposed,
        previous,
        tuple(json.loads(hands)),
        approved_by,
        reason,
        revision,
        edition,
        instant(edition_at) if edition else None,
        Fraction(share),
    )


def _standing_values(standing: Standing) -> dict[str, Any]:
    return {
        "campaign_id": standing.campaign_id,
        "state": standing.state,
        "version": standing.version,
        "newest": standing.newest,
        "proposed": standing.proposed,
        "previous": standing.previous,
        "hands": json.dumps(standing.hands, ensure_ascii=False),
        "approved_by": standing.approved_by,
        "reason": standing.reason,
        "revision": standing.revision,
        "edition": standing.edition,
        "edition_at": micros(standing.edition_at) if standing.edition_at else 0,
        "share": decimal_text(standing.share),
    }


@cache
def _update_standing() -> Update:
    table = tables.campaigns
    changed = {one.name: bindparam(f"new_{one.name}", type_=one.type) for one in table.c if not one.primary_key}
    return (
        update(table)
        .values(changed)
        .where(
            table.c.campaign_id == bindparam("of_campaign", type_=Text),
            table.c.revision == bindparam("of_revision", type_=BigInteger),
        )
    )


@cache
def _all_standings() -> Select[Any]:
    return select(tables.campaigns).order_by(tables.campaigns.c.campaign_id)


@cache
def _versions_of() -> Select[Any]:
    return sql.by_name(tables.versions, "campaign_id").order_by(tables.versions.c.version)


@cache
def _one_version() -> Select[Any]:
    wanted = tables.versions.c.version == bindparam("version", type_=Integer)
    return sql.by_name(tables.versions, "campaign_id").where(wanted)


@cache
def _all_claims() -> Select[Any]:
    return select(tables.claims)
