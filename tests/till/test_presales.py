"""Presales over every kind of ledger: deposits, balances and defaults, once each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from dealwright.adapters.ledger import faults
from dealwright.core.errors import InputError
from dealwright.engine.outcomes import Refused
from dealwright.engine.presale import BalancePaid, DepositPaid, Presale, PresaleReturn
from ledgers import NOON, SetClock, at_once, postgres_template, sqlite_template, stored_url, till_url  # noqa: F401
from postgres_server import postgres_server  # noqa: F401
from sale_tills import SaleTill, opened

DAY = timedelta(days=1)
PRESALE = Presale("P", "COAT", 10, 2, 10_000, 1_000, 2_000, "EUR", NOON, NOON + DAY, NOON + 2 * DAY, NOON + 3 * DAY)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def till(till_url: str, clock: SetClock) -> Iterator[SaleTill]:  # noqa: F811
    with opened(till_url, clock=clock, with_counted_ids=True) as till:
        yield till


def deposit(till: SaleTill, customer: str, quantity: int = 1, *, order: str = "") -> DepositPaid | Refused:
    order = order or f"o {customer}"
    return till.presales.pay_deposit(
        "P", order_id=order, customer_id=customer, quantity=quantity, key=f"deposit {order}"
    )


def pay(till: SaleTill, customer: str, *, discount_minor: int = 0, key: str = "") -> BalancePaid | Refused:
    return till.presales.pay_balance(f"o {customer}", key=key or f"pay {customer}", discount_minor=discount_minor)


def code(answer: object) -> str:
    return answer.code if isinstance(answer, Refused) else "yes"


def units(till: SaleTill) -> tuple[int, int, int]:
    balance = till.balance("stock/presale P/COAT")
    return balance.available, balance.held, balance.used


def state(till: SaleTill, customer: str) -> str:
    order = till.presales.order(f"o {customer}")
    assert order is not None
    return order.state


def test_a_deposit_of_10_counts_20_and_a_coupon_takes_5_off_the_balance(till: SaleTill, clock: SetClock) -> None:
    till.presales.open(PRESALE)
    paid = deposit(till, "ann")
    assert paid == DepositPaid("o ann", "P", "ann", "COAT", 1, 1_000, 8_000, "EUR", NOON + 2 * DAY, NOON + 3 * DAY)
    assert units(till) == (9, 1, 0)
    clock.time = NOON + 2 * DAY
    assert pay(till, "ann", discount_minor=500) == BalancePaid("o ann", "P", "ann", 1_000, 500, 7_500, "EUR")
    assert (state(till, "ann"), units(till)) == ("completed", (9, 0, 1))


def test_the_balance_is_due_in_its_window_only(till: SaleTill, clock: SetClock) -> None:
    till.presales.open(PRESALE)
    deposit(till, "ann")
    clock.time = NOON + 2 * DAY - timedelta(microseconds=1)
    assert code(pay(till, "ann")) == "balance_not_due"
    clock.time = NOON + 3 * DAY
    assert code(pay(till, "ann")) == "ended"
    assert units(till) == (9, 1, 0)


def test_who_does_not_pay_the_balance_loses_the_deposit_and_the_units_come_back_once(
    till: SaleTill, clock: SetClock
) -> None:
    till.presales.open(replace(PRESALE, kept_percent=70))
    deposit(till, "ann", 2)
    clock.time = NOON + 3 * DAY
    assert [till.presales.settle(), till.presales.settle()] == [1, 0]
    assert (state(till, "ann"), units(till)) == ("defaulted", (10, 0, 0))
    (message,) = till.messages("presale.defaulted")
    assert (message.body["kept_minor"], message.body["returned_minor"]) == (1_400, 600)
    assert code(pay(till, "ann")) == "already_returned"


def test_a_shop_that_cancels_returns_twice_the_deposit_if_so_ruled(till: SaleTill) -> None:
    till.presales.open(replace(PRESALE, shop_returns_percent=200))
    deposit(till, "ann")
    ended = till.presales.cancel("o ann", key="c", by_shop=True)
    assert ended == PresaleReturn("o ann", "P", "ann", "cancelled", -1_000, 2_000, "EUR")
    assert till.presales.cancel("o ann", key="c", by_shop=True) == ended
    assert code(till.presales.cancel("o ann", key="other", by_shop=True)) == "already_returned"
    assert units(till) == (10, 0, 0)


def test_a_customer_who_cancels_loses_what_a_default_costs_and_may_order_again(till: SaleTill) -> None:
    till.presales.open(PRESALE)
    deposit(till, "ann", 2)
    ended = till.presales.cancel("o ann", key="c", by_shop=False)
    assert isinstance(ended, PresaleReturn)
    assert (ended.kept_minor, ended.returned_minor) == (2_000, 0)
    assert code(deposit(till, "ann", 2, order="second")) == "yes"


def test_a_paid_order_is_neither_cancelled_nor_defaulted(till: SaleTill, clock: SetClock) -> None:
    till.presales.open(PRESALE)
    deposit(till, "ann")
    clock.time = NOON + 2 * DAY
    pay(till, "ann")
    assert code(till.presales.cancel("o ann", key="c", by_shop=True)) == "already_committed"
    clock.time = NOON + 4 * DAY
    assert till.presales.settle() == 0
    assert code(pay(till, "ann", key="again")) == "already_committed"
    assert units(till) == (9, 0, 1)


def test_the_same_key_gets_the_same_answer_and_pays_once(till: SaleTill, clock: SetClock) -> None:
    till.presales.open(PRESALE)
    assert deposit(till, "ann") == deposit(till, "ann")
    clock.time = NOON + 2 * DAY
    assert pay(till, "ann") == pay(till, "ann")
    assert code(pay(till, "ann", discount_minor=1)) == "key_reused"
    assert units(till) == (9, 0, 1)


def test_limits_windows_and_names_are_refused_with_their_reason(till: SaleTill, clock: SetClock) -> None:
    till.presales.open(PRESALE)
    assert code(deposit(till, "ann", 3)) == "customer_limit_reached"
    deposit(till, "ann")
    again = till.presales.pay_deposit("P", order_id="o ann", customer_id="ann", quantity=1, key="other")
    assert code(again) == "order_exists"
    assert code(pay(till, "nobody")) == "deposit_missing"
    clock.forward(86_400)
    assert code(deposit(till, "bob")) == "ended"
    unknown = till.presales.pay_deposit("Q", order_id="q", customer_id="ann", quantity=1, key="q")
    assert code(unknown) == "presale_unknown"
    assert units(till) == (9, 1, 0)


def test_other_terms_under_the_same_name_are_refused(till: SaleTill) -> None:
    till.presales.open(PRESALE)
    assert till.presales.open(PRESALE) == PRESALE
    with pytest.raises(InputError, match="never edited"):
        till.presales.open(replace(PRESALE, units=11))
    assert units(till) == (10, 0, 0)


def test_of_40_deposits_at_once_for_10_units_exactly_10_are_taken(till: SaleTill) -> None:
    till.presales.open(PRESALE)
    answers = at_once(40, lambda number: deposit(till, f"c{number}"))
    assert Counter(map(code, answers)) == {"yes": 10, "sold_out": 30}
    assert units(till) == (0, 10, 0)


def test_of_a_payment_and_a_default_at_the_deadline_exactly_one_happens(till: SaleTill, clock: SetClock) -> None:
    till.presales.open(PRESALE)
    names = [f"c{number}" for number in range(10)]
    for name in names:
        deposit(till, name)
    clock.time = NOON + 3 * DAY - timedelta(microseconds=1)

    def race(number: int) -> object:
        if number == 10:
            clock.time = NOON + 3 * DAY
            return till.presales.settle()
        return pay(till, names[number])

    *paid, _ = at_once(11, race)
    till.presales.settle()
    n_paid = sum(isinstance(one, BalancePaid) for one in paid)
    assert Counter(state(till, name) for name in names) == Counter({"completed": n_paid, "defaulted": 10 - n_paid})
    assert units(till) == (10 - n_paid, 0, n_paid)
    assert len(till.messages("presale.defaulted")) == 10 - n_paid


@pytest.mark.parametrize(("point", "n_done"), [("before_commit", 1), ("after_commit_before_reply", 2)])
def test_a_settle_worker_that_fails_between_orders_leaves_the_rest_to_the_next(
    stored_url: str,  # noqa: F811
    point: str,
    n_done: int,
) -> None:
    clock = SetClock()
    with opened(stored_url, clock=clock) as till:
        till.presales.open(PRESALE)
        for number in range(3):
            deposit(till, f"c{number}")
        clock.time = NOON + 3 * DAY
        faults.arm(point, "raise", at_pass=2)
        with pytest.raises(faults.FaultError):
            till.presales.settle()
        assert len(till.messages("presale.defaulted")) == n_done
        assert till.presales.settle() == 3 - n_done
        assert len(till.messages("presale.defaulted")) == 3
        assert units(till) == (10, 0, 0)
