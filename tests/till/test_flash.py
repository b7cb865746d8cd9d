"""Flash sales over every kind of ledger: exact, whoever races."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dealwright.adapters.ledger import faults
from dealwright.core.errors import InputError
from dealwright.engine.flash import Reservation, Reserved
from dealwright.engine.outcomes import Refused
from ledgers import NOON, SetClock, at_once, postgres_template, sqlite_template, stored_url, till_url  # noqa: F401
from postgres_server import postgres_server  # noqa: F401
from sale_tills import SaleTill, open_flash, opened
from sale_workers import ask_with_wrong_clock, buy, die_reserving, exit_code_of, in_processes

STOCK = "stock/flash F1/TEA"


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def till(till_url: str, clock: SetClock) -> Iterator[SaleTill]:  # noqa: F811
    with opened(till_url, clock=clock, with_counted_ids=True) as till:
        yield till


def reserve(till: SaleTill, customer: str, quantity: int = 1, *, key: str = "") -> Reserved | Refused:
    key = key or f"key {customer}"
    return till.flash.reserve("F1", customer_id=customer, quantity=quantity, key=key, order_id=f"order {key}")


def reserved(till: SaleTill, customer: str, quantity: int = 1, *, key: str = "") -> Reserved:
    answer = reserve(till, customer, quantity, key=key)
    assert isinstance(answer, Reserved), answer
    return answer


def code(answer: object) -> str:
    return answer.code if isinstance(answer, Refused) else "yes"


def states(till: SaleTill) -> tuple[int, int, int]:
    balance = till.balance(STOCK)
    return balance.available, balance.held, balance.used


def test_a_reservation_sets_units_aside_and_tells_other_systems_once(till: SaleTill) -> None:
    open_flash(till, 10)
    answer = reserved(till, "ann")
    assert (answer.quantity, answer.amount_minor, answer.expires_at) == (1, 499, NOON + timedelta(minutes=15))
    assert till.flash.left("F1") == 9
    assert states(till) == (9, 1, 0)
    (message,) = till.messages("flash.reserved")
    assert (message.subject, message.body["order_id"]) == (answer.reservation_id, answer.order_id)


def test_the_same_key_gets_the_same_answer_and_takes_units_once(till: SaleTill) -> None:
    open_flash(till, 10)
    assert reserved(till, "ann") == reserved(till, "ann")
    assert till.flash.left("F1") == 9
    assert len(till.messages("flash.reserved")) == 1


def test_the_same_key_with_another_wish_is_refused_and_takes_nothing(till: SaleTill) -> None:
    open_flash(till, 10, per_customer=5)
    reserved(till, "ann", 1, key="k")
    assert code(reserve(till, "ann", 2, key="k")) == "key_reused"
    assert till.flash.left("F1") == 9


def test_a_refused_wish_writes_nothing_so_its_key_can_be_tried_again(till: SaleTill) -> None:
    open_flash(till, 1)
    first = reserved(till, "ann")
    assert code(reserve(till, "bob")) == "sold_out"
    assert len(till.messages("flash.reserved")) == 1
    till.flash.release(first.reservation_id)
    assert code(reserve(till, "bob")) == "yes"


def test_a_sale_that_nobody_opened_is_unknown(till: SaleTill) -> None:
    assert code(reserve(till, "ann")) == "sale_unknown"
    assert till.flash.left("F1") is None


def test_the_window_is_half_open_by_the_clock_that_decides(till: SaleTill, clock: SetClock) -> None:
    open_flash(till, 10)
    clock.forward(3600)
    assert code(reserve(till, "ann")) == "ended"
    clock.forward(-1e-6)
    assert code(reserve(till, "ann")) == "yes"
    clock.forward(-7200)
    assert code(reserve(till, "bob")) == "not_started"


def test_a_paid_reservation_is_sold_once_and_never_expires(till: SaleTill, clock: SetClock) -> None:
    open_flash(till, 10)
    name = reserved(till, "ann").reservation_id
    assert [till.flash.commit(name), till.flash.commit(name)] == [till.flash.reservation(name)] * 2
    clock.forward(3000)
    assert till.flash.expire() == 0
    assert states(till) == (9, 0, 1)
    assert len(till.messages("flash.sold")) == 1


def test_released_units_and_the_customers_right_to_them_come_back_once(till: SaleTill) -> None:
    open_flash(till, 1)
    name = reserved(till, "ann", key="first").reservation_id
    assert isinstance(till.flash.release(name), Reservation)
    assert isinstance(till.flash.release(name), Reservation)
    assert states(till) == (1, 0, 0)
    assert code(till.flash.commit(name)) == "hold_released"
    assert code(reserve(till, "ann", key="second")) == "yes"


def test_a_cancelled_sale_can_be_sold_again(till: SaleTill) -> None:
    open_flash(till, 1)
    name = reserved(till, "ann").reservation_id
    assert code(till.flash.cancel(name)) != "yes"
    till.flash.commit(name)
    assert isinstance(till.flash.cancel(name), Reservation)
    assert isinstance(till.flash.cancel(name), Reservation)
    assert states(till) == (1, 0, 0)


def test_unpaid_reservations_expire_once_and_cannot_be_paid_any_more(till: SaleTill, clock: SetClock) -> None:
    open_flash(till, 10, per_customer=5)
    name = reserved(till, "ann", 5).reservation_id
    clock.forward(899)
    assert till.flash.expire() == 0
    clock.forward(1)
    assert code(till.flash.commit(name)) == "hold_expired"
    assert [till.flash.expire(), till.flash.expire()] == [1, 0]
    assert states(till) == (10, 0, 0)
    assert code(reserve(till, "ann", 5, key="again")) == "yes"


def test_the_same_terms_open_a_sale_once_and_other_terms_are_refused(till: SaleTill) -> None:
    open_flash(till, 10)
    open_flash(till, 10)
    assert till.flash.left("F1") == 10
    with pytest.raises(InputError, match="never edited"):
        open_flash(till, 11)
    assert till.flash.left("F1") == 10


@pytest.mark.parametrize("wrong", [{"customer_id": ""}, {"key": "k" * 201}, {"order_id": "\0"}, {"quantity": 0}])
def test_mistakes_of_the_caller_are_refused_before_anything_is_queued(
    till: SaleTill, wrong: dict[str, Any]
) -> None:
    open_flash(till, 10)
    given = {"customer_id": "ann", "key": "k", "order_id": "o", "quantity": 1, **wrong}
    with pytest.raises(InputError, match=next(iter(wrong))):
        till.flash.submit("F1", **given)
    assert till.flash.left("F1") == 10


def test_of_200_buyers_at_once_exactly_10_get_the_10_units(till: SaleTill) -> None:
    open_flash(till, 10)
    answers = at_once(200, lambda number: reserve(till, f"buyer {number}"))
    assert Counter(map(code, answers)) == {"yes": 10, "sold_out": 190}
    assert states(till) == (0, 10, 0)
    assert len(till.messages("flash.reserved")) == 10


def test_one_customer_who_clicks_100_times_uses_one_unit(till: SaleTill) -> None:
    open_flash(till, 10)
    answers = at_once(100, lambda number: reserve(till, "ann", key=f"click {number}"))
    assert Counter(map(code, answers)) == {"yes": 1, "customer_limit_reached": 99}
    assert states(till) == (9, 1, 0)


def test_one_key_sent_50_times_at_once_gets_one_answer(till: SaleTill) -> None:
    open_flash(till, 10, per_customer=10)
    answers = at_once(50, lambda _: reserve(till, "ann", key="one"))
    assert len(set(map(repr, answers))) == 1
    assert states(till) == (9, 1, 0)


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_reserved_paid_cancelled_or_expires_the_units_add_up(
    till: SaleTill, clock: SetClock, seed: int
) -> None:
    open_flash(till, 60, per_customer=100)
    kept: list[str] = []

    def shop(number: int) -> None:
        chance = random.Random(f"{seed} {number}")
        for step in range(8):
            answer = reserve(till, f"c{number}", chance.randint(1, 5), key=f"{number} {step}")
            if not isinstance(answer, Reserved):
                assert answer.code == "sold_out"
                continue
            match chance.randrange(4):
                case 0:
                    till.flash.commit(answer.reservation_id)
                    kept.append(answer.reservation_id)
                case 1:
                    till.flash.release(answer.reservation_id)
                case 2:
                    till.flash.commit(answer.reservation_id)
                    till.flash.cancel(answer.reservation_id)
                case _:
                    pass  # nobody pays

    at_once(8, shop)
    clock.forward(1000)
    till.till.sweep()
    left, held, used = states(till)
    sold = [till.flash.reservation(name) for name in kept]
    assert held == 0
    assert used == sum(one.quantity for one in sold if one is not None)
    assert left + used == 60


def test_of_a_payment_and_an_expiry_at_the_same_moment_exactly_one_happens(till: SaleTill, clock: SetClock) -> None:
    open_flash(till, 100)
    names = [reserved(till, f"c{number}").reservation_id for number in range(20)]
    clock.forward(899.999_999)

    def race(number: int) -> object:
        if number == 20:
            clock.forward(0.000_001)
            return till.flash.expire()
        return till.flash.commit(names[number])

    *paid, _ = at_once(21, race)
    till.till.sweep()
    n_paid = sum(isinstance(one, Reservation) for one in paid)
    ends = Counter(one.state for one in map(till.flash.reservation, names) if one is not None)
    assert ends["sold"] == n_paid
    assert ends["sold"] + ends["expired"] == 20
    assert states(till) == (100 - n_paid, 0, n_paid)


def test_two_sweepers_at_once_give_back_every_unit_once(till: SaleTill, clock: SetClock) -> None:
    open_flash(till, 40)
    for number in range(30):
        reserved(till, f"c{number}")
    clock.forward(1000)
    swept = at_once(4, lambda _: till.flash.expire())
    assert sum(one for one in swept if isinstance(one, int)) == 30
    assert states(till) == (40, 0, 0)


def test_buyers_beyond_the_queue_are_told_to_come_back(till_url: str) -> None:  # noqa: F811
    with opened(till_url) as till:
        gate, entered = threading.Event(), threading.Event()
        sale = till.flash
        open_flash(till, 100)
        write = sale._queue._write

        def slow(topic: str, asks: Any) -> Any:
            entered.set()
            assert gate.wait(timeout=30)
            return write(topic, asks)

        sale._queue._write = slow
        sale._queue._most_waiting = 3

        def ask(number: int) -> Any:
            name = f"c{number}"
            return sale.submit("F1", customer_id=name, quantity=1, key=name, order_id=name)

        first = ask(0)
        assert entered.wait(timeout=30)
        waiting = [ask(number) for number in range(1, 6)]
        assert [one.done() for one in waiting] == [False, False, False, True, True]
        busy = waiting[-1].result()
        assert (busy.code, busy.retry_after_seconds) == ("busy", 1)
        gate.set()
        assert {code(one.result(timeout=30)) for one in (first, *waiting[:3])} == {"yes"}
        assert till.flash.left("F1") == 96


@pytest.mark.parametrize("point", ["before_write", "before_commit"])
def test_a_failure_before_the_commit_leaves_nothing_behind(till_url: str, point: str) -> None:  # noqa: F811
    with opened(till_url) as till:
        open_flash(till, 10)
        faults.arm(point, "raise")
        with pytest.raises(faults.FaultError):
            reserve(till, "ann")
        assert states(till) == (10, 0, 0)
        assert till.messages("flash.reserved") == []
        assert code(reserve(till, "ann")) == "yes"


def test_an_answer_lost_after_the_commit_is_found_again_under_its_key(stored_url: str) -> None:  # noqa: F811
    with opened(stored_url) as till:
        open_flash(till, 10)
        faults.arm("after_commit_before_reply", "raise")
        with pytest.raises(faults.FaultError):
            reserve(till, "ann")
        assert code(reserve(till, "ann")) == "yes"
        assert states(till) == (9, 1, 0)


def test_processes_that_sell_the_same_units_together_sell_each_once(stored_url: str) -> None:  # noqa: F811
    with opened(stored_url) as till:
        open_flash(till, 10)
        granted = in_processes(buy, [(stored_url, process, 50) for process in range(2)])
        names = {name for one in granted for name in one}
        assert len(names) == 10
        assert states(till) == (0, 10, 0)
        assert len(till.messages("flash.reserved")) == 10


@pytest.mark.parametrize("point", ["before_commit", "after_commit_before_reply"])
def test_a_process_killed_around_its_commit_has_reserved_all_or_nothing(stored_url: str, point: str) -> None:  # noqa: F811
    with opened(stored_url) as till:
        open_flash(till, 10)
        assert exit_code_of(die_reserving, stored_url, point) == -9
        was_durable = point == "after_commit_before_reply"
        assert states(till) == ((9, 1, 0) if was_durable else (10, 0, 0))
        assert len(till.messages("flash.reserved")) == was_durable
        assert code(reserve(till, "ann")) == "yes"
        assert states(till) == (9, 1, 0)


def test_a_clock_that_is_wrong_on_one_machine_neither_opens_nor_extends_a_sale(stored_url: str) -> None:  # noqa: F811
    if stored_url.startswith("sqlite"):
        pytest.skip("SQLite lives on the machine whose clock decides")
    with opened(stored_url) as till:
        start = till.now + timedelta(minutes=4)
        terms = {"per_customer": 1, "price_minor": 1, "currency": "EUR"}
        till.flash.open("soon", "TEA", 5, start=start, end=start + timedelta(hours=1), **terms)  # type: ignore[arg-type]
        past = till.now - timedelta(hours=1)
        till.flash.open("over", "TEA", 5, start=past, end=till.now - timedelta(minutes=4), **terms)  # type: ignore[arg-type]
        found = in_processes(ask_with_wrong_clock, [(stored_url, 300.0), (stored_url, -300.0)])
    assert found == [["not_started", "ended"]] * 2


def test_a_reservation_that_was_given_out_is_equal_to_the_one_that_is_kept(till: SaleTill) -> None:
    open_flash(till, 10)
    answer = reserved(till, "ann")
    kept = till.flash.reservation(answer.reservation_id)
    assert kept == Reservation(answer.reservation_id, "F1", "ann", answer.order_id, 1, "held", answer.expires_at)
    assert replace(kept, state="sold") == till.flash.commit(answer.reservation_id)


def test_connections_that_the_server_dropped_cost_nobody_a_reservation(stored_url: str) -> None:  # noqa: F811
    if stored_url.startswith("sqlite"):
        pytest.skip("SQLite has no server")
    import psycopg

    with opened(stored_url) as till:
        open_flash(till, 10)
        reserved(till, "ann")
        with psycopg.connect(stored_url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        assert code(reserve(till, "bob")) == "yes"
        assert code(reserve(till, "ann")) == "yes"
        assert states(till) == (8, 2, 0)
