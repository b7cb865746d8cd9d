"""One promotion made ready: what must be in the cart, what is checked, in which order it is applied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, cast

from dealwright.campaign.items import Items
from dealwright.campaign.promotion import Limits, Promotion
from dealwright.campaign.schedule import ALWAYS, Schedule
from dealwright.engine.conditions.spend import MaximumSpend, MinimumSpend
from dealwright.engine.facts import Facts
from dealwright.engine.grants import Extent, Keys, Nature, Plainly, Rivalry, Single, Unmet
from dealwright.engine.matching import Matcher, Matchers
from dealwright.engine.policy import Policy
from dealwright.engine.protocol import Benefit, Condition
from dealwright.engine.short_ways import OURS, Terms

if TYPE_CHECKING:
    from dealwright.engine.goods import Goods

Check = Callable[[Facts], Unmet | None]

_RANK: dict[Nature, int] = {"units": 0, "lines": 1, "order": 2, "money": 3, "extra": 4}
_LAYERS = {"catalogue": 0, "cart": 1, "delivery": 2}
_GOODS = (
    ("skus", "sku"),
    ("products", "product"),
    ("brands", "brand"),
    ("tags", "tag"),
    ("categories", "category"),
    ("stores", "store"),
)
_RAREST = ("customer", "sku", "product", "brand", "tag", "category", "store", "segment", "region", "cart_store")


@dataclass(frozen=True, slots=True, eq=False)
class Gate:
    """A minimum spend that the index itself checks: `items` must amount to `amount_minor`."""

    items: Items
    amount_minor: int


@dataclass(slots=True, eq=False)
class Rule:
    """A promotion with everything that does not depend on the cart worked out.

    `checks` are its conditions that no promotion changes, `late_checks` those that look at what is left when its
    turn comes. `order` is total: equal promotions are told apart by id. `keys`: one of them must be in the cart.
    `is_open`: once the index has found it, nothing else is to be checked. `turn` is its place among all promotions,
    by stage and order. `bar` numbers its conditions if they alone keep it out (`is_asked_alike`): equal ones of
    many promotions are asked once. `is_after`: it comes after all that take something off goods. `next_step` tells
    the gap to its next tier, if it has tiers. Nothing changes once it is compiled.
    """

    id: str
    promotion: Promotion
    benefit: Benefit
    order: tuple[int, int, str, str]
    stage: tuple[int, int]
    keys: Keys | None
    gate: Gate | None
    checks: tuple[Check, ...]
    late_checks: tuple[Check, ...]
    schedule: Schedule | None
    reads: tuple[Matcher, ...]
    nature: Nature
    has_limits: bool
    is_limited: bool
    is_open: bool
    is_delivery: bool
    group: str
    ceiling: Callable[[Extent], int] | None
    rivalry: tuple[object, ...] | None
    strength: Fraction | int
    sentence: str
    checked: tuple[Condition, ...]
    is_asked_alike: bool
    is_exclusive: bool
    touches_fees: bool
    is_after: bool
    plain: Plainly | None
    saving: Callable[[Single], int | Unmet | None] | None
    next_step: Callable[[Goods], Unmet | None] | None
    turn: int = 0
    read: int = -1
    bar: int = -1


def rule_of(promotion: Promotion, matchers: Matchers, terms: Terms, *, policy: Policy) -> Rule:
    """A promotion made ready for carts under a policy; what it names is added to the matchers."""
    benefit = cast(Benefit, promotion.benefit)
    conditions = cast("tuple[Condition, ...]", promotion.conditions)
    layer = "delivery" if benefit.scope == "delivery" else promotion.layer
    late = tuple([condition for condition in conditions if _looks_at_rest(condition, policy)])
    gate_term = next((condition for condition in conditions if _is_gate(condition, policy)), None)
    checked = [term for term in conditions if term is not gate_term and term not in late]
    rivalry: Rivalry = getattr(benefit, "rivalry", None) or Rivalry((benefit,), 0)
    reads = (
        benefit.items,
        *getattr(benefit, "reads", ()),
        *[condition.items for condition in late if isinstance(condition, MinimumSpend | MaximumSpend)],
    )
    is_open = _is_open(promotion, checked)
    for condition in conditions:
        named = getattr(condition, "items", None)
        if isinstance(named, Items):
            matchers.add(named)
    short_ways = terms.short_ways(benefit)
    has_short_ways = not (late or _is_limited(promotion))
    nature = _nature(promotion, benefit, policy, is_late=bool(late))
    takes_first = policy.exclusive_choice == "priority"
    return Rule(
        id=promotion.id,
        promotion=promotion,
        benefit=benefit,
        order=(-promotion.priority, _RANK[benefit.nature], promotion.exclusive_group, promotion.id),
        stage=(_LAYERS[layer], promotion.lane),
        keys=_rarest(promotion, conditions, benefit),
        gate=Gate(gate_term.items, gate_term.amount_minor) if isinstance(gate_term, MinimumSpend) else None,
        checks=tuple([condition.check for condition in checked]),
        late_checks=tuple([condition.check for condition in late]),
        schedule=None if promotion.schedule == ALWAYS else promotion.schedule,
        reads=tuple(dict.fromkeys([matchers.add(items) for items in reads])),
        nature=nature,
        has_limits=promotion.limits != Limits(),
        is_open=is_open,
        is_delivery=benefit.scope == "delivery",
        group=promotion.exclusive_group,
        ceiling=short_ways.ceiling,
        rivalry=None if late or takes_first else _rivalry(promotion, benefit, rivalry.key, tuple(checked)),
        strength=rivalry.strength,
        is_limited=_is_limited(promotion),
        sentence=benefit.sentence(promotion.currency, "en"),
        checked=tuple(checked),
        is_asked_alike=bool(checked) and _is_open(promotion, []),
        is_exclusive=promotion.is_exclusive,
        touches_fees=benefit.scope == "delivery" or getattr(benefit, "frees_delivery", type(benefit) not in OURS),
        is_after=nature in ("money", "extra"),
        plain=short_ways.plain if has_short_ways else None,
        saving=short_ways.saving if has_short_ways else None,
        next_step=getattr(benefit, "next_step", None),
    )


def _is_open(promotion: Promotion, checked: list[Condition]) -> bool:
    """Whether nothing keeps a promotion from a cart but its key, minimum spend, first and last moment."""
    schedule = promotion.schedule
    return not (checked or schedule.weekdays or schedule.hours or promotion.limits != Limits())


def _rivalry(
    promotion: Promotion, benefit: Benefit, key: tuple[object, ...], checked: tuple[Condition, ...]
) -> tuple[object, ...] | None:
    """Equal for promotions of which only the one with the better number can matter; `None` if it stands alone."""
    if not promotion.exclusive_group or promotion.is_exclusive or not _is_open(promotion, []):
        return None
    return (key, benefit.items, checked, promotion.exclusive_group, promotion.layer, promotion.lane)


def _looks_at_rest(condition: Condition, policy: Policy) -> bool:
    if not isinstance(condition, MinimumSpend | MaximumSpend):
        return False
    return policy.condition_base == "remaining" or condition.basis == "remaining"


def _is_gate(condition: Condition, policy: Policy) -> bool:
    return (
        isinstance(condition, MinimumSpend)
        and condition.tax == "as_given"
        and not _looks_at_rest(condition, policy)
    )


def _is_limited(promotion: Promotion) -> bool:
    limits = promotion.limits
    return limits.budget_minor is not None or limits.units is not None or limits.units_per_customer is not None


def _nature(promotion: Promotion, benefit: Benefit, policy: Policy, *, is_late: bool) -> Nature:
    """As the benefit says, unless whether it applies depends on what other promotions left."""
    if benefit.nature == "extra":
        return "extra"
    looks_at_rest = policy.condition_base == "remaining" and benefit.nature == "order"
    return "units" if is_late or looks_at_rest or _is_limited(promotion) else benefit.nature


def _rarest(promotion: Promotion, conditions: tuple[Condition, ...], benefit: Benefit) -> Keys | None:
    """Of the things the promotion cannot do without, the one that fewest carts have."""
    if promotion.needs_code:
        return None
    wanted = [keys for items in (benefit.items, *getattr(benefit, "reads", ())) for keys in _keys_of(items)]
    for condition in conditions:
        needs: Items | None = getattr(condition, "needs", None)
        wanted += _keys_of(needs) if needs is not None else []
        keys: Keys | None = getattr(condition, "keys", None)
        wanted += [keys] if keys is not None and keys.values else []
    return min(wanted, key=_rarity, default=None)


def _rarity(keys: Keys) -> tuple[int, int]:
    known = _RAREST.index(keys.attribute) if keys.attribute in _RAREST else len(_RAREST)
    return known, len(keys.values)


def _keys_of(items: Items) -> list[Keys]:
    named = [Keys(attribute, getattr(items, field)) for field, attribute in _GOODS]
    return [keys for keys in named if keys.values]
