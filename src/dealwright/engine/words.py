"""How amounts, percentages and goods are written in the sentences of promotions."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from dealwright.campaign.items import Items
from dealwright.campaign.promotion import Language
from dealwright.core.money import Money

_MOST_NAMES = 5


def money(minor: int, currency: str) -> str:
    """An amount with its currency.

    >>> money(123450, "EUR")
    '1,234.50 EUR'
    """
    return str(Money(minor, currency))


def percent(value: Fraction) -> str:
    """A percentage; a fraction that no decimal writes stays a fraction.

    >>> percent(Fraction("10.50")), percent(Fraction(100, 3))
    ('10.5%', '100/3%')
    """
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    text = f"{exact:f}" if Fraction(exact) == value else str(value)
    return f"{text}%"


def listed(names: Sequence[str], language: Language) -> str:
    """Names in a row; a long list is cut and counted.

    >>> listed(["tea", "milk", "rice"], "en")
    'tea, milk or rice'
    """
    shown = [*names[:_MOST_NAMES]]
    more = len(names) - len(shown)
    if language == "zh":
        return "、".join(shown) + (f"等 {len(names)} 项" if more else "")
    if more:
        return ", ".join(shown) + f" or {more} more"
    return " or ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)


def goods(items: Items, currency: str, language: Language) -> str:
    """The goods a promotion speaks of.

    >>> goods(Items(categories=("tea",), not_skus=("T1",)), "EUR", "en")
    'category tea except product T1'
    """
    named = _named(items, language)
    without = _without(items, language)
    bounds = _bounds(items, currency, language)
    if language == "zh":
        return "".join([*bounds, "且".join(named) or "商品", *(f"（{words}除外）" for words in without)])
    return " ".join([" and ".join(named) or "goods", *(f"except {words}" for words in without), *bounds])


_NAMES = {
    "skus": ("product", "商品"),
    "products": ("product family", "款式"),
    "categories": ("category", "品类"),
    "brands": ("brand", "品牌"),
    "tags": ("goods tagged", "标签"),
    "stores": ("goods of store", "店铺"),
}


def _named(items: Items, language: Language) -> list[str]:
    return [
        f"{words[language == 'zh']}{' ' if language == 'en' else ''}{listed(getattr(items, field), language)}"
        for field, words in _NAMES.items()
        if getattr(items, field)
    ]


def _without(items: Items, language: Language) -> list[str]:
    gap = " " if language == "en" else ""
    named = [
        f"{words[language == 'zh']}{gap}{listed(getattr(items, f'not_{field}'), language)}"
        for field, words in _NAMES.items()
        if field != "stores" and getattr(items, f"not_{field}")
    ]
    if items.without_discounted:
        named.append("goods that are reduced already" if language == "en" else "已优惠商品")
    return named


def _bounds(items: Items, currency: str, language: Language) -> list[str]:
    found = []
    if items.least_price_minor is not None:
        least = money(items.least_price_minor, currency)
        found.append(f"from {least}" if language == "en" else f"单价 {least} 起的")
    if items.most_price_minor is not None:
        most = money(items.most_price_minor, currency)
        found.append(f"up to {most}" if language == "en" else f"单价 {most} 以内的")
    return found
