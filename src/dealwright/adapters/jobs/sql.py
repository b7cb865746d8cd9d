"""Jobs in a SQL database: every change is stored only if nobody was faster."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Text,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal_column,
    select,
    update,
)

from dealwright.adapters.jobs.tables import job_results, jobs
from dealwright.adapters.ledger.instants import instant, micros
from dealwright.adapters.ledger.statements import Kind, insert_new
from dealwright.adapters.ledger.steps import Database, Step
from dealwright.app.service.job_ports import Job

_MILLION = 1_000_000
_LAST = "zzzz"  # after every name of a job, by the order of any language


class SqlJobs:
    """`JobStore` over a database whose tables exist."""

    def __init__(self, database: Database, kind: Kind) -> None:
        self._database = database
        self._kind: Kind = kind

    def add(self, job: Job) -> Job:
        """See `JobBook.add`."""
        self._database.write([Step("job", _add(self._kind), _row_of(job), None)])
        ((*row,),) = self._database.rows(_BY_KEY, {"of_tenant": job.tenant, "of_key": job.key})
        return _read(tuple(row))

    def move(self, job: Job, *, result: bytes | None = None) -> bool:
        """See `JobBook.move`."""
        row = {f"new_{name}": value for name, value in _row_of(job).items() if name in _CHANGING}
        steps = [Step("job", _MOVE, {**row, "of_job": job.job_id, "was": job.revision - 1})]
        if result is not None:
            steps.append(Step("result", _ADD_RESULT, {"job_id": job.job_id, "result": result}))
        return self._database.write(steps) is None

    def due(self, tenant: str, *, now: datetime) -> Job | None:
        """See `JobBook.due`."""
        rows = self._database.rows(_DUE, {"of_tenant": tenant})
        if not rows:
            return None
        job = _read(rows[0])
        is_held = job.state == "running" and job.lease_until is not None and now < job.lease_until
        return None if is_held else job

    def forget(self, *, ended_before: datetime) -> None:
        """See `JobBook.forget`."""
        values = {"until": micros(ended_before)}
        self._database.write([Step("results", _DROP_RESULTS, values, None), Step("jobs", _DROP_JOBS, values, None)])

    def get(self, tenant: str, job_id: str) -> Job | None:
        """See `JobReads.get`."""
        rows = self._database.rows(_BY_NAME, {"of_tenant": tenant, "of_job": job_id})
        return _read(rows[0]) if rows else None

    def of_key(self, tenant: str, key: str) -> Job | None:
        """See `JobReads.of_key`."""
        rows = self._database.rows(_BY_KEY, {"of_tenant": tenant, "of_key": key})
        return _read(rows[0]) if rows else None

    def page(self, tenant: str, *, before: str, limit: int) -> Sequence[Job]:
        """See `JobReads.page`."""
        values = {"of_tenant": tenant, "before": before or _LAST, "most": limit}
        return [_read(row) for row in self._database.rows(_PAGE, values)]

    def result(self, job_id: str) -> bytes | None:
        """See `JobReads.result`."""
        rows = self._database.rows(_RESULT, {"of_job": job_id})
        return bytes(rows[0][0]) if rows else None

    def count(self, tenant: str) -> dict[str, int]:
        """See `JobReads.count`."""
        return {state: int(n) for state, n in self._database.rows(_COUNT, {"of_tenant": tenant})}


_CHANGING = (
    *("state", "attempt", "worker", "lease_until", "started_at", "ended_at", "doing", "share_millionths"),
    *("is_stop_wanted", "problems", "revision"),
)
_OF_TENANT = jobs.c.tenant == bindparam("of_tenant", type_=Text)
_OF_JOB = jobs.c.job_id == bindparam("of_job", type_=Text)
_MOVE = (
    update(jobs)
    .values({name: bindparam(f"new_{name}", type_=jobs.c[name].type) for name in _CHANGING})
    .where(_OF_JOB, jobs.c.revision == bindparam("was", type_=BigInteger))
)
_ADD_RESULT = insert(job_results).values({one.name: bindparam(one.name, type_=one.type) for one in job_results.c})
_BY_KEY: Select[Any] = select(*jobs.c).where(_OF_TENANT, jobs.c.key == bindparam("of_key", type_=Text))
_BY_NAME: Select[Any] = select(*jobs.c).where(_OF_TENANT, _OF_JOB)
_OPEN: ColumnElement[bool] = literal_column("state IN ('submitted', 'running')")
_RUNNING_FIRST = case(
    (jobs.c.state == literal_column("'running'", Text), literal_column("0")), else_=literal_column("1")
)
_ONE = literal_column("1", BigInteger)
_DUE: Select[Any] = select(*jobs.c).where(_OF_TENANT, _OPEN).order_by(_RUNNING_FIRST, jobs.c.job_id).limit(_ONE)
_PAGE: Select[Any] = (
    select(*jobs.c)
    .where(_OF_TENANT, jobs.c.job_id < bindparam("before", type_=Text))
    .order_by(jobs.c.job_id.desc())
    .limit(bindparam("most", type_=BigInteger))
)
_RESULT = select(job_results.c.result).where(job_results.c.job_id == bindparam("of_job", type_=Text))
_COUNT = select(jobs.c.state, func.count()).where(_OF_TENANT).group_by(jobs.c.state)
_OLD = jobs.c.ended_at < bindparam("until", type_=BigInteger)
_DROP_JOBS = delete(jobs).where(_OLD)
_DROP_RESULTS = delete(job_results).where(job_results.c.job_id.in_(select(jobs.c.job_id).where(_OLD)))


@cache
def _add(kind: Kind) -> Any:
    return insert_new(kind, jobs)


def _row_of(job: Job) -> dict[str, Any]:
    return {
        "job_id": job.job_id,
        "tenant": job.tenant,
        "kind": job.kind,
        "options": job.options,
        "key": job.key,
        "submitted_by": job.submitted_by,
        "submitted_at": micros(job.submitted_at),
        "state": job.state,
        "attempt": job.attempt,
        "worker": job.worker,
        "lease_until": _micros(job.lease_until),
        "started_at": _micros(job.started_at),
        "ended_at": _micros(job.ended_at),
        "doing": job.doing,
        "share_millionths": round(job.share * _MILLION),
        "is_stop_wanted": job.is_stop_wanted,
        "problems": json.dumps(job.problems, ensure_ascii=False),
        "revision": job.revision,
    }


def _read(row: tuple[Any, ...]) -> Job:
    given = dict(zip((one.name for one in jobs.c), row, strict=True))
    for name in ("submitted_at", "lease_until", "started_at", "ended_at"):
        given[name] = None if given[name] is None else instant(given[name])
    given["share"] = given.pop("share_millionths") / _MILLION
    given["is_stop_wanted"] = bool(given["is_stop_wanted"])
    given["problems"] = tuple(json.loads(given["problems"]))
    return Job(**given)


def _micros(moment: datetime | None) -> int | None:
    return None if moment is None else micros(moment)
