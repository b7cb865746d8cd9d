"""How often, how long ago and how recently each customer came again, in the few numbers that models need."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dealwright.core.errors import InputError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class PurchaseHistories:
    """One row per customer, arrays of shape (n,); times are in weeks.

    `repeats` counts the days on which they bought after the first, `active_span` is the time from the first
    purchase to the last (0 without a repeat), `age` the time from the first purchase to the end of the data.
    Made by `purchase_histories`, which checks them.
    """

    repeats: Ints
    active_span: Floats
    age: Floats

    def __len__(self) -> int:
        return len(self.repeats)

    def of(self, rows: Ints | slice) -> PurchaseHistories:
        """The histories of some rows, in the order asked."""
        return PurchaseHistories(self.repeats[rows], self.active_span[rows], self.age[rows])

    def columns(self) -> tuple[Ints | Floats, ...]:
        """All that is known of customers, one array each."""
        return self.repeats, self.active_span, self.age


@dataclass(frozen=True, slots=True)
class EqualRows:
    """Equal rows put together: models need only know how many customers share a history.

    `first` (m,) is one customer of each kind, `counts` (m,) how many there are (sum n), `kind_of` (n,) which kind
    each customer is.
    """

    first: Ints
    counts: Ints
    kind_of: Ints


def equal_rows(columns: Sequence[Ints | Floats]) -> EqualRows:
    """Which of n rows are equal in all columns.

    >>> equal_rows([np.array([0, 2, 0]), np.array([0.0, 1.5, 0.0])]).counts
    array([2, 1])
    """
    order = np.lexsort(columns[::-1])
    is_new = np.zeros(len(order), dtype=np.bool_)
    is_new[:1] = True
    for column in columns:
        is_new[1:] |= np.diff(column[order]) != 0
    kind_of = np.empty(len(order), dtype=np.int64)
    kind_of[order] = np.cumsum(is_new) - 1
    return EqualRows(order[is_new], np.bincount(kind_of).astype(np.int64), kind_of)


def purchase_histories(repeats: ArrayLike, active_span: ArrayLike, age: ArrayLike) -> PurchaseHistories:
    """Histories from arrays of equal length; InputError tells all that is wrong with them at once.

    >>> len(purchase_histories([0, 2], [0, 30.5], [38, 40]))
    2
    """
    columns = [np.asarray(column, dtype=np.float64) for column in (repeats, active_span, age)]
    count, span, old = columns
    if count.ndim != 1 or {column.shape for column in columns} != {count.shape}:
        shapes = ", ".join(str(column.shape) for column in columns)
        raise InputError(f"repeats, active_span and age are one number per customer each; given shapes {shapes}")
    rules: list[tuple[str, Callable[[], Flags]]] = [
        ("a value is missing or infinite", lambda: np.asarray(~np.isfinite(np.array(columns)).all(axis=0))),
        ("repeats is not a whole number, zero or more", lambda: (count < 0) | (count != np.floor(count))),
        ("active_span is negative", lambda: span < 0),
        ("age is less than active_span: the last purchase would be after the end of the data", lambda: old < span),
        ("active_span is above zero without a repeat", lambda: (count == 0) & (span > 0)),
        ("active_span is zero in spite of repeats", lambda: (count > 0) & (span == 0)),
    ]
    problems = [_told(what, broken, columns) for what, is_broken in rules if (broken := is_broken()).any()]
    if problems:
        raise InputError(*problems)
    return PurchaseHistories(count.astype(np.int64), span, old)


def _told(what: str, broken: Flags, columns: list[Floats]) -> str:
    row = int(np.argmax(broken))
    repeats, span, age = (f"{column[row]:g}" for column in columns)
    return (
        f"{what} in {int(broken.sum())} of {len(broken)} histories; the first is row {row} "
        f"(repeats {repeats}, active_span {span}, age {age})"
    )
