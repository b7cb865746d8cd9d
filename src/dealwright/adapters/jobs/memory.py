"""Jobs in memory: for tests and demonstrations; nothing survives the process."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from dealwright.app.service.job_ports import ENDED, Job


class MemoryJobs:
    """`JobStore`."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._results: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def add(self, job: Job) -> Job:
        """See `JobBook.add`."""
        with self._lock:
            for known in self._jobs.values():
                if (known.tenant, known.key) == (job.tenant, job.key):
                    return known
            self._jobs[job.job_id] = job
            return job

    def move(self, job: Job, *, result: bytes | None = None) -> bool:
        """See `JobBook.move`."""
        with self._lock:
            known = self._jobs.get(job.job_id)
            if known is None or known.revision != job.revision - 1:
                return False
            if job.state == "running" and any(
                other.state == "running" and other.tenant == job.tenant and other.job_id != job.job_id
                for other in self._jobs.values()
            ):
                return False
            self._jobs[job.job_id] = job
            if result is not None:
                self._results[job.job_id] = result
            return True

    def due(self, tenant: str, *, now: datetime) -> Job | None:
        """See `JobBook.due`."""
        with self._lock:
            open_ones = [one for one in self._jobs.values() if one.tenant == tenant and one.state not in ENDED]
        running = [one for one in open_ones if one.state == "running"]
        if running:
            lost = [one for one in running if one.lease_until is not None and one.lease_until <= now]
            return lost[0] if lost else None
        return min(open_ones, key=lambda one: one.job_id, default=None)

    def forget(self, *, ended_before: datetime) -> None:
        """See `JobBook.forget`."""
        with self._lock:
            for name, job in list(self._jobs.items()):
                if job.ended_at is not None and job.ended_at < ended_before:
                    del self._jobs[name]
                    self._results.pop(name, None)

    def get(self, tenant: str, job_id: str) -> Job | None:
        """See `JobReads.get`."""
        found = self._jobs.get(job_id)
        return found if found is not None and found.tenant == tenant else None

    def of_key(self, tenant: str, key: str) -> Job | None:
        """See `JobReads.of_key`."""
        with self._lock:
            return next((one for one in self._jobs.values() if (one.tenant, one.key) == (tenant, key)), None)

    def page(self, tenant: str, *, before: str, limit: int) -> Sequence[Job]:
        """See `JobReads.page`."""
        with self._lock:
            own = [one for one in self._jobs.values() if one.tenant == tenant]
        newest = sorted(own, key=lambda one: one.job_id, reverse=True)
        return [one for one in newest if not before or one.job_id < before][:limit]

    def result(self, job_id: str) -> bytes | None:
        """See `JobReads.result`."""
        return self._results.get(job_id)

    def count(self, tenant: str) -> dict[str, int]:
        """See `JobReads.count`."""
        with self._lock:
            return dict(Counter(one.state for one in self._jobs.values() if one.tenant == tenant))
