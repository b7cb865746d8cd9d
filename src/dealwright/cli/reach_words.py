"""Words of the screens about marketing money and personal offers, English and Chinese."""

from __future__ import annotations

from dealwright.cli.words import WORDS

_OWN: dict[str, dict[str, str]] = {
    "en": {
        "split_title": "{budget:,.2f} {currency} a week",
        "channel": "channel",
        "until_now": "until now",
        "proposed": "proposed",
        "best_range": "best lies in",
        "brings": "brings",
        "next_unit": "1 {currency} more brings",
        "at_most": "believed up to",
        "chance_any": "brings anything",
        "net": "Margin less spending: {net} {currency} a week; {gain} more than the same money split as until now.",
        "proof_split": "No split nets more than {bound:,.2f} in the mean.",
        "spent_all": "All is spent; one unit more of budget would bring {price:.2f} beyond itself.",
        "kept_some": "{kept:,.2f} are kept: more would not pay for itself, or is beyond what is believed.",
        "learnt_measured": "Learnt from {n} weeks of spending and the margin that was measured for each channel.",
        "learnt_shared": (
            "Learnt from {n} weeks of spending beside the shop's sales, season and trend taken out. Nobody tossed "
            "a coin: if more is spent when sales are high anyway, channels look better than they are. The margin "
            "share of sales is that of the scenario (1 - cost_share)."
        ),
        "steady": "For steady spending, carry-over settled. Ranges hold in 8 of 10 cases.",
        "offers_title": "{n:,} of {all:,} customers get an offer, {none:,} get none",
        "offer_name": "offer",
        "n_given": "customers",
        "value_in": "value ({currency})",
        "cost_in": "cost ({currency})",
        "all_offers": "all",
        "limits_title": "Limits",
        "used": "used",
        "limit_bound": "limit",
        "limit_price": "one more unit brings ({currency})",
        "offers_proof": "No choice that keeps them is worth over {bound:,.2f} {currency}: at most {gap:.4%} more.",
        "value_range": "If all estimates err to the same side, the value is {low:,.2f} to {high:,.2f}.",
        "bill_range": "The bill will be {value:,.2f}, in 8 of 10 campaigns {low:,.2f} to {high:,.2f}.",
        "no_value_range": "The file has no value_low and value_high, so how sure the value is cannot be told.",
        "optimistic": (
            "Customers are chosen because they look good, so the value is optimistic; keep a group without offers "
            "to measure it."
        ),
        "no_offer": "no offer",
        "unit.money": "{n:,.2f} {currency}",
        "unit.value_per_cost": "{n:,.2f}",
        "unit.customers": "{n:,.0f} customers",
        "offer_why": (
            "{customer}: {chosen} (value {value:,.2f}, cost {cost:,.2f} {currency}; {left:,.2f} after what it "
            "takes from limits) wins against {second} ({second_left:,.2f})."
        ),
        "offer_why_kept": (
            "{customer}: {chosen} (value {value:,.2f}, cost {cost:,.2f} {currency}; {left:,.2f} after what it "
            "takes from limits) stands, to keep a limit or to use it up, against {second} ({second_left:,.2f})."
        ),
        "offers_barred": "Not allowed: {names}.",
        "bound.most": "at most {bound}",
        "bound.least": "at least {bound}",
        "offers_net": (
            "Value is what offers bring before their cost: less {cost:,.2f} {currency} of cost, "
            "{net:,.2f} {currency} are left."
        ),
    },
    "zh": {
        "split_title": "每周 {budget:,.2f} {currency}",
        "channel": "渠道",
        "until_now": "目前",
        "proposed": "建议",
        "best_range": "最优值区间",
        "brings": "带来",
        "next_unit": "再花 1 {currency} 可得",
        "at_most": "可信上限",
        "chance_any": "确有效果的概率",
        "net": "毛利减花费:每周 {net} {currency};比同样的钱按现有比例分配多 {gain}。",
        "proof_split": "任何分配的平均净额都不超过 {bound:,.2f}。",
        "spent_all": "预算全部用完;每多 1 单位预算可净得 {price:.2f}。",
        "kept_some": "留存 {kept:,.2f}:再花不划算,或没有渠道可信地容纳。",
        "learnt_measured": "由 {n} 周的花费与各渠道实测毛利学得。",
        "learnt_shared": (
            "由 {n} 周的花费与全店销售学得,已剔除季节与趋势。这不是随机试验:"
            "若本来就在旺季多花,渠道会显得比实际更好。"
            "销售毛利率取自方案(1 - cost_share)。"
        ),
        "steady": "按稳定花费、滞后效应已充分显现计算。均为 80% 区间。",
        "offers_title": "{all:,} 位顾客中有 {n:,} 位获得优惠，{none:,} 位没有",
        "offer_name": "优惠",
        "n_given": "顾客数",
        "value_in": "价值({currency})",
        "cost_in": "成本({currency})",
        "all_offers": "合计",
        "limits_title": "约束",
        "used": "已用",
        "limit_bound": "界限",
        "limit_price": "多一单位的价值({currency})",
        "offers_proof": "在这些约束内,任何选择的价值不超过 {bound:,.2f} {currency},最多高 {gap:.4%}。",
        "value_range": "若所有估计偏向同一侧,价值为 {low:,.2f} 至 {high:,.2f}。",
        "bill_range": "账单预计 {value:,.2f},80% 的情况下为 {low:,.2f} 至 {high:,.2f}。",
        "no_value_range": "文件没有 value_low 与 value_high,无法说明价值的把握程度。",
        "optimistic": "顾客因看起来好而被选中,因此价值偏乐观;请保留一组不给优惠的顾客来检验。",
        "no_offer": "不发优惠",
        "unit.money": "{n:,.2f} {currency}",
        "unit.value_per_cost": "{n:,.2f}",
        "unit.customers": "{n:,.0f} 位顾客",
        "offer_why": (
            "{customer}：{chosen}（价值 {value:,.2f}，成本 {cost:,.2f} {currency}；扣除约束代价后为 {left:,.2f}）"
            "优于 {second}（{second_left:,.2f}）。"
        ),
        "offer_why_kept": (
            "{customer}：{chosen}（价值 {value:,.2f}，成本 {cost:,.2f} {currency}；扣除约束代价后为 {left:,.2f}）"
            "为满足或用足约束而取代 {second}（{second_left:,.2f}）。"
        ),
        "offers_barred": "不允许：{names}。",
        "bound.most": "至多 {bound}",
        "bound.least": "至少 {bound}",
        "offers_net": (
            "价值为扣除优惠成本之前的所得：减去成本 {cost:,.2f} {currency} 后，剩 {net:,.2f} {currency}。"
        ),
    },
}

REACH_WORDS: dict[str, dict[str, str]] = {language: WORDS[language] | own for language, own in _OWN.items()}
