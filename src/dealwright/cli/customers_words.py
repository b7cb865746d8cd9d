"""Words of the screens about customers, English and Chinese."""

from __future__ import annotations

from dealwright.cli.words import WORDS

_OWN: dict[str, dict[str, str]] = {
    "en": {
        "baskets_title": "{n:,} orders: {rules:,} rules between what is in {least:,} orders or more",
        "who_buys": "who buys",
        "also_buys": "also buys",
        "orders_with_both": "orders with both",
        "confidence": "in how many of them",
        "lift": "times as often as all",
        "baskets_read": (
            "Rules that chance does not explain (Fisher's exact test; at most 5 % of all rules found are false) "
            "and that say more than any shorter rule. Ranges hold in 9 of 10 cases. Bought together is not "
            "because of each other."
        ),
        "state": "state",
        "times": "seen",
        "drop_off": "leave from here",
        "leaves": "gone after it",
        "chance": "reach {goal}",
        "removal": "of those who reach it, came by here",
        "steps": "steps to the end",
        "periods": "periods until gone",
        "worth": "worth from here ({currency})",
        "visits_title": "What becomes of visits",
        "lives_title": "What becomes of customers, period by period",
        "visits_read": (
            "Ranges hold in 9 of 10 cases, if where customers go next depends on where they are and not on how "
            "they came there. Worth is the mean order, times the chance to get there."
        ),
        "lives_read": (
            "Ranges hold in 9 of 10 cases, if customers go on as they did in the history: lives longer than it are "
            "extrapolated. Worth is what is spent until gone, not discounted; margins are not taken off."
        ),
        "state.start": "start",
        "intent_title": "Of {n:,} customers {expected:,.0f} are expected to order within {days} days.",
        "signs_title": "What tells it, coarsely",
        "sign": "customers with",
        "above": "{habit} above {limit:.3g}",
        "at_most": "{habit} at most {limit:.3g}",
        "everybody": "everybody",
        "habit.days_since": "days since the last order",
        "habit.orders_28": "orders in 28 days",
        "habit.orders_91": "orders in 91 days",
        "habit.orders_182": "orders in 182 days",
        "habit.gap_last": "days between the last two orders",
        "habit.tenure_days": "days since the first order",
        "n_seen": "seen",
        "buys": "ordered",
        "likeliest": "Likeliest to order",
        "customer": "customer",
        "probability": "probability",
        "not_checked": "The history is too short to set a stretch aside, so the probabilities were not checked.",
        "reliability_title": "The last stretch, predicted without seeing it: AUC {auc:.3f}, Brier {brier:.4f}",
        "tenth": "tenth",
        "predicted": "predicted",
        "bought": "ordered",
    },
    "zh": {
        "baskets_title": "{n:,} 张订单：出现于至少 {least:,} 张订单的商品之间有 {rules:,} 条规则",
        "who_buys": "买了",
        "also_buys": "也买",
        "orders_with_both": "同时出现的订单",
        "confidence": "其中比例",
        "lift": "是平均的几倍",
        "baskets_read": (
            "仅列偶然无法解释的规则（Fisher 精确检验，全部所列规则中至多 5% 为误判），且比任何更短的规则说得更多。"
            "区间为 90%。一起购买并不表示互为因果。"
        ),
        "state": "状态",
        "times": "次数",
        "drop_off": "由此离开",
        "leaves": "此后流失",
        "chance": "到达 {goal}",
        "removal": "到达者中经过此处",
        "steps": "到结束的步数",
        "periods": "流失前的期数",
        "worth": "此后价值（{currency}）",
        "visits_title": "访问的去向",
        "lives_title": "顾客逐期的去向",
        "visits_read": (
            "区间为 90%，前提是下一步只取决于现在的状态，而与来路无关。价值为平均订单额乘以到达的概率。"
        ),
        "lives_read": (
            "区间为 90%，前提是顾客今后的行为与历史相同；超出历史长度的部分为外推。"
            "价值为流失前的消费额，未折现，也未扣除成本。"
        ),
        "state.start": "开始",
        "state.quiet 1": "沉默 1 期",
        "state.quiet 2": "沉默 2 期",
        "state.1 order": "1 单",
        "state.2-3 orders": "2-3 单",
        "state.4+ orders": "4 单以上",
        "intent_title": "{n:,} 位顾客中，预计 {expected:,.0f} 位会在 {days} 天内下单。",
        "signs_title": "粗略的依据",
        "sign": "顾客特征",
        "above": "{habit} 大于 {limit:.3g}",
        "at_most": "{habit} 不超过 {limit:.3g}",
        "everybody": "全部顾客",
        "habit.days_since": "距上次下单天数",
        "habit.orders_28": "28 天内订单数",
        "habit.orders_91": "91 天内订单数",
        "habit.orders_182": "182 天内订单数",
        "habit.gap_last": "最近两单间隔天数",
        "habit.tenure_days": "距首单天数",
        "n_seen": "人次",
        "buys": "下单",
        "likeliest": "最可能下单的顾客",
        "customer": "顾客",
        "probability": "概率",
        "not_checked": "历史太短，无法留出一段检验，因此这些概率未经检验。",
        "reliability_title": "对最后一段（预测时未见）的检验：AUC {auc:.3f}，Brier {brier:.4f}",
        "tenth": "十分位",
        "predicted": "预测",
        "bought": "实际下单",
    },
}

CUSTOMERS_WORDS: dict[str, dict[str, str]] = {language: WORDS[language] | own for language, own in _OWN.items()}
