"""Which promotions of one key a cart reaches with what its goods amount to."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple

from dealwright.campaign.items import Items
from dealwright.engine.rule import Rule
from dealwright.engine.teams import Team, teams_of

MOST_GAPS = 3
"""Promotions of one bucket out of reach that are told, nearest first: a shopper cannot use a thousand gaps."""


MOST_RIVALS = 1
"""So many promotions of an exclusive group that differ in one number only are all looked at; of more, only the best
that a cart reaches: the others are outdone whatever the cart holds."""

_MOST_ANSWERS = 64


class Apart(NamedTuple):
    """Promotions, and the same ones as teams and those in none; `barred` keeps, by code, why they were kept out."""

    rules: tuple[Rule, ...]
    teams: tuple[Team, ...]
    loose: tuple[Rule, ...]
    bar: int
    barred: dict[str, object]


def _apart(rules: Iterable[Rule]) -> Apart:
    found = tuple(rules)
    return Apart(found, *teams_of(found), found[0].bar if found else -1, {})


class Answer(NamedTuple):
    """What a bucket has for carts whose goods amount to something between two of its minimums.

    `open` may apply at once; `checked` are those that share conditions, asked once for all, `bars` their numbers;
    `each` are asked one by one. `short` are the nearest out of reach, `short_each` those of them that may have
    another reason too. `is_open` says that there is nothing but the first.
    """

    open: Apart
    checked: tuple[Apart, ...]
    bars: frozenset[int]
    each: tuple[Rule, ...]
    short: tuple[Rule, ...]
    short_each: tuple[Rule, ...]
    is_open: bool

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All that are looked at."""
        checked = [rule for apart in self.checked for rule in apart.rules]
        return (*self.open.rules, *checked, *self.each, *self.short, *self.short_each)


class Bucket:
    """Promotions with the same key whose minimum spend looks at the same goods, in the order of that minimum.

    A promotion without a minimum spend has one of nothing, whatever the goods.
    """

    __slots__ = ("_answers", "_turns", "contests", "items", "minimums", "rules")

    def __init__(self, items: Items | None, rules: Iterable[Rule]) -> None:
        self.items = items
        alone, self.contests = _contests(rules)
        self.rules = sorted(alone, key=_by_minimum)
        self.minimums = [_minimum(rule) for rule in self.rules]
        self._turns = sorted({*self.minimums, *[low for contest in self.contests for low in contest.minimums]})
        self._answers: dict[int, Answer] = {}

    def answer(self, amount: int) -> Answer:
        """The promotions that this amount reaches, and the nearest that it does not; the last answers are kept."""
        place = bisect_right(self._turns, amount)
        answer = self._answers.get(place)
        if answer is None:
            if len(self._answers) >= _MOST_ANSWERS:
                self._answers.clear()
            answer = self._answers[place] = self._find(amount)
        return answer

    def _find(self, amount: int) -> Answer:
        n_met = bisect_right(self.minimums, amount)
        found, short = self.rules[:n_met], self.rules[n_met : n_met + MOST_GAPS]
        for contest in self.contests:
            n_met = bisect_right(contest.minimums, amount)
            if n_met:
                found.append(contest.best[n_met - 1])
            if n_met < len(contest.minimums):
                short.append(contest.rules[n_met])
        shared: dict[int, list[Rule]] = {}
        for rule in found:
            if rule.bar >= 0:
                shared.setdefault(rule.bar, []).append(rule)
        checked = tuple([_apart(rules) for rules in shared.values()])
        each = tuple([rule for rule in found if rule.bar < 0 and not rule.is_open])
        return Answer(
            _apart([rule for rule in found if rule.is_open]),
            checked,
            frozenset(shared),
            each,
            tuple([rule for rule in short if rule.is_open]),
            tuple([rule for rule in short if not rule.is_open]),
            is_open=not (checked or each or short),
        )


class Contest:
    """Many promotions of one exclusive group for the same goods that differ in one number and their minimum spend.

    `best` is, for each of them, the one with the best number among those with no higher minimum.
    """

    __slots__ = ("best", "minimums", "rules")

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = sorted(rules, key=_by_minimum)
        self.minimums = [_minimum(rule) for rule in self.rules]
        self.best: list[Rule] = []
        for rule in self.rules:
            best = self.best[-1] if self.best else rule
            is_first = rule.strength == best.strength and rule.order < best.order
            self.best.append(rule if rule.strength > best.strength or is_first else best)


def buckets_of(rules: Iterable[Rule]) -> list[Bucket]:
    """The promotions of one key in as few buckets as goods are looked at by minimum spends."""
    by_items: dict[Items | None, list[Rule]] = {}
    for rule in rules:
        by_items.setdefault(rule.gate.items if rule.gate else None, []).append(rule)
    if len(by_items) > 1 and None in by_items:
        # A minimum of nothing is reached with any goods: a bucket less to be asked for every cart.
        without = by_items.pop(None)
        by_items[max(by_items, key=lambda items: len(by_items[items]))] += without
    return [Bucket(items, found) for items, found in by_items.items()]


def _contests(rules: Iterable[Rule]) -> tuple[list[Rule], list[Contest]]:
    """Promotions looked at one by one, and the contests of those that are too many and too much alike."""
    alike: dict[object, list[Rule]] = {}
    alone: list[Rule] = []
    for rule in rules:
        if rule.rivalry is None:
            alone.append(rule)
        else:
            alike.setdefault(rule.rivalry, []).append(rule)
    contests = []
    for rivals in alike.values():
        if len(rivals) > MOST_RIVALS:
            contests.append(Contest(rivals))
        else:
            alone += rivals
    return alone, contests


def _minimum(rule: Rule) -> int:
    return rule.gate.amount_minor if rule.gate else 0


def _by_minimum(rule: Rule) -> tuple[int, tuple[int, int, str, str]]:
    return _minimum(rule), rule.order
