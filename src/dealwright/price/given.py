"""Whether the numbers a caller gave can be used."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dealwright.core.errors import InputError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def wrong(
    name: str, values: ArrayLike, *, least: float = -np.inf, above: float = -np.inf, may_be_infinite: bool = False
) -> list[str]:
    """What is wrong with `values`, in words: at most one problem, the first found.

    >>> wrong("stock", -1.0, least=0)
    ['stock is -1; it must be at least 0']
    """
    array = np.atleast_1d(np.asarray(values, dtype=np.float64))
    if array.size == 0:
        return [f"{name} is empty; give at least one number"]
    usable = ~np.isnan(array) if may_be_infinite else np.isfinite(array)
    if not usable.all():
        return [
            f"{name} holds {array[~usable][0]:g}; every one must be a {'' if may_be_infinite else 'finite '}number"
        ]
    if (array < least).any():
        return [f"{name} is {array.min():g}; it must be at least {least:g}"]
    if (array <= above).any():
        return [f"{name} is {array.min():g}; it must be above {above:g}"]
    return []


def refuse(*problems: list[str]) -> None:
    """InputError with all problems, if there are any."""
    told = [problem for found in problems for problem in found]
    if told:
        raise InputError(*told)
