"""The repository as the contract tests see it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def files() -> list[Path]:
    """Every file that belongs to the project: tracked by git, or new and not ignored."""
    # A checkout made by another user, as in a container, is still ours to read.
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for name in listed.stdout.splitlines() if (path := ROOT / name).is_file()]


@pytest.fixture(scope="session")
def sources() -> list[Path]:
    """Every Python file of the package."""
    return sorted((ROOT / "src" / "dealwright").rglob("*.py"))


@pytest.fixture(scope="session")
def documents(files: list[Path]) -> list[Path]:
    """Every Markdown file of the project."""
    return [path for path in files if path.suffix == ".md"]
