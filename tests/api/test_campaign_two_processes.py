"""One campaign, two processes, one SQLite file: the service prices carts while the command line moves it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from api_bodies import a_cart, a_line
from campaigns_of_tests import a_campaign, off
from command_line import run
from dealwright.campaign.campaign import Campaign
from dealwright.campaign.campaign_codec import encode_campaign
from dealwright.campaign.schedule import Schedule
from running_service import Service, a_service


@dataclass
class Shop:
    """A service, and a command line on its till."""

    service: Service
    folder: Path
    schedule: Schedule

    def type(self, action: str, *words: str, by: str = "Bob") -> str:
        database = f"sqlite:///{self.folder / 'till.db'}"
        ran = run("campaign", action, *words, "--as", by, "--database", database)
        assert ran.code == 0, ran.out + ran.err
        return ran.out.strip()

    def post(self, action: str, **body: Any) -> Any:
        return self.service.json("POST", f"/v1/campaigns/tea/{action}", body, X_Acting_As="Bob")

    def terms(self, percent: int) -> Campaign:
        return a_campaign(percent, schedule=self.schedule, contingency=(off(5),))

    def file(self, percent: int) -> str:
        path = self.folder / "tea.json"
        path.write_text(json.dumps(encode_campaign(self.terms(percent))), "utf-8")
        return str(path)

    def price(self, customer: str = "carl") -> int:
        line = a_line(quantity=10, unit_price_minor=100)
        asked = {"cart": a_cart(lines=[line], shopper={"customer_id": customer})}
        return int(self.service.json("POST", "/v1/carts/evaluate", asked)["total_minor"])

    def costs_within_a_second(self, wanted: int, customer: str = "carl") -> None:
        began = time.monotonic()
        while (found := self.price(customer)) != wanted:
            assert time.monotonic() - began < 1, f"after a second it still costs {found}"
            time.sleep(0.02)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A service over a campaign that has just begun to give 10 %."""
    folder = tmp_path / "shop"
    run("init", folder)
    with a_service(folder) as service:
        start = datetime.now(UTC) + timedelta(seconds=4)
        made = Shop(service, folder, Schedule(start, start + timedelta(days=2)))
        made.type("new", made.file(10), by="Ann")
        made.type("submit", "tea", by="Ann")
        made.type("approve", "tea")
        made.type("schedule", "tea")
        time.sleep(max(0.0, (start - datetime.now(UTC)).total_seconds()))
        made.costs_within_a_second(900)
        yield made
        assert service.json("GET", "/v1/audit/verify", X_Acting_As="Bob")["is_whole"]


def test_the_last_change_is_taken_back_from_either_door(shop: Shop) -> None:
    shop.type("revise", shop.file(20), "--reason", "more for tea", by="Ann")
    assert shop.price() == 900
    assert shop.post("approve")["campaign"]["version"] == 2
    shop.costs_within_a_second(800)
    assert shop.type("roll-back", "tea", "--reason", "it loses money") == "tea: live, version 3"
    shop.costs_within_a_second(900)
    told = shop.service.json("GET", "/v1/campaigns/tea/terms")
    assert told["campaign"]["promotions"][0]["benefit"]["percent"] == "10"
    shop.type("revise", shop.file(30), by="Ann")
    shop.type("approve", "tea")
    shop.costs_within_a_second(700)
    back = shop.post("roll-back", reason="again")["campaign"]
    assert (back["state"], back["version"], back["previous"]) == ("live", 5, 0)
    shop.costs_within_a_second(900)


def test_without_a_version_before_it_is_taken_back_entirely(shop: Shop) -> None:
    assert shop.type("roll-back", "tea", "--reason", "it loses money") == "tea: rolled back, version 1"
    shop.costs_within_a_second(1000)
    assert shop.post("resume")["code"] == "wrong_state"
    assert shop.price() == 1000


def test_the_contingency_takes_over_from_either_door_and_is_taken_back(shop: Shop) -> None:
    assert shop.type("switch", "tea") == "tea: live, version 2"
    shop.costs_within_a_second(950)
    assert shop.post("switch")["code"] == "no_contingency"
    assert shop.post("roll-back")["campaign"]["version"] == 3
    shop.costs_within_a_second(900)
    assert shop.post("switch", reason="sold out")["campaign"]["version"] == 4
    shop.costs_within_a_second(950)


def test_a_share_of_the_customers_is_kept_until_somebody_resumes(shop: Shop) -> None:
    assert shop.type("throttle", "tea", "--share", "0.5") == "tea: live for 50% of the customers, version 1"
    time.sleep(1)
    kept = {one for one in (f"c-{n}" for n in range(30)) if shop.price(one) == 900}
    assert 5 < len(kept) < 25
    assert shop.post("throttle", share="0.9")["campaign"]["share"] == "0.9"
    time.sleep(1)
    assert all(shop.price(one) == 900 for one in kept)
    assert shop.type("resume", "tea") == "tea: live, version 1"
    time.sleep(1)
    assert {shop.price(f"c-{n}") for n in range(30)} == {900}


def test_an_order_that_was_held_is_paid_at_its_price_whatever_the_other_process_does(shop: Shop) -> None:
    line = a_line(quantity=10, unit_price_minor=100)
    body = {"order_id": "o1", "cart": a_cart(lines=[line], shopper={"customer_id": "carl"}), "seconds": 600}
    held = shop.service.json("POST", "/v1/holds", body, Idempotency_Key="h1")
    assert held["evaluation"]["total_minor"] == 900
    shop.type("roll-back", "tea")
    shop.costs_within_a_second(1000)
    paid = shop.service.json("POST", f"/v1/holds/{held['hold_id']}/commit", {}, Idempotency_Key="c1")
    assert paid["evaluation"]["total_minor"] == 900
