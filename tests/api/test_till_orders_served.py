"""`dealwright up`: orders of its till reach their campaign and the recommendations, and nobody sends them."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from api_bodies import a_cart, a_line
from campaigns_of_tests import a_campaign, scheduled
from command_line import run
from dealwright.campaign.schedule import Schedule
from dealwright.live.campaigns import open_campaigns
from dealwright.till import open_till
from dealwright.workspace import Workspace
from learnt_shop import sales_of
from running_service import Service, a_service

CUSTOMERS = [f"c-{number}" for number in range(12)]


def a_shop(folder: Path) -> None:
    """It knows what tea costs, has learnt from what twelve customers bought, and a campaign starts at once."""
    run("init", folder)
    rows = [(who, sku, back) for who in CUSTOMERS for sku, back in (("TEA", 7), ("MILK", 14))]
    days = [datetime.now(UTC).date() - timedelta(days=back) for *_, back in rows]
    sales_of(rows).assign(net_amount="2.50", sold_at=days).to_csv(folder / "sales.csv", index=False)
    (folder / "costs.csv").write_text("sku,starts_on,unit_cost\nTEA,2024-01-01,3.00\n")
    for name in ("sales", "costs"):
        assert run("import", name, folder / f"{name}.csv", "--shop", folder).code == 0
    with Workspace(folder) as shop:
        shop.recommender(model="buy_again", seed=0)
    with open_till(f"sqlite:///{folder / 'till.db'}") as till:
        start = datetime.now(UTC) + timedelta(seconds=3)
        scheduled(open_campaigns(till), a_campaign(schedule=Schedule(start, start + timedelta(days=1))))


def until(asked: Callable[[], Any], *, seconds: float = 60) -> float:
    began = time.monotonic()
    while not asked():
        assert time.monotonic() - began < seconds, "it never came to be"
        time.sleep(0.05)
    return time.monotonic() - began


def choices(service: Service, customer: str) -> Any:
    return service.json("GET", f"/v1/recommendations/{customer}?items=1")


def test_an_order_of_the_till_counts_for_its_campaign_and_is_known_to_recommendations(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    a_shop(folder)
    cart = a_cart(lines=[a_line()], shopper={"customer_id": "new"})
    with a_service(folder) as service:
        until(lambda: service.json("POST", "/v1/carts/evaluate", {"cart": cart})["total_minor"] == 810)
        until(lambda: choices(service, "c-1").get("is_known"))
        assert not choices(service, "new")["is_known"]
        held = service.json("POST", "/v1/holds", {"cart": cart, "order_id": "o1"}, Idempotency_Key="hold")
        service.json("POST", f"/v1/holds/{held['hold_id']}/commit", Idempotency_Key="commit")
        took = until(lambda: service.json("GET", "/v1/campaigns/tea/minutes")["minutes"])
        took += until(lambda: choices(service, "new")["is_known"])
        (minute,) = service.json("GET", "/v1/campaigns/tea/minutes")["minutes"]
        (source,) = service.json("GET", "/v1/events/sources")["sources"]
    assert amounts_of(minute) == (1, 2, 810, 600, 90)
    assert (source["source"], source["counts"]["accepted"]) == ("dealwright-till", 1)
    assert took < 3, "a second, and this machine is busy"


def amounts_of(minute: dict[str, int]) -> tuple[int, ...]:
    return tuple(minute[name] for name in ("n_orders", "units", "net_minor", "cost_minor", "discount_minor"))
