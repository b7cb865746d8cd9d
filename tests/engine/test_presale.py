"""What a presale asks for and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright.core.errors import InputError
from dealwright.engine.outcomes import Refused
from dealwright.engine.presale import (
    BalanceDue,
    Division,
    Presale,
    PresaleState,
    balance,
    checked_presale,
    may_pay_balance,
    may_pay_deposit,
    on_cancel_by_shop,
    on_default,
)

DAY1, DAY5, DAY10, DAY12 = (datetime(2026, 11, day, tzinfo=UTC) for day in (1, 5, 10, 12))
PRESALE = Presale("P", "COAT", 100, 2, 10_000, 1_000, 2_000, "EUR", DAY1, DAY5, DAY10, DAY12)
TICK = timedelta(microseconds=1)


def code(answer: object) -> str:
    return answer.code if isinstance(answer, Refused) else ""


def test_a_deposit_of_10_that_counts_20_leaves_80_of_100() -> None:
    assert balance(PRESALE, 1) == BalanceDue(10_000, 2_000, 0, 8_000)


def test_coupons_take_off_the_balance_and_never_more_than_it() -> None:
    assert balance(PRESALE, 2, discount_minor=500) == BalanceDue(20_000, 4_000, 500, 15_500)
    assert balance(PRESALE, 1, discount_minor=9_999) == BalanceDue(10_000, 2_000, 8_000, 0)


def test_a_discount_below_zero_is_refused() -> None:
    with pytest.raises(InputError):
        balance(PRESALE, 1, discount_minor=-1)


def test_deposits_are_taken_in_their_half_open_window() -> None:
    moments = (DAY1 - TICK, DAY1, DAY5 - TICK, DAY5)
    found = [code(may_pay_deposit(PRESALE, 1, now=now, left=9, taken=0)) for now in moments]
    assert found == ["not_started", "", "", "ended"]


def test_balances_are_taken_in_their_half_open_window() -> None:
    moments = (DAY10 - TICK, DAY10, DAY12 - TICK, DAY12)
    found = [code(may_pay_balance(PRESALE, "deposit_paid", now=now)) for now in moments]
    assert found == ["balance_not_due", "", "", "ended"]


@pytest.mark.parametrize(
    ("state", "told"),
    [("completed", "already_committed"), ("defaulted", "already_returned"), ("cancelled", "already_returned")],
)
def test_an_order_that_has_ended_takes_no_balance(state: PresaleState, told: str) -> None:
    assert code(may_pay_balance(PRESALE, state, now=DAY10)) == told


def test_a_customer_cannot_have_more_than_the_limit_and_nobody_more_than_is_left() -> None:
    def asked(quantity: int, *, left: int, taken: int) -> tuple[str, int]:
        answer = may_pay_deposit(PRESALE, quantity, now=DAY1, left=left, taken=taken)
        return ("", 0) if answer is None else (answer.code, answer.missing_quantity)

    assert asked(2, left=9, taken=1) == ("customer_limit_reached", 1)
    assert asked(2, left=1, taken=0) == ("sold_out", 1)
    assert asked(1, left=1, taken=1) == ("", 0)


@given(deposit=st.integers(0, 10**9), percent=st.integers(0, 100))
def test_on_default_the_parts_of_the_deposit_sum_to_it(deposit: int, percent: int) -> None:
    division = on_default(replace(PRESALE, kept_percent=percent), deposit)
    assert division.kept_minor + division.returned_minor == deposit
    assert division.kept_minor >= 0
    assert division.returned_minor >= 0


def test_a_shop_that_cannot_deliver_returns_the_deposit_or_twice_the_deposit_as_ruled() -> None:
    assert on_cancel_by_shop(PRESALE, 1_000) == Division(0, 1_000)
    assert on_cancel_by_shop(replace(PRESALE, shop_returns_percent=200), 1_000) == Division(-1_000, 2_000)


def test_all_mistakes_in_the_terms_are_told_at_once() -> None:
    wrong = replace(PRESALE, units=0, deposit_minor=3_000, deposit_counts_minor=2_000, deposit_end=DAY1)
    with pytest.raises(InputError) as error:
        checked_presale(wrong)
    assert len(error.value.problems) == 3


def test_a_balance_window_that_ends_before_the_deposits_do_is_refused() -> None:
    with pytest.raises(InputError, match="balance's window ends last"):
        checked_presale(replace(PRESALE, balance_start=DAY1, balance_end=DAY5 - TICK))
