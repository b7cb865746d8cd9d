"""People change promotions with an entry in the audit log, and none that belongs to a campaign."""

from __future__ import annotations

from dataclasses import replace

import pytest

from campaigns_of_tests import ANN, BOB, START, a_campaign, live, off, total
from dealwright.adapters.ledger import faults
from dealwright.app.campaigns.change_promotions import Change, NotChanged
from dealwright.app.campaigns.check_campaign import HouseRules
from dealwright.campaign.campaign import Campaign
from dealwright.campaign.campaign_lint import Facts
from dealwright.campaign.lint import Remark
from dealwright.core.errors import InputError
from dealwright.live.campaigns import Campaigns, open_campaigns
from dealwright.live.promotions import ShopPromotions, open_promotions
from dealwright.till import Till
from ledgers import SetClock, postgres_template, sqlite_template, stored_url, till_url  # noqa: F401
from postgres_server import postgres_server  # noqa: F401


@pytest.fixture
def promotions(till: Till, books: Campaigns) -> ShopPromotions:
    return open_promotions(till, books)


def told(books: Campaigns) -> list[tuple[str, str, str]]:
    """Who did what to which promotion."""
    entries = [link.entry for link in books.audit.links()]
    return [(one.actor, one.action, one.subject) for one in entries if one.subject.startswith("promotion/")]


def test_what_is_put_and_retired_counts_at_once_and_stands_in_the_audit_log_once(
    till: Till, books: Campaigns, promotions: ShopPromotions
) -> None:
    for _ in range(2):
        assert isinstance(promotions.put([off(10), off(20, "CAKE")], by="Ann"), Change)
    assert total(till) == 900
    assert isinstance(promotions.put([off(30, version=2), off(20, "CAKE")], by="Ben"), Change)
    assert total(till) == 700
    assert isinstance(promotions.retire("TEA", by="Cat"), Change)
    assert total(till) == 1000
    assert told(books) == [
        ("Ann", "put_promotion", "promotion/TEA"),
        ("Ann", "put_promotion", "promotion/CAKE"),
        ("Ben", "put_promotion", "promotion/TEA"),
        ("Cat", "retire_promotion", "promotion/TEA"),
    ]


def test_what_the_till_refuses_is_in_no_audit_log(till: Till, books: Campaigns, promotions: ShopPromotions) -> None:
    promotions.put([off(10, version=2)], by="Ann")
    with pytest.raises(InputError, match="version 2 is in force; version 1 does not supersede"):
        promotions.put([off(20, "CAKE"), off(20, version=1)], by="Ann")
    with pytest.raises(InputError, match="version 2 is stored with other terms"):
        promotions.put([off(20, version=2)], by="Ann")
    unknown = promotions.retire("CAKE", by="Ann")
    assert unknown == NotChanged("promotion_unknown", ("no promotion in force is called 'CAKE'",))
    assert [one.id for one in till.promotions.all()] == ["TEA"]
    assert told(books) == [("Ann", "put_promotion", "promotion/TEA")]


def test_a_promotion_of_a_live_campaign_is_neither_put_nor_retired_by_hand(
    till: Till, books: Campaigns, promotions: ShopPromotions, clock: SetClock
) -> None:
    live(books, clock)
    (ours,) = till.promotions.all()
    retired = promotions.retire("TEA", by="Ann")
    assert retired == NotChanged(
        "promotion_taken",
        (
            "promotion 'TEA' belongs to the campaign 'tea', which is live; to take it out of force, pause that: "
            "dealwright campaign pause tea, or POST /v1/campaigns/tea/pause",
        ),
    )
    put = promotions.put([off(50, "CAKE"), replace(off(50), version=ours.version + 1)], by="Ann")
    assert put == NotChanged(
        "promotion_taken",
        (
            "promotion 'TEA' belongs to the campaign 'tea', which is live; to change it, revise that: "
            "dealwright campaign revise FILE, or PUT /v1/campaigns/tea; for another promotion choose another id",
        ),
    )
    assert till.promotions.all() == (ours,)
    assert total(till) == 900
    assert told(books) == []


def test_the_name_of_a_campaigns_promotion_stays_its_own_when_it_is_over(
    books: Campaigns, promotions: ShopPromotions, clock: SetClock
) -> None:
    live(books, clock)
    assert books.move("tea", "end", by=BOB, reason="enough")
    put = promotions.put([replace(off(50), version=99)], by="Ann")
    assert isinstance(put, NotChanged)
    assert put.problems[0].startswith("promotion 'TEA' belongs to the campaign 'tea', which is ended; ")
    gone = promotions.retire("TEA", by="Ann")
    assert isinstance(gone, NotChanged)
    assert gone.code == "promotion_unknown"


def test_a_promotion_put_by_hand_while_a_campaign_is_scheduled_is_not_taken_from_whoever_put_it(
    till: Till, clock: SetClock
) -> None:
    """It comes between the checks and the claim: the campaign is refused, nothing is retired unsaid."""
    seen: list[bool] = []

    def put_meanwhile(campaign: Campaign, facts: Facts) -> tuple[Remark, ...]:
        del campaign, facts
        if seen:
            shop.put([off(50)], by="Ann")
        return ()

    books = open_campaigns(till, rules=HouseRules(checks=(put_meanwhile,)))
    shop = open_promotions(till, books)
    assert books.draft(a_campaign(), by=ANN)
    assert books.move("tea", "submit", by=ANN)
    assert books.move("tea", "approve", by=BOB)
    seen.append(True)
    answer = books.move("tea", "schedule", by=BOB)
    assert (answer.verdict.code, answer.verdict.reason) == (
        "promotion_taken",
        "promotion 'TEA' was put in force by hand; retire it there, or choose another id",
    )
    assert till.promotions.all() == (off(50),)
    assert total(till) == 500
    assert told(books) == [("Ann", "put_promotion", "promotion/TEA")]
    seen.clear()
    shop.retire("TEA", by="Ann")
    assert books.move("tea", "schedule", by=BOB)
    clock.time = START
    assert books.tend().launched == ["tea"]
    assert total(till) == 900


def test_a_change_that_fails_before_it_is_written_is_neither_in_force_nor_told(
    till: Till, books: Campaigns, promotions: ShopPromotions
) -> None:
    if till.connected is None:
        pytest.skip("memory does not outlive its process")
    promotions.put([off(10)], by="Ann")
    faults.arm("before_commit", "raise")
    with pytest.raises(faults.FaultError):
        promotions.retire("TEA", by="Ben")
    faults.arm("before_commit", "raise")
    with pytest.raises(faults.FaultError):
        promotions.put([off(20, "CAKE")], by="Ben")
    assert [one.id for one in till.promotions.all()] == ["TEA"]
    assert told(books) == [("Ann", "put_promotion", "promotion/TEA")]
