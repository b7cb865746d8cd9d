"""Members of one exclusive group that look at the same goods, put together once instead of for every cart."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count
from typing import NamedTuple

from dealwright.engine.grants import UNBOUNDED, Extent
from dealwright.engine.rule import Rule
from dealwright.engine.short_ways import OURS


class Team(NamedTuple):
    """Promotions of `group` in one lane that look at the lines of the matcher `read`, with their ceilings.

    `is_alike`: where units of a line cost the same and have no floor price, they look at nothing but amounts.
    `number` is no other team's.
    """

    group: str
    read: int
    rules: tuple[Rule, ...]
    ceilings: tuple[Callable[[Extent], int], ...]
    is_alike: bool
    number: int


_NUMBERS = count()


def teams_of(rules: Iterable[Rule]) -> tuple[tuple[Team, ...], tuple[Rule, ...]]:
    """The teams among promotions, and those that are in none: without a group, or with an eye on more than that."""
    loose: list[Rule] = []
    members: dict[tuple[str, int], list[Rule]] = {}
    for rule in rules:
        if rule.group and rule.read >= 0 and rule.nature not in ("money", "extra"):
            members.setdefault((rule.group, rule.read), []).append(rule)
        else:
            loose.append(rule)
    return tuple([_team(*name, tuple(team)) for name, team in members.items()]), tuple(loose)


def _team(group: str, read: int, rules: tuple[Rule, ...]) -> Team:
    is_alike = all(type(rule.benefit) in OURS and rule.saving is not None for rule in rules)
    return Team(group, read, rules, tuple([_ceiling(rule) for rule in rules]), is_alike, next(_NUMBERS))


def _ceiling(rule: Rule) -> Callable[[Extent], int]:
    return _unbounded if rule.ceiling is None else rule.ceiling


def _unbounded(extent: Extent) -> int:  # noqa: ARG001 - one signature for all ceilings
    return UNBOUNDED
