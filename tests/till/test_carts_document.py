"""The code of the how-to runs as it stands there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "howto" / "run-the-till.md"


def test_the_how_to_runs_from_top_to_bottom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    code = "\n".join(re.findall(r"^```python\n(.*?)^```$", PAGE.read_text("utf-8"), flags=re.M | re.S))
    names: dict[str, object] = {}
    exec(compile(code, str(PAGE), "exec"), names)
    assert (tmp_path / "till.db").exists()
