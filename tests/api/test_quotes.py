"""Signed quotes over HTTP: asked for, checked, kept by a hold, refused with a code of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from api_bodies import a_cart, a_document, a_line, a_promotion, keyed
from dealwright.till import Till, open_till
from served_till import a_client, a_client_of

KEY = b"the key of this shop"


@pytest.fixture(params=["memory", "sqlite"])
def till(request: pytest.FixtureRequest, tmp_path: Path) -> Till:
    url = "memory:" if request.param == "memory" else f"sqlite:///{tmp_path}/till.db"
    return open_till(url, quote_keys=(KEY,))


@pytest.fixture
def client(till: Till) -> Iterator[TestClient]:
    with a_client_of(till) as opened:
        yield opened


def quote(client: TestClient, **given: Any) -> Any:
    return client.post("/v1/quotes", json={"cart": a_cart(), **given})


def hold(client: TestClient, quote: Any, *, order: str = "a", **cart: Any) -> Any:
    body = {"cart": a_cart(**cart), "order_id": order, "quote": quote}
    return client.post("/v1/holds", json=body, headers=keyed(f"hold-{order}"))


def test_a_quoted_price_is_held_although_its_promotion_was_retired(client: TestClient, till: Till) -> None:
    client.put("/v1/promotions", json=a_document(a_promotion()))
    told = quote(client, seconds=60).json()
    assert (told["total_minor"], told["promotions"], told["currency"]) == (810, {"tenth": 1}, "EUR")
    assert told["evaluation"]["total_minor"] == 810
    till.promotions.retire("tenth")
    assert hold(client, None, order="b").json()["evaluation"]["total_minor"] == 900
    held = hold(client, told["quote"])
    assert (held.status_code, held.json()["evaluation"]["total_minor"]) == (201, 810)
    assert hold(client, told["quote"]).content == held.content


def test_a_quote_can_be_checked_with_and_without_its_cart(client: TestClient) -> None:
    told = quote(client).json()
    wanted = {name: told[name] for name in ("total_minor", "currency", "promotions", "at", "expires_at")}
    for more in ({}, {"cart": a_cart()}):
        assert client.post("/v1/quotes/check", json={"quote": told["quote"], **more}).json() == wanted
    no = client.post("/v1/quotes/check", json={"quote": told["quote"], "cart": a_cart(codes=["TEN"])})
    assert (no.status_code, no.json()["code"]) == (409, "quote_other_cart")


def test_every_quote_that_cannot_be_kept_has_a_code_and_a_remedy_of_its_own(client: TestClient) -> None:
    text = quote(client).json()["quote"]
    form, name, said, seal = text.split(".")
    with a_client_of(open_till("memory:", quote_keys=(b"the key of another shop",))) as another:
        foreign = quote(another).json()["quote"]
    cases = {
        "quote_foreign": hold(client, foreign, order="b"),
        "quote_tampered": hold(client, f"{form}.{name}.{said}.{seal[::-1]}", order="c"),
        "quote_other_cart": hold(client, text, order="d", lines=[a_line(quantity=3)]),
    }
    remedies = {told.json()["remedy"] for told in cases.values()}
    assert {(told.status_code, told.json()["code"]) for told in cases.values()} == {(409, code) for code in cases}
    assert remedies == {
        "Quote the cart again.",
        "Send the quote as it was given, or quote the cart again.",
        "Send the cart exactly as it was quoted.",
    }


def test_a_server_without_a_key_says_how_it_gets_one() -> None:
    with a_client() as client:
        told = quote(client)
        assert (told.status_code, told.json()["code"]) == (404, "no_quote_key")
        assert told.json()["remedy"] == "Start it with DEALWRIGHT_QUOTE_KEY."


def test_an_unsigned_quote_is_still_a_ceiling(client: TestClient) -> None:
    told = hold(client, {"total_minor": 899})
    assert (told.status_code, told.json()["code"]) == (409, "stale_quote")
