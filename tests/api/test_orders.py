"""Hold, commit, return, cancel over HTTP: the same key gets the same bytes, and every no its status."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from api_bodies import a_cart, a_document, a_line, a_promotion, keyed


def hold(client: TestClient, order_id: str = "a", *, key: str = "hold", **given: Any) -> Any:
    return client.post("/v1/holds", json={"cart": a_cart(), "order_id": order_id, **given}, headers=keyed(key))


def test_a_cart_is_held_committed_returned_and_cancelled_to_the_cent(client: TestClient) -> None:
    client.put("/v1/promotions", json=a_document(a_promotion(benefit={"kind": "percent_off", "percent": "10.5"})))
    held = hold(client).json()
    assert (held["kind"], held["order_id"], held["evaluation"]["total_minor"]) == ("held", "a", 805)
    order = client.post(f"/v1/holds/{held['hold_id']}/commit", headers=keyed("commit")).json()
    assert (order["state"], order["refunded_minor"], order["evaluation"]) == ("committed", 0, held["evaluation"])
    assert client.get("/v1/orders/a").json() == order
    back = client.post("/v1/orders/a/returns", json={"lines": {"1": 1}}, headers=keyed("return")).json()
    rest = client.post("/v1/orders/a/cancel", headers=keyed("cancel")).json()
    assert back["amount_minor"] + rest["amount_minor"] == 805
    assert client.get("/v1/orders/a").json()["state"] == "cancelled"


def test_the_same_key_and_body_get_the_same_bytes_and_one_effect(client: TestClient) -> None:
    first, second = hold(client), hold(client)
    assert first.status_code == 201
    assert (first.status_code, first.content) == (second.status_code, second.content)
    path = f"/v1/holds/{first.json()['hold_id']}/commit"
    assert client.post(path, headers=keyed("c")).content == client.post(path, headers=keyed("c")).content


def test_a_key_that_was_used_for_another_body_is_refused_and_nothing_happens(client: TestClient) -> None:
    hold(client, "a")
    told = hold(client, "b")
    assert (told.status_code, told.json()["code"]) == (422, "key_reused")
    assert told.headers["content-type"] == "application/problem+json"
    assert client.get("/v1/orders/b").status_code == 404


@pytest.mark.parametrize("key", ["", "ein schlüssel", "x" * 201, "a b"])
def test_a_key_that_is_missing_or_odd_is_refused_before_anything_is_done(client: TestClient, key: str) -> None:
    headers = {"Idempotency-Key": key.encode()} if key else {}
    told = client.post("/v1/holds", json={"cart": a_cart(), "order_id": "a"}, headers=headers)  # type: ignore[arg-type]
    assert told.status_code == 400
    assert told.json()["code"] == ("key_malformed" if key else "key_missing")


def test_what_became_of_a_request_can_be_asked_by_its_key(client: TestClient) -> None:
    assert client.get("/v1/orders/by-key/hold").json() == {"state": "unknown", "answer": None}
    held = hold(client)
    assert client.get("/v1/orders/by-key/hold").json() == {"state": "committed", "answer": held.json()}
    refused = client.post("/v1/holds/hold_0/commit", headers=keyed("nothing/there"))
    assert (refused.status_code, refused.json()["code"]) == (404, "hold_unknown")
    outcome = client.get("/v1/orders/by-key/nothing%2Fthere").json()
    assert (outcome["state"], outcome["answer"]["code"]) == ("refused", "hold_unknown")


def test_names_that_events_could_not_tell_are_refused_before_anything_is_sold(client: TestClient) -> None:
    odd = a_cart(lines=[a_line(sku="TEA\x01")], shopper={"customer_id": "c\n1"})
    told = client.post("/v1/holds", json={"cart": odd, "order_id": "a"}, headers=keyed("odd"))
    assert (told.status_code, told.json()["code"]) == (422, "invalid_request")
    rule = "is text of 1 to 200 characters without control characters"
    assert told.json()["problems"] == [
        f"customer_id {rule}; given 'c\\n1' of length 3",
        f"line '1': sku {rule}; given 'TEA\\x01' of length 4",
    ]
    assert client.get("/v1/orders/a").status_code == 404


def test_a_released_hold_cannot_be_committed(client: TestClient) -> None:
    name = hold(client).json()["hold_id"]
    released = client.delete(f"/v1/holds/{name}", headers=keyed("release"))
    assert released.json() == {"kind": "released", "hold_id": name, "order_id": "a"}
    told = client.post(f"/v1/holds/{name}/commit", headers=keyed("commit"))
    assert (told.status_code, told.json()["code"]) == (410, "hold_released")


def test_a_price_above_the_quoted_one_is_refused(client: TestClient) -> None:
    told = hold(client, quote={"total_minor": 810})
    assert (told.status_code, told.json()["code"]) == (409, "stale_quote")
    assert hold(client, key="again", quote={"total_minor": 900}).status_code == 201


def test_a_limit_that_is_reached_names_the_promotion(client: TestClient) -> None:
    client.put("/v1/promotions", json=a_document(a_promotion(id="once", limits={"total": 1})))
    quote = {"total_minor": 810, "promotions": {"once": 1}}
    assert hold(client, "a", key="1", quote=quote).status_code == 201
    told = hold(client, "b", key="2", quote=quote)
    assert (told.status_code, told.json()["code"], told.json()["promotion_id"]) == (409, "limit_reached", "once")


def test_what_was_never_ordered_cannot_come_back(client: TestClient) -> None:
    told = client.post("/v1/orders/none/returns", json={"lines": {"1": 1}}, headers=keyed("r"))
    assert (told.status_code, told.json()["code"]) == (404, "order_unknown")
    assert client.post("/v1/orders/none/cancel", headers=keyed("c")).status_code == 404
    assert client.get("/v1/orders/none").json()["code"] == "order_unknown"


def test_more_than_was_bought_cannot_come_back(client: TestClient) -> None:
    name = hold(client).json()["hold_id"]
    client.post(f"/v1/holds/{name}/commit", headers=keyed("c"))
    told = client.post("/v1/orders/a/returns", json={"lines": {"1": 3}}, headers=keyed("r"))
    assert (told.status_code, told.json()["code"]) == (409, "already_returned")
    unknown = client.post("/v1/orders/a/returns", json={"lines": {"9": 1}}, headers=keyed("s"))
    assert (unknown.status_code, unknown.json()["code"]) == (422, "line_unknown")
    assert client.get("/v1/orders/a").json()["refunded_minor"] == 0


def test_an_order_that_could_not_be_found_by_its_name_is_not_taken(in_memory: TestClient) -> None:
    for name in ("a/b", "..", "", "a\nb"):
        told = hold(in_memory, name)
        assert (told.status_code, told.json()["code"]) == (422, "invalid_request")


def test_a_hold_that_gives_nothing_away_still_sets_its_units_aside(in_memory: TestClient) -> None:
    held = in_memory.post(
        "/v1/holds", json={"cart": a_cart(lines=[a_line(quantity=1)]), "order_id": "#1001"}, headers=keyed("k")
    )
    assert held.status_code == 201
    committed = in_memory.post(f"/v1/holds/{held.json()['hold_id']}/commit", headers=keyed("l"))
    assert committed.json()["order_id"] == "#1001"
    assert in_memory.get("/v1/orders/%231001").status_code == 200
