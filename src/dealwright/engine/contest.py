"""The one promotion of an exclusive group that saves most; those that cannot win are not tried."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from dealwright.engine.applying import Beaten, Combination, Step, grant_of
from dealwright.engine.goods import Goods
from dealwright.engine.grants import Cut, Extent, Grant, Single, Unmet
from dealwright.engine.parts import mask_of
from dealwright.engine.rule import Rule
from dealwright.engine.teams import Team


def take_best(rules: Sequence[Rule], found: Combination) -> None:
    """Add the member that saves most, the first in order of equals, and why the others lost."""
    grounds = _Grounds(found.goods)
    _take_best(rules, grounds.ceilings(rules), grounds, found)


def take_best_of(teams: Sequence[Team], mask: int, found: Combination) -> None:
    """As `take_best`, for members that are known together beforehand and look at the same lines."""
    grounds = _Grounds(found.goods)
    extent = grounds.extent(mask)
    rules, bounds = teams[0].rules, [ceiling(extent) for ceiling in teams[0].ceilings]
    for team in teams[1:]:
        rules += team.rules
        bounds += [ceiling(extent) for ceiling in team.ceilings]
    _take_best(rules, bounds, grounds, found)


def _take_best(rules: Sequence[Rule], bounds: list[int], grounds: _Grounds, found: Combination) -> None:
    goods = found.goods
    best: Rule | None = None
    grant: Grant | None = None
    saving = -1
    unmet: dict[str, Unmet] = {}
    for turn in sorted(range(len(rules)), key=bounds.__getitem__, reverse=True):
        if bounds[turn] < saving:
            break
        rule = rules[turn]
        given = grounds.saving(rule) or grant_of(rule, goods)
        if isinstance(given, Unmet):
            unmet[rule.id] = given
            continue
        amount = given if isinstance(given, int) else given.amount_minor
        if best is None or amount > saving or (amount == saving and rule.turn < best.turn):
            best, saving, grant = rule, amount, None if isinstance(given, int) else given
    found.refused.append(Beaten(rules, best, unmet))
    if best is not None:
        if grant is None:
            grant = grounds.plain_grant(best) or cast(Grant, grant_of(best, goods))
        found.steps.append(Step(best, grant))
        found.goods = goods.after(grant)


def ceilings(rules: Sequence[Rule], goods: Goods) -> list[int]:
    """The most that each promotion can save on these goods, or on any that are cheaper."""
    return _Grounds(goods).ceilings(rules)


class _Grounds:
    """The goods as promotions look at them: how much there is, and whether it is one line of equal units."""

    def __init__(self, goods: Goods) -> None:
        facts = goods.facts
        self._goods = goods
        self._fees = sum(goods.fees)
        self._extents: dict[int, Extent] = {}
        self._single: dict[int, Single | None] = {}
        self._is_plain = not (facts.has_floors or goods.is_additive)

    def ceilings(self, rules: Sequence[Rule]) -> list[int]:
        """The most that each promotion can save."""
        is_additive, last, extent, everything = self._goods.is_additive, -1, _NOTHING, 0
        bounds = []
        for rule in rules:
            if rule.read != last or last < 0:
                last = rule.read
                extent = self.extent(self._mask(rule))
                everything = extent.worth_minor + self._fees
            ceiling = everything if rule.ceiling is None or is_additive else rule.ceiling(extent)
            bounds.append(ceiling if ceiling < everything else everything)
        return bounds

    def saving(self, rule: Rule) -> int | Unmet | None:
        """What a promotion saves by the short way, if there is one for it here."""
        if rule.saving is None or not self._is_plain:
            return None
        mask = self._mask(rule)
        if mask not in self._single:
            self._single[mask] = self._one_line(mask)
        single = self._single[mask]
        return rule.saving(single) if single is not None else None

    def plain_grant(self, rule: Rule) -> Grant | None:
        """What a promotion that saves something by the short way gives, if that has a short way too."""
        single = self._mask(rule)
        if rule.plain is None or self._single.get(single) is None:
            return None
        line = single.bit_length() - 1
        offs = rule.plain(self._goods.nets.copy(), (line,), self._goods.facts.quantities)
        return Grant(tuple([Cut(line, off) for line, off in offs])) if offs else None

    def _mask(self, rule: Rule) -> int:
        mask = self._goods.facts.known.get(rule.read)
        return mask_of(self._goods, rule) if mask is None else mask

    def _one_line(self, mask: int) -> Single | None:
        goods, facts = self._goods, self._goods.facts
        if not mask or mask & (mask - 1) or not mask & facts.discountable:
            return None
        line = mask.bit_length() - 1
        net, quantity = goods.nets[line], facts.quantities[line]
        if not net or goods.runs[line] is not None or net % quantity:
            return None
        is_remaining = facts.policy.condition_base == "remaining"
        threshold = net if is_remaining else facts.base[line]
        return Single(net, quantity, net // quantity, threshold, facts.policy.rounding)

    def extent(self, mask: int) -> Extent:
        """How much there is of some lines."""
        extent = self._extents.get(mask)
        if extent is None:
            goods, facts = self._goods, self._goods.facts
            lines = facts.numbers(mask & facts.discountable)
            extent = self._extents[mask] = Extent(
                len(lines),
                goods.quantity(lines),
                goods.worth(lines),
                sum([facts.base[line] for line in lines]),
                is_whole=not mask & ~facts.discountable,
            )
        return extent


_NOTHING = Extent(0, 0, 0, 0, is_whole=True)
