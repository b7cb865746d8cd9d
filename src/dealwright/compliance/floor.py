"""Whether goods stay above the least they may cost, with everything that may come together on them."""

from __future__ import annotations

from dataclasses import dataclass

from dealwright.compliance.finding import About, Evidence, Finding
from dealwright.compliance.profile import Ruling
from dealwright.core.money import Money


@dataclass(frozen=True, slots=True)
class LowestPrice:
    """The least that `quantity` units of a sku come to, and the promotions that make it so."""

    sku: str
    quantity: int
    net_minor: int
    promotions: tuple[str, ...]
    currency: str


def check_floor(
    lowest: LowestPrice, floor_minor: int, ruling: Ruling, *, promotion_id: str = "", reason: str = ""
) -> Finding:
    """A unit costs at least the floor (its cost, or what the shop set), unless a `reason` of the ruling holds.

    A reason that holds still warns: the evidence is kept.
    """
    about = About("price_floor", ruling, promotion_id, lowest.sku)
    evidence = (
        Evidence("floor", floor_minor),
        Evidence("shown", lowest.net_minor, f"{lowest.quantity} x {lowest.sku}: {' + '.join(lowest.promotions)}"),
    )
    values = {
        "floor": Money(floor_minor, lowest.currency),
        "net": Money(lowest.net_minor, lowest.currency),
        "quantity": lowest.quantity,
        "promotions": " + ".join(lowest.promotions),
        "reason": reason,
        "reasons": ", ".join(ruling.reasons),
    }
    if lowest.net_minor >= floor_minor * lowest.quantity:
        return about.found("above_floor", "allow", evidence, **values)
    if reason and reason in ruling.reasons:
        return about.found("below_floor_with_reason", "warn", evidence, **values)
    return about.found("below_floor", None, evidence, **values)
