"""Units of one line that cost the same: 100,000 of them are one run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple


class Run(NamedTuple):
    """`count` units of one line at one price; `is_used` by a promotion that lets no other use them."""

    price_minor: int
    count: int  # type: ignore[assignment]  # tuples have a method of this name, which nobody calls here
    is_used: bool = False


def runs_from(counts: Mapping[tuple[int, bool], int]) -> tuple[Run, ...]:
    """Runs from counts by price and whether they are used, dearest first."""
    return tuple([Run(price, n, is_used) for (price, is_used), n in sorted(counts.items(), reverse=True) if n])


def even_runs(amount_minor: int, quantity: int) -> tuple[Run, ...]:
    """So many units that cost so much together, as equal as cents allow.

    >>> even_runs(1000, 3)
    (Run(price_minor=334, count=1, is_used=False), Run(price_minor=333, count=2, is_used=False))
    """
    price, n_dearer = divmod(amount_minor, quantity)
    rest = Run(price, quantity - n_dearer)
    return (Run(price + 1, n_dearer), rest) if n_dearer else (rest,)


def merged(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Equal runs made one, dearest first."""
    counts: dict[tuple[int, bool], int] = {}
    for price, count, is_used in runs:
        counts[price, is_used] = counts.get((price, is_used), 0) + count
    return runs_from(counts)
