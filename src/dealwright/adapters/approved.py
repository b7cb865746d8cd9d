"""Read a plan back that was approved: from its folder, or from its plan.csv, plan.parquet or summary.json alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from dealwright.adapters.results import CSV, PARQUET, SUMMARY, unmarked
from dealwright.app.plan.replan_promotions import ApprovedPlan
from dealwright.core.errors import InputError
from dealwright.plan.constraints import Keep
from dealwright.plan.mechanics import Mechanic, mechanic_from
from dealwright.plan.problem import Offer

COLUMNS = ("sku", "week", "offer_depth", "on_display", "in_mailer")
"""What a file must say of each promotion; `mechanic` may be there as well, others are not read."""
_TRUTH = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False, "": False}
_MOST_MISTAKES = 20


def read_approved(path: str | Path, *, currency: str) -> ApprovedPlan:
    """The promotions of a plan as they were written; InputError lists every row that cannot be read.

    A folder is read from all of its files, which must agree, so that a plan.csv edited by hand is not passed over:
    name that file itself then. A table alone does not say for which weeks it plans beyond its last promotion.
    Amounts of mechanics are in major units of `currency`.
    """
    place = Path(path)
    if place.is_dir():
        return _folder(place, currency)
    if not place.exists():
        raise InputError(f"there is no approved plan {str(path)!r}; give the folder or plan.csv of a plan")
    readers = {".csv": _csv, ".parquet": _parquet, ".json": _summary}
    if place.suffix.lower() not in readers:
        raise InputError(
            f"an approved plan is a folder, or a file ending in {', '.join(readers)}; given {place.name!r}"
        )
    return readers[place.suffix.lower()](place, currency)


Reader = Callable[[Path, str], ApprovedPlan]


def _folder(folder: Path, currency: str) -> ApprovedPlan:
    summary = folder / SUMMARY
    if not summary.exists():
        raise InputError(f"there is no plan in {folder}; give a folder that 'dealwright plan --out' wrote")
    approved = _summary(summary, currency)
    files: tuple[tuple[Path, Reader], ...] = ((folder / CSV, _csv), (folder / PARQUET, _parquet))
    for file, read in files:
        if file.exists() and set(_promotions(read, file, currency)) != set(approved.promotions):
            raise InputError(
                f"{file} and {summary} do not hold the same promotions; name the file that is approved"
            )
    return approved


def _promotions(read: Reader, file: Path, currency: str) -> tuple[Keep, ...]:
    try:
        return read(file, currency).promotions
    except _EmptyTableError:
        return ()


def _summary(path: Path, currency: str) -> ApprovedPlan:
    try:
        plan = json.loads(path.read_text("utf-8"))["plan"]
        rows, last = plan["promotions"], max(date.fromisoformat(week) for week in plan["weeks"])
    except (ValueError, KeyError, TypeError):
        raise InputError(f"{path} is not the summary of a plan; give one that 'dealwright plan' wrote") from None
    return ApprovedPlan(_keeps(rows, path, currency), last)


def _csv(path: Path, currency: str) -> ApprovedPlan:
    try:
        # Text, so that 0017 stays 0017 and a product called NA is one.
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (ValueError, OSError) as error:
        raise InputError(f"{path} cannot be read as CSV: {error}") from None
    text = frame.map(lambda value: unmarked(value) if isinstance(value, str) else value)
    return _table(text, path, currency)


def _parquet(path: Path, currency: str) -> ApprovedPlan:
    try:
        frame = pd.read_parquet(path)
    except (ValueError, OSError) as error:
        raise InputError(f"{path} cannot be read as Parquet: {error}") from None
    return _table(frame, path, currency)


class _EmptyTableError(InputError):
    """A table without a row does not say which weeks it is about."""


def _table(frame: pd.DataFrame, path: Path, currency: str) -> ApprovedPlan:
    missing = [name for name in COLUMNS if name not in frame]
    if missing:
        raise InputError(f"{path} has no column {', '.join(missing)}; an approved plan needs {', '.join(COLUMNS)}")
    if frame.empty:
        raise _EmptyTableError(
            f"{path} holds no promotion, so it does not say which weeks were approved; give the plan's folder"
        )
    keeps = _keeps(frame.to_dict("records"), path, currency)
    return ApprovedPlan(keeps, max(keep.week for keep in keeps))


def _keeps(rows: Iterable[Mapping[Any, Any]], path: Path, currency: str) -> tuple[Keep, ...]:
    keeps, mistakes = [], []
    for number, row in enumerate(rows, start=1):
        try:
            keeps.append(_keep(row, currency))
        except InputError as error:
            mistakes += [f"{path.name}, promotion {number}: {problem}" for problem in error.problems]
        except (KeyError, ValueError, TypeError) as error:
            mistakes.append(f"{path.name}, promotion {number}: {_reason(error)}")
    seen: set[tuple[str, date]] = set()
    for keep in keeps:
        if (keep.sku, keep.week) in seen:
            mistakes.append(f"{path.name}: {keep.sku} has two promotions in the week of {keep.week}; leave one")
        seen.add((keep.sku, keep.week))
    if mistakes:
        more = len(mistakes) - _MOST_MISTAKES
        raise InputError(*mistakes[:_MOST_MISTAKES], *([f"and {more} more"] if more > 0 else []))
    return tuple(keeps)


def _keep(row: Mapping[Any, Any], currency: str) -> Keep:
    depth = float(row["offer_depth"])
    if not 0 <= depth < 1:
        raise ValueError(f"offer_depth is a share from 0 to below 1, not {row['offer_depth']}")
    day = date.fromisoformat(str(row["week"])[:10])
    offer = Offer(depth, _flag(row, "on_display"), _flag(row, "in_mailer"), _mechanic(row, currency), currency)
    return Keep(str(row["sku"]), day, offer)


def _mechanic(row: Mapping[Any, Any], currency: str) -> Mechanic | None:
    """As a scenario file writes it, in JSON; none where the column is empty or missing."""
    written = row.get("mechanic")
    return mechanic_from(json.loads(written), currency=currency) if written else None


def _flag(row: Mapping[Any, Any], name: str) -> bool:
    text = str(row[name]).strip().lower()
    if text not in _TRUTH:
        raise ValueError(f"{name} is true or false, not {row[name]!r}")
    return _TRUTH[text]


def _reason(error: Exception) -> str:
    return f"{error} is missing" if isinstance(error, KeyError) else str(error)
