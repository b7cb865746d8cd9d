"""Input that was made to hurt: always an answer of the 4xx kind, never a stall, nothing written."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from api_bodies import JSON, a_cart, a_document, a_line, a_promotion, keyed
from served_till import Server, a_server

CART = json.dumps({"cart": a_cart()}).encode()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with a_server() as running:
        yield running


def sent(server: Server, raw: bytes) -> tuple[int, bytes]:
    """The status and the whole answer to raw bytes."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(raw)
        answer = b""
        while part := connection.recv(65_536):
            answer += part
    return int(answer[9:12]), answer


def a_request(line: str, body: bytes = b"", *headers: str, length: int | None = None) -> bytes:
    head = [f"{line} HTTP/1.1", "Host: localhost", "Connection: close", *headers]
    if body or length is not None:
        head.append(f"Content-Length: {len(body) if length is None else length}")
    return "\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + body


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Content-Type": "text/plain"}, 415, "not_json"),
        ({"Content-Type": "application/jsonp"}, 415, "not_json"),
        ({"Content-Type": "application/json; charset=latin-1"}, 415, "not_json"),
        ({"Content-Type": "application/json", "Content-Encoding": "gzip"}, 415, "not_json"),
        ({}, 415, "not_json"),
        ({"Content-Type": 'Application/JSON; charset="UTF-8"'}, 200, None),
    ],
)
def test_only_plain_json_is_read(
    in_memory: TestClient, headers: dict[str, str], status: int, code: str | None
) -> None:
    told = in_memory.post("/v1/carts/evaluate", content=CART, headers=headers)
    assert (told.status_code, told.json().get("code")) == (status, code)


def test_a_body_above_256_kib_is_refused_before_it_is_read(in_memory: TestClient) -> None:
    told = in_memory.post("/v1/carts/evaluate", content=b" " * (256 * 1024 + 1), headers=JSON)
    assert (told.status_code, told.json()["code"]) == (413, "body_too_large")


def test_a_body_that_hides_its_size_is_refused_when_it_gets_too_large(in_memory: TestClient) -> None:
    def parts() -> Iterator[bytes]:
        for _ in range(300):
            yield b" " * 1024

    told = in_memory.post("/v1/carts/evaluate", content=parts(), headers=JSON)
    assert (told.status_code, told.json()["code"]) == (413, "body_too_large")


NASTY_BODIES: dict[str, bytes] = {
    "a million lines": b'{"cart":{"currency":"EUR","lines":[' + b"{}," * 80_000 + b"{}]}}",
    "deep lists": b'{"cart":' + b"[" * 100_000,
    "deep objects": b'{"cart":' * 20_000 + b"1" + b"}" * 20_000,
    "5,000 digits": CART.replace(b"450", b"4" * 5_000),
    "an exponent": CART.replace(b"450", b"4e400000000"),
    "infinity": CART.replace(b"450", b"Infinity"),
    "not a number": CART.replace(b"450", b"NaN"),
    "minus zero": CART.replace(b'"quantity": 2', b'"quantity": -0'),
    "a NUL": CART.replace(b"TEA", b"T\\u0000A"),
    "half a pair": CART.replace(b"TEA", b"T\\udc00A"),
    "broken UTF-8": CART.replace(b"TEA", b"\xc3\x28"),
    "UTF-16": CART.decode().encode("utf-16"),
    "a raw newline in text": CART.replace(b"TEA", b"T\nA"),
    "a comment": CART + b" // hello",
    "two values": CART + CART,
    "a list": b"[]",
    "nothing": b"",
    "mixed currencies": json.dumps({"cart": a_cart(lines=[a_line(currency="USD")])}).encode(),
    "a negative quantity": json.dumps({"cart": a_cart(lines=[a_line(quantity=-1)])}).encode(),
    "a huge quantity": json.dumps({"cart": a_cart(lines=[a_line(quantity=10**18)])}).encode(),
    "a text of 5 KiB": json.dumps({"cart": a_cart(store="x" * 5_120)}).encode(),
    "a name of 200 KiB": json.dumps({"cart": {**a_cart(), "x" * 200_000: 1}}).encode(),
    "a thousand unknown fields": json.dumps({"cart": {f"linse{n}": n for n in range(1000)}}).encode(),
    "true as a price": json.dumps({"cart": a_cart(lines=[a_line(unit_price_minor=True)])}).encode(),
    "text as a price": json.dumps({"cart": a_cart(lines=[a_line(unit_price_minor="4.50")])}).encode(),
}


