"""Events are counted for the campaigns that the shop itself launched."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

from campaigns_of_tests import ANN, BOB, END, START, a_campaign, off, scheduled
from dealwright.app.events.event_ports import CountedCampaign
from dealwright.campaign.items import Items
from dealwright.engine.benefits.percent_off import PercentOff
from dealwright.experiment.assign import arm_of
from dealwright.live.campaigns import open_campaigns
from dealwright.live.counted import CountedShop, assigned_arm, counted_campaign
from dealwright.live.events import open_events
from dealwright.till import open_till
from ledgers import SetClock
from shop_events import event


def test_a_campaign_is_known_by_its_promotions_and_by_the_skus_all_its_benefits_name() -> None:
    campaign = a_campaign(promotions=(off(10), off(20, "CAKE")), contingency=(off(5, id="less"),))
    assert counted_campaign(campaign) == CountedCampaign(
        "tea", ("CAKE", "TEA", "less"), ("CAKE", "TEA"), start=START, end=END, currency="EUR"
    )


def test_a_benefit_of_a_whole_category_gives_no_skus_to_know_it_by() -> None:
    wide = replace(off(10), benefit=PercentOff(Fraction(10), Items(categories=("hot",))))
    assert counted_campaign(a_campaign(promotions=(wide,))).skus == ()
    assert counted_campaign(a_campaign(promotions=(wide, off(20, "CAKE")))).skus == ()
    without = replace(off(10), benefit=PercentOff(Fraction(10), Items(skus=("TEA",), not_tags=("old",))))
    assert counted_campaign(a_campaign(promotions=(without,))).skus == ()


def test_a_customer_is_in_the_arm_that_the_till_gives_too() -> None:
    campaign = counted_campaign(a_campaign(holdout_share=Fraction(1, 4)))
    for number in range(50):
        customer = f"c-{number}"
        expected = arm_of(customer, campaign_id="tea", holdout_share=Fraction(1, 4))
        assert assigned_arm(campaign, customer) == expected


def test_a_draft_counts_nothing_a_scheduled_campaign_does_and_one_that_ended_still_takes_late_events() -> None:
    clock = SetClock()
    with open_till("memory:", clock=clock) as till:
        books = open_campaigns(till)
        shop = CountedShop(books)
        assert books.draft(a_campaign(id="later", promotions=(off(10, "CAKE"),)), by=ANN)
        scheduled(books, a_campaign(holdout_share=Fraction(1, 4)))
        assert [one.campaign_id for one in shop.counted()] == ["tea"]
        clock.time = START + timedelta(minutes=1)
        books.tend()
        assert books.move("tea", "end", by=BOB, reason="enough")
        events = open_events(till, campaigns=shop)
        seen = event("1", "view", {"customer": "c-1", "sku": "TEA"})
        events.take([{**seen, "at": START.isoformat()}])
        (minute,) = events.tallies("tea")
        assert (minute.arm, minute.n_exposed) == (arm_of("c-1", campaign_id="tea", holdout_share=Fraction(1, 4)), 1)


def test_the_promotions_of_an_earlier_version_still_count() -> None:
    clock = SetClock()
    with open_till("memory:", clock=clock) as till:
        books = open_campaigns(till)
        scheduled(books, a_campaign())
        clock.time = START
        books.tend()
        shop = CountedShop(books)
        (first,) = shop.counted()
        assert first.promotion_ids == ("TEA",)
        assert books.revise(a_campaign(promotions=(off(10, id="TEA2"),), version=2), by=ANN)
        assert books.move("tea", "approve", by=BOB, version=2)
        (second,) = shop.counted()
        assert second.promotion_ids == ("TEA", "TEA2")
