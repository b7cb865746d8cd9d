"""Long work as data: what a job is, and what keeping jobs needs of a database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, Protocol

JobState = Literal["submitted", "running", "done", "failed", "cancelled"]
ENDED: Final = ("done", "failed", "cancelled")


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of long work.

    `options` is the JSON object it was asked with; `key` the caller's name for the request, so that asking twice
    makes one job. While it runs, `worker` holds it until `lease_until`; `share` of it is done (0 to 1), `doing`
    says what is being done. `revision` counts its changes.
    """

    job_id: str
    tenant: str
    kind: str
    options: str
    key: str
    submitted_by: str
    submitted_at: datetime
    state: JobState = "submitted"
    attempt: int = 0
    worker: str = ""
    lease_until: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    doing: str = ""
    share: float = 0.0
    is_stop_wanted: bool = False
    problems: tuple[str, ...] = ()
    revision: int = 0


class JobBook(Protocol):
    """Jobs that are asked for and change; of one tenant at most one runs at a time."""

    def add(self, job: Job) -> Job:
        """Store a new job; the one with the same tenant and key if there is one already."""
        ...

    def move(self, job: Job, *, result: bytes | None = None) -> bool:
        """Store what became of the job, with its result; False, and nothing is stored, if another was faster.

        `job.revision` is that of the change: one more than is stored. A job that would be the second of its tenant
        to run is refused, too.
        """
        ...

    def due(self, tenant: str, *, now: datetime) -> Job | None:
        """The job to take next: one whose worker is gone, else the one that waits longest."""
        ...

    def forget(self, *, ended_before: datetime) -> None:
        """Drop what ended long ago."""
        ...


class JobReads(Protocol):
    """Jobs as they stand."""

    def get(self, tenant: str, job_id: str) -> Job | None:
        """The tenant's job of this name."""
        ...

    def of_key(self, tenant: str, key: str) -> Job | None:
        """The tenant's job that was asked for with this key."""
        ...

    def page(self, tenant: str, *, before: str, limit: int) -> Sequence[Job]:
        """The newest first, from those that were submitted before the job `before` (empty: from the newest)."""
        ...

    def result(self, job_id: str) -> bytes | None:
        """What the job found, as JSON."""
        ...

    def count(self, tenant: str) -> dict[str, int]:
        """How many jobs there are in each state that has some."""
        ...


class JobStore(JobBook, JobReads, Protocol):
    """Both."""
