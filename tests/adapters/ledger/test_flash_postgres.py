"""A batch of reservations in which some are in order and some are not, in PostgreSQL and wherever else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from dealwright.adapters.ledger.arrays import number_array, text_array
from dealwright.adapters.ledger.flash_postgres import PostgresFlash
from dealwright.engine.flash import Ask, ask_for
from dealwright.engine.outcomes import Refused
from ledgers import SetClock, postgres_template, sqlite_template, stored_url, till_url  # noqa: F401
from postgres_server import postgres_server, postgres_url  # noqa: F401
from sale_tills import SaleTill, open_flash, opened

STOCK = "stock/flash F1/TEA"


@pytest.fixture
def till(till_url: str) -> Iterator[SaleTill]:  # noqa: F811
    with opened(till_url, clock=SetClock()) as till:
        yield till


def asks(*wishes: tuple[str, str, int]) -> list[Ask]:
    """One wish for each (key, customer, units)."""
    return [
        ask_for("F1", customer_id=customer, quantity=n, key=key, order_id=f"o {key}", reservation_id=f"{key}-{n}")
        for key, customer, n in wishes
    ]


def answers(till: SaleTill, *wishes: tuple[str, str, int]) -> list[str]:
    """What a batch gets: the name of the reservation, or why not."""
    given = till.flash._books.reserve("F1", asks(*wishes))
    return [one.code if isinstance(one, Refused) else one.reservation_id for one in given]


def test_in_one_batch_each_ask_gets_what_it_would_have_got_alone(till: SaleTill) -> None:
    open_flash(till, 10, per_customer=2)
    assert answers(till, ("k1", "ann", 2), ("k2", "bob", 1)) == ["k1-2", "k2-1"]
    assert answers(
        till,
        ("k3", "cyd", 2),  # new
        ("k1", "ann", 2),  # asked before
        ("k4", "ann", 1),  # has all she may have
        ("k5", "bob", 1),  # may have one more
        ("k2", "eve", 1),  # another's key
        ("k6", "dan", 1),
        ("k6", "dan", 1),  # twice in the batch
        ("k7", "dan", 1),  # his second unit
        ("k8", "dan", 1),  # his third
    ) == [
        "k3-2",
        "k1-2",
        "customer_limit_reached",
        "k5-1",
        "key_reused",
        "k6-1",
        "k6-1",
        "k7-1",
        "customer_limit_reached",
    ]
    balance = till.balance(STOCK)
    assert (balance.available, balance.held) == (2, 8)
    assert len(till.messages("flash.reserved")) == 6


def test_a_batch_for_more_than_is_left_gives_what_is_left_in_the_order_of_asking(till: SaleTill) -> None:
    open_flash(till, 3, per_customer=3)
    first = answers(till, ("k1", "ann", 2), ("k2", "bob", 2), ("k3", "cyd", 1), ("k4", "dan", 1))
    assert first == ["k1-2", "sold_out", "k3-1", "sold_out"]
    assert till.balance(STOCK).available == 0


def test_units_that_come_back_to_a_sale_that_was_sold_out_are_sold_again(till: SaleTill) -> None:
    open_flash(till, 1)
    assert answers(till, ("k1", "ann", 1), ("k2", "bob", 1)) == ["k1-1", "sold_out"]
    assert answers(till, ("k3", "cyd", 1)) == ["sold_out"]
    till.flash.release("k1-1")
    assert answers(till, ("k3", "cyd", 1), ("k4", "dan", 1)) == ["k3-1", "sold_out"]


@pytest.mark.parametrize(("hours", "refusal"), [(-2, "ended"), (1, "not_started")])
def test_the_database_keeps_the_window_though_the_time_carried_on_here_is_wrong(
    postgres_url: str,  # noqa: F811
    hours: int,
    refusal: str,
) -> None:
    with opened(postgres_url) as till:
        start = till.now + timedelta(hours=hours)
        terms = {"per_customer": 1, "price_minor": 1, "currency": "EUR"}
        till.flash.open("F1", "TEA", 10, start=start, end=start + timedelta(hours=1), **terms)  # type: ignore[arg-type]
        books = till.flash._books
        assert isinstance(books, PostgresFlash)
        books._postgres.__dict__["_carried_on"] = SetClock(start + timedelta(minutes=30))
        assert answers(till, ("k1", "ann", 1)) == [refusal]
        assert till.balance(STOCK).available == 10


def test_lists_reach_postgresql_as_they_are(postgres_url: str) -> None:  # noqa: F811
    import psycopg

    texts = ['a "quoted" \\ one', "", "NULL", "{a,b}", " blanks ", "é 茶", "tab\tline\n", "a,b", "'"]
    with psycopg.connect(postgres_url) as connection:
        found = connection.execute(
            "SELECT %t::text[], %t::bigint[]", (text_array(texts), number_array([1, -(2**62)]))
        )
        assert found.fetchall() == [(texts, [1, -(2**62)])]
