"""What becomes of a group buy."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dealwright.core.errors import InputError
from dealwright.engine.group import (
    Group,
    GroupStanding,
    GroupState,
    Leaving,
    MemberState,
    Settlement,
    cancellation,
    checked_group,
    leaving,
    may_join,
    paying,
    seats_account,
    settlement,
)
from dealwright.engine.outcomes import Refused

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
GROUP = Group("G", 3, NOON, 990, "EUR", "TEA")
BEFORE = NOON - timedelta(microseconds=1)
OPEN = GroupStanding("open", BEFORE, seats_left=2, n_paid=1)


def code(answer: object) -> str:
    return answer.code if isinstance(answer, Refused) else ""


def test_a_seat_can_be_taken_up_to_the_deadline_and_not_at_it() -> None:
    assert may_join(GROUP, OPEN, None) is None
    assert code(may_join(GROUP, replace(OPEN, now=NOON), None)) == "group_closed"


def test_a_customer_has_one_seat_but_may_come_back_after_leaving() -> None:
    states: tuple[MemberState, ...] = ("joined", "paid", "left", "refunded")
    found = [code(may_join(GROUP, OPEN, state)) for state in states]
    assert found == ["already_member", "already_member", "", ""]


def test_a_full_group_takes_nobody() -> None:
    assert code(may_join(GROUP, replace(OPEN, seats_left=0), None)) == "group_full"


@pytest.mark.parametrize("state", ["succeeded", "failed", "cancelled"])
def test_a_group_that_has_ended_takes_nobody_and_every_late_payment_goes_back(state: GroupState) -> None:
    ended = replace(OPEN, state=state)
    assert code(may_join(GROUP, ended, None)) == "group_closed"
    assert paying(GROUP, ended, "joined") == "refund"
    assert settlement(GROUP, replace(ended, now=NOON)) is None
    assert cancellation(ended) is None


def test_the_payment_of_the_last_seat_completes_the_group() -> None:
    assert paying(GROUP, OPEN, "joined") == "paid"
    assert paying(GROUP, replace(OPEN, n_paid=2), "joined") == "succeeded"


@pytest.mark.parametrize("member", ["paid", "left", "refunded"])
def test_a_payment_for_a_seat_that_needs_none_goes_back(member: MemberState) -> None:
    assert paying(GROUP, OPEN, member) == "refund"


def test_a_payment_at_the_deadline_goes_back() -> None:
    assert paying(GROUP, replace(OPEN, now=NOON, n_paid=2), "joined") == "refund"


def test_whoever_never_joined_can_neither_pay_nor_leave() -> None:
    assert isinstance(paying(GROUP, OPEN, None), Refused)
    assert isinstance(leaving(GROUP, OPEN, None), Refused)


def test_who_leaves_an_open_group_frees_the_seat_and_gets_back_what_was_paid() -> None:
    assert leaving(GROUP, OPEN, "joined") == Leaving("left", frees_seat=True)
    assert leaving(GROUP, OPEN, "paid") == Leaving("refunded", frees_seat=True)


def test_who_leaves_a_group_that_has_succeeded_leaves_the_seat_taken() -> None:
    assert leaving(GROUP, replace(OPEN, state="succeeded"), "paid") == Leaving("refunded", frees_seat=False)


def test_nobody_leaves_twice() -> None:
    assert code(leaving(GROUP, OPEN, "refunded")) == "already_returned"


def test_an_open_group_fails_at_its_deadline_and_not_before() -> None:
    assert settlement(GROUP, OPEN) is None
    assert settlement(GROUP, replace(OPEN, now=NOON)) == Settlement("failed", "refunded", "left")


def test_a_shop_can_call_an_open_group_off() -> None:
    assert cancellation(OPEN) == Settlement("cancelled")


def test_a_group_has_at_least_two_seats_a_name_and_a_zone_for_its_deadline() -> None:
    with pytest.raises(InputError) as error:
        checked_group(replace(GROUP, group_id="", seats=1, deadline=datetime(2026, 11, 27)))
    assert len(error.value.problems) == 3


def test_the_name_of_a_group_is_one_part_of_its_accounts_name() -> None:
    assert seats_account("a/b") == "seats/a%2Fb"
