"""What every ledger promises, whichever database it is in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, literal_column, update

from dealwright.adapters.ledger import schema
from dealwright.adapters.ledger.audit import SqlAudit
from dealwright.adapters.ledger.connect import connect
from dealwright.adapters.ledger.memory import MemoryLedger
from dealwright.adapters.ledger.sql import SqlBooks, SqlOutbox, SqlReads
from dealwright.adapters.ledger.steps import Database, Step
from dealwright.app.till.audit_books import audit_books
from dealwright.app.till.ledger_ports import (
    Change,
    Conflict,
    HoldEnd,
    HoldRecord,
    KeptAnswer,
    Message,
    OrderRecord,
    OrderStep,
    Request,
)
from dealwright.engine.evaluation import Evaluation, PricedLine
from dealwright.engine.ledger import Balance, Demand, Move
from dealwright.engine.outcomes import Held, Order, Refunded, Refused, Released
from ledgers import NOON, postgres_template, sqlite_template, stored_url, till_url  # noqa: F401
from postgres_server import postgres_server  # noqa: F401

LATER = NOON + timedelta(minutes=15)
PRICED = Evaluation("EUR", NOON, (PricedLine("1", "TEA", 1, 450, 400),), (), (), ())
ONE_USE = Demand("uses/A", 1, limit=1, promotion_id="A")


class Sql(SqlBooks, SqlReads, SqlOutbox):
    """All ports of one database."""


Books = MemoryLedger | Sql


@pytest.fixture
def books(till_url: str) -> Iterator[Books]:  # noqa: F811
    if till_url == "memory:":
        yield MemoryLedger()
        return
    connected = connect(till_url)
    yield Sql(connected.database, connected.kind)
    connected.database.close()


def a_hold(number: int, *, order: str = "", demands: tuple[Demand, ...] = ()) -> HoldRecord:
    return HoldRecord(f"h{number}", order or f"o{number}", "c", "held", NOON, LATER, demands, PRICED)


def holding(hold: HoldRecord, *, key: str = "", ends: tuple[HoldEnd, ...] = ()) -> Change:
    return Change(
        NOON,
        Request(key or f"key of {hold.hold_id}", "body"),
        Held(hold.hold_id, hold.order_id, hold.expires_at, hold.evaluation),
        ends,
        hold,
        moves=tuple(
            Move(demand.account, demand.amount, "available", "held", hold.hold_id, demand.limit)
            for demand in hold.demands
        ),
    )


def committing(hold: HoldRecord) -> Change:
    order = Order(hold.order_id, hold.hold_id, "c", NOON, PRICED)
    return Change(
        NOON,
        Request(f"commit of {hold.hold_id}", "body"),
        order,
        (HoldEnd(hold.hold_id, "committed", alive_at=NOON),),
        order=OrderRecord(order, hold.demands),
        messages=(Message("order_committed", hold.order_id, NOON, {"total_minor": 400}),),
        moves=tuple(Move(one.account, one.amount, "held", "used", hold.order_id) for one in hold.demands),
    )


def balance(books: Books, account: str) -> Balance | None:
    return books.balances([account]).get(account)


def test_a_limit_opens_its_account_with_the_first_use(books: Books) -> None:
    assert balance(books, "uses/A") is None
    assert books.write(holding(a_hold(1, demands=(replace(ONE_USE, limit=5),)))) is None
    assert balance(books, "uses/A") == Balance("uses/A", available=4, held=1, used=0)


def test_what_is_not_left_is_refused_and_nothing_of_the_change_is_written(books: Books) -> None:
    assert books.write(holding(a_hold(1, demands=(ONE_USE,)))) is None
    second = a_hold(2, demands=(ONE_USE, Demand("uses/B", 1, limit=9)))
    conflict = books.write(holding(second))
    assert conflict == Conflict("accounts", names=("uses/A", "uses/B"))
    assert balance(books, "uses/A") == Balance("uses/A", available=0, held=1, used=0)
    assert balance(books, "uses/B") is None
    assert books.hold("h2") is None
    assert books.kept("key of h2") is None


def test_an_account_without_a_limit_must_exist(books: Books) -> None:
    conflict = books.write(holding(a_hold(1, demands=(Demand("stock/main/TEA", 1),))))
    assert conflict == Conflict("accounts", names=("stock/main/TEA",))


def test_stock_is_loaded_taken_off_and_never_below_what_is_there(books: Books) -> None:
    account = "stock/main/TEA"
    load = Change(NOON, moves=(Move(account, 10, "loaded", "available", "load"),), opens=(account,))
    assert books.write(load) is None
    assert books.write(load) is None
    assert balance(books, account) == Balance(account, 20, 0, 0)
    take = Change(NOON, moves=(Move(account, 21, "available", "loaded", "load"),), opens=(account,))
    assert books.write(take) == Conflict("accounts", names=(account,))
    assert balance(books, account) == Balance(account, 20, 0, 0)


def test_a_limit_that_was_raised_or_lowered_counts_from_the_next_use(books: Books) -> None:
    for number, limit, expected in ((1, 2, (1, 1)), (2, 5, (3, 2)), (3, 3, (0, 3))):
        assert books.write(holding(a_hold(number, demands=(replace(ONE_USE, limit=limit),)))) is None
        assert balance(books, "uses/A") == Balance("uses/A", *expected, 0)
    conflict = books.write(holding(a_hold(4, demands=(replace(ONE_USE, limit=2),))))
    assert conflict == Conflict("accounts", names=("uses/A",))
    assert balance(books, "uses/A") == Balance("uses/A", 0, 3, 0)


def test_the_same_key_gives_the_answer_that_was_kept(books: Books) -> None:
    assert books.write(holding(a_hold(1, demands=(ONE_USE,)), key="k")) is None
    conflict = books.write(holding(a_hold(2, demands=(ONE_USE,)), key="k"))
    assert conflict is not None
    assert conflict.kind == "key"
    kept = books.kept("k")
    assert isinstance(kept, KeptAnswer)
    assert conflict.kept == kept
    assert kept.answer == Held("h1", "o1", LATER, PRICED)
    assert kept.fingerprint == "body"
    assert books.hold("h2") is None


@pytest.mark.parametrize(
    "answer",
    [
        Refused("sold_out", "no tea left", 3, missing_quantity=2, promotion_id="Ä/1"),
        Released("h1", "o1"),
        Refunded("r1", "o1", (), 400, uses_back=("A",)),
    ],
)
def test_every_answer_is_kept_as_it_was_given(books: Books, answer: Refused | Released | Refunded) -> None:
    assert books.write(Change(NOON, Request("k", "body"), answer)) is None
    kept = books.kept("k")
    assert isinstance(kept, KeptAnswer)
    assert kept.answer == answer
    assert books.kept("another") is None


def test_an_order_has_one_hold_at_a_time(books: Books) -> None:
    assert books.write(holding(a_hold(1, order="o", demands=(ONE_USE,)))) is None
    second = a_hold(2, order="o", demands=(Demand("uses/B", 1, limit=1),))
    assert books.write(holding(second)) == Conflict("order_has_hold")
    assert books.hold_of("o") == a_hold(1, order="o", demands=(ONE_USE,))


def test_a_hold_is_replaced_in_one_step_and_does_not_count_against_its_successor(books: Books) -> None:
    assert books.write(holding(a_hold(1, order="o", demands=(ONE_USE,)))) is None
    second = holding(a_hold(2, order="o", demands=(ONE_USE,)), ends=(HoldEnd("h1", "released"),))
    given_back = Move("uses/A", 1, "held", "available", "h1")
    assert books.write(replace(second, moves=(given_back, *second.moves))) is None
    first = books.hold("h1")
    assert first is not None
    assert first.state == "released"
    held = books.hold_of("o")
    assert held is not None
    assert held.hold_id == "h2"
    assert balance(books, "uses/A") == Balance("uses/A", available=0, held=1, used=0)


def test_an_order_that_is_placed_cannot_be_held_again(books: Books) -> None:
    hold = a_hold(1, order="o", demands=(ONE_USE,))
    assert books.write(holding(hold)) is None
    assert books.write(committing(hold)) is None
    assert books.write(holding(a_hold(2, order="o"))) == Conflict("order_has_hold")


def test_a_commit_uses_what_was_held_and_leaves_a_message(books: Books) -> None:
    hold = a_hold(1, demands=(ONE_USE,))
    assert books.write(holding(hold)) is None
    assert books.write(committing(hold)) is None
    assert balance(books, "uses/A") == Balance("uses/A", available=0, held=0, used=1)
    record = books.order("o1")
    assert record is not None
    assert record.order == Order("o1", "h1", "c", NOON, PRICED)
    assert record.demands == (ONE_USE,)
    (pending,) = books.pending(10)
    assert pending.message == Message("order_committed", "o1", NOON, {"total_minor": 400})
    books.done([pending.number], at=NOON)
    assert books.pending(10) == ()


def test_a_hold_is_committed_once(books: Books) -> None:
    hold = a_hold(1, demands=(ONE_USE,))
    assert books.write(holding(hold)) is None
    assert books.write(committing(hold)) is None
    again = replace(committing(hold), request=Request("another key", "body"))
    assert books.write(again) == Conflict("hold", names=("h1",))
    assert len(books.pending(10)) == 1
    assert books.kept("another key") is None


def test_a_hold_whose_time_is_over_cannot_be_committed_and_one_whose_time_is_not_cannot_expire(
    books: Books,
) -> None:
    hold = a_hold(1, demands=(ONE_USE,))
    assert books.write(holding(hold)) is None
    late = replace(committing(hold), ends=(HoldEnd("h1", "committed", alive_at=LATER),))
    assert books.write(late) == Conflict("hold", names=("h1",))
    early = Change(NOON, ends=(HoldEnd("h1", "expired", dead_at=LATER - timedelta(microseconds=1)),))
    assert books.write(early) == Conflict("hold", names=("h1",))
    assert books.write(replace(early, ends=(HoldEnd("h1", "expired", dead_at=LATER),))) is None


def test_holds_are_due_from_the_moment_they_end_the_oldest_first(books: Books) -> None:
    for number, minutes in ((1, 10), (2, 5), (3, 20)):
        hold = replace(a_hold(number), expires_at=NOON + timedelta(minutes=minutes))
        assert books.write(holding(hold)) is None
    just_before = NOON + timedelta(minutes=10, microseconds=-1)
    assert [hold.hold_id for hold in books.due(just_before, limit=10)] == ["h2"]
    assert [hold.hold_id for hold in books.due(NOON + timedelta(minutes=10), limit=10)] == ["h2", "h1"]
    assert [hold.hold_id for hold in books.due(NOON + timedelta(minutes=10), limit=1)] == ["h2"]


def test_several_holds_end_together_or_not_at_all(books: Books) -> None:
    assert books.write(holding(a_hold(1))) is None
    both = Change(LATER, ends=(HoldEnd("h1", "expired"), HoldEnd("h2", "expired")))
    assert books.write(both) == Conflict("hold", names=("h1", "h2"))
    first = books.hold("h1")
    assert first is not None
    assert first.state == "held"


def test_an_order_changes_only_from_the_revision_that_was_read(books: Books) -> None:
    hold = a_hold(1)
    assert books.write(holding(hold)) is None
    assert books.write(committing(hold)) is None
    before = books.order("o1")
    assert before is not None
    order = replace(before.order, returned={"1": 1}, refunded_minor=400)
    after = replace(before, order=order, revision=1, delivery_refunded_minor=30)
    step = OrderStep(before, after, Refunded("r1", "o1", (), 400), NOON)
    assert books.write(Change(NOON, step=step)) is None
    assert books.order("o1") == after
    again = replace(step, refund=Refunded("r2", "o1", (), 400))
    assert books.write(Change(NOON, step=again)) == Conflict("order")
    assert books.order("o1") == after


def test_a_contested_account_tells_who_holds_it_and_until_when(books: Books) -> None:
    demand = replace(ONE_USE, limit=3)
    for number, minutes in ((1, 10), (2, 5)):
        hold = replace(a_hold(number, demands=(demand,)), expires_at=NOON + timedelta(minutes=minutes))
        assert books.write(holding(hold)) is None
    assert [hold.hold_id for hold in books.holders("uses/A", limit=5)] == ["h2", "h1"]
    assert books.holders("uses/B", limit=5) == ()


class Careless:
    """A database that does not look how many rows a statement touched: the mistake others made."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def write(self, steps: Sequence[Step]) -> str | None:
        return self._database.write([replace(step, rows=None) for step in steps])

    def rows(self, statement: Any, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        return self._database.rows(statement, values)

    def waiting_rows(self, statement: Any, values: Mapping[str, Any], *, probe: Step) -> list[tuple[Any, ...]]:
        return self._database.waiting_rows(statement, values, probe=probe)

    def close(self) -> None:
        self._database.close()


def test_without_the_number_of_rows_the_last_unit_is_sold_twice_and_the_audit_finds_it(
    stored_url: str,  # noqa: F811
) -> None:
    connected = connect(stored_url)
    careless = SqlBooks(Careless(connected.database), connected.kind)
    for number in (1, 2):
        assert careless.write(holding(a_hold(number, demands=(ONE_USE,)))) is None
    assert audit_books(SqlAudit(connected.database)) == (
        "uses/A: 1 are held, its entries say 2",
        "uses/A: 1 are held, carts hold 2",
    )
    connected.database.close()


def test_an_audit_finds_what_was_written_past_the_books(stored_url: str) -> None:  # noqa: F811
    connected = connect(stored_url)
    books = SqlBooks(connected.database, connected.kind)
    hold = a_hold(1, demands=(ONE_USE,))
    assert books.write(holding(hold)) is None
    assert books.write(committing(hold)) is None
    assert audit_books(SqlAudit(connected.database)) == ()
    more = update(schema.accounts).values(
        used=schema.accounts.c.used + literal_column("1"), loaded=schema.accounts.c.loaded + literal_column("1")
    )
    connected.database.write([Step("more", more, {}, 1), Step("gone", delete(schema.outbox), {}, 1)])
    assert audit_books(SqlAudit(connected.database)) == (
        "uses/A: 2 are used, its entries say 1",
        "0 messages tell of 1 orders",
    )
    connected.database.close()


def test_the_database_itself_refuses_a_balance_below_zero(stored_url: str) -> None:  # noqa: F811
    connected = connect(stored_url)
    books = SqlBooks(connected.database, connected.kind)
    assert books.write(holding(a_hold(1, demands=(ONE_USE,)))) is None
    less = update(schema.accounts).values(available=schema.accounts.c.available - literal_column("1"))
    assert connected.database.write([Step("less", less, {}, None)]) == "less"
    assert SqlReads(connected.database, connected.kind).balances(["uses/A"])["uses/A"].available == 0
    connected.database.close()
