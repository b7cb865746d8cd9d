"""What is bought at our own till is counted for campaigns, with nobody sending it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from fractions import Fraction
from signal import SIGKILL
from typing import Any

import pytest

from campaigns_of_tests import START, live, off
from dealwright.app.events.event_ports import TILL_SOURCE, Counts
from dealwright.campaign.promotion import Promotion
from dealwright.core.cart import LineItem
from dealwright.engine.benefits.delivery import FreeDelivery
from dealwright.engine.outcomes import Refunded
from dealwright.experiment.assign import arm_of
from dealwright.live.campaigns import open_campaigns
from dealwright.live.counted import CountedShop
from dealwright.live.events import Events, open_events
from dealwright.monitor.tally import Tally
from dealwright.till import Till, open_till
from ledgers import SetClock, at_once, postgres_template, sqlite_template, stored_url, till_url  # noqa: F401
from postgres_server import postgres_server  # noqa: F401
from sale_workers import exit_code_of
from shop_events import event, order_line
from till_orders import bought, die_taking

COSTS = {"TEA": 60}


def tea_costs(skus: Collection[str], currency: str) -> Mapping[str, int]:
    return {sku: COSTS[sku] for sku in skus if sku in COSTS and currency == "EUR"}


def a_shop(till: Till, clock: SetClock, **terms: Any) -> Events:
    """A till with a campaign that is live: ten per cent off tea."""
    books = open_campaigns(till)
    live(books, clock, **terms)
    return open_events(till, campaigns=CountedShop(books), costs=tea_costs)


def test_an_order_counts_once_with_the_lines_the_campaign_gave_on_what_it_took_off_and_what_they_cost(
    till: Till, clock: SetClock
) -> None:
    events = a_shop(till, clock)
    bought(till, "o1", LineItem("1", "TEA", 10, 100), LineItem("2", "CAKE", 1, 300), customer="c-1")
    assert events.take_till_orders() == Counts(1, accepted=1)
    minute = Tally(
        "tea",
        "",
        START,
        n_exposed=1,
        n_buyers=1,
        n_orders=1,
        units=10,
        net_minor=900,
        cost_minor=600,
        discount_minor=100,
        n_redemptions=1,
    )
    assert events.tallies("tea") == (minute,)
    assert events.take_till_orders() == Counts()
    assert events.tallies("tea") == (minute,)


def test_goods_whose_cost_nobody_knows_leave_the_margin_unknown(till: Till, clock: SetClock) -> None:
    events = a_shop(till, clock, promotions=(off(10), off(10, "CAKE")))
    bought(till, "o1", LineItem("1", "CAKE", 1, 300))
    events.take_till_orders()
    (minute,) = events.tallies("tea")
    assert (minute.net_minor, minute.cost_minor, minute.is_cost_known) == (270, 0, False)


def test_what_comes_back_is_given_back_by_returns_and_then_by_the_cancellation(till: Till, clock: SetClock) -> None:
    events = a_shop(till, clock)
    bought(till, "o1")
    clock.time = START + timedelta(minutes=1)
    assert isinstance(till.carts.return_lines("o1", {"1": 3}, key="r1"), Refunded)
    clock.time = START + timedelta(minutes=2)
    assert isinstance(till.carts.cancel("o1", key="x1"), Refunded)
    assert events.take_till_orders() == Counts(3, accepted=3)
    assert [(one.net_minor, one.returned_minor) for one in events.tallies("tea")] == [(900, 0), (0, 270), (0, 630)]


def test_who_is_held_out_pays_the_full_price_and_counts_in_the_hold_out(till: Till, clock: SetClock) -> None:
    events = a_shop(till, clock, holdout_share=Fraction(1, 2))
    arms = {name: arm_of(name, campaign_id="tea", holdout_share=Fraction(1, 2)) for name in map(str, range(6))}
    for name, arm in arms.items():
        bought(till, name, customer=name, arm=arm)
    events.take_till_orders()
    n_held = list(arms.values()).count("holdout")
    assert 0 < n_held < 6
    held, treated = events.tallies("tea")
    assert (held.arm, held.n_orders, held.net_minor, held.discount_minor) == ("holdout", n_held, n_held * 1000, 0)
    assert (treated.n_orders, treated.net_minor) == (6 - n_held, (6 - n_held) * 900)


def test_free_delivery_is_earned_by_the_whole_order_and_what_it_costs_is_its_discount(
    till: Till, clock: SetClock
) -> None:
    free = Promotion("free", "EUR", FreeDelivery())
    events = a_shop(till, clock, promotions=(free,))
    bought(till, "o1", LineItem("1", "TEA", 1, 100), LineItem("2", "CAKE", 1, 300), fee=500)
    events.take_till_orders()
    (minute,) = events.tallies("tea")
    assert (minute.net_minor, minute.discount_minor, minute.n_redemptions, minute.units) == (400, 500, 1, 2)


def test_a_message_that_was_delivered_to_others_first_still_counts(till: Till, clock: SetClock) -> None:
    events = a_shop(till, clock)
    bought(till, "o1")
    till.ledger.outbox.done([one.number for one in till.ledger.outbox.pending(10)], at=clock.now())
    assert events.take_till_orders() == Counts(1, accepted=1)


def test_an_order_of_a_customer_called_by_an_address_counts_and_the_address_is_not_kept(
    till: Till, clock: SetClock
) -> None:
    events = a_shop(till, clock)
    bought(till, "o1", customer="ann@example.com")
    bought(till, "o2", customer="ann@example.com")
    assert events.take_till_orders() == Counts(2, accepted=2)
    (minute,) = events.tallies("tea")
    assert (minute.n_orders, minute.n_buyers) == (2, 1)
    assert all("ann@" not in one.text for one in events.recorded())


def test_nobody_else_may_send_orders_under_the_name_of_the_till(till: Till, clock: SetClock) -> None:
    events = a_shop(till, clock)
    body = {"order_id": "o1", "lines": [order_line("TEA", promotion_ids=["TEA"])]}
    forged = event("outbox-1", "order", body, source=TILL_SOURCE)
    assert events.take([forged]) == Counts(1, quarantined=1)
    (letter,) = events.dead_letters()
    assert letter.problems[0].startswith("source 'dealwright-till' is this till's own")
    bought(till, "o1")
    assert events.take_till_orders() == Counts(1, accepted=1)


@pytest.mark.parametrize("is_first", [False, True])
def test_a_shop_that_still_sends_the_orders_of_its_till_counts_them_once(
    till: Till, clock: SetClock, is_first: bool
) -> None:
    events = a_shop(till, clock)
    line = order_line("TEA", 10, 900, discount_minor=100, promotion_ids=["TEA"], cost_minor=600)
    sent = event("1", "order", {"order_id": "o1", "currency": "EUR", "lines": [line]}) | {"at": START.isoformat()}
    bought(till, "o1")
    if is_first:
        assert events.take([sent]) == Counts(1, accepted=1)
        assert events.take_till_orders() == Counts(1, duplicates=1)
    else:
        assert events.take_till_orders() == Counts(1, accepted=1)
        assert events.take([sent]) == Counts(1, duplicates=1)
    (minute,) = events.tallies("tea")
    assert (minute.n_orders, minute.net_minor) == (1, 900)


def sent_order(name: str = "o1") -> dict[str, Any]:
    """The order as the shop's feed tells it: ten teas for 9.00 instead of 10.00."""
    line = order_line("TEA", 10, 900, discount_minor=100, promotion_ids=["TEA"], cost_minor=600)
    return event("1", "order", {"order_id": name, "currency": "EUR", "lines": [line]}) | {"at": START.isoformat()}


