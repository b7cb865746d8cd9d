"""The command that runs everything: the API, the sweeper and the worker of jobs, over one workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dealwright.cli.options import HERE
from dealwright.cli.serve import (
    Host,
    Port,
    PseudonymKey,
    QuoteKey,
    WithoutKeys,
    Workers,
    need_extra,
    quote_keys,
    run,
)
from dealwright.core.errors import WorkspaceError


def up(
    workspace: Annotated[
        Path, typer.Option("--workspace", "--shop", help="The workspace folder.", show_default="this folder")
    ] = HERE,
    database: Annotated[
        str | None,
        typer.Option(
            envvar="DEALWRIGHT_DATABASE_URL", help="Of the till; without it, till.db in the workspace folder."
        ),
    ] = None,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    workers: Workers = 1,
    without_keys: WithoutKeys = False,
    pseudonym_key: PseudonymKey = "",
    quote_key: QuoteKey = "",
) -> None:
    """Run the whole service: the API, a page for people, the sweeper, and long work as jobs."""
    need_extra("running the service")
    from dealwright.api.run import Setup
    from dealwright.settings import FILE_NAME

    if not (workspace / FILE_NAME).exists():
        raise WorkspaceError(
            f"{workspace} is no workspace (it has no {FILE_NAME}); make one with: dealwright init {workspace}"
        )
    folder = workspace.resolve()
    setup = Setup(
        database or f"sqlite:///{folder / 'till.db'}",
        host,
        workers,
        folder=folder,
        without_keys=without_keys,
        makes_first_key=True,
        logs_json=True,
        pseudonym_key=pseudonym_key,
        quote_keys=quote_keys(quote_key),
    )
    run(setup, port, reference="/")
