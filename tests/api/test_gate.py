"""When too much comes at once, what matters most is let in longest and the rest is told to come back."""

from __future__ import annotations

import asyncio
import time

from dealwright.api.gate import Gate, Rank


def test_a_full_house_sheds_browsing_first_and_settling_last() -> None:
    gate = Gate(most_inside=100)
    inside = 0
    shed_at = {}
    for rank in (Rank.BROWSE, Rank.EVALUATE, Rank.RESERVE, Rank.SETTLE):
        while gate.enter(rank) is None:
            inside += 1
        shed_at[rank] = inside
    assert shed_at == {Rank.BROWSE: 25, Rank.EVALUATE: 50, Rank.RESERVE: 80, Rank.SETTLE: 100}


def test_a_request_that_is_shed_is_told_that_nothing_was_executed_and_when_to_return() -> None:
    gate = Gate(most_inside=1)
    assert gate.enter(Rank.SETTLE) is None
    shed = gate.enter(Rank.SETTLE)
    assert shed is not None
    assert (shed.problem.status, shed.problem.code, shed.problem.retry_after_seconds) == (503, "busy", 1)
    assert "not executed" in shed.problem.title


def test_a_place_that_was_left_can_be_taken_again() -> None:
    gate = Gate(most_inside=1)
    for _ in range(3):
        assert gate.enter(Rank.SETTLE) is None
        gate.leave()


def test_a_loop_that_is_late_sheds_carts_but_not_payments() -> None:
    gate = Gate(most_late_seconds=1.0)
    gate.note_lateness(0.6)
    gate.note_lateness(0.6)
    assert gate.enter(Rank.EVALUATE) is None, "a hiccup is not yet a queue"
    gate.note_lateness(0.6)
    assert gate.enter(Rank.EVALUATE) is not None
    assert gate.enter(Rank.SETTLE) is None
    gate.note_lateness(0.0)
    assert gate.enter(Rank.EVALUATE) is None


def test_who_waits_for_the_database_keeps_nobody_out_who_does_not_need_it() -> None:
    gate = Gate(most_inside=10)
    for _ in range(8):
        assert gate.enter(Rank.RESERVE) is None
        assert gate.step_aside(Rank.RESERVE) is None
    assert gate.step_aside(Rank.RESERVE) is not None, "the queue aside has an end, too"
    carts = [gate.enter(Rank.EVALUATE) for _ in range(6)]
    assert carts.count(None) == 5, "half of the places, as ever"
    assert (gate.inside, gate.aside) == (13, 8)


def test_a_database_that_is_slow_sheds_new_orders_before_payments() -> None:
    now = 100.0
    gate = Gate(most_late_seconds=1.0, few_aside=0, now=lambda: now)

    def let_aside(rank: Rank) -> bool:
        assert gate.enter(rank) is None
        full = gate.step_aside(rank)
        if full is not None:
            gate.leave()
        return full is None

    assert let_aside(Rank.RESERVE)
    now += 0.9  # no thread has had time for it
    assert not let_aside(Rank.RESERVE)
    assert let_aside(Rank.SETTLE)
    gate.begin()
    assert let_aside(Rank.RESERVE), "the next in the queue came just now"
    now += 1.1
    assert not let_aside(Rank.SETTLE)
    for _ in range(2):
        gate.begin()
    assert let_aside(Rank.SETTLE)


def test_a_few_who_wait_for_the_database_are_no_reason_to_turn_anybody_away() -> None:
    now = 100.0
    gate = Gate(most_late_seconds=1.0, few_aside=2, now=lambda: now)
    for _ in range(2):
        assert gate.enter(Rank.BROWSE) is None
        assert gate.step_aside(Rank.BROWSE) is None
        now += 60
    for full in (False, True):
        assert gate.enter(Rank.BROWSE) is None
        assert (gate.step_aside(Rank.BROWSE) is not None) is full


def test_who_comes_back_from_the_database_gets_its_answer_however_full_it_is() -> None:
    gate = Gate(most_inside=1)
    assert gate.enter(Rank.SETTLE) is None
    assert gate.step_aside(Rank.SETTLE) is None
    assert gate.enter(Rank.SETTLE) is None
    gate.step_back()
    assert gate.inside == 2
    gate.leave()
    gate.leave()
    assert gate.inside == 0


def test_lateness_is_measured_by_the_loop_itself() -> None:
    async def blocked() -> Gate:
        gate = Gate(most_late_seconds=0.2)
        watching = asyncio.create_task(gate.watch())
        await asyncio.sleep(0)
        for _ in range(3):
            time.sleep(0.3)  # somebody blocks the loop
            await asyncio.sleep(0.01)
        watching.cancel()
        return gate

    assert asyncio.run(blocked()).enter(Rank.SETTLE) is not None
