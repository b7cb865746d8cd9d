"""Codes from the batch to the shopper: issued once, found at once, and nothing told to those who guess."""

from __future__ import annotations

import csv
import os
import random
import secrets
import stat
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from dealwright.adapters.ledger.coupon_memory import MemoryCoupons
from dealwright.adapters.ledger.coupon_sql import SqlCoupons
from dealwright.adapters.ledger.coupon_tables import coupon_batches, coupon_codes, coupon_keys
from dealwright.adapters.ledger.postgres import PostgresDatabase
from dealwright.adapters.ledger.schema import METADATA
from dealwright.adapters.ledger.sqlite import SqliteDatabase
from dealwright.app.till.guard_guesses import Guesses
from dealwright.app.till.look_up_coupon import KeyedCodes
from dealwright.campaign.coupon import Batch, canonical, codes_from
from dealwright.campaign.promotion import Promotion
from dealwright.campaign.schedule import by_the_clock
from dealwright.core.cart import Cart, LineItem, Shopper
from dealwright.core.errors import InputError
from dealwright.engine.benefits.percent_off import PercentOff
from dealwright.engine.usage import HeldCode
from dealwright.till import Held, Refused, open_till
from dealwright.till.coupons import Coupons

pytest_plugins = ["postgres_server"]

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
NO = HeldCode("", "", 0, "foreign")


class AClock:
    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> datetime:
        return self.at


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def books(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    if request.param == "memory":
        yield MemoryCoupons()
        return
    database: Any
    if request.param == "sqlite":
        database = SqliteDatabase(f"sqlite:///{tmp_path / 'till.db'}")
    else:
        database = PostgresDatabase(request.getfixturevalue("postgres_url"))
    METADATA.create_all(database.engine)
    yield SqlCoupons(database)
    database.close()


@pytest.fixture
def clock() -> AClock:
    return AClock()


@pytest.fixture
def coupons(books: Any, clock: AClock) -> Coupons:
    return Coupons(books, now=clock.now)


def state(held: HeldCode) -> tuple[str, str, int | None]:
    return held.promotion_id, held.state, held.uses_left


# The ordinary path


def test_every_code_of_a_batch_gives_the_right_to_its_promotion(coupons: Coupons) -> None:
    issued = coupons.issue(Batch("autumn", "tea10", 300, prefix="TEA", uses_per_code=2))
    assert len(set(issued.codes)) == 300
    assert {state(coupons.look_up(code)) for code in issued.codes} == {("tea10", "valid", 2)}


def test_a_code_is_found_however_it_is_typed(coupons: Coupons) -> None:
    (code,) = coupons.issue(Batch("autumn", "tea10", 1, uses_per_code=None)).codes
    for typed in (code.lower(), code.replace("-", ""), f" {code}", code.replace("0", "o").replace("1", "I")):
        assert state(coupons.look_up(typed)) == ("tea10", "valid", None)


def test_the_till_counts_one_code_under_one_spelling(coupons: Coupons, books: Any) -> None:
    (code,) = coupons.issue(Batch("autumn", "tea10", 1)).codes
    found = KeyedCodes(books).find([code, code.lower(), "SUMMER"])
    assert set(found) == {code, code.lower()}
    assert {record.code for record in found.values()} == {canonical(code)}
    assert found[code].promotion_id == "tea10"
    assert found[code].uses == 1


def test_a_personal_code_is_nobody_elses(coupons: Coupons) -> None:
    issued = coupons.issue(Batch("birthday", "gift", 2), customer_ids=["ann", "bob"])
    assert state(coupons.look_up(issued.codes[0], "ann")) == ("gift", "valid", 1)
    assert state(coupons.look_up(issued.codes[0], "bob")) == state(NO)
    assert state(coupons.look_up(issued.codes[0])) == state(NO)


def test_unknown_mistyped_and_foreign_codes_are_told_alike(coupons: Coupons) -> None:
    issued = coupons.issue(Batch("birthday", "gift", 1), customer_ids=["ann"])
    unknown = codes_from(bytes(range(15)))[0]
    for code in (
        issued.codes[0],
        unknown,
        unknown[:-1] + "Z",
        "",
        "SUMMER",
        "'; DROP TABLE x; --",
        "\x00",
        "码" * 9_999,
    ):
        assert state(coupons.look_up(code, "bob")) == state(NO), code


def test_codes_hold_from_start_to_end(coupons: Coupons, clock: AClock) -> None:
    week = by_the_clock("2026-11-02", "2026-11-08", zone="Asia/Shanghai")
    (code,) = coupons.issue(Batch("week", "tea10", 1, schedule=week)).codes
    assert week.start is not None
    assert week.end is not None
    for at, expected in (
        (week.start - timedelta(microseconds=1), "expired"),
        (week.start, "valid"),
        (week.end - timedelta(microseconds=1), "valid"),
        (week.end, "expired"),
    ):
        clock.at = at
        assert coupons.look_up(code).state == expected


def test_days_of_validity_count_from_the_day_each_code_is_given(coupons: Coupons, clock: AClock) -> None:
    coupons.issue(Batch("next", "tea10", 1, schedule=by_the_clock(zone="Europe/Berlin"), valid_days=7))
    clock.at = NOON + timedelta(days=30)
    given = coupons.give("next", "ann")
    assert given.end == datetime(2026, 12, 8, 23, tzinfo=UTC)
    clock.at = given.end - timedelta(seconds=1)
    assert coupons.look_up(given.codes[0], "ann").state == "valid"
    clock.at = given.end
    assert coupons.look_up(given.codes[0], "ann").state == "expired"


def test_a_code_for_one_use_is_used_once_however_it_is_typed() -> None:
    till = open_till("memory:")
    till.promotions.put([Promotion("tea10", "EUR", PercentOff(Fraction(10)), batch="autumn")])
    (code,) = till.coupons.issue(Batch("autumn", "tea10", 1)).codes
    answers = []
    for number, typed in enumerate([code, code.lower(), code.replace("-", "")]):
        cart = Cart("EUR", (LineItem("1", "TEA", 1, 1000),), shopper=Shopper("ann"), codes=(typed,))
        answers.append(till.carts.hold(cart, key=f"k{number}", order_id=f"o{number}"))
    till.close()
    held, *refused = answers
    assert isinstance(held, Held)
    assert held.evaluation.discount_minor == 100
    assert [one.code for one in refused if isinstance(one, Refused)] == ["code_used_up", "code_used_up"]


# The file


def test_the_file_holds_every_code_once_and_is_for_its_owner_only(coupons: Coupons, tmp_path: Path) -> None:
    file = tmp_path / "codes.csv"
    customers = ["ann", 'b"o,b', "=cmd"]
    issued = coupons.issue(Batch("birthday", "gift", 3, valid_days=1), customer_ids=customers, to=file)
    with file.open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    assert [row["code"] for row in rows] == list(issued.codes)
    assert [row["customer_id"] for row in rows] == ["ann", 'b"o,b', "'=cmd"]
    assert rows[0]["end"] == "2026-11-03T00:00:00+00:00"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.glob("*.unfinished")) == []


