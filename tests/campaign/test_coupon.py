"""Codes: enough chance in them, nothing to misread, slips of the finger caught, and until when they hold."""

from __future__ import annotations

import random
import secrets
import time
from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright.campaign.coupon import ALPHABET, N_RANDOM, RANDOM_BITS, Batch, canonical, codes_from, is_mistyped
from dealwright.campaign.schedule import by_the_clock
from dealwright.core.errors import InputError

payloads = st.binary(min_size=N_RANDOM, max_size=N_RANDOM)
places = st.integers(0, 15)


def replaced(code: str, place: int, letter: str) -> str:
    symbols = list(canonical(code))
    symbols[place] = letter
    return "".join(symbols)


def test_a_code_holds_75_random_bits_and_no_letters_that_look_like_others() -> None:
    assert RANDOM_BITS == 75
    assert len(ALPHABET) == 32
    assert not set("ILOU") & set(ALPHABET)
    codes = codes_from(secrets.token_bytes(N_RANDOM * 2_000))
    assert len(set(codes)) == 2_000
    assert all(len(code) == 19 and set(code) <= {*ALPHABET, "-"} for code in codes)


def test_every_symbol_is_as_likely_as_any_other_at_every_place() -> None:
    codes = codes_from(random.Random(1).randbytes(N_RANDOM * 32_000))
    for place in range(16):
        counts = Counter(canonical(code)[place] for code in codes)
        chi_squared = sum((counts[symbol] - 1_000) ** 2 / 1_000 for symbol in ALPHABET)
        assert chi_squared < 80  # 31 degrees of freedom: beyond 80 in 3 of 1,000,000 trials


@given(payloads, places, st.sampled_from(ALPHABET))
def test_every_single_wrong_symbol_is_caught(payload: bytes, place: int, letter: str) -> None:
    (code,) = codes_from(payload)
    assert is_mistyped(replaced(code, place, letter)) == (canonical(code)[place] != letter)


@given(payloads, places, places)
def test_every_two_symbols_swapped_are_caught(payload: bytes, one: int, other: int) -> None:
    (code,) = codes_from(payload)
    symbols = canonical(code)
    swapped = replaced(replaced(code, one, symbols[other]), other, symbols[one])
    assert is_mistyped(swapped) == (symbols[one] != symbols[other])


@given(payloads)
def test_however_it_is_typed_it_is_the_same_code(payload: bytes) -> None:
    (code,) = codes_from(payload, prefix="TEA")
    for typed in (
        code.lower(),
        code.replace("-", ""),
        f" {code} ",
        code.replace("0", "O"),
        code.replace("1", "l"),
        "".join(chr(ord(letter) + 0xFEE0) if letter != "-" else "-" for letter in code),  # full width
    ):
        assert canonical(typed) == canonical(code)
        assert not is_mistyped(typed)


@given(st.text())
def test_any_text_can_be_asked_about(text: str) -> None:
    assert len(canonical(text)) <= 40 * 18  # one character of Arabic may stand for 18 letters
    is_mistyped(text)


def test_a_million_codes_take_seconds() -> None:
    started = time.process_time()
    assert len(codes_from(secrets.token_bytes(N_RANDOM * 1_000_000))) == 1_000_000
    assert time.process_time() - started < 5


def test_relative_validity_ends_with_a_day_of_the_shop() -> None:
    shanghai = Batch("b", "p", 1, schedule=by_the_clock(zone="Asia/Shanghai"), valid_days=0)
    assert shanghai.ends(datetime(2026, 11, 11, 15, 59, tzinfo=UTC)) == datetime(2026, 11, 11, 16, tzinfo=UTC)
    assert shanghai.ends(datetime(2026, 11, 11, 16, 0, tzinfo=UTC)) == datetime(2026, 11, 12, 16, tzinfo=UTC)


def test_the_earlier_of_relative_and_absolute_validity_counts() -> None:
    until = by_the_clock(end="2026-11-05", zone="UTC")
    issued = datetime(2026, 11, 1, 12, tzinfo=UTC)
    assert Batch("b", "p", 1, schedule=until, valid_days=30).ends(issued) == until.end
    assert Batch("b", "p", 1, schedule=until, valid_days=1).ends(issued) == datetime(2026, 11, 3, tzinfo=UTC)
    assert Batch("b", "p", 1, schedule=until).ends(issued) == until.end
    assert Batch("b", "p", 1).ends(issued) is None


def test_a_batch_that_cannot_be_is_refused_with_all_that_is_wrong() -> None:
    with pytest.raises(InputError) as refused:
        Batch("", "p" * 101, 0, prefix="tea!", uses_per_code=0, valid_days=-1)
    assert len(refused.value.problems) == 6
