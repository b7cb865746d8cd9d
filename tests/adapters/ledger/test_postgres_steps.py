"""Steps about different tables travel as one statement, and the first that does not fit is told by its name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dealwright.adapters.ledger import schema
from dealwright.adapters.ledger import statements as sql
from dealwright.adapters.ledger.connect import connect
from dealwright.adapters.ledger.postgres_steps import statements_of
from dealwright.adapters.ledger.rows import as_rows
from dealwright.adapters.ledger.steps import Database, Step
from postgres_server import postgres_server, postgres_url  # noqa: F401


@pytest.fixture
def database(postgres_url: str) -> Iterator[Database]:  # noqa: F811
    connected = connect(postgres_url, most_connections=2)
    yield connected.database
    connected.database.close()


def key(name: str) -> Step:
    values = {"key": name, "fingerprint": "f", "answer": b"a", "hold_id": None, "at": 1}
    return Step("key", sql.keep_answer("postgresql"), values)


def message(subject: str) -> Step:
    rows = as_rows([{"kind": "told", "subject": subject, "body": "{}", "at": 1}])
    return Step("messages", sql.add_messages("postgresql"), rows, None)


def opened(name: str, limit: int) -> Step:
    return Step("open", sql.open_accounts("postgresql"), as_rows([{"account": name, "limit": limit}]), None)


def taken(name: str, units: int) -> Step:
    delta = {"account": name, "available": -units, "held": units, "used": 0, "limit": None}
    return Step("accounts", sql.move_accounts("postgresql"), as_rows([delta]))


def kept(database: Database) -> list[tuple[Any, ...]]:
    return database.rows(schema.keys.select().with_only_columns(schema.keys.c.key), {})


def test_steps_about_different_tables_are_one_statement_and_a_table_that_returns_begins_another() -> None:
    def text_of(statement: Any) -> bytes:
        return f"ABOUT {statement.table.name}".encode()

    steps = [key("k"), message("s"), opened("a", 5), taken("a", 1)]
    first, second = (one.text.decode() for one in statements_of(steps, text_of))
    assert [first.count(f"ABOUT till_{name}") for name in ("keys", "outbox", "accounts")] == [1, 1, 1]
    assert [second.count(f"ABOUT till_{name}") for name in ("keys", "outbox", "accounts")] == [0, 0, 1]


def test_an_account_that_is_opened_in_the_same_change_can_be_drawn_on_in_it(database: Database) -> None:
    assert database.write([key("k"), opened("a", 5), taken("a", 5)]) is None
    assert database.rows(schema.accounts.select(), {}) == [("a", 0, 5, 0, 5)]


def test_the_first_step_that_does_not_fit_is_named_and_nothing_of_the_change_is_written(database: Database) -> None:
    assert database.write([key("k"), opened("a", 5)]) is None
    assert database.write([key("k"), message("m"), taken("a", 6)]) == "key"
    assert database.write([key("other"), message("m"), taken("a", 6)]) == "accounts"
    assert database.write([key("other"), message("m"), opened("b", 1), taken("a", 6)]) == "accounts"
    assert kept(database) == [("k",)]
    assert database.rows(schema.outbox.select(), {}) == []
    assert database.rows(schema.accounts.select(), {}) == [("a", 5, 0, 0, 5)]


def test_a_row_that_its_table_refuses_is_told_by_the_step_that_wrote_it(database: Database) -> None:
    entry = {"account": "a", "source": "held", "target": "held", "amount": 1, "cause": "c", "at": 1}
    wrong = Step("entries", sql.add_entries("postgresql"), as_rows([entry]), None)
    assert database.write([key("k"), wrong]) == "entries"
    assert kept(database) == []


def test_the_same_change_is_written_well_after_many_that_were_refused(database: Database) -> None:
    assert database.write([key("k"), opened("a", 10)]) is None
    assert [database.write([key("k"), taken("a", 1)]) for _ in range(8)] == ["key"] * 8
    assert [database.write([key(f"k{number}"), taken("a", 1)]) for number in range(10)] == [None] * 10
    assert database.rows(schema.accounts.select(), {}) == [("a", 0, 10, 0, 10)]
