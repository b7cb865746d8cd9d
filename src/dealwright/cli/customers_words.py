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
        "state.quiet": "quiet {n}",
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
        "in_days": "in {days} days",
        "all_customers": "all customers together",
        "total.purchases": "days with a purchase",
        "total.spend_minor": "spend ({currency})",
        "total.lifetime_value_minor": "margin ({currency})",
        "expected_purchases": "purchases",
        "lifetime_value": "margin ({currency})",
        "alive": "still a customer",
        "churn_hazard": "leaves this week",
        "stays_away": "away for 4 weeks",
        "value_title": "Worth most",
        "no_width": (
            "The range of '{what}' has no width for {n:,} customers: that is what {model} assumes of them, and "
            "nothing that is known for certain."
        ),
        "few_came_again": (
            "Only {n} customers ever came again: too few to tell how well the model fits. Take this for a guess, "
            "ranges and all."
        ),
        "churn_title": "Likeliest to stay away, of those who came in the last twelve weeks",
        "value_check": (
            "Checked on the last {days} days, which the model had not seen: {purchases[value]:,.0f} purchases "
            "({purchases[low]:,.0f} … {purchases[high]:,.0f}) expected of {n_customers:,} customers, {actual:,} "
            "seen; ranges of single customers held {covered:.0%}."
        ),
        "value_read": (
            "Ranges hold in 8 of 10 cases if the model ({model}) is right: customers come at random at a steady "
            "rate until they leave. Margin is {share:.0%} of spend; costs are known for {known:.0%} of it and "
            "assumed for the rest. Where people come at regular gaps, trust the chance to stay away."
        ),
        "rank": "place",
        "item": "product",
        "score": "score",
        "known_item": "what it is",
        "fallback": "sells best of late (customer not known)",
        "bought_before": "bought before",
        "new_item": "new to them",
        "recommend_read": (
            "Scores of the hybrid are chances that the customer takes the item within four weeks, whether it is "
            "shown or not: what showing it changes takes an experiment."
        ),
        "why_title": "Why {item} for {customer}",
        "reason": "reason",
        "part": "part of the score",
        "sum": "in all",
        "as_chance": "Parts are log odds; in all they are a chance of {chance:.1%}.",
        "recall": "recall",
        "hit_rate": "any hit",
        "shown_items": "items shown at all",
        "task_all": "All that customers took in the last {weeks} weeks, lists of {k}",
        "task_new": "What they had never taken before",
        "judged_read": "Learnt from what came before these weeks. Ranges hold in 9 of 10 cases.",
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
        "state.quiet": "沉默 {n} 期",
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
        "in_days": "{days} 天内",
        "all_customers": "全部顾客合计",
        "total.purchases": "有购买的天数",
        "total.spend_minor": "消费额（{currency}）",
        "total.lifetime_value_minor": "毛利（{currency}）",
        "expected_purchases": "购买次数",
        "lifetime_value": "毛利（{currency}）",
        "alive": "仍是顾客",
        "churn_hazard": "本周流失",
        "stays_away": "四周不来",
        "value_title": "价值最高的顾客",
        "no_width": "有 {n:,} 位顾客的“{what}”区间宽度为零：这是模型 {model} 的假设，并非确知。",
        "few_came_again": "只有 {n} 位顾客再次光顾：不足以判断模型是否合适，请把结果连同区间都当作猜测。",
        "churn_title": "最可能不再来的顾客（最近十二周来过的人中）",
        "value_check": (
            "对最后 {days} 天（模型未见）的检验：{n_customers:,} 位顾客预计购买 {purchases[value]:,.0f} 次"
            "（{purchases[low]:,.0f} … {purchases[high]:,.0f}），实际 {actual:,} 次；"
            "单个顾客的区间命中 {covered:.0%}。"
        ),
        "value_read": (
            "区间为 80%，前提是模型（{model}）成立：顾客以稳定的频率随机到店，直至流失。"
            "毛利为消费额的 {share:.0%}；其中 {known:.0%} 的成本已知，其余为假设。"
            "若顾客按固定间隔到店，请参考“四周不来”的概率。"
        ),
        "rank": "名次",
        "item": "商品",
        "score": "得分",
        "known_item": "说明",
        "fallback": "近期热销（顾客未知）",
        "bought_before": "买过",
        "new_item": "未买过",
        "recommend_read": "混合模型的得分是顾客四周内购买的概率，无论是否展示；展示带来的改变需要实验来衡量。",
        "why_title": "为什么向 {customer} 推荐 {item}",
        "reason": "理由",
        "part": "对得分的贡献",
        "sum": "合计",
        "as_chance": "各项为对数几率；合计相当于 {chance:.1%} 的概率。",
        "recall": "召回率",
        "hit_rate": "命中率",
        "shown_items": "出现过的商品",
        "task_all": "最后 {weeks} 周购买的全部商品，每人 {k} 件",
        "task_new": "此前从未买过的商品",
        "judged_read": "只用这几周之前的数据学习。区间为 90%。",
        "tenth": "十分位",
        "predicted": "预测",
        "bought": "实际下单",
    },
}

CUSTOMERS_WORDS: dict[str, dict[str, str]] = {language: WORDS[language] | own for language, own in _OWN.items()}
