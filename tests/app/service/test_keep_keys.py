"""Keys are made once, told once, and known by what cannot be turned back into them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright.adapters.access.memory import MemoryKeys
from dealwright.app.service.access_ports import Role
from dealwright.app.service.keep_keys import RANDOM_BYTES, digest_of, is_secret, make_key, secret_of
from dealwright.core.errors import InputError
from ledgers import NOON


@given(st.binary(min_size=RANDOM_BYTES, max_size=RANDOM_BYTES), st.integers(4, 50), st.sampled_from("0Zz"))
def test_a_secret_has_a_prefix_that_scanners_find_and_shows_every_single_wrong_letter(
    random: bytes, at: int, letter: str
) -> None:
    secret = secret_of(random)
    assert re.fullmatch(r"dwk_[0-9A-Za-z]{47}", secret)
    assert is_secret(secret)
    mistyped = secret[:at] + letter + secret[at + 1 :]
    assert is_secret(mistyped) is (mistyped == secret)


def test_different_random_bytes_make_different_secrets() -> None:
    assert secret_of(bytes(30)) != secret_of(bytes(29) + b"\x01") != secret_of(b"\xff" * 30)


def test_what_is_stored_does_not_hold_the_secret() -> None:
    store = MemoryKeys()
    made = make_key(store, key_id="k", random=bytes(30), role="viewer", label="till 1", now=NOON)
    ((digest, key),) = store.all()
    assert digest == digest_of(made.secret)
    assert made.secret not in repr((digest, key))
    assert (key.role, key.per_second, key.burst) == (Role.VIEWER, 1_000, 2_000)


def test_every_mistake_in_a_key_is_told_at_once_and_nothing_is_stored() -> None:
    store = MemoryKeys()
    with pytest.raises(InputError) as told:
        make_key(
            store, key_id="k", random=bytes(30), role="planer", label="", now=NOON, expires_at=NOON, per_second=-1
        )
    assert [one.partition(":")[0].partition(";")[0] for one in told.value.problems] == [
        "no role is called 'planer'",
        "label",
        "expires",
        "per_second",
    ]
    assert store.all() == []


def test_a_key_opens_until_it_expires_and_not_from_then_on() -> None:
    store = MemoryKeys()
    hour = NOON + timedelta(hours=1)
    key = make_key(store, key_id="k", random=bytes(30), role="viewer", label="a", now=NOON, expires_at=hour).key
    assert key.is_usable(hour - timedelta(microseconds=1))
    assert not key.is_usable(hour)
