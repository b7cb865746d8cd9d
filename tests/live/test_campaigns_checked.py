"""What is wrong with a campaign is told before it can do harm."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest

from campaigns_of_tests import ANN, BOB, END, START, a_campaign, live, off, scheduled, total
from dealwright.app.campaigns.check_campaign import HouseRules
from dealwright.campaign.campaign import Expected
from dealwright.campaign.campaign_lint import Goods
from dealwright.campaign.schedule import Schedule
from dealwright.core.errors import InputError
from dealwright.live.campaigns import Campaigns, open_campaigns
from dealwright.till import Till
from ledgers import SetClock


def test_what_is_wrong_is_told_at_once_and_stops_the_campaign(books: Campaigns) -> None:
    start = START - timedelta(days=1)
    books.draft(a_campaign(budget_minor=None, schedule=Schedule(start, END)), by=ANN)
    answer = books.move("tea", "submit", by=ANN)
    assert answer.verdict.code == "problems_found"
    assert [one.code for one in answer.remarks if one.severity == "error"] == ["starts_in_the_past", "no_budget"]
    standing = books.standing("tea")
    assert standing is not None
    assert (standing.state, standing.revision) == ("draft", 1)


def test_a_campaign_whose_goods_are_gone_by_its_start_is_held_back(till: Till, clock: SetClock) -> None:
    left = {"TEA": Goods(available=3)}
    books = open_campaigns(till, rules=HouseRules(goods=lambda _: left))
    scheduled(books, a_campaign())
    left["TEA"] = Goods(available=0)
    clock.time = START
    assert list(books.tend().held_back) == ["tea"]
    assert total(till) == 1000
    standing = books.standing("tea")
    assert standing is not None
    assert (standing.state, "TEA" in standing.reason) == ("paused", True)


def test_goods_that_the_till_counts_as_gone_stop_a_campaign(till: Till, books: Campaigns) -> None:
    till.stock.load("TEA", 0)
    books.draft(a_campaign(), by=ANN)
    assert [one.code for one in books.move("tea", "submit", by=ANN).remarks] == ["no_stock"]
    till.stock.load("TEA", 1)
    assert books.move("tea", "submit", by=ANN)


def test_two_campaigns_never_share_a_promotion(books: Campaigns) -> None:
    for name in ("tea", "more-tea"):
        books.draft(a_campaign(id=name), by=ANN)
        assert books.move(name, "submit", by=ANN)
        assert books.move(name, "approve", by=BOB)
    assert books.move("tea", "schedule", by=BOB)
    answer = books.move("more-tea", "schedule", by=BOB)
    assert answer.verdict.code == "problems_found"
    assert [one.code for one in answer.remarks] == ["promotion_taken", "shares_goods"]


def test_new_promotions_of_a_live_campaign_stay_below_its_ceiling_together_with_the_old(
    books: Campaigns, clock: SetClock
) -> None:
    live(books, clock, ceiling_minor=5_000)
    answer = books.revise(a_campaign(promotions=(off(50, id="TEA9", budget=1),), ceiling_minor=5_000), by=ANN)
    assert answer.verdict.code == "problems_found"
    assert "add up to 50.01 EUR, more than its ceiling of 50.00 EUR" in answer.verdict.reason
    assert books.revise(a_campaign(promotions=(off(50, id="TEA9", budget=1),), ceiling_minor=5_001), by=ANN)
    assert books.move("tea", "approve", by=BOB)
    assert books.move("tea", "pause", by=BOB)
    assert books.move("tea", "resume", by=BOB)


@pytest.mark.parametrize("name", ["a/b", "a\\b", "..", ".", "pay\u202etset", "ze\u200bro"])
def test_an_id_can_be_an_address_and_is_told_by_eye(books: Campaigns, name: str) -> None:
    with pytest.raises(InputError, match="id is part of an address"):
        books.draft(a_campaign(id=name), by=ANN)


@pytest.mark.parametrize(
    ("day", "days", "is_taken"),
    [
        ("9999-12-31", 1, False),
        ("0001-01-01", 1, False),
        ("2999-12-31", 1, True),
        ("2999-12-31", 2, False),
        ("2090-01-01", 367, False),
    ],
)
def test_a_plan_is_of_days_that_every_clock_can_tell(books: Campaigns, day: str, days: int, is_taken: bool) -> None:
    expected = Expected(day, Fraction(1), Fraction(0), Fraction(2), 1, 0, 2, 1, 0, 2, days=days)
    if is_taken:
        assert books.draft(a_campaign(expected=(expected,)), by=ANN)
        return
    with pytest.raises(InputError, match=r"expected.*days?"):
        books.draft(a_campaign(expected=(expected,)), by=ANN)


def test_terms_that_cannot_be_are_told_all_at_once(books: Campaigns) -> None:
    wrong = a_campaign(id="tea week", promotions=(off(10), off(20)), holdout_share=Fraction(2, 3))
    with pytest.raises(InputError) as refused:
        books.draft(wrong, by=ANN)
    assert len(refused.value.problems) == 3
    assert books.all() == ()


def test_a_campaign_exists_once_and_an_unknown_one_is_said_to_be_unknown(books: Campaigns) -> None:
    assert books.draft(a_campaign(), by=ANN)
    assert books.draft(a_campaign(20), by=ANN).verdict.code == "campaign_exists"
    assert books.move("coffee", "pause", by=BOB).verdict.code == "campaign_unknown"
    assert books.revise(a_campaign(10), by=ANN).verdict.code == "nothing_changes"
    assert len(books.versions("tea")) == 1
