"""What becomes of a job is decided as data: taken, beaten, given back, stopped, ended."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dealwright.app.service.job_ports import Job
from dealwright.app.service.run_jobs import LEASE, MOST_ATTEMPTS, beaten, ended, given_back, stopping, taken
from ledgers import NOON

LATER = NOON + timedelta(seconds=30)
JOB = Job("job_1", "main", "plan", "{}", "k", "ann", NOON)


def test_a_job_that_is_taken_is_held_for_the_lease() -> None:
    job = taken(JOB, worker="w", now=LATER)
    assert (job.state, job.worker, job.lease_until, job.attempt) == ("running", "w", LATER + LEASE, 1)
    assert (job.started_at, job.revision) == (LATER, 1)


def test_a_beat_renews_the_lease_and_tells_how_far_the_work_is() -> None:
    job = beaten(taken(JOB, worker="w", now=NOON), doing="x" * 300, share=1.5, now=LATER)
    assert job.lease_until == LATER + LEASE
    assert (len(job.doing), job.share) == (200, 1.0)


def test_a_job_keeps_the_moment_it_first_started_when_it_is_taken_again() -> None:
    again = taken(taken(JOB, worker="gone", now=NOON), worker="w", now=LATER)
    assert (again.started_at, again.attempt, again.worker) == (NOON, 2, "w")


def test_a_job_that_brought_down_every_worker_fails_instead_of_bringing_down_the_next() -> None:
    job = JOB
    for _ in range(MOST_ATTEMPTS):
        job = taken(job, worker="gone", now=NOON)
    failed = taken(job, worker="w", now=LATER)
    assert (failed.state, failed.worker, failed.problems) == (
        "failed",
        "",
        ("the worker was gone 3 times during this job",),
    )


def test_a_job_that_is_given_back_has_lost_no_attempt() -> None:
    job = given_back(taken(JOB, worker="w", now=NOON))
    assert (job.state, job.attempt, job.worker, job.lease_until) == ("submitted", 0, "", None)


def test_a_job_that_waits_ends_at_once_when_it_is_not_wanted() -> None:
    job = stopping(JOB, now=LATER)
    assert (job.state, job.ended_at) == ("cancelled", LATER)


def test_a_job_that_runs_is_told_to_stop_and_ends_when_the_next_worker_finds_it() -> None:
    told = stopping(taken(JOB, worker="gone", now=NOON), now=LATER)
    assert (told.state, told.is_stop_wanted) == ("running", True)
    assert stopping(told, now=LATER) is told
    assert taken(told, worker="w", now=LATER).state == "cancelled"


@pytest.mark.parametrize("state", ["done", "failed", "cancelled"])
def test_a_job_that_has_ended_cannot_be_stopped(state: str) -> None:
    job = ended(taken(JOB, worker="w", now=NOON), state, now=LATER)  # type: ignore[arg-type]
    assert stopping(job, now=LATER) is job
    assert (job.lease_until, job.worker) == (None, "")


def test_a_job_that_is_done_is_done_wholly_and_one_that_failed_stays_where_it_was() -> None:
    half = beaten(taken(JOB, worker="w", now=NOON), doing="", share=0.5, now=LATER)
    assert ended(half, "done", now=LATER).share == 1.0
    assert ended(half, "failed", now=LATER).share == 0.5
