"""Long work over a till's database: ask for it, see how far it is, stop it, get what it found."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from dealwright.adapters.jobs.memory import MemoryJobs
from dealwright.app.service.access_ports import TENANT, Caller
from dealwright.app.service.job_ports import Job, JobStore
from dealwright.app.service.run_jobs import KEPT, MOST_WAITING, stopping
from dealwright.live.job_kinds import check_options

if TYPE_CHECKING:
    from dealwright.app.till.ledger_ports import Clock, Ids
    from dealwright.till import Till


@dataclass(frozen=True, slots=True)
class Submitted:
    """What became of a request for a job: the job, or why there is none."""

    job: Job | None
    refusal: Literal["", "key_reused", "queue_full"] = ""


class Jobs:
    """The jobs in one database, whose address is `url` (empty in memory); `asker` is whose jobs are seen."""

    def __init__(self, store: JobStore, *, clock: Clock, ids: Ids, url: str = "") -> None:
        self.store = store
        self.url = url
        self.clock = clock
        self._ids = ids

    def submit(
        self, kind: str, options: Mapping[str, Any] | None = None, *, key: str, asker: Caller | None = None
    ) -> Submitted:
        """Ask for a job; the same `key` with the same request gives the same job. InputError for wrong options."""
        asker, options = asker or Caller(), options or {}
        check_options(kind, options)
        now = self.clock.now()
        asked = Job(
            job_id=self._ids.new("job"),
            tenant=asker.tenant,
            kind=kind,
            options=json.dumps(options, ensure_ascii=False, sort_keys=True),
            key=key,
            submitted_by=asker.name,
            submitted_at=now,
        )
        job = self.store.of_key(asker.tenant, key)
        if job is None:
            if self.store.count(asker.tenant).get("submitted", 0) >= MOST_WAITING:
                return Submitted(None, "queue_full")
            self.store.forget(ended_before=now - KEPT)
            job = self.store.add(asked)
        is_same = (job.kind, job.options) == (asked.kind, asked.options)
        return Submitted(job) if is_same else Submitted(None, "key_reused")

    def get(self, job_id: str, *, tenant: str = TENANT) -> Job | None:
        """The job as it stands."""
        return self.store.get(tenant, job_id)

    def page(self, *, tenant: str = TENANT, before: str = "", limit: int = 50) -> Sequence[Job]:
        """The newest first; `before` is the last of the page before."""
        return self.store.page(tenant, before=before, limit=limit)

    def cancel(self, job_id: str, *, tenant: str = TENANT) -> Job | None:
        """The job that is not wanted any more: ended, or about to be. None if there is no such job."""
        while True:
            job = self.store.get(tenant, job_id)
            if job is None:
                return None
            wanted = stopping(job, now=self.clock.now())
            if wanted is job or self.store.move(wanted):
                return wanted

    def result(self, job_id: str, *, tenant: str = TENANT) -> bytes | None:
        """What a job that is done found, as JSON."""
        return None if self.store.get(tenant, job_id) is None else self.store.result(job_id)


def open_jobs(till: Till) -> Jobs:
    """The jobs kept in the till's database; of a till in memory, new and none."""
    return Jobs(_store(till), clock=till.ledger.clock, ids=till.ledger.ids, url=_url(till))


def _store(till: Till) -> JobStore:
    if till.connected is None:
        return MemoryJobs()
    from dealwright.adapters.jobs.sql import SqlJobs

    return SqlJobs(till.connected.database, till.connected.kind)


def _url(till: Till) -> str:
    """Where a job's own process finds the database, with its password: told over a pipe, and shown nowhere."""
    if till.connected is None:
        return ""
    return till.connected.database.engine.url.render_as_string(hide_password=False)
