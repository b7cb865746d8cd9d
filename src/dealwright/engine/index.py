"""Promotions turned inside out, once for many carts: by moment, currency, layer, and what a cart must hold."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import UTC, datetime

from dealwright.campaign.promotion import Promotion
from dealwright.core.errors import InputError
from dealwright.engine.conditions.circumstance import HoldsCode
from dealwright.engine.matching import Matchers
from dealwright.engine.policy import DEFAULT_POLICY, Policy
from dealwright.engine.protocol import Condition
from dealwright.engine.remembered import Remembered
from dealwright.engine.rule import Rule, rule_of
from dealwright.engine.short_ways import Terms
from dealwright.engine.stage import Stage


class Index:
    """The promotions in one currency that hold during one span of time, by stage and key."""

    def __init__(self, rules: list[Rule]) -> None:
        self.catalogue = Stage([rule for rule in rules if rule.stage[0] == 0], is_catalogue=True)
        self.cart = Stage([rule for rule in rules if rule.stage[0] != 0], is_catalogue=False)


class Compiled:
    """Promotions ready for carts. What does not hold at the moment costs nothing: one index per span of time.

    The spans' indexes are made when first asked for and kept (the last few), and so is what was decided about goods
    (`remembered`); otherwise nothing changes.
    """

    def __init__(self, promotions: tuple[Promotion, ...], policy: Policy) -> None:
        self.promotions = promotions
        self.policy = policy
        self.matchers = Matchers()
        self.remembered = Remembered[object]()
        terms = Terms(policy)
        self.rules = [rule_of(promotion, self.matchers, terms, policy=policy) for promotion in promotions]
        self.rules.sort(key=lambda rule: (rule.stage, rule.order))
        for turn, rule in enumerate(self.rules):
            rule.turn = turn
            rule.read = rule.reads[0].number if len(rule.reads) == 1 and not rule.is_delivery else -1
        _share_checks(self.rules)
        self.by_id = {rule.promotion.id: rule for rule in self.rules}
        self.by_code: dict[str, list[Rule]] = {}
        for rule in self.rules:
            if rule.promotion.code:
                self.by_code.setdefault(self.code_key(rule.promotion.code), []).append(rule)
        self.condition_codes = {
            self.code_key(code)
            for rule in self.rules
            for condition in rule.promotion.conditions
            if isinstance(condition, HoldsCode)
            for code in condition.codes
        }
        self._turns = sorted({turn for rule in self.rules for turn in _turns(rule)})
        self._indexes: dict[tuple[int, str], Index] = {}

    def code_key(self, code: str) -> str:
        """How a code is looked up."""
        return code if self.policy.codes_are_case_sensitive else code.casefold()

    def index(self, at: datetime, currency: str) -> Index:
        """The index of the span of time around an instant, for carts in one currency."""
        span = bisect_right(self._turns, at), currency
        index = self._indexes.get(span)
        if index is None:
            if len(self._indexes) >= _MOST_SPANS:
                self._indexes.clear()
            index = self._indexes[span] = Index(
                [rule for rule in self.rules if rule.promotion.currency == currency and _is_within(rule, at)]
            )
        return index


_MOST_SPANS = 8


def _share_checks(rules: Iterable[Rule]) -> None:
    """Number the conditions that promotions ask before anything else, equal ones alike."""
    numbers: dict[tuple[Condition, ...], int] = {}
    for rule in rules:
        if rule.is_asked_alike and _is_hashable(rule.checked):
            rule.bar = numbers.setdefault(rule.checked, len(numbers))


def _is_hashable(conditions: tuple[Condition, ...]) -> bool:
    try:
        hash(conditions)
    except TypeError:
        return False
    return True


def _turns(rule: Rule) -> list[datetime]:
    schedule = rule.schedule
    if schedule is None:
        return []
    return [turn.astimezone(UTC) for turn in (schedule.start, schedule.end) if turn is not None]


def _is_within(rule: Rule, at: datetime) -> bool:
    schedule = rule.schedule
    if schedule is None:
        return True
    return (schedule.start is None or schedule.start <= at) and (schedule.end is None or at < schedule.end)


def compile_promotions(promotions: Iterable[Promotion], *, policy: Policy = DEFAULT_POLICY) -> Compiled:
    """Promotions made ready; do it once and price many carts. InputError if an id is there twice.

    >>> compile_promotions([]).rules
    []
    """
    given = tuple(promotions)
    seen: set[str] = set()
    twice = [promotion.id for promotion in given if promotion.id in seen or seen.add(promotion.id)]  # type: ignore[func-returns-value]
    if twice:
        raise InputError(*[f"promotion {name!r} is there twice; keep the latest version" for name in twice])
    return Compiled(given, policy)
