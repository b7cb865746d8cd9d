"""The pages that the tests look at, drawn once."""

from __future__ import annotations

from typing import Any

import pytest

from dealwright.adapters.report import render_report
from report_summary import a_summary, an_empty_summary


@pytest.fixture
def summary() -> dict[str, Any]:
    """A summary of one's own, to change at will."""
    return a_summary()


@pytest.fixture
def empty_summary() -> dict[str, Any]:
    """The same shop, for which no promotion is worth its cost."""
    return an_empty_summary()


@pytest.fixture(scope="session")
def english_page() -> str:
    """The page of the summary as it is."""
    return render_report(a_summary(), language="en")


@pytest.fixture(scope="session")
def chinese_page() -> str:
    """The page of the summary as it is, in Chinese."""
    return render_report(a_summary(), language="zh")
