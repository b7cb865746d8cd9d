"""The best combination of promotions that touch one another, found by trying what is not settled beforehand.

A promotion is taken without trial where leaving it out cannot help: when all that follow it are of a nature that
never makes a cheaper line (or sum) end dearer. Everything else is tried, up to `MOST_COMBINATIONS`; beyond that
only those members of each exclusive group that save most by themselves are tried, and promotions that stack are all
taken. Ties go to the combination that takes more, then to the first in the order of the rules, which does not
depend on how promotions were listed.
"""

from __future__ import annotations

from collections.abc import Sequence

from dealwright.engine.applying import STILL_LOST, Combination, Why, grant_of
from dealwright.engine.contest import ceilings
from dealwright.engine.evaluation import RefusalCode
from dealwright.engine.goods import Goods
from dealwright.engine.grants import Unmet
from dealwright.engine.parts import mask_of
from dealwright.engine.rule import Rule
from dealwright.engine.steps import Step

MOST_COMBINATIONS = 64


class Search:
    """One part of a lane: promotions that touch one another, with what is decided about each beforehand."""

    def __init__(self, rules: list[Rule], goods: Goods) -> None:
        self.start = goods
        self.rules = self.tried = rules
        self.takes_all = goods.facts.policy.stacking != "best"
        self.takes_first = goods.facts.policy.exclusive_choice == "priority"
        self.firsts: dict[str, Unmet] = {}
        self.best: list[Step] = []
        self.best_goods = goods
        self.best_total: int | None = None

    def run(self, found: Combination) -> None:
        """Decide, and write what was decided into the combination."""
        self._narrow()
        self.is_settled = self._settled()
        self.most_later = self._most_later()
        self._walk(0, self.start, [])
        found.goods = self.best_goods
        found.steps += self.best
        found.refused += self._reasons()

    def _settled(self) -> list[bool]:
        """For each promotion that is tried, whether leaving it out once it can be taken needs no try."""
        forced = _forced(self.start, self.tried, is_all=self.takes_all)
        last = {rule.group: turn for turn, rule in enumerate(self.tried)}
        return [
            self.takes_first or (forced[turn] and last[group] == turn) if group else forced[turn]
            for turn, group in enumerate([rule.group for rule in self.tried])
        ]

    def _walk(self, turn: int, goods: Goods, taken: list[Step]) -> None:
        """Take each promotion that can be taken from this turn on; then, where that is not settled, try without it.

        What cannot save enough any more, even if all that is left gave the most it can, is not tried.
        """
        groups = {step.rule.group for step in taken}
        without: list[tuple[int, Goods, list[Step]]] = []
        while turn < len(self.tried):
            rule = self.tried[turn]
            turn += 1
            if rule.group and rule.group in groups:
                continue
            given = grant_of(rule, goods)
            if isinstance(given, Unmet):
                self.firsts.setdefault(rule.id, given)
                continue
            if not self.is_settled[turn - 1]:
                without.append((turn, goods, taken.copy()))
            taken.append(Step(rule, given))
            groups.add(rule.group)
            goods = goods.after(given)
        total = _total(goods)
        if self.best_total is None or total < self.best_total:
            self.best_total, self.best, self.best_goods = total, taken, goods
        for later, before, steps in reversed(without):
            if _total(before) - self.most_later[later] < self.best_total:
                self._walk(later, before, steps)

    def _most_later(self) -> list[int]:
        """For each turn the most that the promotions from then on can save: of a group, its best member."""
        bound = ceilings(self.tried, self.start)
        most = [0]
        groups: dict[str, int] = {}
        for rule, ceiling in zip(reversed(self.tried), reversed(bound), strict=True):
            if rule.group:
                known = groups.get(rule.group, 0)
                groups[rule.group] = max(known, ceiling)
                most.append(most[-1] + groups[rule.group] - known)
            else:
                most.append(most[-1] + ceiling)
        most.reverse()
        return most

    def _narrow(self) -> None:
        """If there is too much to try, leave out what saves least by itself in its exclusive group."""
        groups: dict[str, list[Rule]] = {}
        for rule in self.rules:
            if rule.group and not self.takes_first:
                groups.setdefault(rule.group, []).append(rule)
        forced = _forced(self.start, self.rules, is_all=self.takes_all)
        n_single = sum([not forced[turn] for turn, rule in enumerate(self.rules) if not rule.group])
        sizes = {name: len(members) for name, members in groups.items()}
        if _n_combinations(sizes, n_single) <= MOST_COMBINATIONS:
            return
        if 2**n_single > MOST_COMBINATIONS:
            self.takes_all, n_single = True, 0
        savings = {rule.id: self._saving(rule) for members in groups.values() for rule in members}
        for members in groups.values():
            members.sort(key=lambda rule: (-savings[rule.id], rule.turn))
        while max(sizes.values(), default=1) > 1 and _n_combinations(sizes, n_single) > MOST_COMBINATIONS:
            largest = max(sorted(sizes), key=lambda name: sizes[name])
            sizes[largest] -= 1
        left_out = {rule.id for name, members in groups.items() for rule in members[sizes[name] :]}
        self.tried = [rule for rule in self.rules if rule.id not in left_out]

    def _saving(self, rule: Rule) -> int:
        given = grant_of(rule, self.start)
        if isinstance(given, Unmet):
            self.firsts.setdefault(rule.id, given)
            return 0
        return given.amount_minor

    def _reasons(self) -> list[Why]:
        taken = {step.rule.id for step in self.best}
        winners = {step.rule.group: step.rule.id for step in self.best}
        names = tuple(sorted(taken))
        return [self._reason(rule, winners, names) for rule in self.rules if rule.id not in taken]

    def _reason(self, rule: Rule, winners: dict[str, str], taken: tuple[str, ...]) -> Why:
        group, first = rule.group, self.firsts.get(rule.id)
        has_lost = bool(group) and group in winners
        if first is not None and not (has_lost and first.code in STILL_LOST):
            return Why.unmet(rule, first)
        code: RefusalCode = "excluded_by" if has_lost and self.takes_first else "lost_to_better"
        return Why(rule, code, lost_to=(winners[group],) if has_lost else taken)


def _total(goods: Goods) -> int:
    return sum(goods.nets) + sum(goods.fees)


def _n_combinations(sizes: dict[str, int], n_single: int) -> int:
    n: int = 2 ** max(0, n_single)
    for size in sizes.values():
        n *= size + 1
    return n


def _forced(goods: Goods, rules: Sequence[Rule], *, is_all: bool) -> list[bool]:
    """For each promotion, whether leaving it out could never lower the total: what follows must be well-behaved."""
    if is_all:
        return [True] * len(rules)
    is_tame = True
    line_masks: int = 0
    sums: list[int] = []
    forced: list[bool] = []
    for rule in reversed(rules):
        forced.append(is_tame)
        mask = mask_of(goods, rule)
        if rule.nature == "lines":
            line_masks |= mask
        elif rule.nature == "order":
            is_tame = (
                is_tame
                and not mask & line_masks
                and all(not mask & later or mask & later == mask for later in sums)
            )
            sums.append(mask)
        elif rule.nature != "extra":
            is_tame = False
    forced.reverse()
    return forced
