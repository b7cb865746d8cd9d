"""Jobs are asked for once, held by one worker at a time, and seen by their tenant alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from dealwright.adapters.jobs.memory import MemoryJobs
from dealwright.app.service.access_ports import Caller
from dealwright.app.service.job_ports import Job
from dealwright.app.service.run_jobs import KEPT, LEASE, MOST_WAITING, ended, taken
from dealwright.core.errors import InputError
from dealwright.live.jobs import Jobs, open_jobs
from dealwright.till import open_till
from ledgers import CountedIds, SetClock, at_once, postgres_template, sqlite_template, till_url  # noqa: F401
from postgres_server import postgres_server  # noqa: F401

CLOCK = SetClock()


@pytest.fixture
def jobs(till_url: str) -> Iterator[Jobs]:  # noqa: F811
    with open_till(till_url, clock=CLOCK, ids=CountedIds()) as till:
        yield open_jobs(till)


def submitted(jobs: Jobs, key: str, kind: str = "check") -> Job:
    job = jobs.submit(kind, key=key).job
    assert job is not None
    return job


def take(jobs: Jobs, job: Job, worker: str = "w") -> Job:
    mine = taken(job, worker=worker, now=CLOCK.now())
    assert jobs.store.move(mine)
    return mine


def test_a_job_asked_for_twice_with_one_key_is_one_job(jobs: Jobs) -> None:
    first = jobs.submit("plan", {"seed": 2}, key="k")
    assert jobs.submit("plan", {"seed": 2}, key="k") == first
    assert jobs.page() == [first.job]
    other = jobs.submit("plan", {"seed": 3}, key="k")
    assert (other.job, other.refusal) == (None, "key_reused")


def test_eight_who_ask_at_once_with_one_key_get_one_job(jobs: Jobs) -> None:
    got = at_once(8, lambda _: jobs.submit("check", key="k").job)
    assert len(set(got)) == 1
    assert len(jobs.page()) == 1


def test_a_full_queue_refuses_what_is_new_and_gives_again_what_was_asked_for_before() -> None:
    with open_till("memory:", clock=CLOCK, ids=CountedIds()) as till:
        jobs = open_jobs(till)
        first = jobs.submit("check", key="0")
        for n in range(1, MOST_WAITING):
            assert jobs.submit("check", key=f"{n}").job is not None
        assert jobs.submit("check", key="one more").refusal == "queue_full"
        assert jobs.submit("check", key="0") == first
        assert jobs.submit("plan", key="0").refusal == "key_reused"


def test_options_that_a_kind_does_not_take_are_told_and_no_job_is_made(jobs: Jobs) -> None:
    with pytest.raises(InputError) as told:
        jobs.submit("import", {"tabel": "sales", "file": "../till.db"}, key="k")
    assert [one.partition(";")[0] for one in told.value.problems] == [
        "import: no option is called 'tabel'",
        "import: give table (sales, products, promotions, ...)",
        "file: give the name of an uploaded file, without folders",
    ]
    assert list(jobs.page()) == []


def test_the_job_that_waits_longest_is_due_and_none_while_one_runs(jobs: Jobs) -> None:
    assert jobs.store.due("main", now=CLOCK.now()) is None
    first, second = submitted(jobs, "a"), submitted(jobs, "b")
    assert jobs.store.due("main", now=CLOCK.now()) == first
    take(jobs, first)
    assert jobs.store.due("main", now=CLOCK.now()) is None
    assert not jobs.store.move(taken(second, worker="other", now=CLOCK.now())), "the shop is open to one at a time"
    assert jobs.get(second.job_id) == second


def test_of_eight_workers_one_gets_the_job(jobs: Jobs) -> None:
    job = submitted(jobs, "a")
    got = at_once(8, lambda n: jobs.store.move(taken(job, worker=f"w{n}", now=CLOCK.now())))
    assert sorted(got, key=bool) == [False] * 7 + [True]


def test_a_job_whose_lease_ran_out_is_due_again_before_those_that_wait(jobs: Jobs) -> None:
    lost = take(jobs, submitted(jobs, "a"))
    submitted(jobs, "b")
    assert jobs.store.due("main", now=CLOCK.now() + LEASE - timedelta(seconds=1)) is None
    assert jobs.store.due("main", now=CLOCK.now() + LEASE) == lost


def test_a_change_that_comes_too_late_is_not_stored(jobs: Jobs) -> None:
    mine = take(jobs, submitted(jobs, "a"))
    assert jobs.cancel(mine.job_id) is not None
    assert not jobs.store.move(ended(mine, "done", now=CLOCK.now()), result=b"{}")
    assert jobs.result(mine.job_id) is None
    told = jobs.get(mine.job_id)
    assert told is not None
    assert told.is_stop_wanted


def test_what_a_job_found_is_kept_with_its_end(jobs: Jobs) -> None:
    mine = take(jobs, submitted(jobs, "a"))
    assert jobs.store.move(ended(mine, "done", now=CLOCK.now()), result=b'{"n": 1}')
    assert jobs.result(mine.job_id) == b'{"n": 1}'
    assert jobs.store.count("main") == {"done": 1}
    assert jobs.store.due("main", now=CLOCK.now()) is None


def test_pages_tell_the_newest_first_and_go_on_where_they_ended(jobs: Jobs) -> None:
    made = [submitted(jobs, f"k{n}").job_id for n in range(5)]
    first = jobs.page(limit=2)
    assert [one.job_id for one in first] == [made[4], made[3]]
    assert [one.job_id for one in jobs.page(before=first[-1].job_id, limit=9)] == [made[2], made[1], made[0]]


def test_another_tenant_sees_and_stops_nothing_of_ours(jobs: Jobs) -> None:
    job = submitted(jobs, "a")
    assert jobs.get(job.job_id, tenant="theirs") is None
    assert jobs.cancel(job.job_id, tenant="theirs") is None
    assert list(jobs.page(tenant="theirs")) == []
    assert jobs.store.due("theirs", now=CLOCK.now()) is None
    same_key = jobs.submit("check", key="a", asker=Caller(tenant="theirs")).job
    assert same_key is not None
    assert same_key.job_id != job.job_id


def test_jobs_that_ended_long_ago_are_forgotten_with_what_they_found(jobs: Jobs) -> None:
    mine = take(jobs, submitted(jobs, "a"))
    jobs.store.move(ended(mine, "done", now=CLOCK.now()), result=b"{}")
    jobs.store.forget(ended_before=CLOCK.now() - KEPT)
    assert len(jobs.page()) == 1
    jobs.store.forget(ended_before=CLOCK.now() + timedelta(seconds=1))
    assert (list(jobs.page()), jobs.store.result(mine.job_id)) == ([], None)


def test_the_process_of_a_job_finds_the_database_the_job_is_in(jobs: Jobs) -> None:
    job = submitted(jobs, "k")
    if not jobs.url:
        assert isinstance(jobs.store, MemoryJobs)  # nobody else can see it
        return
    with open_till(jobs.url) as till:
        assert open_jobs(till).get(job.job_id) == job
