"""Carries one job out over a workspace: the program that runs in the process of a job.

Run by the worker as `python -m dealwright.live.job_work`; see `adapters.jobs.child` for how they speak.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from dealwright.app.ports import Progress
from dealwright.live.job_kinds import INCOMING, REPORT

if TYPE_CHECKING:
    from dealwright.plan.scenario import Scenario
    from dealwright.workspace import Workspace

_PATIENCE_SECONDS: Final = 60.0

Options = Mapping[str, Any]
Result = Mapping[str, Any]


def carry_out(request: Mapping[str, Any], progress: Progress) -> Result:
    """What the job `kind` with `options` finds in the workspace `folder`, as plain values.

    `database` is the address of the till whose events have the orders.
    """
    options, url = request["options"], request.get("database", "")
    with _opened(Path(request["folder"])) as shop:
        if request["kind"] == "orders":
            return _orders(shop, url, progress)
        if options.get("with_orders"):
            _orders(shop, url, lambda what, _: progress(what, 0.0))
        return _WORK[request["kind"]](shop, options, progress)


def _opened(folder: Path) -> Workspace:
    """The workspace; while another process has it, wait a while."""
    from dealwright.core.errors import WorkspaceError
    from dealwright.workspace import Workspace

    patient_until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            return Workspace(folder)
        except WorkspaceError as error:
            if "in use" not in str(error) or time.monotonic() > patient_until:
                raise
        time.sleep(0.5)


def _orders(shop: Workspace, url: str, progress: Progress) -> Result:
    from dealwright.core.errors import InputError
    from dealwright.live.events import opened_events

    if not url:
        raise InputError("a till in memory is not seen by the process of a job; give the service a database")
    with opened_events(url) as events:
        return shop.import_orders(events.store, progress=progress).to_dict()


def _import(shop: Workspace, options: Options, progress: Progress) -> Result:
    from dealwright.data.delivery import Source

    place = shop.folder / INCOMING / options["file"]
    report = shop.import_file(options["table"], Source(str(place), options.get("sheet")), progress=progress)
    return report.to_dict()


def _check(shop: Workspace, options: Options, progress: Progress) -> Result:
    del options
    return shop.check(progress=progress).to_dict()


def _profile(shop: Workspace, options: Options, progress: Progress) -> Result:
    from dealwright.app.summarise import customers_document

    return customers_document(shop.profile(seed=_seed(options), progress=progress))


def _forecast(shop: Workspace, options: Options, progress: Progress) -> Result:
    from dealwright.app.demand.summarise_demand import forecast_document

    return forecast_document(shop.forecast(_scenario(options), seed=_seed(options), progress=progress))


def _plan(shop: Workspace, options: Options, progress: Progress) -> Result:
    made = shop.plan(_scenario(options), seed=_seed(options), progress=progress)
    made.report(shop.folder / REPORT, language=shop.language)
    return {"headline": str(made), "summary": made.summary}


def _replan(shop: Workspace, options: Options, progress: Progress) -> Result:
    from dealwright.workspace import PLAN_FOLDER

    _need_plan(shop)
    made = shop.replan(
        shop.folder / PLAN_FOLDER,
        locked_weeks=options.get("locked_weeks", 1),
        most_changed=options.get("most_changed"),
        scenario=_scenario(options),
        seed=_seed(options),
        progress=progress,
    )
    made.report(shop.folder / REPORT, language=shop.language)
    return {"headline": str(made), "summary": made.summary}


def _review(shop: Workspace, options: Options, progress: Progress) -> Result:
    since = options.get("since")
    found = shop.review(
        since=date.fromisoformat(since) if since else None,
        scenario=_scenario(options),
        seed=_seed(options),
        progress=progress,
    )
    return found.to_dict() | {"currency": shop.currency}


def _report(shop: Workspace, options: Options, progress: Progress) -> Result:
    del options
    _need_plan(shop)
    progress("writing the report", 0.5)
    return {"file": str(shop.report(shop.folder / REPORT).relative_to(shop.folder))}


def _need_plan(shop: Workspace) -> None:
    from dealwright.core.errors import InputError, WorkspaceError

    try:
        shop.latest()
    except WorkspaceError:
        raise InputError("there is no plan yet; submit a job of the kind plan") from None


def _what_if(shop: Workspace, options: Options, progress: Progress) -> Result:
    found = shop.what_if(options["settings"], scenario=_scenario(options), seed=_seed(options), progress=progress)
    return found.to_dict()


def _recommender(shop: Workspace, options: Options, progress: Progress) -> Result:
    from dealwright.workspace.recommendations import ask_recommender

    model = options.get("model", "hybrid")
    asked = ask_recommender(shop, [], model=model, learn=True, progress=progress)
    return {"model": model, "learnt_until": asked.freshness.learnt_until.isoformat()}


_WORK: Mapping[str, Callable[[Workspace, Options, Progress], Result]] = {
    "import": _import,
    "check": _check,
    "profile": _profile,
    "forecast": _forecast,
    "plan": _plan,
    "replan": _replan,
    "review": _review,
    "report": _report,
    "what_if": _what_if,
    "recommender": _recommender,
}


def _scenario(options: Options) -> Scenario | None:
    from dealwright.plan.scenario import Scenario

    text = options.get("scenario")
    return Scenario.read(text, source="scenario") if text else None


def _seed(options: Options) -> int:
    return int(options.get("seed", 1))


if __name__ == "__main__":
    from dealwright.adapters.jobs.child import speak

    speak(carry_out)