def sent_return(event_id: str, refund: int, *, minute: int, order_id: str = "o1") -> dict[str, Any]:
    lines = [{"sku": "TEA", "quantity": 1, "refund_minor": refund}]
    at = START + timedelta(minutes=minute)
    return event(event_id, "return", {"order_id": order_id, "lines": lines}) | {"at": at.isoformat()}


def returned(events: Events) -> list[int]:
    """What came back, minute by minute."""
    return [one.returned_minor for one in events.tallies("tea") if one.returned_minor]


@pytest.mark.parametrize("first", ["till", "feed"])
@pytest.mark.parametrize("teller", ["till", "feed"])
def test_what_comes_back_of_an_order_that_two_tell_counts_whoever_tells_it(
    till: Till, clock: SetClock, first: str, teller: str
) -> None:
    events = a_shop(till, clock)
    bought(till, "o1")
    for one in (first, "feed" if first == "till" else "till"):
        if one == "till":
            events.take_till_orders()
        else:
            events.take([sent_order()])
    clock.time = START + timedelta(minutes=1)
    if teller == "till":
        assert isinstance(till.carts.return_lines("o1", {"1": 3}, key="r1"), Refunded)
        assert events.take_till_orders() == Counts(1, accepted=1)
    else:
        assert events.take([sent_return("r1", 270, minute=1)]) == Counts(1, accepted=1)
    assert returned(events) == [270]
    (sold, _) = events.tallies("tea")
    assert (sold.n_orders, sold.net_minor) == (1, 900)


