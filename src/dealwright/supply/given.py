"""What a caller gave, read with all its mistakes collected."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dealwright.core.errors import InputError

Floats = NDArray[np.float64]


@dataclass(slots=True)
class Given:
    """Turns what was given into numbers and arrays; `require` raises one InputError with every mistake.

    What cannot be read comes back as NaN of the wanted shape, so that reading can go on.

    >>> given = Given()
    >>> price, units = given.number("price", -1), given.array("units", [1.0, float("nan")], (2,))
    >>> try:
    ...     given.require()
    ... except InputError as error:
    ...     print(error)
    2 problems:
      - price is -1; it must be a number of at least 0
      - units holds 1 value that is not a number of at least 0: nan
    """

    problems: list[str] = field(default_factory=list)

    def number(
        self, name: str, value: float, *, low: float = 0.0, high: float = np.inf, is_open: bool = False
    ) -> float:
        """A finite number from `low` to `high`; `is_open` leaves the two ends out."""
        number = _as_floats(value)
        if number is not None and number.ndim == 0 and _lie_within(number, low, high, is_open=is_open).all():
            return float(number)
        self.problems.append(f"{name} is {value}; it must be {_wanted(low, high, is_open=is_open)}")
        return float("nan")

    def whole(self, name: str, value: int, *, low: int = 0) -> int:
        """A whole number of at least `low`."""
        number = _as_floats(value)
        if number is not None and number.ndim == 0 and low <= number < np.inf and number == np.rint(number):
            return int(number)
        self.problems.append(f"{name} is {value}; it must be a whole number of at least {low}")
        return low

    def array(
        self,
        name: str,
        values: ArrayLike,
        shape: tuple[int | None, ...],
        *,
        low: float = 0.0,
        high: float = np.inf,
        is_open: bool = False,
        may_be_infinite: bool = False,
        is_spread: bool = False,
    ) -> Floats:
        """Numbers from `low` to `high` in the given shape, where None is any length above zero.

        `is_spread` also takes a number, or an array that NumPy spreads over the shape.
        """
        sizes = tuple(size or 1 for size in shape)
        nothing = np.full(sizes, np.nan)
        read = _as_floats(values)
        if read is None:
            self.problems.append(f"{name} is not an array of numbers")
            return nothing
        if is_spread:
            read = _spread(read, sizes)
        if not _fits(read, shape):
            self.problems.append(f"{name} has the shape {np.shape(values)}; it must be {_shape_words(shape)}")
            return nothing
        is_good = _lie_within(read, low, high, is_open=is_open, may_be_infinite=may_be_infinite)
        if not is_good.all():
            bad = read[~is_good]
            n_bad = f"{bad.size} value{'s' if bad.size > 1 else ''} that {'are' if bad.size > 1 else 'is'}"
            shown = ", ".join(f"{value:g}" for value in bad[:3])
            wanted = _wanted(low, high, is_open=is_open)
            self.problems.append(f"{name} holds {n_bad} not {wanted}: {shown}")
        return read

    def rule(self, name: str, *, is_kept: bool) -> None:
        """Note the sentence `name` as a mistake unless the rule is kept."""
        if not is_kept:
            self.problems.append(name)

    def require(self) -> None:
        """Raise InputError with all mistakes, if there are any."""
        if self.problems:
            raise InputError(*self.problems)


def _as_floats(values: ArrayLike) -> Floats | None:
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        return None


def _spread(values: Floats, sizes: tuple[int, ...]) -> Floats:
    try:
        return np.array(np.broadcast_to(values, sizes))
    except ValueError:
        return values


def _fits(values: Floats, shape: tuple[int | None, ...]) -> bool:
    return values.ndim == len(shape) and all(
        size > 0 and wanted in (None, size) for size, wanted in zip(values.shape, shape, strict=True)
    )


def _lie_within(
    values: Floats, low: float, high: float, *, is_open: bool, may_be_infinite: bool = False
) -> NDArray[np.bool_]:
    inside = (low < values) & (values < high) if is_open else (low <= values) & (values <= high)
    finite = np.isfinite(values) | (may_be_infinite & np.isposinf(values))
    return np.asarray(inside & finite, dtype=np.bool_)


def _wanted(low: float, high: float, *, is_open: bool) -> str:
    if np.isinf(high):
        return "a number" if np.isinf(low) else f"a number {'above' if is_open else 'of at least'} {low:g}"
    return f"a number between {low:g} and {high:g}" + (", both left out" if is_open else "")


def _shape_words(shape: tuple[int | None, ...]) -> str:
    return " x ".join("any" if size is None else str(size) for size in shape)
