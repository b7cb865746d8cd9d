"""Limits and offers in plain sentences, English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping

from dealwright.core.errors import InputError

LANGUAGES = ("en", "zh")

SENTENCES: dict[str, dict[str, str]] = {
    "en": {
        "most_per_product": "at most {limit} promotions per product",
        "gap": "weeks without promotion between two promotions of a product: at least {weeks}",
        "slots_per_category": "at most {limit} promotions per category and week",
        "display_slots": "at most {limit} products on display per week",
        "mailer_slots": "at most {limit} products in the mailer per week",
        "budget": "own discounts and support cost at most {limit}",
        "margin_floor": "a promoted unit keeps a margin of at least {share} of its price",
        "not_beyond_data": "only depths, displays and mailers that past sales of the category can speak about",
        "blackout": "no promotion of {what} (weeks: {weeks})",
        "must_run": "{sku} must be promoted in the week of {week}, at {depth} off or deeper",
        "least_per_week": "at least {least} promotions per week (category: {category})",
    },
    "zh": {
        "most_per_product": "每个商品最多促销 {limit} 次",
        "gap": "同一商品两次促销之间至少间隔 {weeks} 周",
        "slots_per_category": "每个品类每周最多 {limit} 个促销",
        "display_slots": "每周最多 {limit} 个商品上堆头",
        "mailer_slots": "每周最多 {limit} 个商品上海报",
        "budget": "自担折扣与支持费用不超过 {limit}",
        "margin_floor": "促销商品的毛利不低于售价的 {share}",
        "not_beyond_data": "只采用该品类历史销售能够说明的折扣深度、堆头和海报",
        "blackout": "{what} 不得促销(周:{weeks})",
        "must_run": "{sku} 必须在 {week} 当周促销,折扣不低于 {depth}",
        "least_per_week": "每周至少 {least} 个促销(品类:{category})",
    },
}


def sentence(code: str, params: Mapping[str, object], language: str = "en") -> str:
    """The sentence of a limit.

    >>> sentence("gap", {"weeks": 2})
    'weeks without promotion between two promotions of a product: at least 2'
    """
    if language not in SENTENCES:
        raise InputError.unknown("language", language, SENTENCES)
    return SENTENCES[language][code].format(**params)
