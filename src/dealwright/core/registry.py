"""Implementations by name; filled explicitly, never by being imported."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from dealwright.core.errors import InputError

T = TypeVar("T")


class Registry(Generic[T]):
    """Factories of one kind of thing, by name.

    >>> colours = Registry[str]("colour", {"red": lambda: "#f00"})
    >>> colours.make("red")
    '#f00'
    """

    def __init__(self, kind: str, factories: dict[str, Callable[[], T]] | None = None) -> None:
        self._kind = kind
        self._factories = dict(factories or {})

    def add(self, name: str, factory: Callable[[], T]) -> None:
        """Register `factory`; a name can be taken once."""
        if name in self._factories:
            raise InputError(f"a {self._kind} called {name!r} is registered already; choose another name")
        self._factories[name] = factory

    def make(self, name: str) -> T:
        """The implementation called `name`; InputError with the nearest name if there is none."""
        if name not in self._factories:
            raise InputError.unknown(self._kind, name, self._factories)
        return self._factories[name]()

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._factories))
