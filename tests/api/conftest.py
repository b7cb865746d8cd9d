"""A client of the REST API over each kind of till that needs no server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from served_till import a_client


@pytest.fixture(params=["memory", "sqlite"])
def client(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TestClient]:
    with a_client("memory:" if request.param == "memory" else f"sqlite:///{tmp_path}/till.db") as opened:
        yield opened


@pytest.fixture
def in_memory() -> Iterator[TestClient]:
    with a_client() as opened:
        yield opened
