"""What to call a segment, from what sets it apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from dealwright.customer.rfm import BASKET, BREADTH, DAYS_SINCE, DEAL_SHARE, ORDERS, SPAN, SPEND

CLEAR = 0.4
"""A feature sets a segment apart if its mean is so many standard deviations of all customers away."""

CLAIM_WORTH = 0.25
"""What a further true claim is worth, so that a name that says more wins over one that fits a little
better."""


@dataclass(frozen=True, slots=True)
class SegmentName:
    """What a segment is called: a code that does not change with the language, and the words for it."""

    code: str
    parts: tuple[str, ...]
    name_en: str
    name_zh: str


@dataclass(frozen=True, slots=True)
class _Character:
    """A name that holds if each of `high` is clearly above the average customer and each of `low` below."""

    code: str
    high: tuple[str, ...]
    low: tuple[str, ...]
    en: str
    zh: str


_CHARACTERS = (
    _Character("loyal_big_spender", (ORDERS, SPEND), (DAYS_SINCE,), "Frequent, big spenders", "高频高消费常客"),
    _Character("frequent_small_basket", (ORDERS,), (BASKET,), "Frequent, small baskets", "高频小单"),
    _Character("rare_big_basket", (BASKET,), (ORDERS,), "Rare visits, big baskets", "低频大单"),
    _Character("big_basket", (BASKET,), (), "Big baskets", "大单顾客"),
    _Character("deal_seeker", (DEAL_SHARE,), (), "Deal seekers", "优惠偏好型"),
    _Character("full_price_buyer", (), (DEAL_SHARE,), "Full-price buyers", "原价购买型"),
    _Character("drifting_away", (DAYS_SINCE,), (ORDERS,), "Drifting away", "逐渐流失"),
    _Character("short_acquaintance", (), (SPAN, ORDERS), "Seen only for a while", "短期顾客"),
    _Character("newcomer", (), (SPAN, DAYS_SINCE), "Newcomers", "新顾客"),
    _Character("small_shopper", (), (BASKET, SPEND), "Small baskets, small spend", "小额顾客"),
    _Character("wide_shopper", (BREADTH,), (), "Buy across the shop", "全品类购买"),
    _Character("narrow_shopper", (), (BREADTH,), "Buy from few categories", "少品类购买"),
    _Character("recent_regular", (), (DAYS_SINCE,), "Recent regulars", "近期活跃"),
)

_PHRASES = {
    DAYS_SINCE: {"en": ("long not seen", "seen lately"), "zh": ("久未到店", "近期到店")},
    ORDERS: {"en": ("many orders", "few orders"), "zh": ("订单多", "订单少")},
    SPEND: {"en": ("high spend", "low spend"), "zh": ("消费高", "消费低")},
    BREADTH: {"en": ("many categories", "few categories"), "zh": ("品类多", "品类少")},
    DEAL_SHARE: {"en": ("much on offer", "little on offer"), "zh": ("优惠占比高", "优惠占比低")},
    BASKET: {"en": ("big baskets", "small baskets"), "zh": ("客单价高", "客单价低")},
    SPAN: {"en": ("long known", "short known"), "zh": ("时间长", "时间短")},
}


def name_segments(centroids: NDArray[np.float64], features: Sequence[str]) -> list[SegmentName]:
    """A different, truthful name for each segment, in the order of `centroids`.

    `centroids` is (segments, features), in standard deviations from the average customer. A name is only
    given if every feature it claims is at least `CLEAR` away; among those, the names that fit best and say
    most in total are chosen. A segment that no name fits is called by the features that set it apart.
    """
    fits = np.array([[_fit(row, features, character) for character in _CHARACTERS] for row in centroids])
    n_claims = np.array([len(character.high) + len(character.low) for character in _CHARACTERS])
    value = np.where(fits >= CLEAR, np.minimum(fits, 1.0) + CLAIM_WORTH * n_claims, -1.0)
    chosen = dict(zip(*linear_sum_assignment(-value), strict=True))
    parts = [_clear_parts(row, features) for row in centroids]
    names: dict[int, SegmentName] = {
        i: _named(_CHARACTERS[chosen[i]], parts[i])
        for i in range(len(centroids))
        if i in chosen and fits[i, chosen[i]] >= CLEAR
    }
    for i in range(len(centroids)):
        if i not in names:
            names[i] = _first_free(_by_parts(parts[i]), taken=list(names.values()))
    return [names[i] for i in range(len(centroids))]


@dataclass(frozen=True, slots=True)
class _Part:
    feature: str
    distance: float

    @property
    def code(self) -> str:
        return f"{self.feature}_{'high' if self.distance > 0 else 'low'}"

    def told(self, lang: str) -> str:
        return _PHRASES[self.feature][lang][0 if self.distance > 0 else 1]


def _fit(row: NDArray[np.float64], features: Sequence[str], character: _Character) -> float:
    """How clearly the weakest claim of the name holds; a claim on a feature that is not known does not."""
    at = dict(zip(features, row.tolist(), strict=True))
    high = [at.get(feature, -np.inf) for feature in character.high]
    low = [-at.get(feature, np.inf) for feature in character.low]
    return float(min(high + low))


def _clear_parts(row: NDArray[np.float64], features: Sequence[str]) -> list[_Part]:
    """The features that set the segment apart, the farthest first."""
    parts = [_Part(feature, float(distance)) for feature, distance in zip(features, row, strict=True)]
    clear = [part for part in parts if abs(part.distance) >= CLEAR]
    return sorted(clear, key=lambda part: -abs(part.distance))


def _named(character: _Character, parts: Sequence[_Part]) -> SegmentName:
    return SegmentName(character.code, tuple(part.code for part in parts), character.en, character.zh)


def _by_parts(parts: Sequence[_Part]) -> Iterator[SegmentName]:
    """Ever longer names made of what sets the segment apart, then the longest with a number; never ends."""
    codes = tuple(part.code for part in parts)
    name = SegmentName("average", (), "Average customers", "普通顾客")
    for n in range(1, len(parts) + 1):
        en = ", ".join(part.told("en") for part in parts[:n]).capitalize()
        name = SegmentName("__".join(codes[:n]), codes, en, "、".join(part.told("zh") for part in parts[:n]))
        yield name
    if not parts:
        yield name
    for n in count(2):
        yield SegmentName(f"{name.code}_{n}", codes, f"{name.name_en} {n}", f"{name.name_zh} {n}")


def _first_free(names: Iterator[SegmentName], *, taken: Sequence[SegmentName]) -> SegmentName:
    """The first name whose code and words nobody has."""
    used = {text for name in taken for text in (name.code, name.name_en, name.name_zh)}
    return next(name for name in names if used.isdisjoint((name.code, name.name_en, name.name_zh)))
