"""Campaigns from the draft to the till and out of it again, wherever they are kept."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest

from campaigns_of_tests import (
    ANN,
    BOB,
    END,
    START,
    TEA_AND_CAKE,
    TEN_TEAS,
    a_campaign,
    an_actor,
    off,
    scheduled,
    total,
)
from dealwright.app.check_campaign import HouseRules
from dealwright.campaign.campaign import Expected
from dealwright.campaign.campaign_lint import Goods
from dealwright.campaign.guardrail import Guardrail
from dealwright.campaign.life import Action, FourEyes
from dealwright.campaign.promotion import Promotion
from dealwright.campaign.schedule import Schedule, by_the_clock
from dealwright.core.errors import InputError
from dealwright.engine.benefits.percent_off import PercentOff
from dealwright.engine.outcomes import Held, Order
from dealwright.live.campaigns import Campaigns, open_campaigns
from dealwright.till import Till, open_till
from ledgers import SetClock, at_once, postgres_template, sqlite_template, stored_url, till_url  # noqa: F401
from postgres_server import postgres_server  # noqa: F401


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def till(till_url: str, clock: SetClock) -> Iterator[Till]:  # noqa: F811
    with open_till(till_url, clock=clock) as opened:
        yield opened
        assert opened.audit() == ()


@pytest.fixture
def books(till: Till) -> Iterator[Campaigns]:
    opened = open_campaigns(till)
    yield opened
    assert opened.audit.verify().is_whole


def live(books: Campaigns, clock: SetClock, **more: Any) -> None:
    scheduled(books, a_campaign(**more))
    clock.time = START
    assert books.tend().launched == ["tea"]


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


def test_nobody_approves_what_is_theirs_however_they_write_their_name(books: Campaigns) -> None:
    both = an_actor("Ann", "planner", "approver")
    books.draft(a_campaign(), by=both)
    books.move("tea", "submit", by=both)
    for name in ("Ann", "ANN", " ann ", "\uff21nn"):
        answer = books.move("tea", "approve", by=an_actor(name, "admin"))
        assert answer.verdict.code == "own_approval"
    standing = books.standing("tea")
    assert standing is not None
    assert standing.state == "submitted"


def test_below_the_threshold_no_second_person_is_needed_and_nobody_is_said_to_have_approved(till: Till) -> None:
    books = open_campaigns(till, rules=HouseRules(four_eyes=FourEyes(threshold_minor=5_001)))
    books.draft(a_campaign(), by=ANN)
    answer = books.move("tea", "submit", by=ANN)
    assert answer.standing is not None
    assert (answer.standing.state, answer.standing.approved_by) == ("approved", "")


def test_what_nothing_bounds_is_above_every_threshold(till: Till) -> None:
    books = open_campaigns(till, rules=HouseRules(four_eyes=FourEyes(threshold_minor=10**15)))
    books.draft(a_campaign(promotions=(off(10, budget=None),)), by=ANN)
    answer = books.move("tea", "submit", by=ANN)
    assert answer.standing is not None
    assert answer.standing.state == "submitted"


def test_new_terms_of_a_live_campaign_count_once_a_second_person_approved_them(
    till: Till, books: Campaigns, clock: SetClock
) -> None:
    live(books, clock, percent=10)
    answer = books.revise(a_campaign(20), by=ANN)
    assert answer.standing is not None
    assert (answer.standing.version, answer.standing.proposed) == (1, 2)
    assert total(till) == 900
    assert books.move("tea", "approve", by=ANN).verdict.code == "role_missing"
    assert total(till) == 900
    assert books.move("tea", "approve", by=BOB)
    assert total(till) == 800
    assert [one.terms.promotions[0].benefit for one in books.versions("tea")] == [
        off(10).benefit,
        off(20).benefit,
    ]


def test_a_roll_back_restores_the_version_before_with_one_entry(
    till: Till, books: Campaigns, clock: SetClock
) -> None:
    live(books, clock, percent=10)
    books.revise(a_campaign(20), by=ANN)
    books.move("tea", "approve", by=BOB)
    n_entries = books.audit.verify().head.number
    answer = books.move("tea", "roll_back", by=BOB, reason="it loses money")
    assert answer.standing is not None
    assert (answer.standing.state, answer.standing.version) == ("live", 3)
    assert books.versions("tea")[2].restores == 1
    assert total(till) == 900
    entries = list(books.audit.links(after=n_entries))
    assert [(one.entry.actor, one.entry.action) for one in entries] == [("Bob", "roll_back")]
    told = [one.told() for one in entries[0].entry.differences]
    assert "terms promotions TEA benefit percent: 20 → 10" in told
    assert "reason: it loses money (new)" in told


def test_a_roll_back_without_a_version_before_takes_the_campaign_back(
    till: Till, books: Campaigns, clock: SetClock
) -> None:
    live(books, clock)
    answer = books.move("tea", "roll_back", by=BOB)
    assert answer.standing is not None
    assert answer.standing.state == "rolled_back"
    assert total(till) == 1000
    assert books.move("tea", "resume", by=BOB).verdict.code == "wrong_state"


def test_a_hold_keeps_its_price_whatever_becomes_of_the_campaign(
    till: Till, books: Campaigns, clock: SetClock
) -> None:
    live(books, clock, percent=10)
    holds = [till.carts.hold(TEN_TEAS, key=f"h{n}", order_id=f"o{n}") for n in range(3)]
    assert all(isinstance(one, Held) and one.evaluation.total_minor == 900 for one in holds)
    actions: tuple[Action, ...] = ("pause", "resume", "roll_back")
    for n, action in enumerate(actions):
        assert books.move("tea", action, by=BOB)
        hold = holds[n]
        assert isinstance(hold, Held)
        order = till.carts.commit(hold.hold_id, key=f"c{n}")
        assert isinstance(order, Order)
        assert order.evaluation.total_minor == 900
    assert total(till) == 1000


def test_the_kill_switch_needs_one_person_and_holds_while_paused(
    till: Till, books: Campaigns, clock: SetClock
) -> None:
    live(books, clock)
    assert books.move("tea", "pause", by=ANN)
    assert total(till) == 1000
    books.tend()
    assert total(till) == 1000
    assert books.move("tea", "resume", by=BOB)
    assert total(till) == 900


def test_the_contingency_takes_over_and_a_roll_back_undoes_that(
    till: Till, books: Campaigns, clock: SetClock
) -> None:
    live(books, clock, percent=50, contingency=(off(5),))
    assert books.move("tea", "switch", by=BOB)
    assert total(till) == 950
    assert books.move("tea", "roll_back", by=BOB)
    assert total(till) == 500
    assert books.move("tea", "switch", by=BOB)
    assert books.move("tea", "switch", by=BOB).verdict.code == "no_contingency"


def test_after_a_switch_what_would_have_switched_pauses(books: Campaigns, clock: SetClock) -> None:
    switch = Guardrail("margin_minor", Fraction(0), action="contingency")
    live(books, clock, guardrails=(switch,), contingency=(off(5),))
    assert books.move("tea", "switch", by=BOB)
    now = books.version("tea")
    assert now is not None
    assert now.terms.guardrails == (replace(switch, action="pause"),)


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


def test_a_promotion_put_by_hand_is_neither_taken_over_nor_retired(till: Till, books: Campaigns) -> None:
    by_hand = Promotion("TEA", "EUR", PercentOff(Fraction(1)))
    till.promotions.put([by_hand])
    books.draft(a_campaign(), by=ANN)
    answer = books.move("tea", "submit", by=ANN)
    assert [one.code for one in answer.remarks if one.severity == "error"] == ["promotion_taken"]
    books.tend()
    assert till.promotions.all() == (by_hand,)


def test_two_campaigns_never_share_a_promotion(books: Campaigns) -> None:
    for name in ("tea", "more-tea"):
        books.draft(a_campaign(id=name), by=ANN)
        assert books.move(name, "submit", by=ANN)
        assert books.move(name, "approve", by=BOB)
    assert books.move("tea", "schedule", by=BOB)
    answer = books.move("more-tea", "schedule", by=BOB)
    assert answer.verdict.code == "problems_found"
    assert [one.code for one in answer.remarks] == ["promotion_taken", "shares_goods"]


def test_whoever_looked_at_an_older_revision_changes_nothing(books: Campaigns, clock: SetClock) -> None:
    live(books, clock)
    standing = books.standing("tea")
    assert standing is not None
    assert books.move("tea", "pause", by=BOB, revision=standing.revision)
    answer = books.move("tea", "resume", by=BOB, revision=standing.revision)
    assert answer.verdict.code == "changed_meanwhile"
    books.move("tea", "resume", by=BOB)
    books.revise(a_campaign(30), by=ANN)
    assert books.move("tea", "approve", by=BOB, version=1).verdict.code == "other_version"
    assert books.move("tea", "approve", by=BOB, version=2)


def test_who_acts_has_a_name_and_is_not_the_machine(books: Campaigns) -> None:
    with pytest.raises(InputError, match="has a name"):
        books.draft(a_campaign(), by=an_actor("  ", "admin"))
    with pytest.raises(InputError, match="acts by itself"):
        books.draft(a_campaign(), by=an_actor("Dealwright", "admin"))
    assert books.all() == ()


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


def test_what_one_process_does_the_other_sees(stored_url: str, clock: SetClock) -> None:  # noqa: F811
    with open_till(stored_url, clock=clock) as one, open_till(stored_url, clock=clock) as other:
        here, there = open_campaigns(one), open_campaigns(other)
        scheduled(here, a_campaign(10))
        clock.time = START
        assert there.tend().launched == ["tea"]
        assert here.tend().is_idle
        _within_a_second(one, 900)
        here.revise(a_campaign(20), by=ANN)
        assert there.move("tea", "approve", by=BOB)
        _within_a_second(one, 800)
        assert here.move("tea", "roll_back", by=BOB)
        _within_a_second(other, 900)
        assert here.move("tea", "pause", by=BOB)
        _within_a_second(other, 1000)


def _within_a_second(till: Till, wanted: int) -> None:
    began = time.monotonic()
    while (found := total(till)) != wanted:
        assert time.monotonic() - began < 1, f"after a second it still costs {found}"
        time.sleep(0.02)


def test_of_two_who_approve_at_once_one_does_and_the_till_ends_as_the_books_say(
    stored_url: str,  # noqa: F811
    clock: SetClock,
) -> None:
    with open_till(stored_url, clock=clock) as till:
        books = open_campaigns(till)
        scheduled(books, a_campaign(10))
        clock.time = START
        books.tend()
        actions = ("pause", "resume", "pause", "resume", "roll_back", "pause")
        at_once(6, lambda n: open_campaigns(till).move("tea", actions[n], by=BOB))  # type: ignore[arg-type]
        standing = books.standing("tea")
        assert standing is not None
        books.tend()
        assert total(till) == (900 if standing.state == "live" else 1000)
        found = books.audit.verify()
        assert found.is_whole
        assert found.head.number == standing.revision
