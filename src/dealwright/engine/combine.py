"""Which promotions of a lane apply together: the legal combination with the lowest total.

Promotions that share no line and no exclusive group are decided apart (`parts`), each by the shortest way that is
exact for it: alone, as one contest (`contest`), or by a search (`search`). Payments (points) and what takes nothing
off (gifts, coupons) come afterwards and are all taken.
"""

from __future__ import annotations

from collections.abc import Sequence

from dealwright.engine.applying import Combination, Why, grant_of
from dealwright.engine.best_per_line import best_per_line
from dealwright.engine.contest import Grounds, take_best, take_best_of
from dealwright.engine.goods import Goods
from dealwright.engine.grants import Unmet
from dealwright.engine.parts import Part, mask_of, sections
from dealwright.engine.policy import Policy
from dealwright.engine.rule import Rule
from dealwright.engine.search import Search
from dealwright.engine.steps import AnyStep, Step
from dealwright.engine.straight import is_straight, straight
from dealwright.engine.teams import Team


def combine(goods: Goods, rules: Sequence[Rule]) -> Combination:
    """The best legal combination of promotions that may apply, in the order of their rules."""
    policy = goods.facts.policy
    found = Combination(goods.from_here() if policy.stacking == "additive" else goods)
    if policy.stacking == "best_per_line":
        return best_per_line(found.goods, rules)
    if policy.stacking == "sequential" and is_straight(rules):
        rest = [rule for rule in rules if rule.is_after]
        return straight(found.goods, [*[rule for rule in rules if not rule.is_after], *rest] if rest else rules)
    after = [rule for rule in rules if rule.is_after and not rule.group]
    pricing = [rule for rule in rules if not rule.is_after or rule.group]
    for section in sections(found.goods, pricing):
        for part in section:
            _decide(part, found)
    found.steps.sort(key=_by_turn)
    for rule in after:
        _take(found, rule)
    return found


def has_teams(policy: Policy) -> bool:
    """Whether of an exclusive group the member that saves most is taken, whatever else applies to other lines."""
    return policy.exclusive_choice == "value" and policy.stacking in ("best", "sequential")


def combine_teams(goods: Goods, teams: Sequence[Team], loose: Sequence[Rule]) -> Combination | None:
    """The same as `combine` where exclusive groups share no line with one another or with the rest; else `None`."""
    groups: dict[str, list[Team]] = {}
    masks: dict[str, int] = {}
    known, facts = goods.facts.known, goods.facts
    for team in teams:
        mask = known.get(team.read)
        if mask is None:
            mask = facts.matched(team.rules[0].reads[0])
        members = groups.get(team.group)
        if members is None:
            groups[team.group], masks[team.group] = [team], mask
        elif masks[team.group] == mask:
            members.append(team)
        else:
            return None
    taken = 0
    for mask in masks.values():
        if taken & mask:
            return None
        taken |= mask
    first = []
    for rule in loose:
        if rule.group:
            return None
        if not rule.is_after:
            if mask_of(goods, rule) & taken:
                return None
            first.append(rule)
    found = combine(goods, first) if first else Combination(goods)
    found.goods = found.goods.copy()
    grounds = Grounds(found.goods)
    for group, members in groups.items():
        take_best_of(members, masks[group], grounds, found)
    found.steps.sort(key=_by_turn)
    for rule in loose:
        if rule.is_after:
            _take(found, rule)
    return found


def _by_turn(step: AnyStep) -> int:
    return step.rule.turn


def _take(found: Combination, rule: Rule) -> None:
    given = grant_of(rule, found.goods)
    if isinstance(given, Unmet):
        found.refused.append(Why.unmet(rule, given))
    else:
        found.steps.append(Step(rule, given))
        found.goods = found.goods.after(given)


def _decide(part: Part, found: Combination) -> None:
    """One part by the shortest way that is exact for it."""
    policy = found.goods.facts.policy
    if len(part.rules) == 1:
        _take(found, part.rules[0])
    elif len(part.groups) == 1 and not part.n_single and policy.exclusive_choice == "value":
        take_best(part.rules, found)
    else:
        Search(part.rules, found.goods).run(found)
