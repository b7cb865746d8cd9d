"""The report: one self-contained HTML page about a run, in English or Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from dealwright.adapters.report.sentences import reason

__all__ = ["reason", "render_report"]


def render_report(
    summary: Mapping[str, Any], *, language: str, shop_name: str | None = None, generated_on: date | None = None
) -> str:
    """The page as HTML text: no script, no request, nothing outside it.

    `summary` is what `dealwright.app.summarise.summarise` makes (or what was read back from summary.json); the
    page depends on nothing but the arguments. Raises InputError on an unknown language and MissingExtraError
    where the libraries that draw are not installed.
    """
    # The libraries that draw take seconds to load, and `reason` does not need them.
    from dealwright.adapters.report.page import render

    return render(summary, language=language, shop_name=shop_name, generated_on=generated_on)
