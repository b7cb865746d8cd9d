"""Lists that are not all the same: few of one label in a list, no item shown to too many."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dealwright.core.errors import InputError

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_AHEAD = 4


def spread_out(
    values: Floats, k: int, labels: Ints | None, most: int | None, *, already: Ints | None = None
) -> Ints:
    """The best `k` items, with at most `most` of one label; items without a label (-1) are never too many.

    Items of -inf are left out, ties go to the first. What is `already` chosen counts towards its label.
    """
    n_open = int(np.isfinite(values).sum())
    if labels is None or most is None:
        return _best(values, min(k, n_open))
    looked_at = min(_AHEAD * k, n_open)
    while True:
        chosen = _capped(_best(values, looked_at), k, labels, most, already)
        if len(chosen) == k or looked_at == n_open:
            return chosen
        looked_at = min(4 * looked_at, n_open)


def _best(values: Floats, n: int) -> Ints:
    if n == 0:
        return np.zeros(0, dtype=np.int64)
    least = np.partition(values, len(values) - n)[len(values) - n]
    near = np.flatnonzero(values >= least)
    return near[np.argsort(-values[near], kind="stable")][:n].astype(np.int64)


def _capped(ordered: Ints, k: int, labels: Ints, most: int, already: Ints | None) -> Ints:
    counts: dict[int, int] = {}
    for item in [] if already is None else already:
        counts[int(labels[item])] = counts.get(int(labels[item]), 0) + 1
    chosen: list[int] = []
    for item in ordered:
        label = int(labels[item])
        if label >= 0 and counts.get(label, 0) >= most:
            continue
        counts[label] = counts.get(label, 0) + 1
        chosen.append(int(item))
        if len(chosen) == k:
            break
    return np.array(chosen, dtype=np.int64)


def cap_exposure(items: Ints, values: Floats, k: int, *, most: int | Ints) -> Ints:
    """Lists (n, k) cut from longer ones (n, m >= k) so that no item is shown to more than `most` customers.

    `most` is one number or one per item (units in stock, say). Places are given away in order of their value, so
    that an item goes to those who want it most; -1 where a list runs out. Ties go to the first customer.
    """
    if (np.asarray(most) < 0).any():
        raise InputError("an item cannot be shown to fewer than 0 customers; give a limit from 0 up")
    n, m = items.shape
    row, place = np.divmod(np.arange(n * m), m)
    flat, worth = items.ravel(), values.ravel()
    is_real = flat >= 0
    row, flat, worth, place = row[is_real], flat[is_real], worth[is_real], place[is_real]
    order = np.lexsort((place, row, -worth))
    left = np.broadcast_to(np.asarray(most), (int(flat.max(initial=0)) + 1,)).copy() if np.ndim(most) == 0 else None
    left = np.array(most, copy=True) if left is None else left
    taken, shown = np.zeros(n, dtype=np.int64), np.full((n, k), -1, dtype=np.int64)
    for r, item in zip(row[order].tolist(), flat[order].tolist(), strict=True):
        if taken[r] < k and left[item] > 0:
            shown[r, taken[r]] = item
            taken[r] += 1
            left[item] -= 1
    return shown
