"""Jobs: ask for long work, see how far it is, stop it, get what it found; upload what is to be imported."""

from __future__ import annotations

from typing import Any

from dealwright.api.gate import Rank
from dealwright.api.operations import JSON, Answer, Asked, Operation, Page, Whose
from dealwright.api.paging import CURSOR, LIMIT, limit_of
from dealwright.api.problems import ProblemError, invalid, problem, refuse
from dealwright.api.wire import jobs as wire
from dealwright.app.service.access_ports import Role
from dealwright.app.service.job_ports import Job
from dealwright.live.incoming import MOST_BYTES, Incoming, NoRoom
from dealwright.live.job_kinds import KINDS, is_file_name

MOST_UPLOADED = 256 * 2**20
ANYTHING = "Anything"


def _submit(asked: Asked[wire.NewJob]) -> Answer:
    body, caller = asked.body, asked.caller
    needed = KINDS[body.kind].role
    if caller.role < needed:
        told = f"a job of the kind {body.kind} needs the role {needed.word}; the key's is {caller.role.word}"
        raise refuse("role_too_low", told)
    if asked.service.live.folder is None:
        raise refuse("no_workspace")  # nobody would ever work on it
    done = asked.service.live.jobs.submit(body.kind, wire.to_options(body), key=asked.key, asker=caller)
    if done.job is None:
        raise ProblemError(problem(done.refusal, retry_after_seconds=60 if done.refusal == "queue_full" else 0))
    return wire.job_out(done.job)


def _list(asked: Asked[None]) -> Answer:
    limit = limit_of(asked.query)
    found = asked.service.live.jobs.page(
        tenant=asked.caller.tenant, before=asked.query.get("cursor", ""), limit=limit + 1
    )
    more = found[limit - 1].job_id if len(found) > limit else ""
    return wire.JobsOut(tuple(wire.job_out(job) for job in found[:limit]), more)


def _get(asked: Asked[None]) -> Answer:
    return wire.job_out(_job(asked))


def _result(asked: Asked[None]) -> Answer:
    job = _job(asked)
    found = asked.service.live.jobs.result(job.job_id, tenant=asked.caller.tenant)
    if found is None:
        raise refuse("no_result", f"the job is {job.state}")
    return Page(found)


def _cancel(asked: Asked[None]) -> Answer:
    name = asked.names["job_id"]
    job = asked.service.live.jobs.cancel(name, tenant=asked.caller.tenant)
    if job is None:
        raise _unknown(name)
    return wire.job_out(job)


def _upload(asked: Asked[bytes]) -> Answer:
    name, incoming = asked.names["file"], _incoming(asked)
    if not is_file_name(name):
        raise invalid([f"file: give letters, digits, dots and lines, like sales.csv; given {name[:100]!r}"])
    kept = incoming.put(name, asked.body)
    if isinstance(kept, NoRoom):
        raise refuse("no_room", kept.reason)
    return wire.UploadedOut(kept.name, kept.n_bytes)


def _uploads(asked: Asked[None]) -> Answer:
    files = tuple(wire.UploadedOut(one.name, one.n_bytes) for one in _incoming(asked).all())
    return wire.UploadsOut(files, sum(one.n_bytes for one in files), MOST_BYTES)


def _delete_upload(asked: Asked[None]) -> Answer:
    name = asked.names["file"]
    if not is_file_name(name) or not _incoming(asked).drop(name):
        raise refuse("file_unknown", f"no uploaded file is called {name[:100]!r}")
    return wire.UploadGoneOut(name)


def _incoming(asked: Asked[Any]) -> Incoming:
    folder = asked.service.live.folder
    if folder is None:
        raise refuse("no_workspace")
    return Incoming(folder)


def _job(asked: Asked[None]) -> Job:
    name = asked.names["job_id"]
    job = asked.service.live.jobs.get(name, tenant=asked.caller.tenant)
    if job is None:
        raise _unknown(name)
    return job


def _unknown(name: str) -> ProblemError:
    return refuse("job_unknown", f"no job is called {name!r}")


OPERATIONS = (
    Operation(
        method="POST",
        path="/v1/jobs",
        name="submit_job",
        summary="Ask for long work: import, check, profile, forecast, plan, what-if, recommender",
        tag="jobs",
        takes=wire.NewJob,
        gives=wire.JobOut,
        role=Role.ANALYST,
        whose=Whose.CALLER,
        status=202,
        work=_submit,
        is_keyed=True,
        refusals=("queue_full", "role_too_low", "no_workspace"),
    ),
    Operation(
        method="GET",
        path="/v1/jobs",
        name="list_jobs",
        summary="All jobs, the newest first",
        tag="jobs",
        gives=wire.JobsOut,
        role=Role.VIEWER,
        whose=Whose.CALLER,
        work=_list,
        queries=(CURSOR, LIMIT),
    ),
    Operation(
        method="GET",
        path="/v1/jobs/{job_id}",
        name="get_job",
        summary="The job as it stands: state, progress, what went wrong, where its result is",
        tag="jobs",
        gives=wire.JobOut,
        role=Role.VIEWER,
        whose=Whose.CALLER,
        work=_get,
        refusals=("job_unknown",),
    ),
    Operation(
        method="GET",
        path="/v1/jobs/{job_id}/result",
        name="get_job_result",
        summary="What a job that is done found; its shape depends on the kind",
        tag="jobs",
        gives=ANYTHING,
        role=Role.ANALYST,
        whose=Whose.CALLER,
        work=_result,
        refusals=("job_unknown", "no_result"),
        media_type=JSON,
    ),
    Operation(
        method="POST",
        path="/v1/jobs/{job_id}/cancel",
        name="cancel_job",
        summary="The job is not wanted any more; it ends within seconds, or has ended before",
        tag="jobs",
        gives=wire.JobOut,
        role=Role.PLANNER,
        whose=Whose.CALLER,
        work=_cancel,
        refusals=("job_unknown",),
        rank=Rank.RESERVE,
    ),
    Operation(
        method="PUT",
        path="/v1/files/{file}",
        name="upload_file",
        summary="A CSV, Parquet or Excel file for a job of the kind import; it replaces one of the same name",
        tag="jobs",
        takes=bytes,
        gives=wire.UploadedOut,
        role=Role.PLANNER,
        work=_upload,
        refusals=("no_workspace", "no_room"),
        most_bytes=MOST_UPLOADED,
    ),
    Operation(
        method="GET",
        path="/v1/files",
        name="list_files",
        summary="The files that were uploaded, and how much room there is for them",
        tag="jobs",
        gives=wire.UploadsOut,
        role=Role.ANALYST,
        work=_uploads,
        refusals=("no_workspace",),
    ),
    Operation(
        method="DELETE",
        path="/v1/files/{file}",
        name="delete_file",
        summary="Delete an uploaded file; what was imported from it stays",
        tag="jobs",
        gives=wire.UploadGoneOut,
        role=Role.PLANNER,
        work=_delete_upload,
        refusals=("no_workspace", "file_unknown"),
    ),
)


def schemas() -> dict[str, object]:
    """Of results, which differ by kind."""
    return {ANYTHING: {"type": "object", "description": "What a job found, by its kind.", "properties": {}}}
