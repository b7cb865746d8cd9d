"""Limits and offers in plain sentences, English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping

from dealwright.core.errors import InputError

LANGUAGES = ("en", "zh")
ALL = "*"
"""What stands for all products, weeks or vehicles in the parameters of a sentence."""

SENTENCES: dict[str, dict[str, str]] = {
    "en": {
        "most_per_product": "at most {limit} promotions per product",
        "gap": "weeks without promotion between two promotions of a product: at least {weeks}",
        "event_length": "promoted weeks in a row are one event of {least} to {most} weeks",
        "event_gap": "weeks without promotion between two events of a product: at least {weeks}",
        "least_per_week": "at least {least} promotions per week",
        "at_least": "at least {least} of {what}",
        "slots_per_category": "at most {limit} promotions per category and week",
        "display_slots": "at most {limit} products on display per week",
        "mailer_slots": "at most {limit} products in the mailer per week",
        "most_promotions": "at most {limit} promotions per week",
        "most_promotions_in_all": "at most {limit} promotions in all",
        "budget": "own discounts and support cost at most {limit}",
        "budget_per_week": "own discounts and support cost at most {limit} in each week",
        "supplier_funding": "suppliers pay at most {limit} of the discounts",
        "margin_floor": "a promoted unit keeps a margin of at least {share} of its price",
        "margin_over": "all sales together keep a margin of at least {share}",
        "not_beyond_data": "only depths, displays and mailers that past sales of the category can speak about",
        "only_suited": "a mechanic runs only on products that it is meant for and that it suits",
        "bundled": "{what} have their bundle in the same weeks, shown alike",
        "depth_ladder": "prices are cut by {depths} only",
        "same_offer": "{what} always have the same offer",
        "never_together": "{what} are never promoted in the same week",
        "only_together": "{sku} is promoted only together with {only_with}",
        "all_or_nothing": "{what} are promoted together or not at all",
        "blackout": "no promotion of {what} (weeks: {dark})",
        "must_run": "{sku} must be promoted in the week of {week}, at {depth} off or deeper",
        "locked": "what is locked stays as it is ({count}): {what}",
        "price_order": "{dearer} costs at least {ratio} times {cheaper} plus {gap}",
        "competitor_price_least": "a promoted price is at least {least} of the competitor's",
        "competitor_price_most": "a promoted price is at most {most} of the competitor's",
        "competitor_price_least_most": "a promoted price is {least} to {most} of the competitor's",
        "competitor_index": "own prices are on average at most {most} of the competitor's",
        "prior_price": "a price cut is below the lowest price of the {days} days before it",
        "stock_limit": "expected sales of a product stay within its stock and what arrives",
        "sell_through": "expected sales of a product are at least {share} of its stock",
        "handling": "at most {limit} units are sold on promotion per week",
        "largest_price_change": "from week to week a price changes by at most {share} of the usual price",
        "most_price_changes": "at most {limit} prices change per week",
        "most_changed": "at most {limit} products and weeks differ from the approved plan",
    },
    "zh": {
        "most_per_product": "每个商品最多促销 {limit} 次",
        "gap": "同一商品两次促销之间至少间隔 {weeks} 周",
        "event_length": "连续促销的各周为一档活动,持续 {least} 至 {most} 周",
        "event_gap": "同一商品两档活动之间至少间隔 {weeks} 周",
        "least_per_week": "每周至少 {least} 个促销",
        "at_least": "{what} 不低于 {least}",
        "slots_per_category": "每个品类每周最多 {limit} 个促销",
        "display_slots": "每周最多 {limit} 个商品上堆头",
        "mailer_slots": "每周最多 {limit} 个商品上海报",
        "most_promotions": "每周最多 {limit} 个促销",
        "most_promotions_in_all": "总共最多 {limit} 个促销",
        "budget": "自担折扣与支持费用不超过 {limit}",
        "budget_per_week": "每周自担折扣与支持费用不超过 {limit}",
        "supplier_funding": "供应商承担的折扣不超过 {limit}",
        "margin_floor": "促销商品的毛利不低于售价的 {share}",
        "margin_over": "全部销售的毛利率合计不低于 {share}",
        "not_beyond_data": "只采用该品类历史销售能够说明的折扣深度、堆头和海报",
        "only_suited": "促销方式只用于适用且指定的商品",
        "bundled": "{what} 的组合促销在相同的周进行,展示方式一致",
        "depth_ladder": "降价幅度只能是 {depths}",
        "same_offer": "{what} 的促销始终一致",
        "never_together": "{what} 不在同一周促销",
        "only_together": "{sku} 只能与 {only_with} 同时促销",
        "all_or_nothing": "{what} 要么一起促销,要么都不促销",
        "blackout": "{what} 不得促销(周:{dark})",
        "must_run": "{sku} 必须在 {week} 当周促销,折扣不低于 {depth}",
        "locked": "已锁定的安排保持不变(共 {count} 项):{what}",
        "price_order": "{dearer} 的价格不低于 {cheaper} 的 {ratio} 倍加 {gap}",
        "competitor_price_least": "促销价不低于竞争对手价格的 {least}",
        "competitor_price_most": "促销价不高于竞争对手价格的 {most}",
        "competitor_price_least_most": "促销价为竞争对手价格的 {least} 至 {most}",
        "competitor_index": "自身价格平均不高于竞争对手的 {most}",
        "prior_price": "降价后的价格须低于此前 {days} 天内的最低价",
        "stock_limit": "商品的预期销量不超过库存与到货之和",
        "sell_through": "商品的预期销量至少达到库存的 {share}",
        "handling": "每周促销销量不超过 {limit} 件",
        "largest_price_change": "相邻两周的价格变动不超过平时价格的 {share}",
        "most_price_changes": "每周最多 {limit} 个价格变动",
        "most_changed": "与已批准计划不同之处(商品与周)最多 {limit} 处",
    },
}

_NARROWER: dict[str, dict[str, str]] = {
    "en": {
        "products": " (of {products})",
        "category": " (category: {category})",
        "vehicle": " (on {vehicle})",
        "weeks": " (weeks: {weeks})",
        "penalty": " (soft: {penalty} for each by which it is broken)",
    },
    "zh": {
        "products": "(限 {products})",
        "category": "(品类:{category})",
        "vehicle": "(限 {vehicle})",
        "weeks": "(周:{weeks})",
        "penalty": "(软约束:每超出一个单位计 {penalty})",
    },
}
"""What follows a sentence if its limit is about less than everything, or may be broken."""

_WORDS: dict[str, dict[tuple[str, object], str]] = {
    "en": {("dark", ALL): "all", ("what", ALL): "any product"},
    "zh": {
        ("dark", ALL): "全部",
        ("what", ALL): "任何商品",
        ("vehicle", "display"): "堆头",
        ("vehicle", "mailer"): "海报",
    },
}
"""What some values of a parameter are called; all others are shown as they are."""


def sentence(code: str, params: Mapping[str, object], language: str = "en") -> str:
    """The sentence of a limit.

    >>> sentence("gap", {"weeks": 2})
    'weeks without promotion between two promotions of a product: at least 2'
    >>> sentence("budget", {"limit": "50 EUR", "products": "Acme", "weeks": "*"})
    'own discounts and support cost at most 50 EUR (of Acme)'
    """
    if language not in SENTENCES:
        raise InputError.unknown("language", language, SENTENCES)
    filled = {name: _WORDS[language].get((name, value), value) for name, value in params.items()}
    template = SENTENCES[language][code]
    narrower = [
        more
        for name, more in _NARROWER[language].items()
        if params.get(name, ALL) != ALL and f"{{{name}}}" not in template
    ]
    return (template + "".join(narrower)).format(**filled)
