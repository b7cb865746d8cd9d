"""Coupons, flash sales, group buys and presales over HTTP."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from api_bodies import a_document, a_promotion, keyed

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


def a_sale(**given: Any) -> dict[str, Any]:
    window = {"start": (NOW - DAY).isoformat(), "end": (NOW + DAY).isoformat()}
    terms = {"sale_id": "F1", "sku": "TEA", "units": 3, "per_customer": 2, "price_minor": 499, "currency": "EUR"}
    return {**terms, **window, **given}


def a_group() -> dict[str, Any]:
    terms = {"group_id": "G", "seats": 2, "price_minor": 990, "currency": "EUR"}
    return {**terms, "deadline": (NOW + DAY).isoformat()}


def reserve(client: TestClient, customer: str, quantity: int = 1, *, key: str = "", sale: str = "F1") -> Any:
    body = {"customer_id": customer, "order_id": f"order-{customer}", "quantity": quantity}
    return client.post(f"/v1/flash-sales/{sale}/reservations", json=body, headers=keyed(key or customer))


def test_flash_units_are_reserved_once_per_key_and_never_oversold(client: TestClient) -> None:
    assert client.post("/v1/flash-sales", json=a_sale()).status_code == 201
    first = reserve(client, "ann", 2)
    assert (first.status_code, first.json()["amount_minor"]) == (201, 998)
    assert reserve(client, "ann", 2).content == first.content
    assert client.get("/v1/flash-sales/F1/left").json() == {"sale_id": "F1", "units_left": 1}
    told = reserve(client, "bob", 2)
    assert (told.status_code, told.json()["code"], told.json()["missing_quantity"]) == (409, "sold_out", 1)
    assert reserve(client, "ann", 1, key="more").json()["code"] == "customer_limit_reached"
    assert reserve(client, "ann", 1).json()["code"] == "key_reused"


def test_ten_units_go_to_ten_of_forty_who_click_at_once(client: TestClient) -> None:
    client.post("/v1/flash-sales", json=a_sale(units=10, per_customer=1))
    with ThreadPoolExecutor(8) as crowd:
        statuses = list(crowd.map(lambda n: reserve(client, f"c{n}").status_code, range(40)))
    assert sorted(statuses) == [201] * 10 + [409] * 30
    assert client.get("/v1/flash-sales/F1/left").json()["units_left"] == 0


def test_a_reservation_is_paid_or_given_back_once(client: TestClient) -> None:
    client.post("/v1/flash-sales", json=a_sale())
    paid, given = (reserve(client, who).json()["reservation_id"] for who in ("ann", "bob"))
    assert client.post(f"/v1/reservations/{paid}/commit").json()["state"] == "sold"
    assert client.post(f"/v1/reservations/{paid}/commit").json()["state"] == "sold"
    assert client.delete(f"/v1/reservations/{given}").json()["state"] == "released"
    assert client.post(f"/v1/reservations/{given}/commit").status_code in (409, 410)
    assert client.get(f"/v1/reservations/{given}").json()["state"] == "released"
    assert client.get("/v1/flash-sales/F1/left").json()["units_left"] == 2
    assert client.post("/v1/reservations/none/commit").json()["code"] == "reservation_unknown"


@pytest.mark.parametrize(
    ("start", "end", "status", "code"),
    [(DAY, 2 * DAY, 409, "not_started"), (-2 * DAY, -DAY, 410, "ended")],
)
def test_outside_its_window_a_sale_sells_nothing(
    in_memory: TestClient, start: timedelta, end: timedelta, status: int, code: str
) -> None:
    in_memory.post("/v1/flash-sales", json=a_sale(start=(NOW + start).isoformat(), end=(NOW + end).isoformat()))
    told = reserve(in_memory, "ann")
    assert (told.status_code, told.json()["code"]) == (status, code)


def test_terms_of_a_sale_are_repeated_but_never_edited(client: TestClient) -> None:
    assert (
        client.post("/v1/flash-sales", json=a_sale()).json() == client.post("/v1/flash-sales", json=a_sale()).json()
    )
    assert client.post("/v1/flash-sales", json=a_sale(units=4)).status_code == 422
    assert client.get("/v1/flash-sales/none/left").json()["code"] == "sale_unknown"
    assert reserve(client, "ann", sale="none").json()["code"] == "sale_unknown"


def test_a_group_succeeds_when_its_last_seat_is_paid(client: TestClient) -> None:
    assert client.post("/v1/groups", json=a_group()).status_code == 201
    join = {"customer_id": "ann", "is_paid": True}
    first = client.post("/v1/groups/G/members", json=join, headers=keyed("a"))
    assert (first.status_code, first.json()["is_paid"]) == (201, True)
    assert client.post("/v1/groups/G/members", json=join, headers=keyed("a")).content == first.content
    assert client.post("/v1/groups/G/members", json=join, headers=keyed("x")).json()["code"] == "already_member"
    client.post("/v1/groups/G/members", json={"customer_id": "bob"}, headers=keyed("b"))
    late = client.post("/v1/groups/G/members", json={"customer_id": "cy"}, headers=keyed("c"))
    assert (late.status_code, late.json()["code"]) == (409, "group_full")
    paid = client.post("/v1/groups/G/payments", json={"customer_id": "bob"}, headers=keyed("p"))
    assert paid.json()["then"] == "succeeded"
    standing = client.get("/v1/groups/G").json()
    assert (standing["state"], standing["seats_left"], standing["n_paid"]) == ("succeeded", 0, 2)
    left = client.post("/v1/groups/G/refunds", json={"customer_id": "ann"}, headers=keyed("l")).json()
    assert (left["amount_minor"], left["group_state"]) == (990, "succeeded")


def test_a_group_that_is_called_off_is_cancelled(client: TestClient) -> None:
    client.post("/v1/groups", json=a_group())
    assert client.post("/v1/groups/G/cancel").json()["state"] == "cancelled"
    assert client.get("/v1/groups/none").json()["code"] == "group_unknown"


def test_a_deposit_counts_for_more_when_the_balance_is_paid(client: TestClient) -> None:
    moments = {"deposit_start": -DAY, "deposit_end": DAY, "balance_start": -DAY, "balance_end": 2 * DAY}
    amounts = {"price_minor": 10_000, "deposit_minor": 1_000, "deposit_counts_minor": 2_000}
    presale = {"presale_id": "P", "sku": "COAT", "units": 5, "per_customer": 1, "currency": "EUR", **amounts}
    presale |= {name: (NOW + shift).isoformat() for name, shift in moments.items()}
    assert client.post("/v1/presales", json=presale).status_code == 201
    body = {"customer_id": "ann", "order_id": "O"}
    deposit = client.post("/v1/presales/P/deposits", json=body, headers=keyed("d")).json()
    assert (deposit["deposit_minor"], deposit["balance_minor"]) == (1_000, 8_000)
    balance = client.post("/v1/presale-orders/O/balance", json={"discount_minor": 500}, headers=keyed("b")).json()
    assert (balance["discount_minor"], balance["due_minor"]) == (500, 7_500)
    assert client.get("/v1/presale-orders/O").json()["state"] == "completed"
    told = client.post("/v1/presale-orders/O/cancel", json={"by_shop": True}, headers=keyed("c"))
    assert (told.status_code, told.json()["code"]) == (409, "already_committed")


def test_coupon_codes_are_told_once_and_worth_something_to_their_owner_only(client: TestClient) -> None:
    client.put("/v1/promotions", json=a_document(a_promotion(batch="autumn")))
    batch = {"id": "autumn", "promotion_id": "tenth", "n_codes": 2, "customer_ids": ["ann", "bob"]}
    issued = client.post("/v1/coupons/batches", json=batch).json()
    assert (len(issued["codes"]), issued["customer_ids"]) == (2, ["ann", "bob"])
    code = issued["codes"][0]
    worth = client.get(f"/v1/coupons/{code}?customer_id=ann").json()
    assert (worth["promotion_id"], worth["state"], worth["uses_left"]) == ("tenth", "valid", 1)
    foreign = client.get(f"/v1/coupons/{code}?customer_id=bob")
    unknown = client.get("/v1/coupons/0000-0000-0000-0000?customer_id=bob")
    assert foreign.status_code == unknown.status_code == 404
    assert foreign.content == unknown.content
    assert client.post("/v1/coupons/batches", json=batch).status_code == 422
