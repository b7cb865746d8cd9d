"""Keys of clients in memory: for tests and demonstrations; nothing survives the process."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from dealwright.adapters.campaigns.memory import MemoryAudit
from dealwright.app.service.access_ports import AccessKey
from dealwright.app.service.keep_audit import AuditLog, Entry


class MemoryKeys:
    """`KeyStore`."""

    def __init__(self, audit: AuditLog | None = None) -> None:
        self.audit = audit or MemoryAudit()
        self._keys: dict[str, AccessKey] = {}
        self._stamp = 0
        self._lock = threading.Lock()

    def add(self, key: AccessKey, digest: str, *, told: Entry) -> None:
        """See `KeyStore.add`."""
        self.audit.append(key.tenant, [told])
        with self._lock:
            self._keys[digest] = key
            self._stamp += 1

    def all(self) -> Sequence[tuple[str, AccessKey]]:
        """See `KeyStore.all`."""
        with self._lock:
            return list(self._keys.items())

    def revoke(self, tenant: str, key_id: str, *, at: datetime, told: Entry) -> bool:
        """See `KeyStore.revoke`."""
        with self._lock:
            for digest, key in self._keys.items():
                if (key.tenant, key.key_id, key.revoked_at) == (tenant, key_id, None):
                    self._keys[digest] = replace(key, revoked_at=at)
                    self._stamp += 1
                    self.audit.append(tenant, [told])
                    return True
            return False

    def stamp(self) -> int:
        """See `KeyStore.stamp`."""
        return self._stamp
