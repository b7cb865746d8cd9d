"""A cart is priced over HTTP: amounts, reasons, and the same bytes wherever it is asked."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest
from starlette.testclient import TestClient

from api_bodies import JSON, a_cart, a_document, a_line, a_promotion

SPEND_20 = {"kind": "minimum_spend", "amount_minor": 2000}


def test_a_cart_gets_what_is_in_force_and_learns_what_is_missing_for_the_rest(client: TestClient) -> None:
    dear = a_promotion(id="dear", conditions=[SPEND_20], lane=1)
    assert client.put("/v1/promotions", json=a_document(a_promotion(), dear)).status_code == 200
    priced = client.post("/v1/carts/evaluate", json={"cart": a_cart()}).json()
    assert (priced["goods_minor"], priced["discount_minor"], priced["total_minor"]) == (900, 90, 810)
    assert priced["lines"][0]["shares"] == [{"promotion_id": "tenth", "amount_minor": 90, "scope": "item"}]
    assert [one["promotion_id"] for one in priced["applied"]] == ["tenth"]
    (refused,) = priced["refused"]
    assert (refused["promotion_id"], refused["code"]) == ("dear", "below_minimum_spend")
    assert refused["missing_minor"] > 0


def test_who_asks_for_near_promotions_only_is_told_those_with_a_gap(client: TestClient) -> None:
    dear = a_promotion(id="dear", conditions=[SPEND_20], lane=1)
    fives = {"kind": "amount_off", "amount_minor": 5}
    small = a_promotion(
        id="small", benefit=fives, conditions=[{**SPEND_20, "amount_minor": 500}], exclusive_group="one"
    )
    tenth = a_promotion(exclusive_group="one")
    assert client.put("/v1/promotions", json=a_document(tenth, dear, small)).status_code == 200

    def told(**given: str) -> tuple[int, list[str]]:
        priced = client.post("/v1/carts/evaluate", json={"cart": a_cart(), **given}).json()
        return priced["total_minor"], [one["promotion_id"] for one in priced["refused"]]

    assert told() == told(reasons="all") == (810, ["dear", "small"])
    assert told(reasons="near") == (810, ["dear"])
    assert told(reasons="none") == (810, [])


def test_the_same_question_in_the_same_second_gets_the_same_answer_and_another_shopper_another(
    in_memory: TestClient,
) -> None:
    vip = a_promotion(id="vip", conditions=[{"kind": "in_segment", "segments": ["vip"]}])
    in_memory.put("/v1/promotions", json=a_document(vip))

    def total(**shopper: Any) -> int:
        asked = {"cart": a_cart(shopper=shopper)}
        found: int = in_memory.post("/v1/carts/evaluate", json=asked).json()["total_minor"]
        return found

    assert [total(), total(), total(segments=["vip"]), total(), total(segments=["vip"])] == [
        900,
        900,
        810,
        900,
        810,
    ]


def test_a_limit_that_is_reached_is_told_at_once_though_the_cart_was_priced_just_before(client: TestClient) -> None:
    client.put("/v1/promotions", json=a_document(a_promotion(limits={"total": 1})))
    asked = {"cart": a_cart(shopper={"customer_id": "ann"})}
    totals = [client.post("/v1/carts/evaluate", json=asked).json()["total_minor"] for _ in range(3)]
    client.post("/v1/holds", json={"cart": a_cart(), "order_id": "a"}, headers={"Idempotency-Key": "hold-a"})
    totals.append(client.post("/v1/carts/evaluate", json=asked).json()["total_minor"])
    assert totals == [810, 810, 810, 900]


def test_a_cart_can_be_priced_at_another_time(client: TestClient) -> None:
    only = {"start": "2026-11-11T00:00:00+08:00", "end": "2026-11-12T00:00:00+08:00", "zone": "Asia/Shanghai"}
    client.put("/v1/promotions", json=a_document(a_promotion(schedule=only)))
    totals = [
        client.post("/v1/carts/evaluate", json={"cart": a_cart(), "at": at}).json()["total_minor"]
        for at in ("2026-11-10T15:59:59Z", "2026-11-10T16:00:00Z", "2026-11-11T15:59:59Z", "2026-11-11T16:00:00Z")
    ]
    assert totals == [900, 810, 810, 900]


@pytest.mark.parametrize("year", ["0001", "1999", "9999"])
def test_no_sale_takes_place_in_other_millennia(in_memory: TestClient, year: str) -> None:
    told = in_memory.post("/v1/carts/evaluate", json={"cart": a_cart(), "at": f"{year}-01-01T00:00:00+23:59"})
    assert told.status_code == 422
    assert "years 2000 to 2999" in told.json()["problems"][0]


def test_names_used_twice_are_told_together(in_memory: TestClient) -> None:
    twice = a_cart(lines=[a_line(), a_line()], deliveries=[{"method": "post", "fee_minor": 490}] * 2)
    told = in_memory.post("/v1/carts/evaluate", json={"cart": twice})
    assert told.status_code == 422
    assert told.json()["problems"] == [
        "line '1' is there twice; give each line its own name",
        "delivery 'post' is there twice; add its fees up",
    ]


def test_a_limited_promotion_is_priced_by_what_others_used(client: TestClient) -> None:
    once = a_promotion(id="once", limits={"total": 1})
    client.put("/v1/promotions", json=a_document(once))
    assert client.post("/v1/carts/evaluate", json={"cart": a_cart()}).json()["total_minor"] == 810
    held = client.post("/v1/holds", json={"cart": a_cart(), "order_id": "a"}, headers={"Idempotency-Key": "hold-a"})
    assert held.status_code == 201
    priced = client.post("/v1/carts/evaluate", json={"cart": a_cart()}).json()
    assert priced["total_minor"] == 900
    assert [(one["promotion_id"], one["code"]) for one in priced["refused"]] == [("once", "limit_reached")]


def test_a_promotion_that_is_retired_gives_nothing_from_then_on(client: TestClient) -> None:
    client.put("/v1/promotions", json=a_document(a_promotion()))
    assert client.post("/v1/carts/evaluate", json={"cart": a_cart()}).json()["total_minor"] == 810
    assert client.post("/v1/promotions/tenth/retire").json() == {"promotion_id": "tenth"}
    assert client.post("/v1/carts/evaluate", json={"cart": a_cart()}).json()["total_minor"] == 900
    assert client.post("/v1/promotions/tenth/retire").status_code == 404


def test_a_long_cart_is_priced_like_a_short_one(in_memory: TestClient) -> None:
    in_memory.put("/v1/promotions", json=a_document(a_promotion()))
    lines = [a_line(line=str(number)) for number in range(500)]
    assert in_memory.post("/v1/carts/evaluate", json={"cart": a_cart(lines=lines)}).json()["total_minor"] == 405_000


ASK = """
import sys
sys.path.insert(0, {tests!r})
from api_bodies import a_cart, a_document, a_line, a_promotion
from served_till import a_client
lines = [a_line(line=str(n), sku=f"TEA{{n}}", tags=["b", "a", "é茶"], quantity=n + 1) for n in range(9)]
benefits = {{f"p{{n}}": {{"kind": "percent_off", "percent": str(n)}} for n in (3, 7, 5)}}
promotions = [a_promotion(id=name, benefit=benefits[name], exclusive_group="one") for name in benefits]
with a_client() as client:
    client.put("/v1/promotions", json=a_document(*promotions))
    body = {{"cart": a_cart(lines=lines, arms={{"x": "1", "y": "2"}}), "at": "2026-11-11T00:00:00Z"}}
    sys.stdout.buffer.write(client.post("/v1/carts/evaluate", json=body).content)
"""


def test_language_of_the_machine_and_hash_seed_do_not_change_a_byte() -> None:
    ask = ASK.format(tests=os.path.dirname(os.path.dirname(__file__)))
    asking = [
        subprocess.Popen(
            [sys.executable, "-c", ask],
            env={**os.environ, "LC_ALL": locale, "PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE,
        )
        for locale, seed in (("C", "0"), ("tr_TR.UTF-8", "1"), ("zh_CN.UTF-8", "random"))
    ]
    answers = {process.communicate()[0] for process in asking}
    assert len(answers) == 1
    assert b'"promotion_id":"p7"' in answers.pop()


def test_an_answer_is_not_kept_by_caches(in_memory: TestClient) -> None:
    answer = in_memory.post("/v1/carts/evaluate", json={"cart": a_cart()}, headers=JSON)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-type"] == "application/json"
