"""The commands about the audit log: show it, prove that nobody tampered with it, keep its head elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dealwright.cli import show_campaign
from dealwright.cli.cart import TILL, Database
from dealwright.cli.options import AsJson, Language
from dealwright.cli.show import language_of

app = typer.Typer(name="audit", no_args_is_help=True, help="The log of who did what: show it, verify it.")


@app.command()
def verify(
    heads: Annotated[
        Path | None, typer.Option("--heads", help="A file that 'dealwright audit head' wrote before.")
    ] = None,
    database: Database = TILL,
    language: Language = None,
    as_json: AsJson = False,
) -> None:
    """Look for entries that were deleted, edited, moved, cut off or made up; exit with 1 if there are any."""
    from dealwright.app.service.keep_audit import heads_from
    from dealwright.live.campaigns import open_campaigns
    from dealwright.till import open_till

    chosen = language_of(language, "en")
    exported = heads_from(heads.read_text("utf-8")) if heads else ()
    with open_till(database) as till:
        found = open_campaigns(till).audit.verify(exported=exported)
    show_campaign.audited(found, language=chosen, as_json=as_json)
    if not found.is_whole:
        raise typer.Exit(1)


@app.command()
def show(
    subject: Annotated[str, typer.Option("--of", help="Only what was done with it, like campaign/tea-week.")] = "",
    after: Annotated[int, typer.Option("--after", help="Only entries behind this number.", min=0)] = 0,
    database: Database = TILL,
    language: Language = None,
    as_json: AsJson = False,
) -> None:
    """Tell who did what, when, and what changed."""
    from dealwright.live.campaigns import open_campaigns
    from dealwright.till import open_till

    chosen = language_of(language, "en")
    with open_till(database) as till:
        links = open_campaigns(till).audit.links(subject=subject, after=after)
        show_campaign.links(links, language=chosen, as_json=as_json)


@app.command()
def head(
    file: Annotated[Path, typer.Argument(help="The file that the head is appended to; keep it elsewhere.")],
    database: Database = TILL,
    language: Language = None,
    as_json: AsJson = False,
) -> None:
    """Export the newest entry's number and hash, to prove later that nothing up to it was cut off or made anew."""
    from dealwright.app.service.keep_audit import head_text
    from dealwright.live.campaigns import open_campaigns
    from dealwright.till import open_till

    chosen = language_of(language, "en")
    with open_till(database) as till:
        newest = open_campaigns(till).audit.head()
    if newest is not None:
        with file.open("a", encoding="utf-8") as kept:
            kept.write(f"{head_text(newest)}\n")
    show_campaign.head_kept(newest, file, language=chosen, as_json=as_json)
