"""Members of one exclusive group that look at the same goods, put together once instead of for every cart."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from dealwright.engine.grants import UNBOUNDED, Extent
from dealwright.engine.rule import Rule


class Team(NamedTuple):
    """Promotions of `group` in one lane that look at the lines of the matcher `read`, with their ceilings."""

    group: str
    read: int
    rules: tuple[Rule, ...]
    ceilings: tuple[Callable[[Extent], int], ...]


def teams_of(rules: Iterable[Rule]) -> tuple[tuple[Team, ...], tuple[Rule, ...]]:
    """The teams among promotions, and those that are in none: without a group, or with an eye on more than that."""
    loose: list[Rule] = []
    members: dict[tuple[str, int], list[Rule]] = {}
    for rule in rules:
        if rule.group and rule.read >= 0 and rule.nature not in ("money", "extra"):
            members.setdefault((rule.group, rule.read), []).append(rule)
        else:
            loose.append(rule)
    teams = [Team(*name, tuple(team), tuple([_ceiling(rule) for rule in team])) for name, team in members.items()]
    return tuple(teams), tuple(loose)


def _ceiling(rule: Rule) -> Callable[[Extent], int]:
    return _unbounded if rule.ceiling is None else rule.ceiling


def _unbounded(extent: Extent) -> int:  # noqa: ARG001 - one signature for all ceilings
    return UNBOUNDED
