"""What shoppers must be shown of a campaign, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from campaigns_of_tests import BOB, live, off
from dealwright.engine.conditions.shopper import InSegment
from dealwright.live.campaigns import Campaigns, open_campaigns
from dealwright.till import open_till
from ledgers import SetClock
from served_till import a_client_of

PATH = "/v1/campaigns/tea/shown-terms"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[tuple[TestClient, Campaigns]]:
    """Ten per cent off tea for all, and off cake for members, both live."""
    clock = SetClock()
    till = open_till(f"sqlite:///{tmp_path / 'till.db'}", clock=clock)
    books = open_campaigns(till)
    live(books, clock, promotions=(off(10), off(10, "CAKE", conditions=(InSegment(("member",)),))))
    with a_client_of(till) as client:
        yield client, books


def offers(client: TestClient, query: str = "") -> dict[str, Any]:
    return {one["promotion_id"]: one for one in client.get(f"{PATH}{query}").json()["offers"]}


def test_conditions_period_and_limits_of_every_promotion_are_told_in_both_languages(
    shop: tuple[TestClient, Campaigns],
) -> None:
    client, _ = shop
    tea = offers(client)["TEA"]
    assert tea["benefit"] == "10% off product TEA"
    assert (tea["start"], tea["end"], tea["stacking"]) == (
        "2024-05-01T12:05:00+00:00",
        "2024-05-08T12:05:00+00:00",
        "with others",
    )
    assert "TEA" in offers(client, "?language=zh")["TEA"]["sentence"]
    assert client.get(f"{PATH}?language=fr").status_code == 422
    assert client.get("/v1/campaigns/cake/shown-terms").json()["code"] == "campaign_unknown"


def test_an_offer_to_a_group_is_told_as_personal_and_a_cart_without_a_shopper_does_not_get_it(
    shop: tuple[TestClient, Campaigns],
) -> None:
    client, _ = shop
    told = {name: (one["personalised"], one["reasons"]) for name, one in offers(client).items()}
    assert told == {"TEA": (False, []), "CAKE": (True, ["in_segment"])}
    line = {"line": "1", "sku": "CAKE", "quantity": 10, "unit_price_minor": 100}
    member = {"currency": "EUR", "lines": [line], "shopper": {"segments": ["member"]}}
    nobody = {"currency": "EUR", "lines": [line]}
    totals = [
        client.post("/v1/carts/evaluate", json={"cart": cart}).json()["total_minor"] for cart in (member, nobody)
    ]
    assert totals == [900, 1000]


def test_the_version_is_that_of_evaluations(shop: tuple[TestClient, Campaigns]) -> None:
    client, _ = shop
    line = {"line": "1", "sku": "TEA", "quantity": 10, "unit_price_minor": 100}
    found = client.post("/v1/carts/evaluate", json={"cart": {"currency": "EUR", "lines": [line]}}).json()
    (applied,) = found["applied"]
    assert applied["version"] == offers(client)["TEA"]["version"]


def test_a_front_end_learns_from_the_hash_it_echoes_whether_it_shows_what_counts(
    shop: tuple[TestClient, Campaigns],
) -> None:
    client, books = shop
    english, chinese = (offers(client, query)["TEA"]["digest"] for query in ("", "?language=zh"))
    assert english != chinese
    for digest in (english, chinese):
        assert client.get(f"{PATH}?echoed={digest}").json()["is_current"] is True
    assert client.get(f"{PATH}?echoed={'0' * 64}").json()["is_current"] is False
    assert client.get(PATH).json()["is_current"] is None
    books.throttle("tea", Fraction(1, 2), by=BOB)
    assert client.get(f"{PATH}?echoed={english}").json()["is_current"] is False
    assert offers(client)["TEA"]["conditions"] == ["the customer is among the 50% that tea is given to"]
