"""Mistakes around campaigns, made over HTTP: each is told, with what to do, and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from campaigns_of_tests import END, START, a_campaign, live, off
from dealwright.app.campaigns.check_campaign import HouseRules
from dealwright.campaign.campaign import Campaign
from dealwright.campaign.campaign_codec import encode_campaign
from dealwright.campaign.campaign_lint import Goods
from dealwright.campaign.schedule import Schedule
from dealwright.live.campaigns import open_campaigns
from dealwright.till import Till, open_till
from ledgers import NOON, SetClock
from live_events import sale
from served_till import a_client_of

FIVE_MINUTES = timedelta(minutes=5)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def till(tmp_path: Path, clock: SetClock) -> Till:
    return open_till(f"sqlite:///{tmp_path / 'till.db'}", clock=clock)


@pytest.fixture
def client(till: Till) -> Iterator[TestClient]:
    with a_client_of(till) as made:
        yield made


def submitted(client: TestClient, campaign: Campaign) -> list[str]:
    """What stops the campaign on its way to approval."""
    assert client.post("/v1/campaigns", json=encode_campaign(campaign)).status_code == 201
    told = client.post("/v1/campaigns/tea/submit", json={})
    assert (told.status_code, told.json()["code"]) == (409, "problems_found")
    assert client.get("/v1/campaigns/tea").json()["state"] == "draft"
    problems: list[str] = told.json()["problems"]
    return problems


def test_a_campaign_that_starts_in_the_past_is_not_approved(client: TestClient) -> None:
    past = a_campaign(schedule=Schedule(NOON - timedelta(seconds=1), END))
    assert submitted(client, past) == [
        "it starts in the past (2024-05-01 11:59:59+00:00; it is 2024-05-01T12:00+00:00) set a later start"
    ]


def test_a_campaign_that_overlaps_itself_is_not_approved(client: TestClient) -> None:
    twice = a_campaign(promotions=(off(10), off(10, id="TEA-AGAIN")))
    assert any(one.startswith("it gives the same as TEA at the same time") for one in submitted(client, twice))


def test_a_campaign_without_stock_is_not_approved(client: TestClient, till: Till) -> None:
    till.stock.load("TEA", 0)
    assert submitted(client, a_campaign()) == [
        "nothing it is for is in stock (TEA) load stock, or take the promotion out"
    ]


def test_a_campaign_without_a_budget_is_not_approved(client: TestClient) -> None:
    assert submitted(client, a_campaign(budget_minor=None)) == [
        "it has no budget set budget_minor or ceiling_minor"
    ]


def test_a_price_below_its_floor_is_not_approved_and_never_charged(till: Till) -> None:
    rules = HouseRules(goods=lambda _: {"TEA": Goods(price_minor=100, floor_minor=95)})
    books = open_campaigns(till, rules=rules)
    remarks = books.check(a_campaign(10))
    assert [(one.code, one.severity) for one in remarks] == [("below_floor", "error")]
    assert [one.code for one in books.check(a_campaign(5))] == []


def test_an_event_of_an_unknown_campaign_is_kept_aside_with_the_remedy(client: TestClient) -> None:
    order = sale("o1", at=NOON)
    order["body"]["campaign_id"] = "coffee"
    assert client.post("/v1/events", json={"events": [order]}).json()["quarantined"] == 1
    (letter,) = client.get("/v1/events/dead-letters").json()["letters"]
    assert "no campaign is called 'coffee'" in letter["problems"][0]
    assert "make the campaign and replay, or correct the name" in letter["problems"][0]


def test_an_event_of_a_clock_five_minutes_fast_is_kept_aside_with_the_remedy(
    client: TestClient, till: Till, clock: SetClock
) -> None:
    live(open_campaigns(till), clock)
    fast = sale("fast", at=clock.time + FIVE_MINUTES)
    assert client.post("/v1/events", json={"events": [fast]}).json()["quarantined"] == 1
    (letter,) = client.get("/v1/events/dead-letters").json()["letters"]
    assert "300 s ahead of our clock; set the sender's clock right" in letter["problems"][0]


def test_an_event_of_a_clock_five_minutes_slow_counts_in_its_minute(
    client: TestClient, till: Till, clock: SetClock
) -> None:
    live(open_campaigns(till), clock)
    clock.time = START + 2 * FIVE_MINUTES
    slow = sale("slow", at=clock.time - FIVE_MINUTES)
    assert client.post("/v1/events", json={"events": [slow]}).json()["accepted"] == 1
    minutes: Any = client.get("/v1/campaigns/tea/minutes").json()["minutes"]
    assert [(one["start"], one["n_orders"]) for one in minutes] == [("2024-05-01T12:10:00Z", 1)]


def test_a_clock_five_minutes_off_neither_opens_nor_prolongs_a_campaign(till: Till, clock: SetClock) -> None:
    """The till's clock decides; what a cart says of the time only foretells."""
    live(open_campaigns(till), clock)
    with a_client_of(till) as client:
        for now, total in ((START - FIVE_MINUTES, 1000), (START, 900), (END, 1000)):
            clock.time = now
            line = {"line": "1", "sku": "TEA", "quantity": 10, "unit_price_minor": 100}
            body = {"order_id": f"o{total}-{now:%d%H%M}", "cart": {"currency": "EUR", "lines": [line]}}
            key = {"Idempotency-Key": f"k-{now:%d%H%M}", "Date": "Wed, 01 May 2024 12:05:00 GMT"}
            assert client.post("/v1/holds", json=body, headers=key).json()["evaluation"]["total_minor"] == total
