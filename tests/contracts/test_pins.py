"""The pins are pins: everything we ask for, exactly one version each, from nowhere in particular."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


@pytest.fixture(scope="module")
def pins(root: Path) -> list[Requirement]:
    """The lines of constraints.txt."""
    return [Requirement(line) for line in (root / "constraints.txt").read_text("utf-8").splitlines()]


def _asked_for(root: Path) -> list[Requirement]:
    """What building, running and developing dealwright asks for."""
    declared = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    project = declared["project"]
    lists = [declared["build-system"]["requires"], project["dependencies"]]
    lists += project["optional-dependencies"].values()
    return [need for texts in lists for text in texts if (need := Requirement(text)).name != project["name"]]


def test_every_library_we_ask_for_is_pinned_to_a_version_we_allow(root: Path, pins: list[Requirement]) -> None:
    for need in _asked_for(root):
        versions = [
            next(iter(pin.specifier)).version
            for pin in pins
            if canonicalize_name(pin.name) == canonicalize_name(need.name)
        ]
        assert versions, f"{need.name} is not in constraints.txt; run `make constraints`"
        assert all(need.specifier.contains(version) for version in versions), need


def test_every_pin_is_one_exact_version(pins: list[Requirement]) -> None:
    assert [str(pin) for pin in pins if not re.fullmatch(r"==[\w.]+", str(pin.specifier))] == []
    assert [str(pin) for pin in pins if pin.url or pin.extras] == []


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
def test_no_library_is_pinned_twice_for_one_python(pins: list[Requirement], python: str) -> None:
    here = {"python_version": python, "python_full_version": f"{python}.0"}
    names = [pin.name for pin in pins if pin.marker is None or pin.marker.evaluate(here)]
    assert sorted(names) == sorted(set(names))
