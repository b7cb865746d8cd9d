"""A fingerprint names content: the same content, the same name."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from dealwright.core.ids import fingerprint


@given(st.lists(st.text()))
def test_a_fingerprint_is_sixteen_hexadecimal_digits_and_always_the_same(parts: list[str]) -> None:
    assert re.fullmatch(r"[0-9a-f]{16}", fingerprint(*parts))
    assert fingerprint(*parts) == fingerprint(*parts)


@given(st.lists(st.text()), st.lists(st.text()))
def test_other_parts_get_another_fingerprint(left: list[str], right: list[str]) -> None:
    assert (fingerprint(*left) == fingerprint(*right)) == (left == right)


def test_text_and_its_bytes_are_the_same_content() -> None:
    assert fingerprint("促销") == fingerprint("促销".encode())


def test_a_fingerprint_is_the_same_on_every_machine() -> None:
    assert fingerprint("a", "bc") == "3fafa1cf2f19a7c1"
