"""Words of the screen about reviews, English and Chinese."""

from __future__ import annotations

REVIEW_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "title": "What {n} promotions earned beyond what would have been earned without them ({currency})",
        "product": "product",
        "weeks": "from, to",
        "offer": "offer",
        "sold": "sold",
        "extra": "extra (expected)",
        "profit": "incremental profit",
        "naive": "before and after",
        "verdict": "next time",
        "again": "again",
        "smaller": "smaller: {depth:.0%}",
        "stop": "stop",
        "test": "test with a hold-out",
        "all": "All together {profit} {currency}; comparing with the weeks before would say {naive:,.0f}.",
        "range": "In brackets: the range that holds the truth 9 times in 10.",
        "parts": "Of the money: earned on extra units {earned}, given to those who would have bought anyway "
        "{given_away}, lost on neighbours {cannibalised}, lost in later weeks {pulled_forward}, earned on "
        "complements {brought}, display and mailer {support}.",
        "counts": "{again} to run again, {smaller} to run with a smaller cut, {test} unsure, {stop} to stop.",
        "costs": "{n} products have no cost in the data; the scenario's share of the price is assumed.",
        "open": "* the weeks after are not over: what was pulled forward is expected, not seen.",
        "more": "... and {n} more; all with --json or --out",
        "display": "display",
        "mailer": "mailer",
        "files": "Files:",
    },
    "zh": {
        "title": "{n} 个促销比不做促销多赚了多少（{currency}）",
        "product": "商品",
        "weeks": "起止",
        "offer": "优惠",
        "sold": "售出",
        "extra": "增量（期望）",
        "profit": "增量利润",
        "naive": "前后对比法",
        "verdict": "下次",
        "again": "再做",
        "smaller": "减小力度：{depth:.0%}",
        "stop": "停止",
        "test": "留对照组再试",
        "all": "合计 {profit} {currency}；若只与之前几周对比，会说是 {naive:,.0f}。",
        "range": "括号内为区间，10 次中有 9 次包含真值。",
        "parts": "资金构成：增量销售赚得 {earned}，让给本来就会买的顾客 {given_away}，同类商品少赚 {cannibalised}，"
        "之后几周少赚 {pulled_forward}，互补商品多赚 {brought}，陈列与传单 {support}。",
        "counts": "再做 {again} 个，减小力度 {smaller} 个，不确定 {test} 个，停止 {stop} 个。",
        "costs": "{n} 个商品没有成本数据，按方案中假设的价格占比计算。",
        "open": "* 之后几周尚未结束：提前购买的部分是预期值，尚未观察到。",
        "more": "……另有 {n} 个；用 --json 或 --out 查看全部",
        "display": "陈列",
        "mailer": "传单",
        "files": "文件：",
    },
}
