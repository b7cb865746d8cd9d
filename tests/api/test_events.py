"""Events over HTTP: taken in batches, counted once, kept as dead letters if they cannot be read."""

from __future__ import annotations

import json

import pytest
from starlette.testclient import TestClient

from api_bodies import JSON
from shop_events import event, order_line


def an_order(name: str) -> dict[str, object]:
    body = {"order_id": name, "customer_id": "c-1", "currency": "EUR", "lines": [order_line()]}
    return event(name, "order", body)


def test_a_batch_is_counted_and_sending_it_again_changes_nothing(client: TestClient) -> None:
    batch = {"events": [an_order("o-1"), an_order("o-2"), an_order("o-1"), {"kind": "nonsense"}]}
    first = client.post("/v1/events", json=batch).json()
    assert first == {"sent": 4, "accepted": 2, "corrected": 0, "duplicates": 1, "quarantined": 1}
    again = client.post("/v1/events", json=batch).json()
    assert (again["sent"], again["accepted"]) == (4, 0)
    (source,) = [one for one in client.get("/v1/events/sources").json()["sources"] if one["source"] == "shop"]
    assert source["counts"]["accepted"] == 2


def test_what_cannot_be_read_is_kept_with_what_is_wrong(client: TestClient) -> None:
    client.post("/v1/events", json={"events": [{"kind": "nonsense"}, {"kind": "absurd"}]})
    first = client.get("/v1/events/dead-letters?limit=1").json()
    assert json.loads(first["letters"][0]["text"]) == {"kind": "nonsense"}
    assert first["letters"][0]["problems"]
    second = client.get(f"/v1/events/dead-letters?limit=1&cursor={first['next']}").json()
    assert json.loads(second["letters"][0]["text"]) == {"kind": "absurd"}
    assert second["next"] == ""


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 400),
        (b"[]", 422),
        (b'{"events": 5}', 422),
        (b'{"event": []}', 422),
        (b'{"events": [], "more": 1}', 422),
        (b'{"events": [\xff]}', 400),
        (b'{"events": [' + b"[" * 100_000 + b"]" * 100_000 + b"]}", 400),
        (b'{"events": [1e999, "\\u0000", null, {"at": 1}]}', 200),
        (b'{"events": [' + b",".join([b"{}"] * 10_001) + b"]}", 422),
    ],
)
def test_what_is_no_batch_is_a_problem_and_what_is_odd_inside_is_quarantined(
    client: TestClient, content: bytes, status: int
) -> None:
    told = client.post("/v1/events", content=content, headers=JSON)
    assert told.status_code == status
    if status == 200:
        assert told.json()["quarantined"] == told.json()["sent"] == 4
