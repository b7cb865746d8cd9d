"""One clock decides, whatever the machines' own clocks say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from dealwright.adapters.ledger.clocks import DatabaseClock, SystemClock
from dealwright.campaign.promotion import Limits, Promotion
from dealwright.campaign.schedule import Schedule
from dealwright.core.cart import Cart, LineItem
from dealwright.engine.benefits.amount_off import AmountOff
from dealwright.engine.outcomes import Held
from dealwright.till import Till, open_till
from ledgers import NOON, postgres_template, sqlite_template, stored_url  # noqa: F401
from postgres_server import postgres_server, postgres_url  # noqa: F401


@dataclass
class World:
    """A database's time, a counter of seconds, and a machine's clock that is wrong."""

    database: datetime = NOON
    counter: float = 100.0
    own_error_seconds: float = 0.0
    n_asked: int = 0

    def ask(self) -> datetime:
        self.n_asked += 1
        return self.database

    def own(self) -> datetime:
        return self.database + timedelta(seconds=self.own_error_seconds)

    def forward(self, seconds: float) -> None:
        self.database += timedelta(seconds=seconds)
        self.counter += seconds

    def clock(self) -> DatabaseClock:
        return DatabaseClock(self.ask, counter=lambda: self.counter, own=self.own)


def test_the_time_is_the_databases_and_is_asked_for_every_few_seconds_only() -> None:
    world = World(own_error_seconds=300)
    clock = world.clock()
    for _ in range(40):
        world.forward(0.1)
        assert abs(clock.now() - world.database) < timedelta(milliseconds=1)
    assert world.n_asked == 1
    world.forward(2)
    clock.now()
    assert world.n_asked == 2


@pytest.mark.parametrize("error", [-300, 300, 1.5])
def test_a_machine_whose_clock_is_wrong_tells_the_right_time_and_how_wrong_it_is(error: float) -> None:
    world = World(own_error_seconds=error)
    clock = world.clock()
    assert clock.now() == NOON
    assert clock.skew_seconds() == error


def test_a_machine_whose_clock_is_set_while_it_runs_is_found_out() -> None:
    world = World()
    clock = world.clock()
    assert clock.skew_seconds() == 0
    world.own_error_seconds = -300
    world.forward(6)
    assert clock.skew_seconds() == -300
    assert clock.now() == world.database


def test_skewed_machines_open_and_end_a_sale_at_the_same_moment(stored_url: str) -> None:  # noqa: F811
    """Five minutes fast or slow: nobody gets the promotion before it starts or after it ends."""
    world = World(database=NOON - timedelta(seconds=1))
    sale = Schedule(start=NOON, end=NOON + timedelta(seconds=10))
    tills = []
    for error in (-300, 0, 300):
        world.own_error_seconds = error
        tills.append(open_till(stored_url, clock=world.clock()))
    tills[0].promotions.put([Promotion("P", "EUR", AmountOff(100), schedule=sale, limits=Limits(total=1000))])
    for second, total in ((-1, 500), (0, 400), (9, 400), (10, 500)):
        world.forward((NOON + timedelta(seconds=second) - world.database).total_seconds())
        assert [total_held(till, f"{number} at {second}") for number, till in enumerate(tills)] == [total] * 3
    for till in tills:
        till.close()


def total_held(till: Till, name: str) -> int:
    held = till.carts.hold(Cart("EUR", (LineItem("1", "T", 1, 500),)), key=name, order_id=name)
    assert isinstance(held, Held)
    return held.evaluation.total_minor


def test_a_clock_off_by_more_than_a_second_raises_the_alarm() -> None:
    for error, alarm in ((0.9, ""), (-1.5, "this machine's clock is 1.5 s behind the database's")):
        with open_till("memory:", clock=World(own_error_seconds=error).clock()) as till:
            assert till.clock_alarm == alarm


def test_the_till_asks_the_databases_own_clock(postgres_url: str) -> None:  # noqa: F811
    with open_till(postgres_url) as till:
        assert abs(till.ledger.clock.skew_seconds()) < 1
        assert till.clock_alarm == ""
        assert abs(till.ledger.clock.now() - datetime.now(UTC)) < timedelta(seconds=2)


def test_a_ledger_on_this_machine_goes_by_this_machines_clock() -> None:
    clock = SystemClock()
    before = datetime.now(UTC)
    assert before <= clock.now() <= datetime.now(UTC)
    assert clock.skew_seconds() == 0
