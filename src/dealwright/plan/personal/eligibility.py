"""Who may get which offer, by what was given before."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dealwright.core.errors import InputError
from dealwright.plan.personal.offers import NO_OFFER, Flags


def within_frequency(given: NDArray[np.integer], *, n_offers: int, most: int, days: int) -> Flags:
    """(n, J): customers who got fewer than `most` offers within the last `days` may get any, others none.

    `given` (n, T) holds the offer of each of the last T days, yesterday last, and NO_OFFER for none.

    >>> within_frequency(np.array([[0, -1, 1], [1, -1, -1]]), n_offers=2, most=1, days=2)
    array([[False, False],
           [ True,  True]])
    """
    _require(given, n_offers=n_offers, days=days)
    if most < 0:
        raise InputError(f"a frequency cap is a whole number from 0 up; given {most}")
    n_given = (given[:, max(given.shape[1] - days, 0) :] != NO_OFFER).sum(axis=1)
    return np.repeat((n_given < most)[:, None], n_offers, axis=1)


def rested(given: NDArray[np.integer], is_good: Flags, *, days: int) -> Flags:
    """(n, J): a good offer at most once in `days` days; the others may go to anyone.

    Customers judge an offer by the best they remember: good ones in a row become the new usual and stop to work,
    good ones after poor ones stand out. `given` as for `within_frequency`; `is_good` (J,).

    >>> rested(np.array([[1, -1, 0], [-1, 1, -1]]), np.array([False, True]), days=3)
    array([[ True,  True],
           [ True, False]])
    """
    _require(given, n_offers=len(is_good), days=days)
    recent = given[:, max(given.shape[1] - (days - 1), 0) :]
    had_good = (is_good[recent] & (recent != NO_OFFER)).any(axis=1)
    return np.asarray(~(had_good[:, None] & is_good[None, :]), dtype=np.bool_)


def _require(given: NDArray[np.integer], *, n_offers: int, days: int) -> None:
    problems = []
    if given.ndim != 2 or not np.issubdtype(given.dtype, np.integer):
        problems.append(
            f"given has the shape {given.shape} of {given.dtype}; it must be customers x days of numbers"
        )
    elif given.size and not (given.min() >= NO_OFFER and given.max() < n_offers):
        problems.append(f"given names offers outside 0 to {n_offers - 1} (and {NO_OFFER} for none)")
    if days < 1:
        problems.append(f"days must be 1 or more; given {days}")
    if problems:
        raise InputError(*problems)
