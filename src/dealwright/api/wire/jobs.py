"""Jobs as clients send and get them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, to_builtins

from dealwright.api.wire.words import MaybeName, Text
from dealwright.app.service.job_ports import Job

_Kind = Literal[
    "import",
    "orders",
    "check",
    "profile",
    "forecast",
    "plan",
    "replan",
    "review",
    "report",
    "what_if",
    "recommender",
]
_Scenario = Annotated[
    str, Meta(max_length=65_536, description="a scenario in YAML", extra_json_schema={"pattern": "^[^\\u0000]*$"})
]


class NewJob(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True, omit_defaults=True):
    """Long work to be done. Which options belong to which `kind`: see the documentation of the service."""

    kind: _Kind
    table: MaybeName = ""
    file: MaybeName = ""
    sheet: MaybeName = ""
    scenario: _Scenario = ""
    settings: Annotated[tuple[Text, ...], Meta(max_length=50)] = ()
    seed: Annotated[int, Meta(ge=0, le=2**31)] = 1
    model: MaybeName = ""
    locked_weeks: Annotated[int, Meta(ge=0, le=520)] = 1
    most_changed: Annotated[int, Meta(ge=0, le=2**31)] | None = None
    with_orders: bool = False
    since: date | None = None


class JobOut(Struct, frozen=True):
    """A job as it stands: submitted, running, done, failed or cancelled.

    `share` of it is done, in thousandths, and `doing` says what is being done; `problems` says why it failed;
    `result` is where what it found is, once it is done.
    """

    job_id: str
    kind: str
    state: str
    share_permille: int
    doing: str
    attempt: int
    is_stop_wanted: bool
    submitted_by: str
    submitted_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    problems: tuple[str, ...]
    result: str


class JobsOut(Struct, frozen=True):
    """Jobs, the newest first; `next` is the cursor of the page after, empty if there is none."""

    jobs: tuple[JobOut, ...]
    next: str


class UploadedOut(Struct, frozen=True):
    """A file that can be imported by a job."""

    file: str
    n_bytes: int


class UploadsOut(Struct, frozen=True):
    """The files that can be imported, by name; together they may hold `most_bytes`."""

    files: tuple[UploadedOut, ...]
    n_bytes: int
    most_bytes: int


class UploadGoneOut(Struct, frozen=True):
    """The file was deleted; what was imported from it stays."""

    file: str


def to_options(body: NewJob) -> dict[str, Any]:
    """What was given beside the kind."""
    fields: dict[str, Any] = to_builtins(body)
    return {name: given for name, given in fields.items() if name != "kind"}


def job_out(job: Job) -> JobOut:
    """The shape of a job."""
    return JobOut(
        job.job_id,
        job.kind,
        job.state,
        round(job.share * 1000),
        job.doing,
        job.attempt,
        job.is_stop_wanted,
        job.submitted_by,
        job.submitted_at,
        job.started_at,
        job.ended_at,
        job.problems,
        f"/v1/jobs/{job.job_id}/result" if job.state == "done" else "",
    )
