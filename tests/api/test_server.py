"""What stands around the operations: who may come in, a database that is gone, an end in good order."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api_bodies import a_cart, a_document, a_promotion, keyed
from dealwright.api.access import Admission, Scope
from dealwright.api.operations import Operation
from dealwright.api.problems import problem
from dealwright.api.server import make_app
from dealwright.till import open_till
from served_till import a_client


class OnlyWithAName:
    def admit(self, scope: Scope, operation: Operation) -> Admission:
        is_named = any(name == b"x-name" for name, _ in scope["headers"])
        return (
            Admission() if is_named else Admission(problem=problem("refused", f"{operation.name}: say who you are"))
        )

    def refresh(self) -> None:
        """There is nothing to look up."""


def test_a_guard_turns_requests_away_before_anything_is_read() -> None:
    with TestClient(make_app(open_till("memory:"), guard=OnlyWithAName())) as client:
        told = client.post("/v1/carts/evaluate", content=b"not even JSON")
        assert (told.status_code, told.json()["detail"]) == (409, "evaluate_cart: say who you are")
        assert (
            client.post("/v1/carts/evaluate", json={"cart": a_cart()}, headers={"X-Name": "a"}).status_code == 200
        )


def test_a_write_that_the_database_did_not_answer_has_an_unknown_outcome(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, logger="dealwright.api")
    with a_client(f"sqlite:///{tmp_path}/till.db") as client:
        client.put("/v1/promotions", json=a_document(a_promotion()))
        with sqlite3.connect(tmp_path / "till.db") as outside:
            tables = outside.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'till_%'")
            for (table,) in tables.fetchall():
                outside.execute(f"DROP TABLE {table}")
        told = client.post("/v1/holds", json={"cart": a_cart(), "order_id": "a"}, headers=keyed("k"))
        assert (told.status_code, told.json()["code"], told.headers["retry-after"]) == (503, "outcome_unknown", "1")
        ready = client.get("/readyz")
        assert (ready.status_code, ready.json()["code"]) == (503, "not_ready")
        assert client.get("/healthz").status_code == 200
        assert "Traceback" not in told.text
        assert "till_" not in told.text


def test_no_page_asks_another_host_for_scripts(in_memory: TestClient) -> None:
    for path in ("/docs", "/redoc"):
        assert in_memory.get(path).status_code == 404
