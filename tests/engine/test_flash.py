"""Who gets units of a flash sale."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright.core.errors import InputError
from dealwright.engine.flash import (
    Ask,
    FlashSale,
    Known,
    Reservation,
    ReservationState,
    Reserved,
    Standing,
    ask_for,
    checked_sale,
    decide,
    ending,
    move_to,
)
from dealwright.engine.outcomes import Refused

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
SALE = FlashSale("F1", "TEA", 10, 2, NOON, NOON + timedelta(hours=1), 499, "EUR")
HELD = Reservation("R1", "F1", "ann", "o-1", 2, "held", NOON + timedelta(minutes=15))


def ask(customer: str, quantity: int = 1, *, key: str = "") -> Ask:
    return ask_for(
        "F1",
        customer_id=customer,
        quantity=quantity,
        key=key or f"key {customer}",
        order_id=f"order {customer}",
        reservation_id=f"reservation {customer}",
    )


def codes(asks: list[Ask], standing: Standing) -> list[str]:
    return [one.code if isinstance(one, Refused) else "yes" for one in decide(SALE, asks, standing)]


def test_who_asks_first_gets_the_last_units() -> None:
    assert codes([ask("ann"), ask("bob"), ask("cy")], Standing(NOON, 2)) == ["yes", "yes", "sold_out"]


def test_a_smaller_wish_gets_what_a_larger_one_could_not() -> None:
    assert codes([ask("ann", 2), ask("bob", 1)], Standing(NOON, 1)) == ["sold_out", "yes"]


def test_a_customer_at_the_limit_learns_how_much_is_too_much() -> None:
    (refused,) = decide(SALE, [ask("ann", 2)], Standing(NOON, 10, taken={"ann": 1}))
    assert isinstance(refused, Refused)
    assert (refused.code, refused.missing_quantity) == ("customer_limit_reached", 1)


def test_units_wished_for_in_the_same_batch_count_against_the_customer() -> None:
    asks = [ask("ann", key=f"k{number}") for number in range(3)]
    assert codes(asks, Standing(NOON, 10)) == ["yes", "yes", "customer_limit_reached"]


def test_the_sale_begins_at_its_start_and_is_over_at_its_end() -> None:
    before, last = NOON - timedelta(microseconds=1), SALE.end - timedelta(microseconds=1)
    found = [codes([ask("ann")], Standing(moment, 10))[0] for moment in (before, NOON, last, SALE.end)]
    assert found == ["not_started", "yes", "yes", "ended"]


def test_a_buyer_who_is_early_learns_how_long_to_wait() -> None:
    (refused,) = decide(SALE, [ask("ann")], Standing(NOON - timedelta(seconds=90), 10))
    assert isinstance(refused, Refused)
    assert refused.retry_after_seconds == 90


def test_a_key_that_comes_twice_at_once_takes_units_once() -> None:
    first, second = decide(SALE, [ask("ann"), ask("ann")], Standing(NOON, 1))
    assert first == second
    assert isinstance(first, Reserved)


def test_a_key_that_was_answered_gets_the_kept_answer_even_after_the_end() -> None:
    kept = Known(ask("ann").body, b"{}")
    assert decide(SALE, [ask("ann")], Standing(SALE.end, 0, known={"key ann": kept})) == [kept]


@pytest.mark.parametrize("other", [ask("bob", key="k"), ask("ann", 2, key="k")])
def test_a_key_with_another_body_is_refused(other: Ask) -> None:
    assert codes([ask("ann", key="k"), other], Standing(NOON, 10)) == ["yes", "key_reused"]


def test_a_reservation_costs_its_units_and_holds_for_the_time_of_the_sale() -> None:
    (reserved,) = decide(SALE, [ask("ann", 2)], Standing(NOON, 10))
    assert reserved == Reserved(
        "reservation ann", "F1", "order ann", "ann", "TEA", 2, 998, "EUR", NOON + timedelta(minutes=15)
    )


@given(
    left=st.integers(0, 30),
    wishes=st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(1, 5)), max_size=30),
)
def test_a_wish_is_granted_exactly_when_it_still_fits(left: int, wishes: list[tuple[str, int]]) -> None:
    asks = [ask(who, units, key=str(number)) for number, (who, units) in enumerate(wishes)]
    taken: dict[str, int] = {}
    decisions = decide(replace(SALE, per_customer=6), asks, Standing(NOON, left))
    for one, decision in zip(asks, decisions, strict=True):
        fits = one.quantity <= left and taken.get(one.customer_id, 0) + one.quantity <= 6
        assert isinstance(decision, Reserved) == fits
        if fits:
            left -= one.quantity
            taken[one.customer_id] = taken.get(one.customer_id, 0) + one.quantity


def test_at_its_last_moment_a_reservation_can_expire_but_not_be_paid() -> None:
    just_before = HELD.expires_at - timedelta(microseconds=1)
    assert ending(HELD, "sold", now=just_before) == replace(HELD, state="sold")
    assert isinstance(ending(HELD, "expired", now=just_before), Refused)
    paid = ending(HELD, "sold", now=HELD.expires_at)
    assert isinstance(paid, Refused)
    assert paid.code == "hold_expired"
    assert ending(HELD, "expired", now=HELD.expires_at) == replace(HELD, state="expired")


@pytest.mark.parametrize(
    ("state", "to", "code"),
    [
        ("sold", "released", "already_committed"),
        ("sold", "expired", "already_committed"),
        ("released", "sold", "hold_released"),
        ("expired", "sold", "hold_expired"),
        ("cancelled", "sold", "already_cancelled"),
    ],
)
def test_a_reservation_that_has_ended_does_not_end_in_another_way(
    state: ReservationState, to: ReservationState, code: str
) -> None:
    ended = replace(HELD, state=state)
    refused = ending(ended, to, now=NOON)
    assert isinstance(refused, Refused)
    assert refused.code == code


def test_paying_or_releasing_again_changes_nothing_but_expiring_again_is_told() -> None:
    states: tuple[ReservationState, ...] = ("sold", "released", "cancelled")
    for state in states:
        assert ending(replace(HELD, state=state), state, now=NOON) == replace(HELD, state=state)
    assert isinstance(ending(replace(HELD, state="expired"), "expired", now=NOON), Refused)


def test_units_move_between_the_states_of_one_account() -> None:
    states: tuple[ReservationState, ...] = ("held", "sold", "released", "cancelled")
    moves = [move_to(state, 3, sale=SALE) for state in states]
    assert [(one.source, one.target) for one in moves] == [
        ("available", "held"),
        ("held", "used"),
        ("held", "available"),
        ("used", "available"),
    ]
    assert {(one.account, one.amount) for one in moves} == {("stock/flash F1/TEA", 3)}


def test_all_mistakes_in_the_terms_of_a_sale_are_told_at_once() -> None:
    with pytest.raises(InputError) as error:
        checked_sale(replace(SALE, units=0, per_customer=0, price_minor=-1, end=NOON, sku=""))
    assert len(error.value.problems) == 5


def test_a_window_without_a_time_zone_is_refused() -> None:
    with pytest.raises(InputError, match="time zone"):
        checked_sale(replace(SALE, start=datetime(2026, 11, 27)))
