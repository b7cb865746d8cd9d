"""The command that puts the till's promises to the test."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dealwright.cli.options import AsJson
from dealwright.cli.progress import bar
from dealwright.cli.screen import new_table, open_console
from dealwright.core.errors import MissingExtraError

if TYPE_CHECKING:
    from dealwright.prove.proof import Report

_NEEDED = ("sqlalchemy", "alembic", "msgspec")
BROKEN = 3  # the exit code when a promise was broken


def prove(
    database: Annotated[
        str,
        typer.Option(
            envvar="DEALWRIGHT_DATABASE_URL",
            help="sqlite:///FILE, postgresql://USER@HOST/NAME, or bundled: a server of our own that is killed too.",
        ),
    ] = "sqlite:///till.db",
    size: Annotated[str, typer.Option(help="quick (minutes), standard, or thorough (hours).")] = "quick",
    only: Annotated[
        list[str] | None, typer.Option(help="One promise to prove, such as R8; give it again for more.")
    ] = None,
    seed: Annotated[int, typer.Option(min=1, help="The first seed; the report tells them all.")] = 1,
    out: Annotated[Path, typer.Option(help="The report to write; a .json for machines comes beside it.")] = Path(
        "till-proof.md"
    ),
    as_json: AsJson = False,
) -> None:
    """Race, crash and cheat the till in a fresh database beside yours, and report what held.

    Your own tables are not touched. Exits 3 if a promise was broken or a removed guard was not noticed.
    """
    _need_extra()
    from dealwright.prove.report import as_json as json_of
    from dealwright.prove.report import as_markdown
    from dealwright.prove.run import prove as run

    with bar("prove") as tell:
        report = run(database, size=size, seed=seed, progress=tell, only=only or ())
    out.write_text(as_markdown(report), encoding="utf-8")
    out.with_suffix(".json").write_text(json_of(report), encoding="utf-8")
    if as_json:
        sys.stdout.write(json_of(report) + "\n")
    else:
        _show(report, out)
    if not report.holds:
        raise typer.Exit(BROKEN)


def _show(report: Report, out: Path) -> None:
    table = new_table("promise", "holds", "tried", "violations", "mutants caught", "seconds")
    for proof in report.proofs:
        caught = sum(one.n_caught for one in proof.mutants), sum(one.n_runs for one in proof.mutants)
        table.add_row(
            f"{proof.promise} {proof.claim}",
            "yes" if proof.holds else "NO",
            f"{proof.n_trials:,}",
            str(len(proof.violations)),
            f"{caught[0]} of {caught[1]}" if proof.mutants else "",
            f"{proof.seconds:.1f}",
        )
    console = open_console()
    console.print(table)
    console.print(f"{'Every promise was kept.' if report.holds else 'A promise was broken.'} Written: {out}")


def _need_extra() -> None:
    from importlib.util import find_spec

    for library in _NEEDED:
        if find_spec(library) is None:
            raise MissingExtraError(library, extra="till", purpose="proving the till")
