"""Takes the jobs of a database one after the other and has each carried out in a process of its own."""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
import time
from pathlib import Path
from typing import Final

from dealwright.adapters.jobs.child import Child, Told
from dealwright.app.service.access_ports import TENANT
from dealwright.app.service.job_ports import ENDED, Job
from dealwright.app.service.run_jobs import BEAT_SECONDS, LEASE, beaten, ended, given_back, released, taken
from dealwright.app.till.ledger_ports import LedgerUnavailableError
from dealwright.live.jobs import Jobs

IDLE_SECONDS: Final = 0.5
MODULE: Final = "dealwright.live.job_work"
_LOG = logging.getLogger("dealwright.jobs")


class JobWorker:
    """Works on the jobs of one tenant in one workspace; `name` is its own among all workers."""

    def __init__(self, jobs: Jobs, folder: Path, *, name: str, tenant: str = TENANT, module: str = MODULE) -> None:
        self._jobs = jobs
        self._folder = folder
        self._name = name
        self._tenant = tenant
        self._module = module

    def work(self, stop: threading.Event) -> None:
        """Take jobs until `stop` is set; a job under way is given back then."""
        while not stop.is_set():
            try:
                has_worked = self.step(stop)
            except Exception:
                _LOG.exception("jobs could not be worked on; it is tried again")
                has_worked = False
            if not has_worked:
                stop.wait(IDLE_SECONDS)

    def step(self, stop: threading.Event) -> bool:
        """Take one job and see it to its end; False if there is none to take."""
        jobs = self._jobs
        due = jobs.store.due(self._tenant, now=jobs.clock.now())
        if due is None:
            return False
        job = taken(due, worker=self._name, now=jobs.clock.now())
        if not jobs.store.move(job):  # another worker was faster, or one is at work
            return False
        if job.state not in ENDED:
            _LOG.info("job %s (%s) starts, attempt %d", job.job_id, job.kind, job.attempt)
            self._run(job, stop)
        return True

    def _run(self, job: Job, stop: threading.Event) -> None:
        request = {
            "kind": job.kind,
            "options": json.loads(job.options),
            "folder": str(self._folder),
            "database": self._jobs.url,
        }
        child = Child(self._module, request)
        try:
            told = self._follow(job, child, stop)
        finally:
            child.stop()
        if told is not None:
            _LOG.info("job %s (%s) ended: %s", job.job_id, job.kind, told)

    def _follow(self, job: Job, child: Child, stop: threading.Event) -> str | None:
        """Beat until the job has ended, is stopped, or is not ours any more; how it ended."""
        last, lost_at = Told("starting"), time.monotonic() + LEASE.total_seconds()
        while not stop.is_set():
            last = self._latest(child, stop) or last
            try:
                now = self._jobs.clock.now()
                known = self._jobs.store.get(self._tenant, job.job_id)
                if known is None or (known.worker, known.attempt) != (self._name, job.attempt):
                    return None  # the lease ran out, and another has it
                if last.was_killed:  # the attempt counts, so that a job that brings down its process ends
                    if stop.is_set() or self._jobs.store.move(released(known)):
                        break
                elif last.is_end:
                    state = "failed" if last.problems else "done"
                    end = ended(known, state, now=now, problems=last.problems)  # type: ignore[arg-type]
                    if self._jobs.store.move(end, result=last.result):
                        return state
                elif known.is_stop_wanted:
                    child.stop()
                    if self._jobs.store.move(ended(known, "cancelled", now=now)):
                        return "cancelled"
                elif self._jobs.store.move(beaten(known, doing=last.doing, share=last.share, now=now)):
                    lost_at = time.monotonic() + LEASE.total_seconds()
            except (LedgerUnavailableError, OSError, sqlite3.Error):
                if time.monotonic() >= lost_at:
                    return None  # another may have taken it
        child.stop()
        known = self._jobs.store.get(self._tenant, job.job_id)
        if known is not None and known.worker == self._name:
            self._jobs.store.move(given_back(known))
        return None

    def _latest(self, child: Child, stop: threading.Event) -> Told | None:
        """The newest that it says within a beat; at once if it ends."""
        latest, left = None, BEAT_SECONDS
        while left > 0 and not stop.is_set():
            said = child.next(seconds=0.1)
            left -= 0.1
            if said is not None:
                latest = said
                if said.is_end:
                    return said
        return latest
