"""Campaigns from the draft to the till and out of it again, wherever they are kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest

from campaigns_of_tests import ANN, BOB, END, START, TEA_AND_CAKE, TEN_TEAS, a_campaign, live, off, scheduled, total
from dealwright.campaign.promotion import Promotion
from dealwright.campaign.schedule import by_the_clock
from dealwright.engine.benefits.percent_off import PercentOff
from dealwright.live.campaigns import Campaigns
from dealwright.till import Till
from ledgers import SetClock


def test_a_campaign_holds_from_its_start_to_its_end(till: Till, books: Campaigns, clock: SetClock) -> None:
    scheduled(books, a_campaign(10))
    assert total(till) == 1000
    clock.time = START - timedelta(seconds=1)
    assert books.tend().launched == ["tea"]  # it is at every till before it begins to hold
    assert total(till) == 1000
    clock.time = START
    assert total(till) == 900
    clock.time = END - timedelta(seconds=1)
    assert total(till) == 900
    clock.time = END
    assert total(till) == 1000
    assert books.tend().ended == ["tea"]
    assert till.promotions.all() == ()
    standing = books.standing("tea")
    assert standing is not None
    assert standing.state == "ended"


def test_a_day_of_the_shops_clock_is_a_day_also_when_clocks_change(
    till: Till, books: Campaigns, clock: SetClock
) -> None:
    the_long_sunday = by_the_clock("2024-10-27", "2024-10-27", zone="Europe/Berlin")
    scheduled(books, a_campaign(10, schedule=the_long_sunday))
    clock.time = clock.time.replace(month=10, day=26, hour=21, minute=59, second=30)
    books.tend()
    assert total(till) == 1000
    clock.forward(30)  # midnight in Berlin, two hours ahead of UTC
    assert total(till) == 900
    clock.forward(24 * 3600 + 3599)  # the day has 25 hours
    assert total(till) == 900
    clock.forward(1)
    assert total(till) == 1000


def test_one_resumed_before_its_start_goes_live_at_its_start(till: Till, books: Campaigns, clock: SetClock) -> None:
    scheduled(books, a_campaign())
    books.move("tea", "pause", by=ANN)
    resumed = books.move("tea", "resume", by=BOB).standing
    assert resumed is not None
    assert resumed.state == "scheduled"
    assert till.promotions.all() == ()
    clock.time = START
    assert books.tend().launched == ["tea"]
    assert total(till) == 900


@pytest.mark.parametrize("is_paused", [True, False])
def test_terms_put_past_the_campaign_do_not_stay_at_the_till(
    till: Till, books: Campaigns, clock: SetClock, is_paused: bool
) -> None:
    live(books, clock)
    standing = books.standing("tea")
    assert standing is not None
    ahead = standing.edition + 1
    if is_paused:
        paused = books.move("tea", "pause", by=ANN).standing
        assert paused is not None
        ahead = paused.revision + 1  # what it will be at the till once it is resumed
    till.promotions.put([off(90, version=ahead)])
    if is_paused:
        books.move("tea", "resume", by=BOB)
    tended = books.tend()
    held_back = books.standing("tea")
    assert held_back is not None
    assert (held_back.state, is_paused or "tea" in tended.held_back) == ("paused", True)
    assert total(till) == 1000


def test_promotions_that_go_and_come_with_a_version_change_at_one_moment(
    till: Till, books: Campaigns, clock: SetClock
) -> None:
    live(books, clock, promotions=(off(10), off(10, "CAKE")))
    assert total(till, TEA_AND_CAKE) == 1800
    stamps = {till.ledger.promotions.stamp()}
    books.revise(a_campaign(promotions=(off(50),)), by=ANN)
    books.move("tea", "approve", by=BOB)
    assert total(till, TEA_AND_CAKE) == 1500
    assert [one.id for one in till.promotions.all()] == ["TEA"]
    stamps.add(till.ledger.promotions.stamp())
    assert max(stamps) - min(stamps) == 2  # the change at one moment, then what was over is taken away


def test_a_hold_out_keeps_the_campaign_from_those_who_are_in_it(
    till: Till, books: Campaigns, clock: SetClock
) -> None:
    live(books, clock, holdout_share=Fraction(1, 10))
    assert total(till, replace(TEN_TEAS, arms={"tea": "treatment"})) == 900
    assert total(till, replace(TEN_TEAS, arms={"tea": "holdout"})) == 1000
    assert total(till) == 1000


def test_a_promotion_put_by_hand_is_neither_taken_over_nor_retired(till: Till, books: Campaigns) -> None:
    by_hand = Promotion("TEA", "EUR", PercentOff(Fraction(1)))
    till.promotions.put([by_hand])
    books.draft(a_campaign(), by=ANN)
    answer = books.move("tea", "submit", by=ANN)
    assert [one.code for one in answer.remarks if one.severity == "error"] == ["promotion_taken"]
    books.tend()
    assert till.promotions.all() == (by_hand,)
