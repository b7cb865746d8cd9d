"""What progress bars say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import dealwright
from dealwright.cli.progress import bar
from dealwright.cli.progress_words import PROGRESS_ZH

SAID = re.compile(r"\bprogress\(\"([^\"]+)\"")


def test_steps_are_told_in_the_language_that_was_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    for language in ("en", "zh"):
        with bar("review", language) as tell:
            tell("reviewing promotions", 0.5)
            tell("reviewing promotions", 0.6)
            tell("importing sales", 1.0)
    assert capsys.readouterr().err.splitlines() == [
        "review: reviewing promotions (50%)",
        "review: importing sales (100%)",
        "review: 复盘促销 (50%)",
        "review: importing sales (100%)",
    ]


def test_every_step_that_names_nothing_has_its_words_in_chinese() -> None:
    folder = Path(dealwright.__file__).parent
    said = {phrase for path in folder.rglob("*.py") for phrase in SAID.findall(path.read_text("utf-8"))}
    assert "reviewing promotions" in said
    assert sorted(said - PROGRESS_ZH.keys()) == []
