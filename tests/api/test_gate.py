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
