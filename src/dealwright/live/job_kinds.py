"""Which jobs there are: who may ask for them, and which options each takes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from dealwright.app.service.access_ports import Role
from dealwright.core.errors import InputError

INCOMING: Final = "incoming"
"""The folder of a workspace that files to import lie in."""
REPORT: Final = "reports/latest.html"
"""The report of the plan that a job made last, in the folder of a workspace."""

_FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True, slots=True)
class JobKind:
    """One kind of job; `options` says what each option is, `needs` which must be given."""

    about: str
    role: Role
    options: Mapping[str, str]
    needs: tuple[str, ...] = ()


_SEED = "the same seed gives the same answer"
_SCENARIO = "a scenario in YAML; without it, that of the workspace"
_WITH_ORDERS = "true to bring the orders that came as events into the sales before"
KINDS: Final[Mapping[str, JobKind]] = MappingProxyType(
    {
        "import": JobKind(
            "Bring an uploaded file into a table of the shop",
            Role.PLANNER,
            {
                "table": "sales, products, promotions, ...",
                "file": "the name it was uploaded under",
                "sheet": "of a workbook",
            },
            ("table", "file"),
        ),
        "orders": JobKind("Bring the orders that came as events into the sales, each once", Role.PLANNER, {}),
        "check": JobKind("Report what is missing, doubled or impossible in the data", Role.ANALYST, {}),
        "profile": JobKind("Describe the customers in groups", Role.ANALYST, {"seed": _SEED}),
        "forecast": JobKind("Forecast demand", Role.ANALYST, {"scenario": _SCENARIO, "seed": _SEED}),
        "plan": JobKind(
            "Choose the promotions to run",
            Role.PLANNER,
            {"with_orders": _WITH_ORDERS, "scenario": _SCENARIO, "seed": _SEED},
        ),
        "replan": JobKind(
            "Plan the weeks that are left again, from the newest data; the first weeks stay as in the latest plan",
            Role.PLANNER,
            {
                "locked_weeks": "weeks that stay as they are; 1 unless told",
                "most_changed": "at most so many products and weeks differ",
                "with_orders": _WITH_ORDERS,
                "scenario": _SCENARIO,
                "seed": _SEED,
            },
        ),
        "review": JobKind(
            "The bill of promotions that are over",
            Role.ANALYST,
            {"since": "a day; without it, the latest 13 weeks", "scenario": _SCENARIO, "seed": _SEED},
        ),
        "report": JobKind("Write the report of the latest plan", Role.ANALYST, {}),
        "what_if": JobKind(
            "The plan beside one with changed settings",
            Role.ANALYST,
            {"settings": 'such as "limits.budget=500"', "scenario": _SCENARIO, "seed": _SEED},
            ("settings",),
        ),
        "recommender": JobKind(
            "Let the recommender learn from the sales", Role.PLANNER, {"model": "popular, ease, hybrid, ..."}
        ),
    }
)


def check_options(kind: str, options: Mapping[str, Any]) -> None:
    """InputError with every mistake: an unknown kind, an option it does not take, or one that is missing."""
    if kind not in KINDS:
        raise InputError.unknown("kind of job", kind, KINDS)
    known = KINDS[kind]
    problems = [
        f"{kind}: {InputError.unknown('option', name, known.options)}"
        for name in options
        if name not in known.options
    ]
    problems += [f"{kind}: give {name} ({known.options[name]})" for name in known.needs if not options.get(name)]
    file = options.get("file", "")
    if file and not is_file_name(file):
        problems.append(f"file: give the name of an uploaded file, without folders; given {file[:100]!r}")
    if problems:
        raise InputError(*problems)


def is_file_name(name: str) -> bool:
    """Whether it can be the name of an upload: letters, digits, dots, lines; no folder, nothing hidden.

    >>> is_file_name("sales-2026.csv"), is_file_name("../till.db"), is_file_name("a..b")
    (True, False, False)
    """
    return _FILE.fullmatch(name) is not None and ".." not in name
