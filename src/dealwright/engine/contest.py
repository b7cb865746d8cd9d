"""The one promotion of an exclusive group that saves most; those that cannot win are not tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Final, NamedTuple, cast

from dealwright.engine.applying import Beaten, Combination, grant_of
from dealwright.engine.goods import Goods
from dealwright.engine.grants import Cut, Extent, Grant, Single, Unmet
from dealwright.engine.parts import mask_of
from dealwright.engine.rule import Rule
from dealwright.engine.steps import AnyStep, Given, Plain, Repeated, Step
from dealwright.engine.teams import Team


def take_best(rules: Sequence[Rule], found: Combination) -> None:
    """Add the member that saves most, the first in order of equals, and why the others lost."""
    found.goods = found.goods.copy()
    grounds = Grounds(found.goods)
    first = grounds.mask(rules[0])
    is_one = all(grounds.mask(rule) == first for rule in rules)
    grounds.decide(rules, grounds.ceilings(rules), grounds.single(first) if is_one else None, found)


def take_best_of(teams: Sequence[Team], mask: int, grounds: Grounds, found: Combination) -> None:
    """As `take_best`, for members that are known together beforehand and look at the same lines."""
    goods, facts = grounds.goods, grounds.goods.facts
    lines = facts.numbers(mask)
    amounts = grounds.amounts(lines) if all(map(_IS_ALIKE, teams)) else None
    if amounts is None:
        _take_best_of(teams, mask, grounds, found)
        return
    # Shoppers put the same goods into their carts: most contests have been decided before.
    name = (len(lines), *amounts, *[team.number for team in teams])
    known = facts.remembered.get(name)
    if known is None:
        _take_best_of(teams, mask, grounds, found)
        if facts.remembered.has_come_before(name):
            outcome = _outcome(found, lines)
            if outcome is not None:
                facts.remembered.keep(name, outcome, weight=_OUTCOME_WEIGHT * len(lines))
        return
    beaten, given = known
    found.refused.append(beaten)
    if given is not None:
        for place, off, runs in given.cuts:
            goods.take_off(lines[place], off, runs)
        found.steps.append(Repeated(given.rule, lines, given))


def _take_best_of(teams: Sequence[Team], mask: int, grounds: Grounds, found: Combination) -> None:
    single = grounds.single(mask)
    extent = grounds.extent(mask) if single is None else grounds.extent_of(single)
    rules, bounds = teams[0].rules, [ceiling(extent) for ceiling in teams[0].ceilings]
    for team in teams[1:]:
        rules += team.rules
        bounds += [ceiling(extent) for ceiling in team.ceilings]
    grounds.decide(rules, bounds, single, found)


class Outcome(NamedTuple):
    """How a contest on some lines ended: who lost, and what the winner takes off them."""

    beaten: Beaten
    given: Given | None


def _outcome(found: Combination, lines: Sequence[int]) -> Outcome | None:
    """How the contest that was decided last ended; None if that cannot be said by its lines alone."""
    beaten = found.refused[-1]
    assert isinstance(beaten, Beaten), "a contest tells who lost"
    step = found.steps[-1] if beaten.winner is not None else None
    if step is None:
        return Outcome(beaten, None)
    if isinstance(step, Plain):
        return Outcome(beaten, Given(step.rule, tuple([Cut(lines.index(line), off) for line, off in step.offs])))
    grant = step.grant
    if grant != Grant(grant.cuts, uses=grant.uses, n_units=grant.n_units):
        return None
    cuts = tuple([cut._replace(line=lines.index(cut.line)) for cut in grant.cuts])
    return Outcome(beaten, Given(step.rule, cuts, grant.uses, grant.n_units))


def ceilings(rules: Sequence[Rule], goods: Goods) -> list[int]:
    """The most that each promotion can save on these goods, or on any that are cheaper."""
    return Grounds(goods).ceilings(rules)


class Grounds:
    """Goods as contests look at them: how much there is, and whether it is one line of equal units.

    What a contest takes comes off these goods themselves; contests on the same grounds share no line.
    """

    __slots__ = ("_extents", "_is_plain", "_rounding", "_thresholds", "goods")

    def __init__(self, goods: Goods) -> None:
        facts = goods.facts
        self.goods = goods
        self._extents: dict[int, Extent] = {}
        self._is_plain = not (facts.has_floors or goods.is_additive)
        self._thresholds = goods.nets if facts.policy.condition_base == "remaining" else facts.base
        self._rounding = facts.policy.rounding

    def decide(
        self, rules: Sequence[Rule], bounds: Sequence[int], single: Single | None, found: Combination
    ) -> None:
        """Try members from the highest bound down until no other can win, and take the one that saves most."""
        goods = self.goods
        best: Rule | None = None
        grant: Grant | None = None
        saving = -1
        unmet: dict[str, Unmet] = {}
        for turn in sorted(range(len(rules)), key=bounds.__getitem__, reverse=True):
            if bounds[turn] < saving:
                break
            rule = rules[turn]
            given: int | Grant | Unmet | None = None
            if single is not None and rule.saving is not None:
                given = rule.saving(single)
            if not given:
                given = grant_of(rule, goods)
            if isinstance(given, Unmet):
                unmet[rule.id] = given
                continue
            amount = given if isinstance(given, int) else given.amount_minor
            if best is None or amount > saving or (amount == saving and rule.turn < best.turn):
                best, saving, grant = rule, amount, None if isinstance(given, int) else given
        found.refused.append(self._beaten(rules, best, unmet))
        if best is not None:
            found.steps.append(self._taken(best, grant))

    def _beaten(self, rules: Sequence[Rule], winner: Rule | None, unmet: Mapping[str, Unmet]) -> Beaten:
        """Who lost: of the many prices that goods can have, few make a difference to that."""
        remembered = self.goods.facts.remembered
        name = (winner, *rules, *unmet.items())
        known = cast("Beaten | None", remembered.get(name))
        if known is None:
            known = Beaten(rules, winner, unmet)
            remembered.keep(name, known, weight=len(rules))
        return known

    def _taken(self, rule: Rule, grant: Grant | None) -> AnyStep:
        """What the winner gives, taken off; a promotion that has no grant yet was judged on one line."""
        goods = self.goods
        if grant is None:
            if rule.plain is not None:
                offs = rule.plain(goods.nets, goods.facts.numbers(self.mask(rule)), goods.facts.quantities)
                if offs:
                    return Plain(rule, offs)
            given = grant_of(rule, goods)
            assert isinstance(given, Grant), (
                "a promotion that saves something by the short way gives it by the long"
            )
            grant = given
        goods.take(grant)
        return Step(rule, grant)

    def ceilings(self, rules: Sequence[Rule]) -> list[int]:
        """The most that each promotion can save."""
        goods = self.goods
        fees, is_additive, last, extent, everything = sum(goods.fees), goods.is_additive, -1, _NOTHING, 0
        bounds = []
        for rule in rules:
            if rule.read != last or last < 0:
                last = rule.read
                extent = self.extent(self.mask(rule))
                everything = extent.worth_minor + fees
            ceiling = everything if rule.ceiling is None or is_additive else rule.ceiling(extent)
            bounds.append(ceiling if ceiling < everything else everything)
        return bounds

    def mask(self, rule: Rule) -> int:
        """The lines a promotion looks at."""
        mask = self.goods.facts.known.get(rule.read)
        return mask_of(self.goods, rule) if mask is None else mask

    def amounts(self, lines: Sequence[int]) -> tuple[int, ...] | None:
        """All that matters of these lines to a team that is alike; None if more does, or they are too many."""
        goods, facts = self.goods, self.goods.facts
        if not self._is_plain or len(lines) > _MOST_LINES:
            return None
        amounts: tuple[int, ...] = ()
        for line in lines:
            if goods.runs[line] is not None or not facts.discountable >> line & 1:
                return None
            amounts += goods.nets[line], facts.quantities[line], facts.base[line]
        return amounts

    def single(self, mask: int) -> Single | None:
        """These lines, if they are one line of equal units that promotions may land on and nothing bounds."""
        goods, facts = self.goods, self.goods.facts
        if not self._is_plain or not mask or mask & (mask - 1) or not mask & facts.discountable:
            return None
        line = mask.bit_length() - 1
        net, quantity = goods.nets[line], facts.quantities[line]
        if not net or goods.runs[line] is not None or net % quantity:
            return None
        return Single(net, quantity, net // quantity, self._thresholds[line], self._rounding)

    def extent_of(self, single: Single) -> Extent:
        """How much there is of one line, of which all may be discounted."""
        return Extent(1, single.quantity, single.net_minor, single.threshold_minor, is_whole=True)

    def extent(self, mask: int) -> Extent:
        """How much there is of some lines."""
        extent = self._extents.get(mask)
        if extent is None:
            goods, facts = self.goods, self.goods.facts
            lines = facts.numbers(mask & facts.discountable)
            extent = self._extents[mask] = Extent(
                len(lines),
                goods.quantity(lines),
                goods.worth(lines),
                sum([facts.base[line] for line in lines]),
                is_whole=not mask & ~facts.discountable,
            )
        return extent


_MOST_LINES: Final = 8  # more that are all equal hardly come again
_OUTCOME_WEIGHT: Final = 4  # of each line, beside the 1 of each promotion that lost
_NOTHING = Extent(0, 0, 0, 0, is_whole=True)
_IS_ALIKE = attrgetter("is_alike")
