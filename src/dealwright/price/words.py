"""Price rules in plain sentences, English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping

from dealwright.core.errors import InputError

LANGUAGES = ("en", "zh")

SENTENCES: dict[str, dict[str, str]] = {
    "en": {
        "floor": "no price below {least}",
        "cap": "no price above {most}",
        "margin_floor": "a sold unit keeps a margin of at least {share} of its price",
        "advertised_minimum": "the supplier lets no price below {least} be advertised",
        "largest_change": "a price moves by at most {share} at once",
        "step": "prices are multiples of {every}",
        "ending": "prices end in {ending}",
        "cool_down": "a price stays for at least {days} days",
        "no_rise": "the price does not rise",
        "no_dearer_per_unit": "{large} costs no more per unit than {small}",
        "brand_gap": "{dearer} costs at least {least} more than {cheaper}",
        "one_shelf_price": "the shelf price is the same for everyone at the same place and time",
    },
    "zh": {
        "floor": "价格不低于 {least}",
        "cap": "价格不高于 {most}",
        "margin_floor": "每件商品的毛利不低于售价的 {share}",
        "advertised_minimum": "供应商不允许宣传低于 {least} 的价格",
        "largest_change": "单次调价幅度不超过 {share}",
        "step": "价格是 {every} 的整数倍",
        "ending": "价格尾数为 {ending}",
        "cool_down": "价格至少保持 {days} 天",
        "no_rise": "价格不得上调",
        "no_dearer_per_unit": "{large} 的单位价格不高于 {small}",
        "brand_gap": "{dearer} 至少比 {cheaper} 贵 {least}",
        "one_shelf_price": "同一地点、同一时间,货架价格对所有人相同",
    },
}


def sentence(code: str, params: Mapping[str, object], language: str = "en") -> str:
    """The sentence of a rule.

    >>> sentence("floor", {"least": 99})
    'no price below 99'
    """
    if language not in SENTENCES:
        raise InputError.unknown("language", language, SENTENCES)
    return SENTENCES[language][code].format(**params)
