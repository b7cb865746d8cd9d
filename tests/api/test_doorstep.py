"""In a rush what nobody could answer is turned away before it is read, and told so."""

from __future__ import annotations

import asyncio
import json
import time

import pytest

from dealwright.api.doorstep import TURNED_AWAY, Doorstep
from dealwright.api.gate import Gate, Rank
from dealwright.api.meter import Meter
from dealwright.api.table import OPERATIONS

HEAD = b"POST /v1/carts/evaluate HTTP/1.1\r\nHost: till\r\nContent-Length: 7\r\n\r\n"
WHOLE = HEAD + b'{"a":1}'


@pytest.fixture
def meter() -> Meter:
    return Meter()


@pytest.fixture
def doorstep(meter: Meter) -> Doorstep:
    return Doorstep(Gate(most_inside=10), meter, OPERATIONS)


def test_a_cart_is_read_as_long_as_few_others_wait(doorstep: Doorstep) -> None:
    assert not doorstep.turns_away(WHOLE, waiting=4)
    assert doorstep.turns_away(WHOLE, waiting=5)


def test_those_who_wait_for_the_database_do_not_count(meter: Meter) -> None:
    gate = Gate(most_inside=10)
    doorstep = Doorstep(gate, meter, OPERATIONS)
    assert gate.enter(Rank.RESERVE) is None
    assert gate.step_aside(Rank.RESERVE) is None
    assert not doorstep.turns_away(WHOLE, waiting=5)
    assert doorstep.turns_away(WHOLE, waiting=6)


def test_a_cart_is_turned_away_while_the_loop_is_late(meter: Meter) -> None:
    gate = Gate(most_late_seconds=1.0)
    doorstep = Doorstep(gate, meter, OPERATIONS)
    assert not doorstep.turns_away(WHOLE, waiting=0)
    for _ in range(3):
        gate.note_lateness(0.6)
    assert doorstep.turns_away(WHOLE, waiting=0)


@pytest.mark.parametrize(
    "data",
    [
        WHOLE[:-1],  # the body is not there yet
        WHOLE + b"POST",  # another request follows
        HEAD.replace(b"Content-Length: 7\r\n", b"") + b'{"a":1}',
        HEAD.replace(b"7", b"x") + b'{"a":1}',
        HEAD.replace(b"7", b"7" * 5_000) + b'{"a":1}',
        HEAD.replace(b"till", b"t" * 5_000) + b'{"a":1}',
        HEAD.replace(b"till", b"till\r\nConnection: close") + b'{"a":1}',
        b"POST /v1/carts/evaluate HTTP/1.1\r\nHost: till",
        WHOLE.replace(b"POST /v1/carts/evaluate", b"POST /v1/holds"),  # goods are at stake
        WHOLE.replace(b"POST /v1/carts/evaluate", b"GET /health/live"),
        b"",
    ],
)
def test_what_is_no_whole_request_for_a_price_is_read_as_ever(doorstep: Doorstep, data: bytes) -> None:
    assert not doorstep.turns_away(data, waiting=10**6)


def test_what_is_turned_away_is_counted(doorstep: Doorstep, meter: Meter) -> None:
    doorstep.turns_away(WHOLE, waiting=5)
    doorstep.turns_away(WHOLE, waiting=0)
    assert 'operation="evaluate_cart",status="503"} 1\n' in meter.text()


def test_who_is_turned_away_is_told_that_nothing_was_done_and_when_to_return() -> None:
    head, _, body = TURNED_AWAY.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert lines[0] == b"HTTP/1.1 503 Service Unavailable"
    assert b"retry-after: 1" in lines
    assert f"content-length: {len(body)}".encode() in lines
    assert json.loads(body)["code"] == "busy"


def test_of_many_that_come_at_once_the_last_are_told_before_the_loop_turns() -> None:
    now = time.monotonic()
    gate = Gate(most_late_seconds=1.0, now=lambda: now)

    async def one_round() -> tuple[float, float]:
        nonlocal now
        watching = asyncio.create_task(gate.watch())
        await asyncio.sleep(0)  # the next beat is due in a moment
        before = gate.lateness
        now += 0.7
        late = gate.lateness
        watching.cancel()
        return before, late

    before, late = asyncio.run(one_round())
    assert before <= 0
    assert 0.6 < late < 0.7
