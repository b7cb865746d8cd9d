"""The command that puts the till on the network."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from dealwright.core.errors import MissingExtraError

_NEEDED = ("fastapi", "uvicorn", "httptools", "msgspec", "sqlalchemy", "alembic")
_OWN_MACHINE = ("127.0.0.1", "::1", "localhost")


def serve(
    database: Annotated[
        str,
        typer.Option(
            envvar="DEALWRIGHT_DATABASE_URL", help="memory:, sqlite:///FILE or postgresql://USER@HOST/NAME."
        ),
    ] = "sqlite:///till.db",
    host: Annotated[str, typer.Option(help="Whom to listen to; the default is this machine alone.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="0 takes any that is free.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes; 1 or 2 are enough for a shop.")] = 1,
) -> None:
    """Serve the till over HTTP: price carts, hold, commit, return, flash sales, groups, presales."""
    _need_extra()
    from dealwright.api.run import listen
    from dealwright.api.run import serve as run

    with listen(host, port) as listening:
        port = listening.getsockname()[1]
        run(database, listening, workers=workers, on_open=lambda: _tell(host, port))


def _need_extra() -> None:
    from importlib.util import find_spec

    for library in _NEEDED:
        if find_spec(library) is None:
            raise MissingExtraError(library, extra="serve", purpose="serving the till")


def _tell(host: str, port: int) -> None:
    shown = f"[{host}]" if ":" in host else host
    reach = (
        "only this machine reaches it"
        if host in _OWN_MACHINE
        else "it asks for no keys: let only a proxy that checks who calls reach it"
    )
    sys.stderr.write(f"dealwright serves http://{shown}:{port} ({reach}; operations: /openapi.json)\n")
    sys.stderr.flush()
