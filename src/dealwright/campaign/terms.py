"""What the fields of any condition or benefit tell, by their names, without knowing its class."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from fractions import Fraction
from typing import Any

from dealwright.campaign.items import ALL_ITEMS, Items
from dealwright.campaign.promotion import Promotion, Term

_THRESHOLDS = ("at_minor", "at_quantity", "spend_minor")
_MUST_BUY = ("group_size", "parts", "at_least_minor", "every_quantity", "every_minor", "seats")
_ASKS_NOTHING = frozenset(
    (
        *(
            "maximum_spend",
            "maximum_quantity",
            "contains_none",
            "in_segment",
            "first_seen",
            "in_channel",
            "in_store",
        ),
        *("in_region", "pays_by", "delivered_by", "holds_code", "in_arm", "in_share", "within"),
    )
)
_BOUNDS = ("cap_minor", "most_units", "most_units_per_line", "most_uses")


@dataclass(frozen=True, slots=True)
class Tier:
    """From `threshold` (money, or units if not `is_money`) on; `worth` compares tiers of one benefit."""

    threshold: int
    is_money: bool
    off_minor: int
    percent: Fraction
    worth: tuple[Fraction, int]


def told(term: Any, name: str) -> Any:
    """What the field says; None if there is no such field."""
    return getattr(term, name, None) if is_dataclass(term) else None


def percent_of(benefit: Term) -> Fraction | None:
    """The percentage it takes off; None if it is no percentage."""
    percent = told(benefit, "percent")
    return percent if isinstance(percent, Fraction) else None


def items_of(term: Term) -> Items:
    """The goods it speaks of."""
    items = told(term, "items")
    return items if isinstance(items, Items) else ALL_ITEMS


def all_items_of(term: Term) -> Iterator[Items]:
    """Every list of goods in its fields."""
    if is_dataclass(term):
        for field in fields(term):
            value = getattr(term, field.name)
            if isinstance(value, Items):
                yield value


def is_for_any_purchase(benefit: Term) -> bool:
    """Whether one unit of one thing is enough for it, and nothing bounds what it gives at once."""
    if told(benefit, "buy_quantity"):
        return False  # what is bought is paid for, however little it is
    return not any(told(benefit, name) not in (None, 1) for name in (*_MUST_BUY, *_BOUNDS, "tiers"))


def tiers_of(benefit: Term) -> tuple[Tier, ...]:
    """Its tiers, as they stand; none if it has none."""
    return tuple(_tier(part) for part in told(benefit, "tiers") or () if _threshold(part))


def condition(promotion: Promotion, kind: str) -> Iterator[Term]:
    """Its conditions of one kind."""
    return (one for one in promotion.conditions if one.kind == kind)


def minimum_spend(promotion: Promotion) -> int:
    """What must be spent for it, at least."""
    return max((told(one, "amount_minor") or 0 for one in condition(promotion, "minimum_spend")), default=0)


def asks_for_nothing(promotion: Promotion) -> bool:
    """Whether its conditions let one shopper come again and again without buying anything for it."""
    asking = (one for one in promotion.conditions if one.kind not in _ASKS_NOTHING)
    return all(one.kind == "minimum_spend" and told(one, "amount_minor") == 0 for one in asking)


def is_limited(promotion: Promotion) -> bool:
    """Whether anything bounds how often or how much it gives, or who gets it."""
    limits = promotion.limits
    bounds = (limits.total, limits.per_customer, limits.per_code, limits.units, limits.units_per_customer)
    return any(bound is not None for bound in (*bounds, limits.budget_minor)) or bool(promotion.batch)


def _threshold(part: Any) -> str:
    return next((name for name in _THRESHOLDS if told(part, name) is not None), "")


def _tier(part: Any) -> Tier:
    name = _threshold(part)
    off = told(part, "off_minor") or told(part, "off_per_unit_minor") or 0
    percent = told(part, "percent") or Fraction(0)
    price = told(part, "unit_price_minor")
    return Tier(
        getattr(part, name), name.endswith("_minor"), off, percent, (percent, off if price is None else -price)
    )
