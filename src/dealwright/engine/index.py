"""Promotions turned inside out: from what a cart holds to the promotions it can meet."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from dealwright.campaign.items import Items
from dealwright.campaign.promotion import Promotion
from dealwright.core.errors import InputError
from dealwright.engine.conditions.circumstance import HoldsCode
from dealwright.engine.facts import Facts
from dealwright.engine.grants import Unmet
from dealwright.engine.matching import Matchers
from dealwright.engine.policy import DEFAULT_POLICY, Policy
from dealwright.engine.protocol import Condition
from dealwright.engine.rule import Rule, rule_of
from dealwright.engine.teams import Team, teams_of

MOST_GAPS = 3
"""Promotions of one bucket out of reach that are told, nearest first: a shopper cannot use a thousand gaps."""


MOST_RIVALS = 1
"""So many promotions of an exclusive group that differ in one number only are all looked at; of more, only the best
that a cart reaches: the others are outdone whatever the cart holds."""


class Apart(NamedTuple):
    """Promotions, and the same ones as teams and those in none."""

    rules: tuple[Rule, ...]
    teams: tuple[Team, ...]
    loose: tuple[Rule, ...]
    bar: int


def _apart(rules: Iterable[Rule]) -> Apart:
    found = tuple(rules)
    return Apart(found, *teams_of(found), found[0].bar if found else -1)


class Answer(NamedTuple):
    """What a bucket has for carts whose goods amount to something between two of its minimums.

    `open` may apply at once; `checked` are those that share conditions, asked once for all; `each` are asked one by
    one. `short` are the nearest out of reach, `short_each` those of them that may have another reason too.
    """

    open: Apart
    checked: tuple[Apart, ...]
    each: tuple[Rule, ...]
    short: tuple[Rule, ...]
    short_each: tuple[Rule, ...]

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All that are looked at."""
        checked = [rule for apart in self.checked for rule in apart.rules]
        return (*self.open.rules, *checked, *self.each, *self.short, *self.short_each)


_MOST_ANSWERS = 64


class Bucket:
    """Promotions with the same key whose minimum spend looks at the same goods, in the order of that minimum."""

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
        return Answer(
            _apart([rule for rule in found if rule.is_open]),
            tuple([_apart(rules) for rules in shared.values()]),
            tuple([rule for rule in found if rule.bar < 0 and not rule.is_open]),
            tuple([rule for rule in short if rule.is_open]),
            tuple([rule for rule in short if not rule.is_open]),
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


class Posting:
    """All promotions with one key; `matching` is theirs for `matches`, once it was asked for."""

    __slots__ = ("buckets", "matching", "rules")

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = rules
        self.matching: object = None
        by_items: dict[Items | None, list[Rule]] = {}
        for rule in rules:
            by_items.setdefault(rule.gate.items if rule.gate else None, []).append(rule)
        self.buckets = [Bucket(items, found) for items, found in by_items.items()]


class Index:
    """The promotions in one currency that hold during one span of time, by stage and key."""

    def __init__(self, rules: list[Rule]) -> None:
        self.catalogue = Stage([rule for rule in rules if rule.stage[0] == 0], is_catalogue=True)
        self.cart = Stage([rule for rule in rules if rule.stage[0] != 0], is_catalogue=False)


class Stage:
    """Promotions that need no code: those any cart meets, and those with keys."""

    def __init__(self, rules: list[Rule], *, is_catalogue: bool) -> None:
        self.is_catalogue = is_catalogue
        self.is_single = all(rule.keys is None or len(rule.keys.values) == 1 for rule in rules)
        self.has_teams = self.is_single and _can_have_teams(rules)
        free = [rule for rule in rules if not rule.promotion.needs_code]
        self.always = Posting([rule for rule in free if rule.keys is None])
        by_key: dict[str, dict[str, list[Rule]]] = {}
        for rule in free:
            if rule.keys is not None:
                for value in rule.keys.values:
                    by_key.setdefault(rule.keys.attribute, {}).setdefault(value, []).append(rule)
        self.postings = {
            attribute: {value: Posting(found) for value, found in by_value.items()}
            for attribute, by_value in by_key.items()
        }

    def met(self, facts: Facts) -> Iterator[Posting]:
        """The postings that a cart meets."""
        yield self.always
        for attribute, by_value in self.postings.items():
            for value in _values(facts, attribute):
                posting = by_value.get(value)
                if posting is not None:
                    yield posting


def _can_have_teams(rules: list[Rule]) -> bool:
    """Whether teams whose lines are apart can be decided apart: one lane, no fees, nothing that applies alone."""
    return len({rule.stage for rule in rules}) == 1 and not any(
        rule.is_exclusive or rule.touches_fees for rule in rules
    )


def candidates(stage: Stage, facts: Facts) -> list[tuple[Answer, int]]:
    """The promotions whose key a cart meets, by bucket, with what the goods of their minimum spend amount to."""
    found = []
    amounts: dict[int, int] = {}
    for posting in stage.met(facts):
        for bucket in posting.buckets:
            items = bucket.items
            if items is None:
                amount = 0
            else:
                known = amounts.get(id(items))
                amount = amounts[id(items)] = facts.amount(items) if known is None else known
            found.append((bucket.answer(amount), amount))
    return found


def missing(rule: Rule, facts: Facts) -> Unmet:
    """How much a promotion's minimum spend is away."""
    assert rule.gate is not None, "only a minimum spend keeps a promotion out of reach"
    return Unmet("below_minimum_spend", rule.gate.amount_minor - facts.amount(rule.gate.items))


def _values(facts: Facts, attribute: str) -> Iterable[str]:
    cart = facts.cart
    if attribute == "segment":
        return cart.shopper.segments
    if attribute == "delivery":
        return [delivery.method for delivery in cart.deliveries]
    single = {
        "customer": cart.shopper.customer_id,
        "channel": cart.channel,
        "cart_store": cart.store,
        "region": cart.region,
        "payment": cart.payment_method,
    }
    if attribute in single:
        return (single[attribute],)
    return facts.table(attribute)  # type: ignore[arg-type]


class Compiled:
    """Promotions ready for carts. What does not hold at the moment costs nothing: one index per span of time.

    The spans' indexes are made when first asked for and kept (the last few); otherwise nothing changes.
    """

    def __init__(self, promotions: tuple[Promotion, ...], policy: Policy) -> None:
        self.promotions = promotions
        self.policy = policy
        self.matchers = Matchers()
        self.rules = [rule_of(promotion, policy, self.matchers) for promotion in promotions]
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
