"""A connection of a pool to PostgreSQL, for the time of one piece of work; what goes wrong in it has two names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias, cast

import psycopg
from psycopg import errors
from sqlalchemy import Engine, exc

from dealwright.adapters.ledger.steps import BusyError, LostError

_BUSY = (errors.LockNotAvailable, errors.DeadlockDetected, errors.SerializationFailure, errors.QueryCanceled)

Driver: TypeAlias = psycopg.Connection[tuple[Any, ...]]


@contextmanager
def driver_of(engine: Engine) -> Iterator[Driver]:
    """A connection; BusyError if a lock or a connection was not had in time, LostError if the server went away."""
    try:
        pooled = engine.raw_connection()
    except exc.TimeoutError as error:
        raise BusyError(str(error)) from None
    except (exc.OperationalError, psycopg.OperationalError) as error:
        raise LostError(error) from None
    try:
        yield cast(Driver, pooled.driver_connection)
    except _BUSY as error:
        raise BusyError(str(error)) from None
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        pooled.invalidate()
        engine.dispose()  # the other connections are as old as this one
        raise LostError(error) from None
    finally:
        pooled.close()


@contextmanager
def pipeline(driver: Driver) -> Iterator[None]:
    """A pipeline that ends before its first failure is raised: psycopg warns of every error that leaves one.

    A write that is refused, because something is sold out or known already, is nothing to warn of.
    """
    failed: psycopg.Error | None = None
    try:
        with driver.pipeline():
            try:
                yield
            except psycopg.Error as error:
                failed = error
    except psycopg.Error:
        if failed is None:
            raise
    if failed is not None:
        raise failed