def test_a_file_that_exists_is_not_overwritten_and_nothing_is_issued(
    coupons: Coupons, tmp_path: Path, books: Any
) -> None:
    file = tmp_path / "codes.csv"
    file.write_text("mine")
    with pytest.raises(FileExistsError):
        coupons.issue(Batch("autumn", "tea10", 1), to=file)
    assert file.read_text() == "mine"
    assert books.batch("autumn") is None


def test_a_batch_is_issued_once(coupons: Coupons, tmp_path: Path) -> None:
    first = coupons.issue(Batch("autumn", "tea10", 1))
    with pytest.raises(InputError, match="was issued before"):
        coupons.issue(Batch("autumn", "tea10", 1), to=tmp_path / "again.csv")
    assert not (tmp_path / "again.csv").exists()
    assert coupons.look_up(first.codes[0]).state == "valid"


def test_customers_and_codes_must_be_as_many(coupons: Coupons) -> None:
    with pytest.raises(InputError, match="2 codes for 1 customers"):
        coupons.issue(Batch("autumn", "tea10", 2), customer_ids=["ann"])
    with pytest.raises(InputError, match="no batch is called 'none'"):
        coupons.give("none", "ann")


CRASHING = """
import sys
from datetime import UTC, datetime
from dealwright.adapters.ledger.coupon_sql import SqlCoupons
from dealwright.adapters.ledger.{module} import {name}
from dealwright.app.till.issue_coupons import issue_coupons
from dealwright.campaign.coupon import Batch

store = SqlCoupons({name}(sys.argv[1]))
now = datetime(2026, 11, 1, 12, tzinfo=UTC)
issue_coupons(Batch("autumn", "tea10", 1), store=store, at=now, randomness=lambda n: b"crash" * (n // 5))
"""


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_crash_while_a_batch_is_stored_leaves_codes_that_never_hold(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    is_sqlite = kind == "sqlite"
    url = f"sqlite:///{tmp_path / 'till.db'}" if is_sqlite else request.getfixturevalue("postgres_url")
    database: Any = SqliteDatabase(url) if is_sqlite else PostgresDatabase(url)
    METADATA.create_all(database.engine)
    script = CRASHING.format(
        module="sqlite" if is_sqlite else "postgres", name="SqliteDatabase" if is_sqlite else "PostgresDatabase"
    )
    crashed = subprocess.run(
        [sys.executable, "-c", script, url],
        env={**os.environ, "DEALWRIGHT_FAULT": "between_batches:kill"},
        check=False,
    )
    assert crashed.returncode == -9
    coupons, (told,) = Coupons(SqlCoupons(database)), codes_from(b"crash" * 3)
    assert len(database.rows(coupon_codes.select(), {})) == 2  # the last row and the code that will never hold
    assert coupons.look_up(told).state == "foreign"
    (code,) = coupons.issue(Batch("autumn", "tea10", 1)).codes
    assert coupons.look_up(code).state == "valid"
    assert coupons.look_up(told).state == "foreign"
    database.close()


def test_what_a_crash_left_is_dropped_by_an_issue_a_day_later(coupons: Coupons, books: Any, clock: AClock) -> None:
    if isinstance(books, MemoryCoupons):
        pytest.skip("memory does not outlive a crash")
    database = books._database
    dead = {
        "issue": 7,
        "batch_id": "dead",
        "promotion_id": "p",
        "n_codes": 1,
        "prefix": "",
        "zone": "UTC",
        "issued_at": 1,
    }
    with database.engine.connect() as connection:
        connection.execute(coupon_batches.insert().values(is_whole=False, **dead))
        connection.execute(coupon_codes.insert().values(code_number=7, issue=7, customer_id=""))
    clock.at = NOON + timedelta(days=2)
    coupons.issue(Batch("autumn", "tea10", 1))
    assert database.rows(coupon_codes.select().where(coupon_codes.c.code_number == 7), {"code_number_1": 7}) == []


def test_two_tills_on_one_database_know_the_same_codes(books: Any, clock: AClock) -> None:
    if isinstance(books, MemoryCoupons):
        pytest.skip("memory is one process's own")
    one, other = Coupons(books, now=clock.now), Coupons(SqlCoupons(books._database), now=clock.now)
    (code,) = one.issue(Batch("autumn", "tea10", 1)).codes
    assert other.look_up(code).state == "valid"


def test_the_database_holds_no_code(books: Any, coupons: Coupons, tmp_path: Path) -> None:
    if isinstance(books, MemoryCoupons):
        pytest.skip("memory is gone with its process")
    (code,) = coupons.issue(Batch("autumn", "tea10", 1)).codes
    rows = [books._database.rows(table.select(), {}) for table in (coupon_keys, coupon_batches, coupon_codes)]
    files = [file.read_bytes().decode("latin-1") for file in tmp_path.glob("till.db*")]
    stored = "".join([repr(rows), *files])
    assert "autumn" in stored
    assert code not in stored
    assert canonical(code) not in stored


# Guessing


def test_who_guesses_is_locked_out_even_from_right_codes_and_let_in_again(coupons: Coupons, clock: AClock) -> None:
    (code,) = coupons.issue(Batch("autumn", "tea10", 1)).codes
    for _ in range(20):
        assert coupons.wait_seconds("eve") == 0
        coupons.look_up("WRONG", "eve")
    assert coupons.wait_seconds("eve") == 600
    assert state(coupons.look_up(code, "eve")) == state(NO)
    assert state(coupons.look_up(code, "ann")) == ("tea10", "valid", 1)
    clock.at += timedelta(seconds=600)
    assert state(coupons.look_up(code, "eve")) == ("tea10", "valid", 1)


def test_right_codes_never_lock_anybody_out(coupons: Coupons) -> None:
    (code,) = coupons.issue(Batch("autumn", "tea10", 1)).codes
    assert {coupons.look_up(code, "ann").state for _ in range(100)} == {"valid"}


def test_the_memory_for_guessers_is_bounded_and_keeps_the_latest() -> None:
    guesses = Guesses(most_wrong=1, most_known=3)
    for name in "abcde":
        guesses.note(name, NOON, is_wrong=True)
    assert [guesses.wait_seconds(name, NOON) > 0 for name in "abcde"] == [False, False, True, True, True]
    guesses.note("", NOON, is_wrong=True)
    assert guesses.wait_seconds("", NOON) == 0


def test_a_hundred_thousand_guesses_find_nothing(books: Any, coupons: Coupons) -> None:
    coupons.issue(Batch("autumn", "tea10", 10_000))
    codes = codes_from(random.Random(1).randbytes(15 * 100_000))
    assert KeyedCodes(books).find(codes[:50_000]) == {}
    assert KeyedCodes(books).find(codes[50_000:]) == {}


def test_codes_that_exist_and_codes_that_do_not_take_equally_long(books: Any, clock: AClock) -> None:
    coupons = Coupons(books, now=clock.now, guesses=Guesses(most_wrong=10**9))
    n = 1_500
    right = list(coupons.issue(Batch("autumn", "tea10", n)).codes)
    wrong = codes_from(secrets.token_bytes(15 * n))
    for code in right[:100] + wrong[:100]:
        coupons.look_up(code, "eve")
    taken: dict[bool, list[float]] = {True: [], False: []}
    for pair in zip(right, wrong, strict=True):
        for is_wrong, code in random.Random(pair[0]).sample(list(enumerate(pair)), 2):
            started = time.perf_counter()
            coupons.look_up(code, "eve")
            taken[bool(is_wrong)].append(time.perf_counter() - started)
    one, other = (statistics.median(taken[side]) for side in (True, False))
    spread = statistics.quantiles(taken[True], n=4)
    assert abs(one - other) < 0.5 * (spread[2] - spread[0]) + 2e-6
