"""The commands about keys of clients: make one, list them, take one back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dealwright.cli.cart import TILL, Database
from dealwright.cli.options import AsJson
from dealwright.cli.screen import new_table, open_console, print_json
from dealwright.core.errors import InputError

if TYPE_CHECKING:
    from dealwright.app.service.access_ports import AccessKey

app = typer.Typer(name="key", no_args_is_help=True, help="Hand out keys to the service, and take them back.")


@app.callback()
def key() -> None:
    """Hand out keys to the service, and take them back."""


@app.command()
def new(
    label: Annotated[str, typer.Option("--label", help="Whose key it is.")],
    role: Annotated[
        str, typer.Option("--role", help="viewer, analyst, planner, approver, operator or admin.")
    ] = "viewer",
    days: Annotated[int | None, typer.Option("--days", help="After so many days it expires.", min=1)] = None,
    per_second: Annotated[int, typer.Option("--per-second", help="Requests; 0 is without limit.", min=0)] = 1_000,
    database: Database = TILL,
    as_json: AsJson = False,
) -> None:
    """Make a key; its secret is printed now and kept nowhere."""
    from dealwright.live.keys import open_keys
    from dealwright.till import open_till

    with open_till(_kept(database)) as till:
        made = open_keys(till).new(role, label, days=days, per_second=per_second)
    if as_json:
        print_json({**_document(made.key), "secret": made.secret})
        return
    told = f"{made.key.key_id} ({made.key.role.word}), told this once and kept nowhere:\n{made.secret}"
    open_console().print(told, highlight=False, markup=False, soft_wrap=True)


@app.command("list")
def list_(database: Database = TILL, as_json: AsJson = False) -> None:
    """List all keys that were ever made, without their secrets."""
    from dealwright.live.keys import open_keys
    from dealwright.till import open_till

    with open_till(_kept(database)) as till:
        keys = open_keys(till)
        found, now = keys.all(), keys.now()
    if as_json:
        print_json({"keys": [_document(each) for each in found]})
        return
    table = new_table("key", "label", "role", "opens", "expires", "per second")
    for each in found:
        opens = "yes" if each.is_usable(now) else "no"
        expires = each.expires_at.date().isoformat() if each.expires_at else "never"
        table.add_row(each.key_id, each.label, each.role.word, opens, expires, f"{each.per_second:,}")
    open_console().print(table)


@app.command()
def revoke(
    key_id: Annotated[str, typer.Argument(help="As `key list` shows it.")],
    database: Database = TILL,
    as_json: AsJson = False,
) -> None:
    """Take a key back: it opens nothing any more, on all servers within a second."""
    from dealwright.live.keys import open_keys
    from dealwright.till import open_till

    with open_till(_kept(database)) as till:
        if not open_keys(till).revoke(key_id):
            raise InputError(f"no key that opens anything is called {key_id!r}; see: dealwright key list")
    if as_json:
        print_json({"revoked": key_id})
    else:
        open_console().print(f"{key_id} opens nothing any more.", highlight=False)


def _kept(database: str) -> str:
    if database.startswith("memory:"):
        raise InputError("keys in memory are gone at once; give a database such as sqlite:///till.db")
    return database


def _document(each: AccessKey) -> dict[str, object]:
    return {
        "key_id": each.key_id,
        "label": each.label,
        "role": each.role.word,
        "tenant": each.tenant,
        "made_at": each.made_at.isoformat(),
        "expires_at": each.expires_at.isoformat() if each.expires_at else None,
        "revoked_at": each.revoked_at.isoformat() if each.revoked_at else None,
        "per_second": each.per_second,
        "burst": each.burst,
    }
