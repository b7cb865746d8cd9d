"""What was decided about equal goods before: the same promotions on the same amounts need no second thought."""

from __future__ import annotations

from typing import Final, Generic, TypeVar

Found = TypeVar("Found")
Name = tuple[int, ...]

MOST_REMEMBERED: Final = 8_192


class Remembered(Generic[Found]):
    """The findings that were asked for last, by name; at least `most` of them, at most twice as many.

    Threads may share it: at worst something is found out twice.

    >>> remembered = Remembered[str](most=1)
    >>> for n in (1, 2, 3):
    ...     remembered.keep((n,), str(n))
    >>> remembered.get((1,)), remembered.get((3,))
    (None, '3')
    """

    __slots__ = ("_most", "_new", "_old")

    def __init__(self, *, most: int = MOST_REMEMBERED) -> None:
        self._most = most
        self._new: dict[Name, Found] = {}
        self._old: dict[Name, Found] = {}

    def get(self, name: Name) -> Found | None:
        """What is kept under this name, from now on among the last that were asked for."""
        found = self._new.get(name)
        if found is None:
            found = self._old.get(name)
            if found is not None:
                self.keep(name, found)
        return found

    def keep(self, name: Name, found: Found) -> None:
        """Keep it; what was not asked for since the last turn is forgotten."""
        if len(self._new) >= self._most:
            self._old, self._new = self._new, {}
        self._new[name] = found
