"""Words of the screens about recommendations and next best offers, English and Chinese."""

from __future__ import annotations

from dealwright.cli.customers_words import CUSTOMERS_WORDS

_OWN: dict[str, dict[str, str]] = {
    "en": {
        "chance within four weeks": "{value:.1%} chance",
        "likeness": "{value:.3f}",
        "buyers in four weeks": "{value:,.0f} buyers",
        "scales": (
            "Three kinds of score, which do not compare: a chance that the customer takes the item within four "
            "weeks, a likeness that only ranks one customer's items, and how many customers bought it of late."
        ),
        "learnt_until": "Learnt from sales up to {day}.",
        "newer": "{n:,} order lines of {days} days are newer: they count, but nothing was learnt from them.",
        "changed": "What it learnt from has changed since: {tables}.",
        "learn_anew": "To learn anew, add --learn.",
        "far_ahead": (
            "{n:,} order lines are left out: they are dated two weeks or more after all others. Mend their dates."
        ),
        "table.sales": "sales",
        "table.products": "products",
        "table.promotions": "promotions",
        "word": "word",
        "word_weight": "of their interest",
        "word_from": "from",
        "no_words": "nothing bought or said that is known",
        "source.bought": "bought",
        "source.search": "searched",
        "source.review": "reviewed",
        "words_read": (
            "Words of {n_titles:,} titles and {n_texts:,} texts; rare ones weigh more (TF-IDF). What was bought "
            "and each kind of text count the same."
        ),
    },
    "zh": {
        "chance within four weeks": "概率 {value:.1%}",
        "likeness": "{value:.3f}",
        "buyers in four weeks": "{value:,.0f} 人购买",
        "scales": (
            "得分有三种，互不可比：顾客四周内购买的概率；只用于同一顾客内排序的相似度；四周内购买该商品的顾客数。"
        ),
        "learnt_until": "学习所用销售截至 {day}。",
        "newer": "此后又有 {days} 天、{n:,} 条订单行：已计入顾客的历史，但尚未用于学习。",
        "changed": "学习之后，以下数据已变化：{tables}。",
        "learn_anew": "加上 --learn 可重新学习。",
        "far_ahead": "有 {n:,} 条订单行的日期比其余全部晚两周以上，已剔除；请更正日期。",
        "table.sales": "销售",
        "table.products": "商品",
        "table.promotions": "促销",
        "word": "词",
        "word_weight": "占兴趣",
        "word_from": "来自",
        "no_words": "没有已知的购买或文字",
        "source.bought": "购买",
        "source.search": "搜索",
        "source.review": "评价",
        "words_read": (
            "取自 {n_titles:,} 个商品名与 {n_texts:,} 段文字；越少见的词权重越高（TF-IDF）。"
            "购买与每类文字各占同等分量。"
        ),
    },
}

RECOMMEND_WORDS: dict[str, dict[str, str]] = {
    language: CUSTOMERS_WORDS[language] | own for language, own in _OWN.items()
}
