"""The audit log of a shop: what was done by whom, and whether anybody tampered with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dealwright.app.service.keep_audit import Audited, AuditLog, Entry, Head, Link, verify


class Audit:
    """One tenant's chain of entries."""

    def __init__(self, log: AuditLog, *, tenant: str) -> None:
        self._log = log
        self._tenant = tenant

    def append(self, entries: Sequence[Entry]) -> Head:
        """Append entries for changes that are kept elsewhere; the new head."""
        return self._log.append(self._tenant, entries)

    def verify(self, *, exported: Sequence[Head] = ()) -> Audited:
        """Look through the whole chain; heads `exported` before, and kept elsewhere, show what was cut off."""
        return verify(self._log, self._tenant, exported=exported)

    def head(self) -> Head | None:
        """The newest entry's number and hash, to be kept elsewhere; None while there is none."""
        return self._log.head(self._tenant)

    def links(self, *, subject: str = "", after: int = 0) -> Iterator[Link]:
        """The entries, the first first; with `subject` only those about it ("campaign/tea-week")."""
        links = self._log.links(self._tenant, after=after)
        return (link for link in links if not subject or link.entry.subject == subject)