@pytest.mark.parametrize("first", ["till", "feed"])
def test_goods_that_two_say_came_back_came_back_once(till: Till, clock: SetClock, first: str) -> None:
    """The feed tells a minute later what the till has taken back, and then of more, in any order of arrival."""
    events = a_shop(till, clock)
    bought(till, "o1")
    if first == "feed":
        events.take([sent_order()])
    clock.time = START + timedelta(minutes=1)
    assert isinstance(till.carts.return_lines("o1", {"1": 3}, key="r1"), Refunded)
    clock.time = START + timedelta(minutes=9)
    told = [sent_return("r2", 90, minute=3), sent_return("r1", 270, minute=2)]
    events.take(told if first == "feed" else told[::-1])
    events.take_till_orders()
    assert returned(events) == [270, 90]
    assert isinstance(till.carts.cancel("o1", key="x1"), Refunded)
    events.take_till_orders()
    assert returned(events) == [270, 90, 540]


def test_what_comes_back_of_orders_of_other_sources_stays_with_its_source(till: Till, clock: SetClock) -> None:
    events = a_shop(till, clock)
    events.take([sent_order(), sent_return("r1", 90, minute=1) | {"source": "another shop"}])
    assert returned(events) == []
    assert events.take([sent_return("r1", 50, minute=2)]) == Counts(1, accepted=1)
    assert returned(events) == [50]


def test_many_who_take_at_once_count_each_order_once(till: Till, clock: SetClock) -> None:
    events = a_shop(till, clock)
    for number in range(12):
        bought(till, f"o{number}", LineItem("1", "TEA", 1, 100))
    counts = at_once(4, lambda _: events.take_till_orders())
    assert sum((one for one in counts if isinstance(one, Counts)), Counts()) == Counts(12, accepted=12)
    (minute,) = events.tallies("tea")
    assert (minute.n_orders, minute.net_minor) == (12, 12 * 90)


@pytest.mark.parametrize("point", ["before_commit", "after_commit_before_reply"])
def test_killed_while_it_takes_orders_the_next_process_counts_each_once(
    stored_url: str,  # noqa: F811
    clock: SetClock,
    point: str,
) -> None:
    with open_till(stored_url, clock=clock) as till:
        live(open_campaigns(till), clock)
        bought(till, "o1")
        till.carts.cancel("o1", key="x1")
        bought(till, "o2")
    assert exit_code_of(die_taking, stored_url, point) == -SIGKILL
    with open_till(stored_url, clock=clock) as till:
        events = open_events(till)
        left = events.take_till_orders()
        assert left == (Counts(3, accepted=3) if point == "before_commit" else Counts())
        (minute,) = events.tallies("tea")
        assert (minute.n_orders, minute.net_minor, minute.returned_minor) == (2, 1800, 900)
        (source,) = events.sources()
        assert source.counts == Counts(3, accepted=3)