@pytest.mark.parametrize("name", NASTY_BODIES)
def test_a_nasty_body_is_refused_with_what_to_do(in_memory: TestClient, name: str) -> None:
    started = time.perf_counter()
    told = in_memory.post("/v1/carts/evaluate", content=NASTY_BODIES[name], headers=JSON)
    problem = told.json()
    assert told.status_code in (400, 422)
    assert told.headers["content-type"] == "application/problem+json"
    assert problem["status"] == told.status_code
    assert problem["remedy"]
    assert len(told.content) < 40_000
    assert time.perf_counter() - started < 5


def test_a_field_there_twice_is_told_in_a_document(in_memory: TestClient) -> None:
    twice = b'{"dealwright_promotions": 1, "promotions": [], "promotions": [{}]}'
    told = in_memory.put("/v1/promotions", content=twice, headers=JSON)
    assert told.status_code == 422
    assert "promotions: the field is there twice; give it once" in told.json()["problems"]


def test_a_document_with_a_typo_and_a_float_learns_of_both_and_nothing_is_put_in_force(client: TestClient) -> None:
    wrong = a_promotion(curency="EUR", benefit={"kind": "percent_off", "percent": 10.5})
    told = client.put("/v1/promotions", json=a_document(a_promotion(id="right"), wrong))
    assert told.status_code == 422
    assert len(told.json()["problems"]) == 2
    assert client.get("/v1/promotions").json()["promotions"] == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/promotions?limit=0", 422),
        ("/v1/promotions?limit=1001", 422),
        ("/v1/promotions?limit=1e3", 422),
        ("/v1/promotions?limit=%D9%A1", 422),
        ("/v1/promotions?limit=1&limit=2", 422),
        ("/v1/promotions?limti=1", 422),
        ("/v1/promotions?after=%00", 422),
        ("/v1/promotions?after=%FF%FE", 200),
        ("/v1/orders/%00", 422),
        ("/v1/orders/" + "x" * 201, 422),
        ("/v1/orders/%FF", 404),
        ("/v1/orders/a/b/c", 404),
        ("/v1/orders/", 404),
        ("/v1//orders/a", 404),
        ("/v1/coupons/" + "A" * 200, 404),
        ("/v1/coupons/%E2%82%AC", 404),
        ("/docs", 404),
        ("/index.html", 404),
    ],
)
def test_an_odd_path_is_a_problem_and_no_more(in_memory: TestClient, path: str, status: int) -> None:
    told = in_memory.get(path)
    assert told.status_code == status
    assert (told.headers["content-type"] == "application/problem+json") == (status != 200)


def test_a_wrong_method_is_told_the_right_ones(in_memory: TestClient) -> None:
    told = in_memory.delete("/v1/promotions")
    assert (told.status_code, told.headers["allow"]) == (405, "GET, PUT")
    assert told.json()["code"] == "method_not_allowed"


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (a_request("GET /healthz"), 200),
        (a_request("GET /v1/orders/\xff\xfe"), 400),
        (a_request("BREW /v1/holds"), 400),
        (a_request("POST /v1/carts/evaluate", CART, "Content-Type: application/json", "Content-Length: 5"), 400),
        (a_request("POST /v1/carts/evaluate", CART, "Content-Type: application/json", length=-5), 400),
        (a_request("POST /v1/carts/evaluate", b"", "Content-Type: application/json", length=10**18), 413),
        (a_request("POST /v1/holds", CART, "Content-Type: application/json", *["Idempotency-Key: a"] * 2), 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
    ],
)
def test_a_broken_request_is_answered_by_a_real_server_which_lives_on(
    server: Server, raw: bytes, status: int
) -> None:
    got, answer = sent(server, raw)
    assert got == status, answer
    assert sent(server, a_request("GET /healthz"))[0] == 200


def test_a_head_without_end_is_hung_up_on(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nX: ")
        with pytest.raises(OSError, match=r"reset|closed|pipe"):
            connection.sendall(b"x" * 64 * 2**20)
    assert sent(server, a_request("GET /healthz"))[0] == 200


def test_one_who_hangs_up_half_way_harms_nobody(server: Server) -> None:
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
            connection.sendall(
                a_request("POST /v1/carts/evaluate", CART[:20], "Content-Type: application/json", length=len(CART))
            )
    assert sent(server, a_request("GET /healthz"))[0] == 200


def test_what_is_refused_writes_nothing(client: TestClient) -> None:
    wrong: list[Any] = [
        {"cart": a_cart(), "order_id": "a", "secnds": 5},
        {"cart": a_cart(lines=[a_line(quantity=0)]), "order_id": "a"},
        {"cart": a_cart(lines=[a_line(), a_line()]), "order_id": "a"},
    ]
    for body in wrong:
        assert client.post("/v1/holds", json=body, headers=keyed("k")).status_code == 422
    assert client.get("/v1/orders/by-key/k").json() == {"state": "unknown", "answer": None}
    assert client.post("/v1/holds", json={"cart": a_cart(), "order_id": "a"}, headers=keyed("k")).status_code == 201
