"""A real server in a process of its own: two workers on one database, overload of clicks, and a graceful end."""

from __future__ import annotations

import http.client
import json
import signal
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from postgres_server import postgres_server, postgres_url  # noqa: F401
from served_till import COMMAND, Server, a_server

NOW = datetime.now(UTC)
SALE = {
    "sale_id": "F",
    "sku": "TEA",
    "units": 10,
    "per_customer": 1,
    "price_minor": 499,
    "currency": "EUR",
    "start": (NOW - timedelta(hours=1)).isoformat(),
    "end": (NOW + timedelta(hours=1)).isoformat(),
}


def call(server: Server, method: str, path: str, body: Any = None, *, key: str = "") -> tuple[int, Any]:
    headers = {"Content-Type": "application/json"} if body is not None else {}
    headers |= {"Idempotency-Key": key} if key else {}
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)) as connection:
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())


def click(server: Server, n: int) -> int:
    body = {"customer_id": f"c{n}", "order_id": f"o{n}"}
    return call(server, "POST", "/v1/flash-sales/F/reservations", body, key=f"k{n}")[0]


@pytest.fixture(params=["sqlite", "postgresql"])
def two_workers(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    url = f"sqlite:///{tmp_path}/till.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    with a_server(url, workers=2) as server:
        yield server


def test_two_workers_sell_ten_units_to_ten_of_a_hundred(two_workers: Server) -> None:
    assert call(two_workers, "GET", "/readyz") == (200, {"status": "ok"})
    assert call(two_workers, "POST", "/v1/flash-sales", SALE)[0] == 201
    with ThreadPoolExecutor(16) as crowd:
        statuses = list(crowd.map(lambda n: click(two_workers, n), range(100)))
    assert sorted(statuses) == [201] * 10 + [409] * 90
    assert call(two_workers, "GET", "/v1/flash-sales/F/left") == (200, {"sale_id": "F", "units_left": 0})


def test_what_was_answered_before_the_server_was_told_to_stop_is_in_the_database(tmp_path: Path) -> None:
    answered: list[int] = []
    with a_server(f"sqlite:///{tmp_path}/till.db") as server:
        call(server, "POST", "/v1/flash-sales", {**SALE, "units": 1_000})

        def keep_clicking(first: int) -> None:
            for n in range(first, first + 1_000):
                try:
                    answered.append(click(server, n))
                except OSError:
                    return

        clicking = [threading.Thread(target=keep_clicking, args=(1_000 * each,)) for each in range(4)]
        for thread in clicking:
            thread.start()
        while len(answered) < 40:
            clicking[0].join(0.01)
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(60) == 0
        for thread in clicking:
            thread.join()
    assert set(answered) == {201}
    with sqlite3.connect(tmp_path / "till.db") as stored:
        (n_stored,) = stored.execute("SELECT count(*) FROM till_reservations").fetchone()
    assert n_stored == len(answered)


def test_servers_share_quotes_by_their_secret_which_is_changed_without_breaking_a_promise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, old, new = f"sqlite:///{tmp_path}/till.db", "the secret of last week", "the secret of this week"
    line = {"line": "1", "sku": "TEA", "quantity": 2, "unit_price_minor": 450}
    asked = {"cart": {"currency": "EUR", "lines": [line]}}
    monkeypatch.setenv("DEALWRIGHT_QUOTE_KEY", old)
    with a_server(url) as server:
        status, quoted = call(server, "POST", "/v1/quotes", asked)
        assert status == 200
    monkeypatch.setenv("DEALWRIGHT_QUOTE_KEY", f"{new}, {old}")
    with a_server(url, workers=2) as server:
        body = {**asked, "order_id": "o1", "quote": quoted["quote"]}
        assert call(server, "POST", "/v1/holds", body, key="k1")[0] == 201
        again = call(server, "POST", "/v1/quotes", asked)[1]
        assert again["quote"].split(".")[1] != quoted["quote"].split(".")[1]


def test_the_server_says_where_it_is_and_that_only_this_machine_reaches_it() -> None:
    with a_server() as server:
        assert server.said.startswith("dealwright serves http://127.0.0.1:")
        assert "only this machine reaches it" in server.said


def test_a_server_for_everybody_says_that_it_asks_for_no_keys() -> None:
    command = [*COMMAND, "--database", "memory:", "--host", "0.0.0.0", "--without-keys"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said = process.stderr.readline()
        process.terminate()
    assert "asks for no keys" in said


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--database", "mysql://nobody"], "'mysql' is not a place for a till"),
        (["--database", "memory:", "--workers", "2"], "use one worker or a database"),
        (["--database", "memory:", "--quote-key", "short"], "a key for quotes has at least 16 bytes; the 1. has 5"),
        (["--database", "memory:", "--host", "256.0.0.1"], "cannot listen on 256.0.0.1"),
        (["--database", "memory:", "--host", "0.0.0.0"], "no key was made yet: everybody could do everything"),
    ],
)
def test_a_server_that_cannot_start_says_why_in_one_line(options: list[str], told: str) -> None:
    ended = subprocess.run([*COMMAND, *options], capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert told in ended.stderr
    assert "Traceback" not in ended.stderr
