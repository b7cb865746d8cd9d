"""Campaigns and audit logs in memory: for tests, demonstrations and notebooks; nothing survives the process."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from dealwright.app.campaigns.campaign_ports import Change, Found, Version
from dealwright.app.service.keep_audit import Entry, Head, Link, linked, no_head
from dealwright.campaign.campaign import Campaign
from dealwright.campaign.life import Standing
from dealwright.campaign.promotion import Promotion
from dealwright.core.verdict import Verdict


class MemoryAudit:
    """See `AuditLog`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._chains: dict[str, list[Link]] = {}

    def append(self, tenant: str, entries: Sequence[Entry]) -> Head:
        """See `AuditLog.append`."""
        with self._lock:
            chain = self._chains.setdefault(tenant, [])
            chain += linked(_head(tenant, chain), entries)
            return _head(tenant, chain)

    def head(self, tenant: str) -> Head | None:
        """See `AuditLog.head`."""
        return _head(tenant, self._chains[tenant]) if tenant in self._chains else None

    def links(self, tenant: str, *, after: int = 0) -> Iterator[Link]:
        """See `AuditLog.links`."""
        return iter(self._chains.get(tenant, [])[after:])


class MemoryCampaigns:
    """See `CampaignBooks`, `Versions` and `Claims`; `in_force` are the promotions at the till."""

    def __init__(
        self,
        audit: MemoryAudit,
        *,
        now: Callable[[], datetime],
        in_force: Callable[[], Iterable[Promotion]],
        tenant: str,
    ) -> None:
        self._audit = audit
        self._shelved = in_force
        self._now = now
        self._tenant = tenant
        self._lock = threading.RLock()
        self._standings: dict[str, Standing] = {}
        self._versions: dict[str, dict[int, Version]] = {}
        self._claims: dict[str, str] = {}

    def change(self, campaign_id: str, decide: Callable[[Found], Change | Verdict]) -> Standing | Verdict:
        """See `CampaignBooks.change`."""
        with self._lock:
            now, before = self._now(), self._standings.get(campaign_id)
            change = decide(Found(before, now, self._terms(campaign_id), self._claimed, self._in_force))
            if isinstance(change, Verdict):
                return change
            standing = change.standing
            if change.terms is not None:
                version = Version(change.terms, change.author, change.restores, now)
                self._versions.setdefault(campaign_id, {})[standing.newest] = version
            self._standings[campaign_id] = standing
            self._claims.update(dict.fromkeys(change.claims, campaign_id))
            self._audit.append(self._tenant, [change.entry])
            return standing

    def standing(self, campaign_id: str) -> Standing | None:
        """See `CampaignBooks.standing`."""
        return self._standings.get(campaign_id)

    def standings(self) -> tuple[Standing, ...]:
        """See `CampaignBooks.standings`."""
        with self._lock:
            return tuple(self._standings[name] for name in sorted(self._standings))

    def version(self, campaign_id: str, number: int) -> Version | None:
        """See `Versions.version`."""
        return self._versions.get(campaign_id, {}).get(number)

    def versions(self, campaign_id: str) -> tuple[Version, ...]:
        """See `Versions.versions`."""
        return tuple(self._versions.get(campaign_id, {}).values())

    def all(self) -> Mapping[str, str]:
        """See `Claims.all`."""
        with self._lock:
            return dict(self._claims)

    def _terms(self, campaign_id: str) -> Callable[[int], Campaign]:
        return lambda number: self._versions[campaign_id][number].terms

    def _claimed(self, names: Iterable[str]) -> Mapping[str, str]:
        return {name: self._claims[name] for name in names if name in self._claims}

    def _in_force(self, names: Iterable[str]) -> Collection[str]:
        return {one.id for one in self._shelved()} & set(names)


def _head(tenant: str, chain: list[Link]) -> Head:
    return Head(tenant, chain[-1].number, chain[-1].hash) if chain else no_head(tenant)
