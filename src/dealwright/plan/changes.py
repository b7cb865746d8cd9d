"""What differs between two plans, product by product and week by week."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from dealwright.plan.constraints import Keep
from dealwright.plan.problem import Offer

KINDS = ("added", "dropped", "changed")


@dataclass(frozen=True, slots=True)
class Change:
    """One product and week in which two plans differ; `was` or `now` is None where there is no promotion."""

    sku: str
    week: date
    was: Offer | None
    now: Offer | None

    @property
    def kind(self) -> str:
        """One of `KINDS`."""
        if self.was is None:
            return "added"
        return "dropped" if self.now is None else "changed"


def changes(before: Sequence[Keep], after: Sequence[Keep]) -> tuple[Change, ...]:
    """From one plan's promotions to another's, by week and product.

    >>> tea = date(2024, 1, 1)
    >>> changes([Keep("TEA", tea, Offer(0.1))], [Keep("TEA", tea, Offer(0.2))])[0].kind
    'changed'
    """
    was, now = _by_place(before), _by_place(after)
    places = sorted(was.keys() | now.keys(), key=lambda place: (place[1], place[0]))
    return tuple(
        Change(sku, week, was.get((sku, week)), now.get((sku, week)))
        for sku, week in places
        if was.get((sku, week)) != now.get((sku, week))
    )


def count(found: Sequence[Change]) -> Mapping[str, int]:
    """How many of each kind, every kind named."""
    counts = Counter(change.kind for change in found)
    return {kind: counts[kind] for kind in KINDS}


def _by_place(keeps: Sequence[Keep]) -> dict[tuple[str, date], Offer]:
    return {(keep.sku, keep.week): keep.offer for keep in keeps if keep.offer.is_promotion}
