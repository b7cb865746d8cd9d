"""Campaigns given to a share of the customers: always the same ones, at every till, until somebody resumes."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from campaigns_of_tests import (
    ANN,
    BOB,
    START,
    TEN_TEAS,
    a_campaign,
    live,
    off,
    scheduled,
    total,
    within_a_second,
)
from dealwright.core.cart import Cart, Shopper
from dealwright.core.errors import InputError
from dealwright.engine.outcomes import Held, Order
from dealwright.live.campaigns import Campaigns, open_campaigns
from dealwright.till import Till, open_till
from ledgers import SetClock

HALF = Fraction(1, 2)
CUSTOMERS = [f"c-{n}" for n in range(60)]


def of(customer: str) -> Cart:
    """Ten teas in this customer's cart."""
    return replace(TEN_TEAS, shopper=Shopper(customer))


def given(till: Till) -> set[str]:
    """The customers who get the campaign."""
    return {one for one in CUSTOMERS if total(till, of(one)) == 900}


def somebody_out(till: Till) -> str:
    return next(one for one in CUSTOMERS if one not in given(till))


def test_a_larger_share_adds_customers_and_drops_none(till: Till, books: Campaigns, clock: SetClock) -> None:
    live(books, clock)
    assert given(till) == set(CUSTOMERS)
    seen = []
    for share in (HALF, Fraction(1, 10), HALF, Fraction(4, 5)):
        assert books.throttle("tea", share, by=BOB)
        seen.append(given(till))
    half, tenth, half_again, most = seen
    assert half == half_again
    assert 0 < len(tenth) < len(half) < len(most) < len(CUSTOMERS)
    assert tenth < half < most


def test_another_campaign_is_throttled_for_other_customers(till: Till, books: Campaigns, clock: SetClock) -> None:
    live(books, clock)
    books.throttle("tea", HALF, by=BOB)
    tea = given(till)
    books.move("tea", "end", by=BOB)
    clock.time = clock.time.replace(minute=0)
    scheduled(books, a_campaign(id="more", promotions=(off(10, id="MORE"),)))
    clock.time = START
    assert books.tend().launched == ["more"]
    books.throttle("more", HALF, by=BOB)
    assert given(till) != tea


def test_resuming_gives_it_to_everybody_again(till: Till, books: Campaigns, clock: SetClock) -> None:
    live(books, clock)
    books.throttle("tea", HALF, by=BOB)
    answer = books.move("tea", "resume", by=BOB)
    assert answer.standing is not None
    assert (answer.standing.state, answer.standing.share) == ("live", Fraction(1))
    assert given(till) == set(CUSTOMERS)
    assert total(till) == 900
    assert books.move("tea", "resume", by=BOB).verdict.code == "wrong_state"
    books.throttle("tea", HALF, by=BOB)
    assert books.throttle("tea", Fraction(1), by=BOB)
    assert given(till) == set(CUSTOMERS)


def test_whoever_buys_without_a_name_gets_it_only_while_everybody_does(
    till: Till, books: Campaigns, clock: SetClock
) -> None:
    live(books, clock)
    assert total(till) == 900
    books.throttle("tea", Fraction("0.999999"), by=BOB)
    assert total(till) == 1000
    (refusal,) = till.carts.price(TEN_TEAS).refused
    assert refusal.code == "customer_unknown"


def test_one_paused_while_throttled_comes_back_throttled(till: Till, books: Campaigns, clock: SetClock) -> None:
    live(books, clock)
    books.throttle("tea", HALF, by=BOB)
    half = given(till)
    books.move("tea", "pause", by=BOB)
    assert given(till) == set()
    books.move("tea", "resume", by=BOB)
    assert given(till) == half


def test_a_paused_campaign_can_come_back_for_a_few_first(till: Till, books: Campaigns, clock: SetClock) -> None:
    live(books, clock)
    books.move("tea", "pause", by=BOB)
    assert books.throttle("tea", Fraction(1, 10), by=BOB)
    assert given(till) == set()
    books.move("tea", "resume", by=BOB)
    assert 0 < len(given(till)) < len(CUSTOMERS) / 2


def test_a_throttle_outlives_new_versions_and_a_roll_back(till: Till, books: Campaigns, clock: SetClock) -> None:
    live(books, clock, percent=10)
    books.throttle("tea", HALF, by=BOB)
    half = given(till)
    books.revise(a_campaign(20), by=ANN)
    books.move("tea", "approve", by=BOB)
    assert {one for one in CUSTOMERS if total(till, of(one)) == 800} == half
    books.move("tea", "roll_back", by=BOB)
    assert given(till) == half


