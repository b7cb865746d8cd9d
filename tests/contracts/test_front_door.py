"""The names a caller sees, and what it costs to see them."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import dealwright

HEAVY = [
    "altair",
    "duckdb",
    "ibis",
    "jinja2",
    "numpy",
    "openpyxl",
    "pandas",
    "pyarrow",
    "scipy",
    "sklearn",
    "sqlalchemy",
]


def _loaded_by(module: str) -> set[str]:
    """Top-level names in `sys.modules` after a fresh interpreter imported `module`."""
    code = f"import sys, {module}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize("module", ["dealwright", "dealwright.cli"])
def test_importing_the_front_door_loads_no_heavy_library(module: str) -> None:
    loaded = _loaded_by(module)
    assert "dealwright" in loaded
    assert loaded & set(HEAVY) == set()


@pytest.mark.parametrize("name", dealwright.__all__)
def test_every_public_name_can_be_used(name: str) -> None:
    assert getattr(dealwright, name).__doc__


def test_a_name_that_does_not_exist_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'discount'"):
        _ = dealwright.discount


def test_the_package_and_its_metadata_agree_on_the_version(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    assert dealwright.__version__ == project["version"]
