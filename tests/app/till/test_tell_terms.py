"""The reference of promotion files is what the classes say."""

from __future__ import annotations

from pathlib import Path

from dealwright.app.till.tell_terms import reference
from dealwright.engine.catalogue import BENEFITS, CONDITIONS

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "promotions.md"


def test_the_page_is_current() -> None:
    assert PAGE.read_text("utf-8") == reference(), (
        "run: dealwright promotion reference docs/reference/promotions.md"
    )


def test_every_condition_and_every_benefit_has_its_section() -> None:
    sections = {line.removeprefix("### ") for line in reference().splitlines() if line.startswith("### ")}
    assert sections == {*CONDITIONS, *BENEFITS}
