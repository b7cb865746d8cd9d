"""What reasons are called in the languages of the screens: English as recommenders write them, and Chinese."""

from __future__ import annotations

from dealwright.core.errors import InputError
from dealwright.data import columns as c

_CHINESE = {
    "how often and lately you bought it": "您常买、近期也买过",
    "its time has come": "到了该再买的时候",
    "liked by people with your taste": "与您口味相近的人喜欢",
    "price and deals": "价格与优惠",
    "promoted now": "正在促销",
    "how it sells now": "近期销售情况",
    "sells in your stores": "在您常去的门店热销",
    "how often and widely you shop": "您的购物频率与品类广度",
    "you buy this kind": "您常买这一类",
    "you buy this maker": "您常买这家厂商",
    "usual": "通常水平",
    "other": "其他",
    "all else": "其余合计",
    "customers who bought it": "买过它的顾客数",
    "bought often and lately": "经常且近期购买",
    "time since the last purchase": "距上次购买的时间",
    "liked by everybody": "普遍受欢迎",
}
_CHINESE_STARTS = {
    "bought ": "买过 ",
    "order of ": "订单 ",
    f"{c.SUBCATEGORY} ": "同小类：",
    f"{c.CATEGORY} ": "同品类：",
    f"{c.DEPARTMENT} ": "同部门：",
    f"{c.BRAND} ": "同品牌：",
    f"{c.SUPPLIER} ": "同厂商：",
    "word ": "关键词：",
}
LANGUAGES = ("en", "zh")


def told(reason: str, language: str) -> str:
    """A reason in a language; one that a recommender of your own gives in its own words stays as it is.

    >>> told("its time has come", "zh")
    '到了该再买的时候'
    >>> told("bought tea", "zh")
    '买过 tea'
    """
    if language not in LANGUAGES:
        raise InputError.unknown("language", language, LANGUAGES)
    if language == "en":
        return reason
    if reason in _CHINESE:
        return _CHINESE[reason]
    start = next((start for start in _CHINESE_STARTS if reason.startswith(start)), None)
    return reason if start is None else _CHINESE_STARTS[start] + reason[len(start) :]
