"""A worker has each job carried out in a process of its own, and loses none, whatever becomes of the process."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from dealwright.app.service.job_ports import Job
from dealwright.app.service.run_jobs import taken
from dealwright.live.job_worker import JobWorker
from dealwright.live.jobs import Jobs, open_jobs
from dealwright.till import open_till

TESTS = Path(__file__).parent.parent


@dataclass
class Shop:
    """A folder with orders for the program, and the jobs of its database."""

    folder: Path
    jobs: Jobs

    def worker(self, name: str = "w") -> JobWorker:
        return JobWorker(self.jobs, self.folder, name=name, module="job_program")

    def submit(self, orders: str) -> str:
        (self.folder / "orders.txt").write_text(orders)
        job = self.jobs.submit("profile", {"seed": 7}, key=orders).job
        assert job is not None
        return job.job_id

    def job(self, name: str) -> Job:
        found = self.jobs.get(name)
        assert found is not None
        return found

    def pids(self) -> list[int]:
        return [int(line) for line in (self.folder / "pids.txt").read_text().split()]


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    monkeypatch.setenv("PYTHONPATH", str(TESTS))
    with open_till(f"sqlite:///{tmp_path}/till.db") as till:
        yield Shop(tmp_path, open_jobs(till))


def until(met: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not met():
        assert time.monotonic() < end, "it did not happen within a minute"
        time.sleep(0.05)


def is_gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_a_job_is_carried_out_with_its_options_and_what_it_found_is_kept(shop: Shop) -> None:
    name = shop.submit("count")
    assert shop.worker().step(threading.Event())
    assert (shop.job(name).state, shop.job(name).share) == ("done", 1.0)
    assert shop.jobs.result(name) == b'{"kind":"profile","options":{"seed":7}}'
    assert shop.pids() != [os.getpid()]
    assert not shop.worker().step(threading.Event()), "nothing is left to do"


@pytest.mark.parametrize(
    ("orders", "problems"),
    [
        ("refuse", ("no sales", "no products")),
        ("break", ("a mistake of ours (RuntimeError); repeat it, and report it if it stays",)),
        ("die", ("the process of the job ended without a result (exit status 9)",)),
    ],
)
def test_a_job_that_fails_says_why_and_nothing_of_customers(
    shop: Shop, orders: str, problems: tuple[str, ...]
) -> None:
    name = shop.submit(orders)
    shop.worker().step(threading.Event())
    assert (shop.job(name).state, shop.job(name).problems) == ("failed", problems)
    assert shop.jobs.result(name) is None


def test_a_job_that_is_stopped_ends_and_so_does_its_process(shop: Shop) -> None:
    name = shop.submit("sleep")
    working = threading.Thread(target=shop.worker().step, args=(threading.Event(),))
    working.start()
    until(lambda: shop.job(name).doing == "sleeping")
    assert (shop.job(name).state, shop.job(name).share) == ("running", 0.5)
    shop.jobs.cancel(name)
    working.join(30)
    assert shop.job(name).state == "cancelled"
    assert is_gone(shop.pids()[0])


def test_a_worker_that_is_told_to_stop_leaves_its_job_to_the_next(shop: Shop) -> None:
    name, stop = shop.submit("sleep"), threading.Event()
    working = threading.Thread(target=shop.worker().work, args=(stop,))
    working.start()
    until(lambda: shop.job(name).doing == "sleeping")
    stop.set()
    working.join(30)
    assert (shop.job(name).state, shop.job(name).attempt) == ("submitted", 0)
    assert is_gone(shop.pids()[0])
    (shop.folder / "orders.txt").write_text("count")
    assert shop.worker("next").step(threading.Event())
    assert (shop.job(name).state, shop.job(name).attempt) == ("done", 1)


def test_a_worker_whose_job_was_taken_over_stops_at_once_and_changes_nothing(shop: Shop) -> None:
    name = shop.submit("sleep")
    working = threading.Thread(target=shop.worker().step, args=(threading.Event(),))
    working.start()
    until(lambda: shop.job(name).doing == "sleeping")
    while not shop.jobs.store.move(taken(shop.job(name), worker="other", now=shop.jobs.clock.now())):
        pass
    working.join(30)
    assert (shop.job(name).worker, shop.job(name).attempt) == ("other", 2)
    assert is_gone(shop.pids()[0])


def test_a_job_whose_process_somebody_else_killed_is_taken_again_three_times_in_all(shop: Shop) -> None:
    name = shop.submit("killed")
    for attempt in (1, 2):
        assert shop.worker().step(threading.Event())
        assert (shop.job(name).state, shop.job(name).attempt, shop.job(name).problems) == ("submitted", attempt, ())
    (shop.folder / "orders.txt").write_text("count")
    assert shop.worker().step(threading.Event())
    assert (shop.job(name).state, shop.job(name).attempt) == ("done", 3)


def test_a_job_that_brings_its_process_down_every_time_fails_after_three_attempts(shop: Shop) -> None:
    name = shop.submit("killed")
    for _ in range(4):
        assert shop.worker().step(threading.Event())
    told = ("the worker was gone 3 times during this job",)
    assert (shop.job(name).state, shop.job(name).problems) == ("failed", told)


def test_a_signal_to_the_group_of_the_service_does_not_reach_the_job(shop: Shop) -> None:
    name = shop.submit("group")
    assert shop.worker().step(threading.Event())
    assert shop.jobs.result(name) == b'{"is_in_a_group_of_its_own":true}'
