"""How the tests run: the same examples for everybody, no clock that fails a slow machine, nothing made twice."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# `pytest --hypothesis-profile=explore` looks for new counterexamples instead of repeating the known ones.
settings.register_profile("repeat", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("explore", deadline=None, max_examples=5000, print_blob=True)
settings.load_profile("repeat")


def pytest_configure(config: pytest.Config) -> None:
    """Files that name a group can be run without pytest-xdist, too."""
    config.addinivalue_line("markers", "xdist_group(name): tests that run in one process")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """One process for a file that makes something once for all its tests; such files come first.

    Files are asked, for pytest-xdist 3.8 tells groups by renaming tests, which pytest 9.2 no longer lets it do.
    """
    if config.getvalue("dist") != "loadgroup":
        return None
    from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

    class BySharingFile(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            name = nodeid.partition("::")[0]
            return _group_of(config.rootpath / name) or nodeid

    return BySharingFile(config, log)


@cache
def _group_of(file: Path) -> str:
    """The group that a file names, itself if it makes something for all its tests, or none."""
    text = file.read_text("utf-8") if file.is_file() else ""
    named = re.search(r'xdist_group\("([^"]+)"\)', text)
    if named:
        return named.group(1)
    return str(file) if 'scope="module"' in text else ""
