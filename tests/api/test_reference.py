"""The reference that people read is the one that the code makes."""

from __future__ import annotations

from rest_reference import PATH, reference


def test_the_reference_is_the_one_made_from_this_code() -> None:
    assert PATH.read_text("utf-8") == reference(), "write it anew with: python tests/rest_reference.py"
