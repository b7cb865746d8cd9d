"""How the tests run: the same examples for everybody, no clock that fails a slow machine."""

from __future__ import annotations

from hypothesis import settings

# `pytest --hypothesis-profile=explore` looks for new counterexamples instead of repeating the known ones.
settings.register_profile("repeat", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("explore", deadline=None, max_examples=5000, print_blob=True)
settings.load_profile("repeat")
