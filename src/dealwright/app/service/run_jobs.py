"""What becomes of a job, step by step; every step is a new job value, stored only if nobody was faster.

submitted -> running -> done | failed | cancelled. Who runs a job holds it on a lease that must be renewed; a lease
that ran out means that its worker is gone, and the job is taken again.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Literal

from dealwright.app.service.job_ports import ENDED, Job

LEASE: Final = timedelta(seconds=6)
BEAT_SECONDS: Final = 1.0
MOST_ATTEMPTS: Final = 3
MOST_WAITING: Final = 1_000
KEPT: Final = timedelta(days=30)
_LONGEST = 200
_MOST_PROBLEMS = 50


def taken(job: Job, *, worker: str, now: datetime) -> Job:
    """The job in the hands of a worker; or ended, if it is not wanted any more or has brought down too many."""
    if job.is_stop_wanted:
        return ended(job, "cancelled", now=now)
    if job.attempt >= MOST_ATTEMPTS:
        return ended(job, "failed", now=now, problems=(f"the worker was gone {job.attempt} times during this job",))
    return _next(
        replace(
            job,
            state="running",
            attempt=job.attempt + 1,
            worker=worker,
            lease_until=now + LEASE,
            started_at=job.started_at or now,
            doing="starting",
            share=0.0,
        )
    )


def beaten(job: Job, *, doing: str, share: float, now: datetime) -> Job:
    """The lease renewed, with how far the work is."""
    share = min(max(share, 0.0), 1.0)
    return _next(replace(job, lease_until=now + LEASE, doing=doing[:_LONGEST], share=share))


def given_back(job: Job) -> Job:
    """A worker that is told to stop leaves its job to the next; the attempt does not count."""
    return replace(released(job), attempt=job.attempt - 1)


def released(job: Job) -> Job:
    """A job whose process was killed is left to whoever is next; the attempt counts."""
    return _next(replace(job, state="submitted", worker="", lease_until=None, doing="", share=0.0))


def ended(
    job: Job,
    state: Literal["done", "failed", "cancelled"],
    *,
    now: datetime,
    problems: tuple[str, ...] = (),
) -> Job:
    """The job at its end, with what went wrong."""
    share = 1.0 if state == "done" else job.share
    told = problems[:_MOST_PROBLEMS]
    return _next(
        replace(job, state=state, ended_at=now, lease_until=None, worker="", doing="", share=share, problems=told)
    )


def stopping(job: Job, *, now: datetime) -> Job:
    """The job that is not wanted any more: one that waits ends at once, one that runs when its worker sees it.

    The same job if it has ended, or was told before.
    """
    if job.state in ENDED or job.is_stop_wanted:
        return job
    if job.state == "submitted":
        return ended(job, "cancelled", now=now)
    return _next(replace(job, is_stop_wanted=True))


def _next(job: Job) -> Job:
    return replace(job, revision=job.revision + 1)
