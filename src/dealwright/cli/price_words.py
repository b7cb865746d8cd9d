"""Words of the screens about shelf prices, English and Chinese: those of all screens, and those only they need."""

from __future__ import annotations

from dealwright.cli.words import WORDS

_OWN: dict[str, dict[str, str]] = {
    "en": {
        "moves": "Prices that should change",
        "today": "today",
        "best": "best",
        "change": "change",
        "units_a_week": "units a week",
        "own_elasticity": "elasticity",
        "gain_in": "gain ({currency})",
        "better_in": "better in",
        "held_by": "held back by",
        "rule_worth": "without it {worth:+,.2f}",
        "if_cost": "if the cost were 10% less / more",
        "verdict": "",
        "verdict_raised": "raise",
        "verdict_cut": "cut",
        "verdict_best": "stays: it is the best",
        "verdict_unsure": "stays: no change is surely better",
        "verdict_forced": "must move: today's price breaks a rule",
        "counts": (
            "{raised} prices rise, {cut} fall, {forced} must move; {best} are the best already, {unsure} stay as "
            "no change is surely better."
        ),
        "more_moves": "... and {n} more; all with --json or --out",
        "gain_of_all": "All together earn {gain} {currency} more in {n} weeks without promotions (8 of 10 cases).",
        "basket_binds": (
            "What customers buy today would cost {change:+.2%} in all: cuts pay for it. Each {currency} more that "
            "it may cost would bring {price:.2f} of profit (basket_rise in the rules)."
        ),
        "basket_free": "What customers buy today would cost {change:+.2%} in all.",
        "no_moves": "No price should change.",
        "assumed_costs": (
            "{n} products have no cost in the data: cost_share of the scenario stands for it, and the best price "
            "follows it, as the last column shows."
        ),
        "salvage_cost": "{n} products have no cost in the data: cost_share of the scenario stands for it here.",
        "inferred_prices": "{n} products are not in the table prices: today's is read off their sales.",
        "regular_note": (
            "Rests on how sales followed changes of the usual price within the past, in the short run; who would "
            "leave a shop that became dear is not in it."
        ),
        "markdown_title": "Prices until {day}",
        "holding": "left if the price is held",
        "left_then": "left",
        "share_sold": "sold",
        "money_in": "brings ({currency})",
        "against_holding": "against holding",
        "prices_by_week": "prices week by week",
        "markdown_total": (
            "In all {value} {currency}, salvage included: {gain} more than holding the prices. No choice of these "
            "labels brings more than {bound:,.2f} in the mean; this one brings {score:,.2f}."
        ),
        "sunk_note": (
            "What the stock once cost is spent and does not count. Prices were chosen on the same draws, which "
            "flatters the result a little."
        ),
        "not_believed": ("How these answer to a cut is not known well enough, so they hold their price: {names}"),
        "ladder_title": "Prices that break a rule",
        "allowed_from_to": "allowed",
        "breaks": "breaks",
        "all_keep": "All {n} prices keep the rules.",
        "n_break": "{n} of {all} prices break a rule.",
        "broken_relations": "Relations that do not hold",
        "clash": "Rules that exclude one another (amounts in minor units)",
        "competitor_title": "Beside competitors",
        "competitors": "competitors",
        "position_asks": "position asks",
        "proposed": "proposed",
        "at_cost": "not below cost",
    },
    "zh": {
        "moves": "建议调整的价格",
        "today": "现价",
        "best": "最优价",
        "change": "变动",
        "units_a_week": "每周销量",
        "own_elasticity": "弹性",
        "gain_in": "增益({currency})",
        "better_in": "更好的概率",
        "held_by": "受限于",
        "rule_worth": "不受限则 {worth:+,.2f}",
        "if_cost": "成本低/高 10% 时",
        "verdict": "",
        "verdict_raised": "上调",
        "verdict_cut": "下调",
        "verdict_best": "不变:已是最优",
        "verdict_unsure": "不变:没有把握更好",
        "verdict_forced": "必须调整:现价违反规则",
        "counts": (
            "上调 {raised} 个,下调 {cut} 个,必须调整 {forced} 个;{best} 个已是最优,{unsure} 个因没有把握而不变。"
        ),
        "more_moves": "……另有 {n} 个;用 --json 或 --out 查看全部",
        "gain_of_all": "{n} 周(不含促销)合计多赚 {gain} {currency}(80% 区间)。",
        "basket_binds": (
            "顾客现在所买的商品合计价格变动 {change:+.2%}(由下调抵消);每允许多花 1 {currency},利润可多 {price:.2f}"
            "(规则中的 basket_rise)。"
        ),
        "basket_free": "顾客现在所买的商品合计价格变动 {change:+.2%}。",
        "no_moves": "没有价格需要调整。",
        "assumed_costs": "{n} 个商品没有成本数据,按方案的 cost_share 估计;最优价随成本而变,见最后一列。",
        "salvage_cost": "{n} 个商品没有成本数据,残值按方案的 cost_share 估计。",
        "inferred_prices": "{n} 个商品不在 prices 表中,现价由销售推算。",
        "regular_note": "依据过去平常价格变动时销量的短期反应;商店整体变贵会失去哪些顾客,不在其中。",
        "markdown_title": "到 {day} 为止的价格",
        "holding": "保持原价时剩余",
        "left_then": "剩余",
        "share_sold": "售出",
        "money_in": "收入({currency})",
        "against_holding": "与保持原价相比",
        "prices_by_week": "各周价格",
        "markdown_total": (
            "合计 {value} {currency}(含残值),比保持原价多 {gain}。这些标价的任何组合平均不超过 {bound:,.2f},"
            "本方案为 {score:,.2f}。"
        ),
        "sunk_note": "已花的进货成本不再计入。价格由同一批模拟选出,结果略偏乐观。",
        "not_believed": "下列商品对降价的反应不够清楚,因此保持原价:{names}",
        "ladder_title": "违反规则的价格",
        "allowed_from_to": "允许的价格",
        "breaks": "违反",
        "all_keep": "全部 {n} 个价格都符合规则。",
        "n_break": "{all} 个价格中有 {n} 个违反规则。",
        "broken_relations": "不成立的价格关系",
        "clash": "互相矛盾的规则(金额为最小货币单位)",
        "competitor_title": "与竞争对手相比",
        "competitors": "竞争对手",
        "position_asks": "定位所要求",
        "proposed": "建议",
        "at_cost": "不低于成本",
    },
}

PRICE_WORDS: dict[str, dict[str, str]] = {language: WORDS[language] | own for language, own in _OWN.items()}
