"""The commands about marketing money."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from dealwright.cli import show_reach
from dealwright.cli.options import Asked, with_shared_options

app = typer.Typer(name="reach", no_args_is_help=True, help="Split marketing money over channels.")


@app.callback()
def reach() -> None:
    """Split marketing money over channels."""


@app.command()
@with_shared_options
def split(
    asked: Asked,
    budget: Annotated[float, typer.Option("--budget", help="Money for each week.")],
    history: Annotated[
        str | None,
        typer.Option("--history", help="A file: channel, spent_on, spend_amount, margin_amount; else ad_spend."),
    ] = None,
    least: Annotated[
        list[str] | None, typer.Option("--least", help="At least so much a week, like search=100; once for each.")
    ] = None,
    most: Annotated[
        list[str] | None, typer.Option("--most", help="At most so much a week, like mail=50; once for each.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Also write the table as CSV here.")] = None,
) -> None:
    """Split a weekly budget over channels by what spending brought in the past, and say how sure that is."""
    from dealwright.workspace.files import save_tables

    limits = _amounts(least), _amounts(most)
    with asked.open("reach") as opened:
        found = opened.shop.split_reach(
            budget,
            history=history,
            least=limits[0],
            most=limits[1],
            scenario=opened.scenario,
            seed=asked.seed,
            progress=opened.tell,
        )
        files = save_tables({"budget_split": found.table}, out) if out else []
    show_reach.split(found, files, language=opened.language, as_json=asked.as_json)


def _amounts(given: Sequence[str] | None) -> dict[str, float]:
    read = {}
    for text in given or ():
        name, mark, amount = text.rpartition("=")
        try:
            read[name.strip()] = float(amount)
        except ValueError:
            mark = ""
        if not (mark and name.strip()):
            raise typer.BadParameter(f"a limit reads like search=100; given {text!r}")
    return read
