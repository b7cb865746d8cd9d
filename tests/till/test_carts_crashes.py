"""Processes die and connections break in the middle of a change: it is written whole or not at all."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from signal import SIGKILL

import psycopg
import pytest

from dealwright.adapters.ledger import faults
from dealwright.app.till.ledger_ports import LedgerUnavailableError
from dealwright.campaign.promotion import Limits, Promotion
from dealwright.core.errors import InputError
from dealwright.engine.benefits.amount_off import AmountOff
from dealwright.engine.ledger import Balance
from dealwright.engine.outcomes import Held, Order, Outcome, Refused
from dealwright.till import Till, open_till
from ledgers import (  # noqa: F401
    SetClock,
    at_once,
    postgres_template,
    sqlite_template,
    stored_url,
    till_url,
)
from postgres_server import postgres_server, postgres_url  # noqa: F401
from sale_workers import exit_code_of
from till_buyers import Buyer, die_committing, die_holding, die_sweeping

BUYER = Buyer(1, "c1", codes=("FIVE",))
CART = BUYER.cart
FIVE = Promotion("FIVE", "EUR", AmountOff(5), code="FIVE", limits=Limits(total=1))


@pytest.fixture(autouse=True)
def _disarmed() -> Iterator[None]:
    yield
    faults.disarm()


@pytest.mark.parametrize("point", ["before_write", "before_commit", "after_commit_before_reply"])
def test_a_killed_commit_is_whole_or_not_there_and_the_same_key_finishes_it(
    stored_url: str,  # noqa: F811
    point: str,
) -> None:
    with open_till(stored_url) as till:
        till.promotions.put([FIVE])
        till.stock.load("TEA", 1)
        hold = till.carts.hold(CART, key="h", order_id="o")
        assert isinstance(hold, Held)
        assert exit_code_of(die_committing, stored_url, point, hold.hold_id) == -SIGKILL
        is_written = point == "after_commit_before_reply"
        assert till.carts.by_key("c").state == ("committed" if is_written else "unknown")
        assert (till.carts.order("o") is not None) == is_written
        assert len(till.ledger.outbox.pending(9)) == is_written
        order = till.carts.commit(hold.hold_id, key="c")
        assert isinstance(order, Order)
        assert till.carts.by_key("c").answer == order
        assert len(till.ledger.outbox.pending(9)) == 1
        assert till.stock.left("TEA") == Balance("stock/main/TEA", 0, 0, 1)
        used = till.ledger.accounts.balances(["uses/FIVE"])["uses/FIVE"]
        assert (used.available, used.held, used.used) == (0, 0, 1)
        assert till.audit() == ()


@pytest.mark.parametrize("point", ["before_write", "before_commit", "after_commit_before_reply"])
def test_a_killed_hold_leaves_nothing_that_does_not_end_by_itself(
    stored_url: str,  # noqa: F811
    point: str,
) -> None:
    with open_till(stored_url) as till:
        till.promotions.put([FIVE])
        till.stock.load("TEA", 1)
        assert exit_code_of(die_holding, stored_url, point, BUYER, 60) == -SIGKILL
        is_written = point == "after_commit_before_reply"
        left = till.stock.left("TEA")
        assert left is not None
        assert left.held == is_written
        again = till.carts.hold(CART, key="h", order_id="o", seconds=60)
        assert isinstance(again, Held)
        assert till.stock.left("TEA") == Balance("stock/main/TEA", 0, 1, 0)


def test_a_sweeper_that_dies_between_batches_is_taken_over(stored_url: str) -> None:  # noqa: F811
    clock = SetClock()
    with open_till(stored_url, clock=clock) as till:
        till.stock.load("TEA", 250)
        for number in range(220):
            hold = till.carts.hold(Buyer(number, "c").cart, key=f"h{number}", order_id=f"o{number}", seconds=1)
            assert isinstance(hold, Held)
        late = clock.time.replace(hour=13)
        assert exit_code_of(die_sweeping, stored_url, "between_batches", late) == -SIGKILL
        left = till.stock.left("TEA")
        assert left is not None
        assert left.held == 120
        clock.forward(3600)
        assert till.sweep().holds == 120
        assert till.stock.left("TEA") == Balance("stock/main/TEA", 250, 0, 0)


def test_a_sweeper_killed_inside_a_batch_leaves_the_batch_whole(stored_url: str) -> None:  # noqa: F811
    clock = SetClock()
    with open_till(stored_url, clock=clock) as till:
        till.stock.load("TEA", 5)
        for number in range(5):
            till.carts.hold(Buyer(number, "c").cart, key=f"h{number}", order_id=f"o{number}", seconds=1)
        late = clock.time.replace(hour=13)
        assert exit_code_of(die_sweeping, stored_url, "before_commit", late) == -SIGKILL
        assert till.stock.left("TEA") == Balance("stock/main/TEA", 0, 5, 0)
        clock.forward(3600)
        assert till.sweep().holds == 5
        assert till.stock.left("TEA") == Balance("stock/main/TEA", 5, 0, 0)
        assert len(till.ledger.outbox.pending(9)) == 5


def test_a_reply_that_is_lost_is_found_by_its_key(till_url: str) -> None:  # noqa: F811
    with open_till(till_url) as till:
        faults.arm("after_commit_before_reply", "raise")
        with pytest.raises(faults.FaultError):
            till.carts.hold(CART, key="h", order_id="o")
        outcome = till.carts.by_key("h")
        assert outcome.state == "refused"  # the code FIVE is not in force
        faults.arm("before_commit", "raise")
        with pytest.raises(faults.FaultError):
            till.carts.hold(Buyer(1, "c").cart, key="h2", order_id="o")
        assert till.carts.by_key("h2") == Outcome("unknown")
        assert isinstance(till.carts.hold(Buyer(1, "c").cart, key="h2", order_id="o"), Held)


def test_a_request_that_is_being_written_is_in_progress_until_it_is_done(
    postgres_url: str,  # noqa: F811
) -> None:
    with open_till(postgres_url) as till, psycopg.connect(postgres_url) as other:
        other.execute(
            "INSERT INTO till_keys (key, fingerprint, answer, at) VALUES ('h', 'x', %s, 0)", (b"not told yet",)
        )
        assert till.carts.by_key("h") == Outcome("in_progress")
        began = time.monotonic()
        answer = till.carts.hold(Buyer(1, "c").cart, key="h", order_id="o")
        assert isinstance(answer, Refused)
        assert (answer.code, answer.retry_after_seconds) == ("in_progress", 1)
        assert time.monotonic() - began < 4
        other.rollback()
        assert till.carts.by_key("h") == Outcome("unknown")
        assert isinstance(till.carts.hold(Buyer(1, "c").cart, key="h", order_id="o"), Held)


def test_a_row_that_somebody_keeps_locked_makes_the_till_busy_and_writes_nothing(
    postgres_url: str,  # noqa: F811
) -> None:
    with open_till(postgres_url) as till, psycopg.connect(postgres_url) as other:
        till.stock.load("TEA", 5)
        other.execute("SELECT * FROM till_accounts FOR UPDATE")
        answer = till.carts.hold(Buyer(1, "c").cart, key="h", order_id="o")
        assert isinstance(answer, Refused)
        assert (answer.code, answer.is_final) == ("busy", False)
        other.rollback()
        assert till.carts.by_key("h") == Outcome("unknown")
        assert till.stock.left("TEA") == Balance("stock/main/TEA", 5, 0, 0)


def test_connections_that_the_server_dropped_are_opened_anew(
    postgres_url: str,  # noqa: F811
    postgres_server: str,  # noqa: F811
) -> None:
    with open_till(postgres_url) as till:
        at_once(4, lambda number: till.carts.hold(Buyer(number, "c").cart, key=f"h{number}", order_id=f"o{number}"))
        for number in range(10, 13):
            with psycopg.connect(postgres_server, autocommit=True) as other:
                other.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                    (postgres_url.split("/")[3].split("?")[0],),
                )
            answer = till.carts.hold(Buyer(number, "c").cart, key=f"h{number}", order_id=f"o{number}")
            assert isinstance(answer, Held)
        assert till.carts.price(CART).total_minor == 500


def test_a_database_that_is_gone_says_what_to_do(
    postgres_url: str,  # noqa: F811
    postgres_server: str,  # noqa: F811
) -> None:
    with open_till(postgres_url) as till:
        till.carts.price(CART)
        with psycopg.connect(postgres_server, autocommit=True) as other:
            other.execute(f'DROP DATABASE "{postgres_url.split("/")[3].split("?")[0]}" WITH (FORCE)')
        with pytest.raises(LedgerUnavailableError, match="ask what became of the request by its key"):
            till.carts.hold(Buyer(1, "c").cart, key="h", order_id="o")


def test_two_processes_share_one_file_without_losing_a_write(tmp_path_factory: pytest.TempPathFactory) -> None:
    url = f"sqlite:///{tmp_path_factory.mktemp('shared') / 'till.db'}"
    with open_till(url) as till, open_till(url) as other:
        till.stock.load("TEA", 100)
        gate = threading.Barrier(2)

        def buy_all(one: Till, first: int) -> None:
            gate.wait()
            for number in range(first, first + 25):
                held = one.carts.hold(Buyer(number, "c").cart, key=f"h{number}", order_id=f"o{number}")
                assert isinstance(held, Held)

        threads = [threading.Thread(target=buy_all, args=pair) for pair in ((till, 0), (other, 25))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert till.stock.left("TEA") == Balance("stock/main/TEA", 50, 50, 0)


def test_fault_points_have_known_names() -> None:
    with pytest.raises(InputError, match="no fault point is called 'before_comit'; did you mean 'before_commit'"):
        faults.arm("before_comit", "raise")
    faults.hit("before_commit")  # nothing is armed, nothing happens
    faults.arm("before_commit", "raise", at_pass=2)
    faults.hit("after_reply")
    faults.hit("before_commit")
    with pytest.raises(faults.FaultError, match="before_commit"):
        faults.hit("before_commit")
    faults.hit("before_commit")  # it fails once
