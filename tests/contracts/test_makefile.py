"""The two commands help a newcomer whose machine is not ready."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

MAKE = shutil.which("make") or "make"


@pytest.fixture
def checkout(root: Path, tmp_path: Path) -> Path:
    """A folder with nothing but the Makefile and what its targets depend on."""
    for name in ["Makefile", "pyproject.toml", "constraints.txt"]:
        shutil.copy(root / name, tmp_path)
    return tmp_path


def _make(checkout: Path, target: str, *, path: str) -> subprocess.CompletedProcess[str]:
    """Run `make TARGET` with nothing but `path` to find programs on."""
    # Not the settings of the `make` that may be running these tests.
    plain = {key: value for key, value in os.environ.items() if key not in {"MAKEFLAGS", "MAKELEVEL", "PYTHON"}}
    return subprocess.run(
        [MAKE, target], cwd=checkout, env=plain | {"PATH": path}, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("target", ["demo", "test"])
def test_without_a_usable_python_the_message_says_what_to_do(checkout: Path, target: str) -> None:
    shims = checkout / "shims"
    shims.mkdir()
    for name in ["python3", "python3.12"]:
        (shims / name).write_text("#!/bin/sh\nexit 127\n", "utf-8")  # as pyenv's do for a Python that is gone
        (shims / name).chmod(0o755)
    done = _make(checkout, target, path=str(shims))
    assert done.returncode != 0
    assert f"no Python >= 3.11 found. Install one, or name it: make PYTHON=/path/to/python3 {target}" in done.stderr
    assert not (checkout / ".venv").exists()


def test_make_alone_lists_every_target_with_a_line(root: Path, checkout: Path) -> None:
    text = (root / "Makefile").read_text("utf-8")
    targets = re.findall(r"^([a-z%-]+):", text, flags=re.MULTILINE)
    listed = _make(checkout, "help", path=os.environ["PATH"]).stdout
    assert {"demo", "test", "lint", "bench-%"} <= set(targets)
    assert re.findall(r"make (\S+) +\w", listed) == targets