def test_holders_of_an_arm_are_throttled_alike(till: Till, books: Campaigns, clock: SetClock) -> None:
    live(books, clock, holdout_share=Fraction(1, 10))
    books.throttle("tea", HALF, by=BOB)
    treated = {one for one in CUSTOMERS if total(till, replace(of(one), arms={"tea": "treatment"})) == 900}
    held = {one for one in CUSTOMERS if total(till, replace(of(one), arms={"tea": "holdout"})) == 900}
    assert 0 < len(treated) < len(CUSTOMERS)
    assert held == set()


def test_who_may_pause_may_throttle_and_only_who_may_resume_gives_it_to_more(
    till: Till, books: Campaigns, clock: SetClock
) -> None:
    live(books, clock)
    assert books.throttle("tea", HALF, by=ANN)
    half = given(till)
    assert books.throttle("tea", Fraction(9, 10), by=ANN).verdict.code == "role_missing"
    assert books.throttle("tea", Fraction(1), by=ANN).verdict.code == "role_missing"
    assert given(till) == half
    assert books.throttle("tea", Fraction(9, 10), by=BOB)


def test_a_throttle_is_one_entry_of_the_audit_log_with_its_share(books: Campaigns, clock: SetClock) -> None:
    live(books, clock)
    n_entries = books.audit.verify().head.number
    books.throttle("tea", HALF, by=BOB, reason="too many orders")
    assert books.throttle("tea", HALF, by=BOB).verdict.code == "nothing_changes"
    books.move("tea", "resume", by=BOB)
    throttled, resumed = (link.entry for link in books.audit.links(after=n_entries))
    assert (throttled.actor, throttled.action) == ("Bob", "throttle")
    told = [one.told() for one in throttled.differences]
    assert "share: 0.5 (new)" in told
    assert "reason: too many orders (new)" in told
    assert "share: 0.5 (removed)" in [one.told() for one in resumed.differences]


def test_a_hold_keeps_its_price_for_whoever_is_throttled_away(
    till: Till, books: Campaigns, clock: SetClock
) -> None:
    live(books, clock)
    holds = {one: till.carts.hold(of(one), key=f"h-{one}", order_id=f"o-{one}") for one in CUSTOMERS[:8]}
    books.throttle("tea", Fraction(1, 100), by=BOB)
    without = somebody_out(till)
    assert without in holds
    hold = holds[without]
    assert isinstance(hold, Held)
    order = till.carts.commit(hold.hold_id, key="c")
    assert isinstance(order, Order)
    assert order.evaluation.total_minor == 900
    assert total(till, of(without)) == 1000


@pytest.mark.parametrize("share", [Fraction(0), Fraction(-1, 2), Fraction(11, 10), Fraction(1, 3)])
def test_a_share_is_above_none_and_at_most_all_with_six_decimals(
    till: Till, books: Campaigns, clock: SetClock, share: Fraction
) -> None:
    live(books, clock)
    with pytest.raises(InputError, match=r"share (is above 0 and at most 1|has at most six decimals)"):
        books.throttle("tea", share, by=BOB)
    assert given(till) == set(CUSTOMERS)


def test_only_what_runs_can_be_throttled(books: Campaigns) -> None:
    scheduled(books, a_campaign())
    assert books.throttle("tea", HALF, by=BOB).verdict.code == "wrong_state"
    assert books.throttle("cake", HALF, by=BOB).verdict.code == "campaign_unknown"


def test_whoever_looked_at_an_older_revision_throttles_nothing(
    till: Till, books: Campaigns, clock: SetClock
) -> None:
    live(books, clock)
    assert books.throttle("tea", HALF, by=BOB, revision=1).verdict.code == "changed_meanwhile"
    assert given(till) == set(CUSTOMERS)


def test_the_other_process_throttles_within_a_second_and_for_the_same_customers(
    stored_url: str, clock: SetClock
) -> None:
    with open_till(stored_url, clock=clock) as one, open_till(stored_url, clock=clock) as other:
        here, there = open_campaigns(one), open_campaigns(other)
        live(here, clock)
        assert given(other) == set(CUSTOMERS)
        assert there.throttle("tea", HALF, by=BOB)
        without = somebody_out(other)
        within_a_second(one, 1000, of(without))
        assert given(one) == given(other)
        assert here.move("tea", "resume", by=BOB)
        within_a_second(other, 900, of(without))
