"""Reads the profiles of price law, those of the package and a shop's own, and what a shop recorded for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from dealwright.compliance.profile import Profile, profile_from
from dealwright.core.errors import InputError

CODES = ("cn", "eu", "eu_de", "us")
NO_JURISDICTION = "none"
RECORD_FILE = "price-law.yaml"
_RECORD = ("public_segments", "goods", "raised")


@dataclass(frozen=True, slots=True)
class Record:
    """What a shop wrote into its `price-law.yaml`: groups with a public rule, what goods are, why prices rose."""

    public_segments: tuple[str, ...] = ()
    goods: Mapping[str, str] = field(default_factory=dict)
    raised: Mapping[str, str] = field(default_factory=dict)


def profile_for(jurisdiction: str, *, country: str, folder: Path = Path()) -> Profile | None:
    """The profile called so, or in the file of `folder` called so (x.yaml); None for "none".

    For "" the one of the country; None if it has none.
    """
    if jurisdiction == NO_JURISDICTION:
        return None
    if jurisdiction.endswith((".yaml", ".yml")):
        return _profile(_read(folder / jurisdiction), source=jurisdiction)
    if jurisdiction:
        return packaged(jurisdiction)
    return next((one for one in map(packaged, CODES) if country in one.countries), None)


@cache
def packaged(code: str) -> Profile:
    """One that comes with the package; InputError with the nearest name if there is none."""
    if code not in CODES:
        raise InputError.unknown("jurisdiction", code, (*CODES, NO_JURISDICTION))
    text = resources.files("dealwright.compliance").joinpath("profiles", f"{code}.yaml").read_text("utf-8")
    return _profile(_mapping(text, source=f"{code}.yaml"), source=f"{code}.yaml")


def read_record(folder: Path) -> Record:
    """The shop's record; an empty one if it has none. InputError with everything wrong in it."""
    path = folder / RECORD_FILE
    if not path.exists():
        return Record()
    given = _read(path)
    problems = [
        str(InputError.unknown(f"field of {RECORD_FILE}", str(name), _RECORD))
        for name in given
        if name not in _RECORD
    ]
    for name in ("goods", "raised"):
        if not isinstance(given.get(name, {}), dict):
            problems.append(f"{RECORD_FILE}: {name} maps a sku to a text, like TEA: seasonal")
    if not isinstance(given.get("public_segments", []), list):
        problems.append(f"{RECORD_FILE}: public_segments is a list of groups, like [member]")
    if problems:
        raise InputError(*problems)
    texts = [{str(sku): str(said) for sku, said in given.get(name, {}).items()} for name in ("goods", "raised")]
    return Record(tuple(map(str, given.get("public_segments", ()))), *texts)


def _profile(document: Mapping[str, Any], *, source: str) -> Profile:
    parent = document.get("extends")
    try:
        return profile_from(document, packaged(parent) if parent else None)
    except InputError as error:
        raise InputError(*(f"{source}: {one}" for one in error.problems)) from None


def _read(path: Path) -> Mapping[str, Any]:
    try:
        return _mapping(path.read_text("utf-8"), source=path.name)
    except OSError as error:
        raise InputError(f"{path.name} cannot be read ({error}); put it into the workspace folder") from None


def _mapping(text: str, *, source: str) -> Mapping[str, Any]:
    try:
        document: Any = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise InputError(f"{source} is not YAML ({error})") from None
    if not isinstance(document, dict):
        raise InputError(f"{source} is empty or no mapping; its lines begin like: profile: cn")
    return document
