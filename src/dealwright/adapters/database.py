"""Rows of any database that SQLAlchemy reaches."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dealwright.adapters.files import TextRow, cell_text
from dealwright.core.errors import InputError, MissingExtraError
from dealwright.data.delivery import Source, checked_header

if TYPE_CHECKING:
    import sqlalchemy

_ROWS_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What a database answered: the column names, and the rows one after another, every value as text.

    `name` is the address without its password.
    """

    name: str
    header: tuple[str, ...]
    rows: Iterator[TextRow]


@contextmanager
def ask(source: Source) -> Iterator[Answer]:
    """The rows of the source's table or query, streamed; InputError if the database refuses."""
    try:
        import sqlalchemy
    except ImportError:
        raise MissingExtraError("sqlalchemy", extra="database", purpose="reading databases") from None
    engine = _engine(source.place)
    if not (source.query and source.query.strip()):
        raise InputError("a database needs a table's name or a SELECT to read; give one as the query")
    name = engine.url.render_as_string(hide_password=True)
    try:
        with engine.connect().execution_options(stream_results=True, yield_per=_ROWS_AT_ONCE) as connection:
            result = connection.execute(_statement(source.query))
            header = checked_header(list(result.keys()), source=name)
            yield Answer(name, header, _numbered(result))
    except sqlalchemy.exc.SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        raise InputError(
            f"{name} cannot answer {source.query!r}: {cause}. Check the address, the name and your rights"
        ) from None
    finally:
        engine.dispose()


def _engine(url: str) -> sqlalchemy.Engine:
    import sqlalchemy

    try:
        engine = sqlalchemy.create_engine(url)
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            str(error.name), extra="postgres", purpose=f"a database of the kind {url.split(':')[0]!r}"
        ) from None
    except sqlalchemy.exc.ArgumentError:
        scheme = url.split("://")[0]
        raise InputError(
            f"{scheme!r} is not a database address that is known; write it like sqlite:///shop.db or "
            "postgresql+psycopg://user:password@host/shop. Files from the web must be downloaded first"
        ) from None
    file = engine.url.database
    # SQLite would make an empty database where there is none.
    is_file = engine.url.get_backend_name() == "sqlite" and file and not file.startswith((":", "file:"))
    if is_file and not Path(str(file)).is_file():
        raise InputError(f"there is no file {file!r}; a path from the root is written sqlite:////data/shop.db")
    return engine


def _statement(query: str) -> sqlalchemy.Executable:
    import sqlalchemy

    if query.lstrip().split(None, 1)[0].casefold() in ("select", "with"):
        return sqlalchemy.text(query)
    *schema, name = query.split(".")
    table = sqlalchemy.table(name, schema=".".join(schema) or None)
    return sqlalchemy.select(sqlalchemy.text("*")).select_from(table)


def _numbered(result: sqlalchemy.CursorResult[object]) -> Iterator[TextRow]:
    for number, row in enumerate(result, start=1):
        yield number, tuple(map(cell_text, row))
