"""What a benefit can say of its amounts by its terms alone, without looking at goods one by one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any, NamedTuple, cast

from dealwright.campaign.items import Items
from dealwright.engine.catalogue import BENEFITS
from dealwright.engine.grants import Extent, Plainly, Single, Unmet
from dealwright.engine.policy import Policy
from dealwright.engine.protocol import Benefit

OURS = frozenset(BENEFITS.values())
"""The benefits that come with the engine."""


class ShortWays(NamedTuple):
    """What a benefit knows of its amounts without the goods themselves, as far as it does."""

    ceiling: Callable[[Extent], int] | None
    saving: Callable[[Single], int | Unmet | None] | None
    plain: Plainly | None


class Terms:
    """Short ways by the terms of benefits; the same terms on other goods share theirs.

    They are called for each promotion of each cart: a thousand that are equal would be fetched from memory one by
    one, where one that is shared is at hand.
    """

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._known: dict[object, ShortWays] = {}

    def short_ways(self, benefit: Benefit) -> ShortWays:
        """The short ways of a benefit; those of a plug-in may depend on anything and are its own."""
        if type(benefit) not in OURS:
            return self._made(benefit)
        terms = _terms(benefit)
        known = self._known.get(terms)
        if known is None:
            known = self._known[terms] = self._made(benefit)
        return known

    def _made(self, benefit: Benefit) -> ShortWays:
        plain: Callable[[Policy], Plainly | None] | None = getattr(benefit, "plain", None)
        return ShortWays(
            getattr(benefit, "ceiling", None),
            getattr(benefit, "saving", None),
            plain(self._policy) if plain is not None else None,
        )


def _terms(benefit: Benefit) -> tuple[object, ...]:
    """Kind and terms, of the goods only which of them are the same."""
    named: dict[Items, int] = {}
    values: list[object] = [type(benefit)]
    for field in fields(cast(Any, benefit)):
        value = getattr(benefit, field.name)
        values.append((Items, named.setdefault(value, len(named))) if isinstance(value, Items) else value)
    return tuple(values)
