"""What one promotion gives when its turn comes, or why nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol, cast

from dealwright.engine.buckets import Apart
from dealwright.engine.eligibility import within_limits
from dealwright.engine.evaluation import RefusalCode
from dealwright.engine.goods import Goods
from dealwright.engine.grants import Grant, Unmet
from dealwright.engine.rule import Rule
from dealwright.engine.steps import AnyStep

NOTHING_LEFT = Unmet("nothing_to_discount")
NO_GOODS = Unmet("items_missing", missing_quantity=1)
AT_FLOOR = Unmet("at_floor_price")
_NEW = tuple.__new__  # reasons are made by the hundred for a cart: without the detour by their class
STILL_LOST = ("nothing_to_discount", "at_floor_price")


class Why(NamedTuple):
    """Why a promotion gave nothing: a reason with its gap, or who won."""

    rule: Rule
    code: RefusalCode
    missing_minor: int = 0
    missing_quantity: int = 0
    lost_to: tuple[str, ...] = ()

    @classmethod
    def unmet(cls, rule: Rule, unmet: Unmet) -> Why:
        """The reason a condition or a benefit told."""
        return cls(rule, unmet.code, unmet.missing_minor, unmet.missing_quantity)


class Whys:
    """Reasons that are the same for many carts, by promotion; `told` keeps what they were put into words as."""

    __slots__ = ("told", "whys")

    def __init__(self, whys: Iterable[Why]) -> None:
        self.whys = sorted(whys, key=_by_id)
        self.told: dict[object, dict[str, Any]] = {}


class Many(Protocol):
    """Why many promotions gave nothing, told one by one when somebody asks."""

    def each(self) -> Iterable[Why | Whys]:
        """The promotions with their reasons."""
        ...


class Barred(NamedTuple):
    """Promotions some of which are kept out by conditions that were asked once for all who share them."""

    checked: Sequence[Apart]
    verdicts: Mapping[int, Unmet | None]

    def each(self) -> Iterable[Why | Whys]:
        """Those that are kept out; the reason is the same for all who share a condition."""
        found: list[Why | Whys] = []
        for apart in self.checked:
            unmet = self.verdicts[apart.bar]
            if unmet is None:
                continue
            if unmet.missing_minor or unmet.missing_quantity:
                found += [Why.unmet(rule, unmet) for rule in apart.rules]
                continue
            kept = cast("Whys | None", apart.barred.get(unmet.code))
            if kept is None:
                kept = apart.barred[unmet.code] = Whys([Why.unmet(rule, unmet) for rule in apart.rules])
            found.append(kept)
        return found


class Short(NamedTuple):
    """Promotions whose minimum spend is above what their goods amount to."""

    rules: Sequence[Rule]
    amount_minor: int

    def each(self) -> Iterable[Why]:
        """Each with its own gap."""
        return [
            Why(rule, "below_minimum_spend", rule.gate.amount_minor - self.amount_minor)
            for rule in self.rules
            if rule.gate is not None
        ]


class Beaten:
    """Members of an exclusive group that did not win, or none did; `unmet` by id for those that gave nothing."""

    __slots__ = ("_rules", "_unmet", "_whys", "winner")

    def __init__(self, rules: Sequence[Rule], winner: Rule | None, unmet: Mapping[str, Unmet]) -> None:
        self._rules, self.winner, self._unmet = rules, winner, unmet
        self._whys: Whys | None = None

    def each(self) -> Iterable[Why | Whys]:
        """Who won, unless it has its own reason that is not the winner's doing."""
        if self._whys is None:
            self._whys = Whys(self._found())
        return (self._whys,)

    def _found(self) -> list[Why]:
        winner, unmet = self.winner, self._unmet
        lost_to = (winner.id,) if winner is not None else ()
        found: list[Why] = []
        for rule in self._rules:
            first = unmet.get(rule.id)
            if rule is winner:
                continue
            if first is None or (winner is not None and first.code in STILL_LOST):
                found.append(_NEW(Why, (rule, "lost_to_better", 0, 0, lost_to)))
            else:
                found.append(Why.unmet(rule, first))
        return found


def every(whys: Iterable[Why | Many]) -> list[Why]:
    """The reasons one by one."""
    found: list[Why] = []
    for why in together(whys):
        if type(why) is Why:
            found.append(why)
        else:
            found += cast(Whys, why).whys
    return found


def together(whys: Iterable[Why | Many]) -> list[Why | Whys]:
    """The reasons, those that are kept for many carts left together."""
    found: list[Why | Whys] = []
    for why in whys:
        if type(why) is Why:
            found.append(why)
        else:
            found += cast(Many, why).each()
    return found


def _by_id(why: Why) -> str:
    return why.rule.id


@dataclass(slots=True)
class Combination:
    """The goods after the promotions that apply, those promotions in turn, and why the others do not."""

    goods: Goods
    steps: list[AnyStep] = field(default_factory=list)
    refused: list[Why | Many] = field(default_factory=list)


def grant_of(rule: Rule, goods: Goods) -> Grant | Unmet:
    """What a promotion gives on these goods; a grant always holds something."""
    if rule.late_checks:
        goods.facts.remaining = goods.nets
        for check in rule.late_checks:
            unmet = check(goods.facts)
            if unmet is not None:
                return unmet
    if rule.nature == "extra" and rule.reads[0].needs and not goods.facts.matched(rule.reads[0]):
        return NO_GOODS
    given = rule.benefit.give(goods)
    if isinstance(given, Unmet):
        return given
    if rule.is_limited:
        given = within_limits(rule, given, goods.facts)
        if isinstance(given, Unmet):
            return given
    return given if given.cuts or given.fee_cuts or _has_extras(given) else _nothing(rule, goods)


def _has_extras(grant: Grant) -> bool:
    return bool(grant.points or grant.gifts or grant.next_coupon or grant.prepaid_minor)


def _nothing(rule: Rule, goods: Goods) -> Unmet:
    if rule.benefit.scope == "delivery":
        return NOTHING_LEFT
    lines = goods.facts.matching(rule.benefit.items)
    if not lines:
        return NO_GOODS
    is_floor = goods.facts.has_floors and any(goods.nets[line] and not goods.line_room(line) for line in lines)
    return AT_FLOOR if is_floor else NOTHING_LEFT
