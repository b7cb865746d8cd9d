"""The how-to on ordering stock is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

HOW_TO = Path(__file__).resolve().parents[2] / "docs" / "howto" / "order-stock.md"


def test_the_code_of_the_how_to_runs_and_its_assertions_hold(capsys: pytest.CaptureFixture[str]) -> None:
    code = "\n".join(re.findall(r"^```python\n(.*?)^```$", HOW_TO.read_text("utf-8"), flags=re.M | re.S))
    assert code.count("assert ") == 4
    names: dict[str, object] = {}
    exec(compile(code, HOW_TO.name, "exec"), names)
    assert "[1 0] [28.  0.] 74.0 70.0" in capsys.readouterr().out
