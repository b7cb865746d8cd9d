"""Places to try things out in: fresh databases beside the user's own, and a server that may be killed."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, exc, make_url, text

from dealwright.adapters.ledger.postgres import psycopg_url
from dealwright.core.errors import InputError


@contextmanager
def fresh_till(url: str) -> Iterator[str]:
    """The address of an empty till of the same kind, on the same disk or server; gone afterwards.

    The user's own tables are neither read nor written. InputError if the server lets us make no database.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        beside = Path(parsed.database or "till.db").absolute().parent
        folder = Path(tempfile.mkdtemp(prefix="dealwright-prove-", dir=beside))
        try:
            yield f"sqlite:///{folder / 'till.db'}"
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return
    name = f"dealwright_prove_{uuid.uuid4().hex[:12]}"
    _tell(url, f'CREATE DATABASE "{name}"')
    try:
        yield parsed.set(database=name).render_as_string(hide_password=False)
    finally:
        _tell(url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _tell(url: str, command: str) -> None:
    engine = create_engine(psycopg_url(url), isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(command))
    except exc.SQLAlchemyError as error:
        raise InputError(
            f"the proof makes a database of its own beside yours, which the server refused ({error}); "
            "give a user that may create databases"
        ) from None
    finally:
        engine.dispose()
