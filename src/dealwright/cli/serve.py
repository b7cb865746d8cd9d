"""The command that puts the till on the network."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from dealwright.core.errors import MissingExtraError

if TYPE_CHECKING:
    from dealwright.api.run import Opened, Setup

_NEEDED = ("fastapi", "uvicorn", "httptools", "msgspec", "sqlalchemy", "alembic")

Host = Annotated[str, typer.Option("--host", help="Whom to listen to; the default is this machine alone.")]
Port = Annotated[int, typer.Option("--port", min=0, max=65_535, help="0 takes any that is free.")]
Workers = Annotated[int, typer.Option("--workers", min=1, max=64, help="Processes; 1 or 2 are enough for a shop.")]
PseudonymKey = Annotated[
    str,
    typer.Option(
        envvar="DEALWRIGHT_PSEUDONYM_KEY",
        help="Customers in events are kept under pseudonyms made with this secret.",
        show_default=False,
    ),
]
QuoteKey = Annotated[
    str,
    typer.Option(
        envvar="DEALWRIGHT_QUOTE_KEY",
        help="Quotes are signed with this secret. To change it, give the new one, a comma and the old one.",
        show_default=False,
    ),
]
WithoutKeys = Annotated[
    bool,
    typer.Option("--without-keys", help="Let everybody do everything: only behind a proxy that checks who calls."),
]


def serve(
    database: Annotated[
        str,
        typer.Option(
            envvar="DEALWRIGHT_DATABASE_URL", help="memory:, sqlite:///FILE or postgresql://USER@HOST/NAME."
        ),
    ] = "sqlite:///till.db",
    host: Host = "127.0.0.1",
    port: Port = 8000,
    workers: Workers = 1,
    without_keys: WithoutKeys = False,
    pseudonym_key: PseudonymKey = "",
    quote_key: QuoteKey = "",
) -> None:
    """Serve the till over HTTP: price carts, hold, commit, return, flash sales, groups, presales."""
    need_extra("serving the till")
    from dealwright.api.run import Setup

    setup = Setup(
        database,
        host,
        workers,
        without_keys=without_keys,
        pseudonym_key=pseudonym_key,
        quote_keys=quote_keys(quote_key),
    )
    run(setup, port, reference="/openapi.json")


def run(setup: Setup, port: int, *, reference: str) -> None:
    """Serve this setup, and say on standard error where and to whom; `reference` is what to look at first."""
    from dealwright.api.run import listen
    from dealwright.api.run import serve as run_server

    with listen(setup.host, port) as listening:
        at = listening.getsockname()[1]
        run_server(setup, listening, on_open=lambda opened: _tell(setup, at, opened, reference))


def quote_keys(given: str) -> tuple[bytes, ...]:
    """The secrets that quotes are signed with, the one in use first."""
    return tuple(one.strip().encode() for one in given.split(",") if one.strip())


def need_extra(purpose: str) -> None:
    """MissingExtraError if what a server needs is not installed."""
    from importlib.util import find_spec

    for library in _NEEDED:
        if find_spec(library) is None:
            raise MissingExtraError(library, extra="serve", purpose=purpose)


def _tell(setup: Setup, port: int, opened: Opened, reference: str) -> None:
    shown = f"[{setup.host}]" if ":" in setup.host else setup.host
    reach = "only this machine reaches it" if setup.is_own_machine else "others reach it"
    locks = "keys are asked for" if opened.asks_for_keys else "no keys are asked for"
    if not setup.is_own_machine and not opened.asks_for_keys:
        locks = "it asks for no keys: let only a proxy that checks who calls reach it"
    sys.stderr.write(f"dealwright serves http://{shown}:{port} ({reach}; {locks}; operations: {reference})\n")
    if opened.first_secret:
        sys.stderr.write(f"The first key, an admin's, told this once: {opened.first_secret}\n")
    sys.stderr.flush()
