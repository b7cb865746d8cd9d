"""What the pages about customers share: whether a part is known, and of whom it tells."""

from __future__ import annotations

from typing import Any

from dealwright.adapters.report.blocks import Text
from dealwright.adapters.report.source import Source


def known_part(source: Source, name: str) -> dict[str, Any] | None:
    """A part of what is known of customers; None if sales do not name them, or the run did not ask."""
    known = source.summary.get("known_customers")
    return None if known is None or source.summary["customers"] is None else known[name]


def whom(source: Source, part: dict[str, Any]) -> list[Text]:
    """A note where not all customers were looked at."""
    f, n, drawn = source.formats, part["n_customers"], part["n_drawn"]
    if drawn >= n:
        return []
    return [Text(source.say("customers.drawn", n=f.number(n), drawn=f.number(drawn)), tone="note")]
