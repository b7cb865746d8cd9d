"""Whether names and numbers that callers give to sales can be kept: all mistakes at once."""

from __future__ import annotations

from dealwright.core.errors import InputError

LONGEST_NAME = 200


def check_names(**names: str) -> None:
    """InputError unless every name is text of 1 to 200 characters that every database can keep."""
    problems = [
        f"{name} is text of 1 to {LONGEST_NAME} characters without NUL; given {given[:20]!r} of length {len(given)}"
        for name, given in names.items()
        if not 1 <= len(given) <= LONGEST_NAME or "\0" in given or not _is_text(given)
    ]
    if problems:
        raise InputError(*problems)


def check_quantity(quantity: int, *, most: int) -> None:
    """InputError unless the quantity is a whole number from 1 to `most`."""
    if isinstance(quantity, bool) or not isinstance(quantity, int) or not 1 <= quantity <= most:
        raise InputError(f"quantity is a whole number from 1 to {most}; given {quantity!r}")


def _is_text(given: str) -> bool:
    """Half of a surrogate pair is no text: it has no bytes."""
    return given.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in given)
