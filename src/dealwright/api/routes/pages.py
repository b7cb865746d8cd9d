"""Pages for people: what runs, the operations, the latest report."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Final

from dealwright.api.gate import Rank
from dealwright.api.operations import Answer, Anybody, Asked, Operation, Page
from dealwright.api.problems import refuse
from dealwright.app.service.access_ports import Role
from dealwright.live.job_kinds import REPORT

HTML: Final = "text/html; charset=utf-8"
_NOSNIFF: Final = (b"x-content-type-options", b"nosniff")
_FRAMES: Final = (b"x-frame-options", b"DENY")
# Nothing from elsewhere, and no script but our own. The report brings its style and pictures along.
_POLICY: Final = (
    b"content-security-policy",
    b"default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src data: blob:; "
    b"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
)
_HEADERS: Final = (_POLICY, _NOSNIFF, _FRAMES)


@cache
def _asset(name: str) -> Page:
    content = resources.files("dealwright.api").joinpath("page", name).read_bytes()
    return Page(content, _HEADERS)


def _index(asked: Asked[None]) -> Answer:
    del asked
    return _asset("index.html")


def _script(asked: Asked[None]) -> Answer:
    del asked
    return _asset("page.js")


def _style(asked: Asked[None]) -> Answer:
    del asked
    return _asset("page.css")


def _reference(asked: Asked[None]) -> Answer:
    return Page(asked.service.reference(), _HEADERS)


def _report(asked: Asked[None]) -> Answer:
    folder = asked.service.live.folder
    if folder is None:
        raise refuse("no_workspace")
    try:
        return Page((folder / REPORT).read_bytes(), _HEADERS)
    except FileNotFoundError:
        raise refuse("no_report") from None


OPERATIONS = (
    Operation(
        method="GET",
        path="/",
        name="get_page",
        summary="What runs, for people; it asks the operations for what it shows",
        tag="pages",
        gives=str,
        media_type=HTML,
        role=Anybody.MAY,
        work=_index,
    ),
    Operation(
        method="GET",
        path="/page.js",
        name="get_page_script",
        summary="The script of the page",
        tag="pages",
        gives=str,
        media_type="text/javascript; charset=utf-8",
        role=Anybody.MAY,
        work=_script,
    ),
    Operation(
        method="GET",
        path="/page.css",
        name="get_page_style",
        summary="The style of the page",
        tag="pages",
        gives=str,
        media_type="text/css; charset=utf-8",
        role=Anybody.MAY,
        work=_style,
    ),
    Operation(
        method="GET",
        path="/reference",
        name="get_reference",
        summary="All operations, for people",
        tag="pages",
        gives=str,
        media_type=HTML,
        role=Anybody.MAY,
        work=_reference,
    ),
    Operation(
        method="GET",
        path="/report",
        name="get_report",
        summary="The report of the latest plan that a job made",
        tag="pages",
        gives=str,
        media_type=HTML,
        role=Role.VIEWER,
        work=_report,
        refusals=("no_workspace", "no_report"),
        rank=Rank.BROWSE,
    ),
)
