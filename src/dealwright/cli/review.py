"""The command about promotions that are over."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from dealwright.cli import show_review
from dealwright.cli.options import Asked, with_shared_options


@with_shared_options
def review(
    asked: Asked,
    since: Annotated[
        datetime | None,
        typer.Option(
            "--since", formats=["%Y-%m-%d"], help="That began on this day or later; else in the latest 13 weeks."
        ),
    ] = None,
    most: Annotated[int, typer.Option("--most", help="Rows to show, latest first.", min=1)] = 20,
    out: Annotated[Path | None, typer.Option("--out", help="Also write reviews.csv here.")] = None,
) -> None:
    """Say what promotions of the past really earned, part by part, and which to run again."""
    from dealwright.workspace.files import save_tables

    with asked.open("review") as opened:
        found = opened.shop.review(
            since=since.date() if since else None, scenario=opened.scenario, seed=asked.seed, progress=opened.tell
        )
        files = save_tables({"reviews": found.table()}, out) if out else []
        currency = opened.shop.currency
    show_review.reviews(found, files, most=most, currency=currency, language=opened.language, as_json=asked.as_json)
