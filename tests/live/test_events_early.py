"""Who sees a campaign before its time, by a clock that is off or on a page that is early."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from campaigns_of_tests import ANN, BOB, START, a_campaign, off, scheduled
from dealwright.app.events.event_ports import Counts
from dealwright.live.campaigns import Campaigns
from dealwright.live.counted import CountedShop
from dealwright.live.events import Events, open_events
from dealwright.till import Till
from ledgers import SetClock
from shop_events import event, order_line


@pytest.fixture
def events(till: Till, books: Campaigns, clock: SetClock) -> Events:
    clock.time = START + timedelta(hours=1)
    return open_events(till, campaigns=CountedShop(books))


def seen(name: str, *, minutes: float, customer: str = "c-1", kind: str = "view") -> dict[str, Any]:
    """The campaign, so many minutes after its start."""
    body = {"customer": customer, "campaign_id": "tea"}
    return event(name, kind, body) | {"at": (START + timedelta(minutes=minutes)).isoformat()}


def exposed(events: Events) -> list[tuple[float, int]]:
    """How many customers were first seen how many minutes after the start."""
    return [((one.start - START) / timedelta(minutes=1), one.n_exposed) for one in events.tallies("tea")]


def test_a_first_sight_told_by_a_clock_minutes_behind_counts_at_the_start(
    books: Campaigns, events: Events, clock: SetClock
) -> None:
    clock.time = START - timedelta(hours=1)
    scheduled(books, a_campaign())
    clock.time = START + timedelta(hours=1)
    early = [seen("1", minutes=-4, customer="c-1"), seen("2", minutes=-5, customer="c-2", kind="cart")]
    assert events.take([*early, seen("3", minutes=2, customer="c-1")]) == Counts(3, accepted=3)
    assert exposed(events) == [(0, 2)]


def test_what_is_shown_long_before_the_start_is_no_sight_of_the_campaign(
    books: Campaigns, events: Events, clock: SetClock
) -> None:
    clock.time = START - timedelta(hours=1)
    scheduled(books, a_campaign())
    clock.time = START + timedelta(hours=1)
    assert events.take([seen("1", minutes=-6), seen("2", minutes=7)]) == Counts(2, accepted=2)
    assert exposed(events) == [(7, 1)]


@pytest.mark.parametrize("steps", [(), ("submit",), ("submit", "approve")])
def test_views_of_a_campaign_that_is_not_scheduled_yet_are_taken_and_count_for_nobody(
    books: Campaigns, events: Events, clock: SetClock, steps: tuple[Any, ...]
) -> None:
    clock.time = START - timedelta(hours=1)
    assert books.draft(a_campaign(), by=ANN)
    for step in steps:
        assert books.move("tea", step, by=ANN if step == "submit" else BOB)
    assert events.take([seen("1", minutes=-61)]) == Counts(1, accepted=1)
    assert (events.tallies("tea"), events.dead_letters()) == ((), ())


def test_money_of_a_campaign_that_was_never_scheduled_waits_until_it_is(
    books: Campaigns, events: Events, clock: SetClock
) -> None:
    clock.time = START - timedelta(hours=1)
    assert books.draft(a_campaign(), by=ANN)
    body = {"order_id": "o1", "campaign_id": "tea", "currency": "EUR", "lines": [order_line("TEA")]}
    order = event("1", "order", body) | {"at": clock.time.isoformat()}
    assert events.take([order]) == Counts(1, quarantined=1)
    (letter,) = events.dead_letters()
    assert letter.problems == ("body.campaign_id: campaign 'tea' was never scheduled; schedule it and replay",)


def test_only_what_names_a_campaign_nobody_made_is_a_dead_letter_and_one_made_this_second_is_known(
    books: Campaigns, events: Events, clock: SetClock
) -> None:
    clock.time = START - timedelta(hours=1)
    unknown = seen("1", minutes=-61)
    assert events.take([unknown]) == Counts(1, quarantined=1)
    assert books.draft(a_campaign(), by=ANN)
    assert events.take([seen("2", minutes=-61)]) == Counts(1, accepted=1)
    other = replace(a_campaign(id="cake", promotions=(off(10, "CAKE"),)))
    assert books.draft(other, by=ANN)
    assert events.replay().taken == 1
