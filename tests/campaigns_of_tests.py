"""A campaign for tests: tea at so many per cent off, from five minutes past noon, for a week."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from dealwright.adapters.ledger import faults
from dealwright.campaign.campaign import Campaign
from dealwright.campaign.items import Items
from dealwright.campaign.life import Action, Actor, Role
from dealwright.campaign.promotion import Limits, Promotion
from dealwright.campaign.schedule import Schedule
from dealwright.core.cart import Cart, LineItem
from dealwright.engine.benefits.percent_off import PercentOff
from dealwright.live.campaigns import Campaigns, open_campaigns
from dealwright.till import Till, open_till
from ledgers import NOON, SetClock

START = NOON + timedelta(minutes=5)
END = START + timedelta(days=7)
TEN_TEAS = Cart("EUR", (LineItem("1", "TEA", 10, 100),))
TEA_AND_CAKE = Cart("EUR", (LineItem("1", "TEA", 10, 100), LineItem("2", "CAKE", 10, 100)))


def an_actor(name: str, *roles: Role) -> Actor:
    return Actor(name, frozenset(roles))


ANN = an_actor("Ann", "planner")
BOB = an_actor("Bob", "approver", "operator")


def off(percent: int, sku: str = "TEA", *, budget: int | None = 5_000, **more: Any) -> Promotion:
    benefit = PercentOff(Fraction(percent), Items(skus=(sku,)))
    return Promotion(more.pop("id", sku), "EUR", benefit, limits=Limits(budget_minor=budget), **more)


def a_campaign(percent: int = 10, **more: Any) -> Campaign:
    """`percent` off tea, with a budget of 50.00 EUR."""
    promotions = more.pop("promotions", (off(percent),))
    schedule = more.pop("schedule", Schedule(START, END))
    return Campaign(more.pop("id", "tea"), "EUR", promotions, schedule, **{"budget_minor": 5_000} | more)


def scheduled(books: Campaigns, campaign: Campaign) -> None:
    """Bring a new campaign to where only its time must come."""
    assert books.draft(campaign, by=ANN)
    assert books.move(campaign.id, "submit", by=ANN)
    assert books.move(campaign.id, "approve", by=BOB)
    assert books.move(campaign.id, "schedule", by=BOB)


def live(books: Campaigns, clock: SetClock, **more: Any) -> None:
    """Bring a new campaign to life at its start."""
    scheduled(books, a_campaign(**more))
    clock.time = START
    assert books.tend().launched == ["tea"]


def total(till: Till, cart: Cart = TEN_TEAS) -> int:
    """What the cart costs now."""
    return till.carts.price(cart).total_minor


def within_a_second(till: Till, wanted: int, cart: Cart = TEN_TEAS) -> None:
    """The cart costs so much, at once or within a second."""
    began = time.monotonic()
    while (found := total(till, cart)) != wanted:
        assert time.monotonic() - began < 1, f"after a second it still costs {found}"
        time.sleep(0.02)


def die_moving(url: str, point: str, at_pass: int, action: Action, now: datetime) -> None:
    """Killed at the so-many-th pass of the point while something is done with the campaign."""
    with open_till(url, clock=SetClock(now)) as till:
        books = open_campaigns(till)
        faults.arm(point, "kill", at_pass=at_pass)
        books.move("tea", action, by=BOB)
