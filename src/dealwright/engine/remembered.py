"""What was decided about equal goods before: the same promotions on the same amounts need no second thought."""

from __future__ import annotations

from typing import Final, Generic, TypeVar

Found = TypeVar("Found")
Name = tuple[object, ...]

MOST_WEIGHT: Final = 65_536


class Remembered(Generic[Found]):
    """The findings that were asked for last, by name; those kept weigh `most` to twice as much.

    The weight of a finding is how much memory it takes, in units of its smallest part. Threads may share it: at
    worst something is found out twice, or the turn comes a little late.

    >>> remembered = Remembered[str](most=1)
    >>> for n in (1, 2, 3):
    ...     remembered.keep((n,), str(n))
    >>> remembered.get((1,)), remembered.get((3,))
    (None, '3')
    """

    __slots__ = ("_most", "_names", "_new", "_old", "_weight")

    def __init__(self, *, most: int = MOST_WEIGHT) -> None:
        self._most = most
        self._weight = 0
        self._names: set[int] = set()  # their hashes: a number is nothing to look through for garbage
        self._new: dict[Name, tuple[Found, int]] = {}
        self._old: dict[Name, tuple[Found, int]] = {}

    def get(self, name: Name) -> Found | None:
        """What is kept under this name, from now on among the last that were asked for."""
        kept = self._new.get(name)
        if kept is not None:
            return kept[0]
        kept = self._old.get(name)
        if kept is None:
            return None
        self.keep(name, kept[0], weight=kept[1])
        return kept[0]

    def has_come_before(self, name: Name) -> bool:
        """Whether it was asked lately if this name came before: what comes once is not worth keeping.

        Rarely, two names are taken for one; then what comes once is kept.
        """
        known = hash(name)
        if known in self._names:
            return True
        if len(self._names) >= self._most:
            self._names.clear()
        self._names.add(known)
        return False

    def keep(self, name: Name, found: Found, *, weight: int = 1) -> None:
        """Keep it; what was not asked for since the last turn is forgotten."""
        if self._weight >= self._most:
            self._old, self._new, self._weight = self._new, {}, 0
        self._new[name] = found, weight
        self._weight += weight
