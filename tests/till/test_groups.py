"""Group buys over every kind of ledger: a group ends once, and every payment counts or goes back once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest

from dealwright.adapters.ledger import faults
from dealwright.core.errors import InputError
from dealwright.engine.group import Joined, MemberRefund, Paid
from dealwright.engine.outcomes import Refused
from ledgers import NOON, SetClock, at_once, postgres_template, sqlite_template, stored_url, till_url  # noqa: F401
from postgres_server import postgres_server  # noqa: F401
from sale_tills import SaleTill, opened
from sale_workers import die_settling, exit_code_of, in_processes, join_many

DEADLINE = NOON + timedelta(hours=1)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def till(till_url: str, clock: SetClock) -> Iterator[SaleTill]:  # noqa: F811
    with opened(till_url, clock=clock, with_counted_ids=True) as till:
        yield till


def open_group(till: SaleTill, seats: int = 3) -> None:
    till.groups.open("G", seats=seats, deadline=DEADLINE, price_minor=990, currency="EUR", sku="TEA")


def join(till: SaleTill, customer: str, *, is_paid: bool = True, key: str = "") -> Joined | Refused:
    return till.groups.join("G", customer_id=customer, key=key or f"join {customer}", is_paid=is_paid)


def pay(till: SaleTill, customer: str, *, key: str = "") -> Paid | Refused:
    return till.groups.pay("G", customer_id=customer, key=key or f"pay {customer}")


def leave(till: SaleTill, customer: str) -> MemberRefund | Refused:
    return till.groups.refund_member("G", customer_id=customer, key=f"leave {customer}")


def code(answer: object) -> str:
    return answer.code if isinstance(answer, Refused) else "yes"


def then(answer: Paid | Refused) -> str:
    return answer.then if isinstance(answer, Paid) else answer.code


def state(till: SaleTill) -> str:
    view = till.groups.view("G")
    assert view is not None
    return view.standing.state


def seats(till: SaleTill) -> tuple[int, int, int]:
    balance = till.balance("seats/G")
    return balance.available, balance.held, balance.used


def test_a_group_succeeds_with_the_payment_of_its_last_seat(till: SaleTill) -> None:
    open_group(till)
    assert join(till, "ann") == Joined("G", "ann", 990, "EUR", DEADLINE, is_paid=True)
    join(till, "bob", is_paid=False)
    join(till, "cy")
    assert (state(till), seats(till)) == ("open", (0, 1, 2))
    assert then(pay(till, "bob")) == "succeeded"
    assert (state(till), seats(till)) == ("succeeded", (0, 0, 3))
    assert len(till.messages("group.succeeded")) == 1
    assert till.paybacks() == {}


def test_a_group_of_three_with_two_paid_at_the_deadline_fails_and_refunds_two_once(
    till: SaleTill, clock: SetClock
) -> None:
    open_group(till)
    join(till, "ann")
    join(till, "bob")
    join(till, "cy", is_paid=False)
    clock.time = DEADLINE - timedelta(microseconds=1)
    assert till.groups.settle() == 0
    clock.time = DEADLINE
    assert [till.groups.settle(), till.groups.settle()] == [1, 0]
    assert (state(till), seats(till)) == ("failed", (3, 0, 0))
    assert till.paybacks() == {"join ann": ("ann", 990), "join bob": ("bob", 990)}
    assert len(till.messages("group.refund")) == 2


def test_a_late_payment_goes_back_once_and_changes_nothing(till: SaleTill, clock: SetClock) -> None:
    open_group(till, seats=2)
    join(till, "ann")
    join(till, "bob", is_paid=False)
    clock.time = DEADLINE
    assert then(pay(till, "bob")) == "refund"
    till.groups.settle()
    assert then(pay(till, "bob")) == "refund"
    assert state(till) == "failed"
    assert till.paybacks() == {"pay bob": ("bob", 990), "join ann": ("ann", 990)}
    assert len(till.messages("group.refund")) == 2


def test_a_seat_that_is_paid_twice_pays_back_the_second_payment(till: SaleTill) -> None:
    open_group(till)
    join(till, "ann")
    assert then(pay(till, "ann")) == "refund"
    assert till.paybacks() == {"pay ann": ("ann", 990)}
    assert seats(till) == (2, 0, 1)


def test_a_members_later_refund_leaves_the_group_succeeded(till: SaleTill) -> None:
    open_group(till, seats=2)
    join(till, "ann")
    join(till, "bob")
    assert leave(till, "ann") == MemberRefund("G", "ann", 990, "succeeded")
    assert code(till.groups.refund_member("G", customer_id="ann", key="again")) == "already_returned"
    assert (state(till), seats(till)) == ("succeeded", (0, 0, 2))
    assert till.paybacks() == {"join ann": ("ann", 990)}
    assert code(join(till, "cy")) == "group_closed"


def test_who_leaves_an_open_group_makes_room_and_may_come_back(till: SaleTill) -> None:
    open_group(till, seats=2)
    join(till, "ann")
    assert leave(till, "ann") == MemberRefund("G", "ann", 990, "open")
    assert seats(till) == (2, 0, 0)
    assert code(join(till, "ann", key="second time")) == "yes"
    assert seats(till) == (1, 0, 1)


def test_a_customer_has_one_seat_in_a_group(till: SaleTill) -> None:
    open_group(till)
    join(till, "ann")
    assert code(join(till, "ann", key="another")) == "already_member"
    assert seats(till) == (2, 0, 1)


def test_the_same_key_gets_the_same_answer_and_another_request_under_it_is_refused(till: SaleTill) -> None:
    open_group(till)
    assert join(till, "ann", key="k") == join(till, "ann", key="k")
    assert code(join(till, "bob", key="k")) == "key_reused"
    assert code(pay(till, "ann", key="k")) == "key_reused"
    assert seats(till) == (2, 0, 1)


def test_a_group_that_the_shop_calls_off_refunds_everybody(till: SaleTill, clock: SetClock) -> None:
    open_group(till)
    join(till, "ann")
    assert till.groups.cancel("G") is None
    assert code(till.groups.cancel("G")) == "group_closed"
    clock.time = DEADLINE
    assert till.groups.settle() == 0
    assert (state(till), till.paybacks()) == ("cancelled", {"join ann": ("ann", 990)})


def test_unknown_groups_and_members_are_told(till: SaleTill) -> None:
    assert code(join(till, "ann")) == "group_unknown"
    assert till.groups.view("G") is None
    open_group(till)
    assert code(pay(till, "ann")) == "reservation_unknown"
    assert code(leave(till, "ann")) == "reservation_unknown"


def test_the_same_terms_open_a_group_once_and_other_terms_are_refused(till: SaleTill) -> None:
    open_group(till)
    open_group(till)
    with pytest.raises(InputError, match="never edited"):
        open_group(till, seats=4)
    assert seats(till) == (3, 0, 0)


def test_of_10_who_join_for_one_seat_exactly_one_gets_it(till: SaleTill) -> None:
    open_group(till, seats=2)
    join(till, "first")
    answers = at_once(10, lambda number: join(till, f"c{number}"))
    assert Counter(map(code, answers)) == {"yes": 1, "group_closed": 9}
    assert (state(till), seats(till)) == ("succeeded", (0, 0, 2))
    assert len(till.messages("group.succeeded")) == 1


def test_of_10_who_join_unpaid_for_one_seat_exactly_one_gets_it(till: SaleTill) -> None:
    open_group(till, seats=2)
    join(till, "first")
    answers = at_once(10, lambda number: join(till, f"c{number}", is_paid=False))
    assert Counter(map(code, answers)) == {"yes": 1, "group_full": 9}
    assert (state(till), seats(till)) == ("open", (0, 1, 1))


def test_one_customer_who_joins_20_times_at_once_has_one_seat(till: SaleTill) -> None:
    open_group(till, seats=20)
    answers = at_once(20, lambda number: join(till, "ann", key=f"click {number}"))
    assert Counter(map(code, answers)) == {"yes": 1, "already_member": 19}
    assert seats(till) == (19, 0, 1)


def test_four_settle_workers_at_once_refund_everybody_once(till: SaleTill, clock: SetClock) -> None:
    open_group(till, seats=9)
    for number in range(8):
        join(till, f"c{number}")
    clock.time = DEADLINE
    assert sorted(map(str, at_once(4, lambda _: till.groups.settle()))) == ["0", "0", "0", "1"]
    assert len(till.messages("group.refund")) == len(till.paybacks()) == 8


@pytest.mark.parametrize("seed", range(3))
def test_last_joiner_deadline_and_cancellation_at_once_leave_one_end_and_no_money_lost(
    till: SaleTill, clock: SetClock, seed: int
) -> None:
    open_group(till, seats=3)
    join(till, "ann")
    join(till, "bob")
    clock.time = DEADLINE - timedelta(microseconds=1)

    def race(number: int) -> object:
        match (number + seed) % 4:
            case 0:
                return join(till, "cy")
            case 1:
                return join(till, "di")
            case 2:
                clock.time = DEADLINE
                return till.groups.settle()
            case _:
                return till.groups.cancel("G")

    answers = at_once(4, race)
    till.groups.settle()
    charged = {f"join {name}" for name in ("ann", "bob")}
    charged |= {f"join {one.customer_id}" for one in answers if isinstance(one, Joined)}
    ended = state(till)
    assert ended in ("succeeded", "failed", "cancelled")
    assert set(till.paybacks()) == (set() if ended == "succeeded" else charged)
    assert (len(charged) == 3) == (ended == "succeeded")
    assert (
        len([one for kind in ("succeeded", "failed", "cancelled") for one in till.messages(f"group.{kind}")]) == 1
    )


STEPS = {"before_write": 0, "before_commit": 0, "after_commit_before_reply": 2, "between_batches": 2}


@pytest.mark.parametrize(("point", "n_refunded"), STEPS.items())
def test_a_settle_worker_that_fails_at_any_step_refunds_nobody_twice_and_forgets_nobody(
    stored_url: str,  # noqa: F811
    point: str,
    n_refunded: int,
) -> None:
    clock = SetClock()
    with opened(stored_url, clock=clock) as till:
        half_a_group(till)
        clock.time = DEADLINE
        faults.arm(point, "raise")
        with pytest.raises(faults.FaultError):
            till.till.sweep()
        assert state(till) == ("failed" if n_refunded else "open")
        assert len(till.messages("group.refund")) == n_refunded
        till.till.sweep()
        assert_two_refunds(till)


@pytest.mark.parametrize("point", ["before_commit", "after_commit_before_reply"])
def test_a_settle_worker_that_is_killed_leaves_the_group_to_the_next(stored_url: str, point: str) -> None:  # noqa: F811
    with opened(stored_url, clock=SetClock()) as till:
        half_a_group(till)
        assert exit_code_of(die_settling, stored_url, DEADLINE, point) == -9
        assert len(till.messages("group.refund")) == STEPS[point]
    with opened(stored_url, clock=SetClock(DEADLINE)) as till:
        till.till.sweep()
        assert_two_refunds(till)


def half_a_group(till: SaleTill) -> None:
    open_group(till)
    join(till, "ann")
    join(till, "bob")


def assert_two_refunds(till: SaleTill) -> None:
    assert state(till) == "failed"
    assert till.paybacks() == {"join ann": ("ann", 990), "join bob": ("bob", 990)}
    assert len(till.messages("group.refund")) == 2


def test_processes_that_fill_one_group_together_fill_every_seat_once(stored_url: str) -> None:  # noqa: F811
    with opened(stored_url, clock=SetClock()) as till:
        open_group(till, seats=10)
        answers = in_processes(join_many, [(stored_url, process, 8) for process in range(2)])
        assert Counter(one for process in answers for one in process) == {"yes": 10, "group_closed": 6}
        assert (state(till), seats(till)) == ("succeeded", (0, 0, 10))
        assert len(till.messages("group.succeeded")) == 1
