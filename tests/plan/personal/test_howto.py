"""The code of the how-to does what the page says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

PAGE = Path(__file__).resolve().parents[3] / "docs" / "howto" / "personal-offers.md"


def test_the_code_of_the_page_runs_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    code = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    names: dict[str, Any] = {}
    for block in code:
        exec(compile(block, str(PAGE), "exec"), names)
    printed = capsys.readouterr().out
    assert "a larger face value is estimated to do less" in printed
    assert "expected 1\nworst off 2\nregret 2\n" in printed
    assert names["answer"].cost <= 100_000
    assert names["answer"].gap < 1e-3
    assert all(limit.spare >= 0 for limit in names["fair"].limits)
    assert 99_000 < names["stream"].used[0] <= 100_000
