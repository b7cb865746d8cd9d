"""Mistakes that promotions show beside one another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from dealwright.campaign.items import ALL_ITEMS
from dealwright.campaign.lint_alone import Found
from dealwright.campaign.promotion import Promotion
from dealwright.campaign.terms import is_for_any_purchase, is_limited, items_of, percent_of


def together(promotions: Sequence[Promotion]) -> Iterator[tuple[int, Found]]:
    """All that is wrong, with the place of the promotion each concerns."""
    yield from _ids(promotions)
    yield from _codes(promotions)
    yield from _groups(promotions)
    yield from _shadows(promotions)


def _ids(promotions: Sequence[Promotion]) -> Iterator[tuple[int, Found]]:
    seen: set[str] = set()
    for place, promotion in enumerate(promotions):
        if promotion.id in seen:
            yield place, ("id_twice", {"id": promotion.id})
        seen.add(promotion.id)


def _codes(promotions: Sequence[Promotion]) -> Iterator[tuple[int, Found]]:
    holders: dict[str, list[Promotion]] = defaultdict(list)
    for place, promotion in enumerate(promotions):
        if promotion.code:
            same = holders[promotion.code.strip().casefold()]
            for other in same:
                if other.id != promotion.id and other.schedule.overlaps(promotion.schedule):
                    yield place, ("code_clash", {"code": promotion.code, "other": other.id})
                    break
            same.append(promotion)


def _groups(promotions: Sequence[Promotion]) -> Iterator[tuple[int, Found]]:
    members: dict[str, list[int]] = defaultdict(list)
    for place, promotion in enumerate(promotions):
        if promotion.exclusive_group:
            members[promotion.exclusive_group].append(place)
    for group, places in members.items():
        currencies = sorted({promotions[place].currency for place in places})
        if len(places) == 1:
            yield places[0], ("group_of_one", {"group": group})
        elif len(currencies) > 1:
            yield places[0], ("group_mixes_currencies", {"group": group, "currencies": ", ".join(currencies)})


def _shadows(promotions: Sequence[Promotion]) -> Iterator[tuple[int, Found]]:
    # Few promotions exclude others and ask for nothing, so this is not a comparison of all with all.
    strong = [promotion for promotion in promotions if _takes_all_carts(promotion)]
    for place, promotion in enumerate(promotions):
        for other in strong:
            if other is not promotion and _shadows_it(other, promotion):
                yield place, ("shadowed", {"other": other.id})
                break


def _takes_all_carts(promotion: Promotion) -> bool:
    return (
        (promotion.is_exclusive or bool(promotion.exclusive_group))
        and not promotion.conditions
        and not promotion.needs_code
        and not is_limited(promotion)
        and percent_of(promotion.benefit) is not None
        and is_for_any_purchase(promotion.benefit)
    )


def _shadows_it(strong: Promotion, weak: Promotion) -> bool:
    more, less = percent_of(strong.benefit), percent_of(weak.benefit)
    excludes = strong.is_exclusive or strong.exclusive_group == weak.exclusive_group
    same_place = (strong.currency, strong.layer, strong.lane) == (weak.currency, weak.layer, weak.lane)
    if not excludes or not same_place or more is None or less is None or strong.id == weak.id:
        return False
    is_more = more > less or (more == less and strong.id < weak.id)
    goods = items_of(strong.benefit) in (ALL_ITEMS, items_of(weak.benefit))
    only_percent = "percent" in weak.benefit.kind and "delivery" not in weak.benefit.kind
    return is_more and goods and only_percent and strong.schedule.covers(weak.schedule)
