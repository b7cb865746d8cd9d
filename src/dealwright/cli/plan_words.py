"""Words of the screens about plans, English and Chinese: those of all screens, and those only they need."""

from __future__ import annotations

from dealwright.cli.words import WORDS

_OWN: dict[str, dict[str, str]] = {
    "en": {
        "colon": ": ",
        "joint": "; ",
        "resting": "What the mechanics rest on:",
        "proof": (
            "By the model's own figures no admissible plan can earn more than {gap} more than the {planned} that "
            "are expected of this one (proven by {solver})."
        ),
        "proof_flattered": (
            "By the model's own figures no admissible plan can earn more than {gap} more than the {planned} that "
            "are expected of this one before what choosing flatters is taken off (proven by {solver})."
        ),
        "proof_of_objective": (
            "By the model's own figures no admissible plan can have more than {gap} more of what was pursued than "
            "this one (proven by {solver})."
        ),
        "no_proof": "The solver {solver} proves no bound.",
        "pursued": "Pursued: {weights}. Amounts of profit are what the plan earns all the same.",
        "luck": (
            "Bad luck counts {weight}: over the worst {tail} of possible truths the plan has {worst} of what is "
            "pursued, over all {mean}; the plan that looks at the mean alone would have {neutral_worst} and "
            "{neutral_mean}."
        ),
        "aim_profit": "profit",
        "aim_revenue": "revenue",
        "aim_units": "units",
        "aim_customers": "customers",
        "aim_clearance": "stock cleared, at cost",
        "soft": "Limits that may be broken",
        "fared": "how it fared",
        "kept": "kept",
        "given_up": "given up by {by}, most at {where}",
        "given_up_cost": "penalty counted",
        "what_ifs": "What if",
        "what_if": "if",
        "against_plan": "profit against this plan",
        "promotions": "promotions",
        "no_such_plan": "no plan can obey that",
        "if_budget_halved": "the budget were {budget:,.2f}",
        "if_deepest_removed": "cuts of {depth:.0%} and deeper were given up",
        "if_slots_doubled": (
            "there were twice the room: {slots_per_category:g} a category, {display_slots:g} displays, "
            "{mailer_slots:g} places in the mailer"
        ),
        "worth_unit": "one more is worth {price:,.2f} {currency}",
        "worth_money": "1 {currency} more is worth {price:,.3f} {currency}",
        "worth_nothing": "a little more alone is worth nothing",
        "kept_out_by": "It would break, beside the plan as it is",
        "named": "plan",
        "extra_profit": "profit against no promotion",
        "difference": "against {base}",
        "changes": "added, dropped, changed",
        "most": "planned for; at most",
        "gap": "gap",
        "at_most_note": (
            '"Planned for" is what the model itself expects of what is pursued, "at most" what no plan within the '
            'same limits can exceed of that, and "gap" lies between these two; the profit beside them is '
            "simulated, all promotions at once, less what choosing the plan flatters. Ranges hold the truth in 8 "
            "of 10 cases if the model is right; differences are taken truth by truth, so that what both plans "
            "share cancels."
        ),
        "same_plan": "It is the same plan.",
        "changes_of": "What differs in {name}",
        "change_added": "{week}  added    {name}: {now}",
        "change_dropped": "{week}  dropped  {name}: {was}",
        "change_changed": "{week}  changed  {name}: {was} -> {now}",
        "more_changes": "... and {n} more; all with --json",
        "if_earns_more": "With {name} the plan earns {value} more ({low} to {high} in 8 of 10 cases).",
        "if_earns_less": "With {name} the plan earns {value} less ({low} to {high} in 8 of 10 cases).",
        "if_unsure": (
            "With {name} it is not sure whether the plan earns more: {value} ({low} to {high} in 8 of 10 cases)."
        ),
        "if_same": "With {name} the plan earns the same.",
        "frontier_of": "{of} against {against}, within the limits of the scenario",
        "frontier_bound": "at most, with as much of the other",
        "no_bound": "not proven",
        "profit_expected": "profit, as the model expects it",
        "profit_promised": "profit promised",
        "frontier_note": (
            "No plan here is worse than another in both. All are against no promotion, and as the model expects "
            "them when promotions are added up pair by pair; that is what the proof is about. Profit promised is "
            "simulated, all promotions at once, less what choosing flatters (by the plan that earns most; of "
            "others in proportion)."
        ),
        "frontier_one": "One plan is the best for both: there is nothing to trade.",
        "replanned": "The weeks of {weeks} stay as approved.",
        "replanned_none": "No week is locked.",
        "replan_difference": (
            "Against keeping the approved plan, on what is known now and less what choosing flatters: {value} "
            "({low} to {high} in 8 of 10 cases)."
        ),
        "replan_same": "Nothing else changes.",
        "replan_counts": (
            "Against the approved plan {added} promotions are added, {dropped} dropped, {changed} changed."
        ),
        "gone": "Approved, but the product is not planned any more: {offer} of {sku} in the week of {week}.",
    },
    "zh": {
        "joint": ";",
        "resting": "各促销方式的前提:",
        "colon": ":",
        "proof": "按模型自身的数字,任何可行计划最多只能比本计划预期的 {planned} 多赚 {gap}(由 {solver} 证明)。",
        "proof_flattered": (
            "按模型自身的数字,任何可行计划最多只能比本计划扣除挑选高估之前预期的 {planned} 多赚 {gap}"
            "(由 {solver} 证明)。"
        ),
        "proof_of_objective": (
            "按模型自身的数字,任何可行计划就其目标而言最多只能比本计划高 {gap}(由 {solver} 证明)。"
        ),
        "no_proof": "求解器 {solver} 不提供上界。",
        "pursued": "目标:{weights}。利润金额仍为计划的实际利润。",
        "luck": (
            "坏运气权重 {weight}:在最差的 {tail} 可能情形下目标平均为 {worst},全部情形平均为 {mean};"
            "只看平均的计划则为 {neutral_worst} 和 {neutral_mean}。"
        ),
        "aim_profit": "利润",
        "aim_revenue": "销售额",
        "aim_units": "销量",
        "aim_customers": "顾客数",
        "aim_clearance": "清理库存(按成本)",
        "soft": "可以放弃的约束",
        "fared": "结果",
        "kept": "已遵守",
        "given_up": "超出 {by},最多处:{where}",
        "given_up_cost": "计入的代价",
        "what_ifs": "如果",
        "what_if": "如果",
        "against_plan": "与本计划相比的利润",
        "promotions": "促销数",
        "no_such_plan": "没有计划能够满足",
        "if_budget_halved": "预算为 {budget:,.2f}",
        "if_deepest_removed": "放弃 {depth:.0%} 及更深的降价",
        "if_slots_doubled": (
            "名额加倍:每品类 {slots_per_category:g} 个,堆头 {display_slots:g} 个,海报 {mailer_slots:g} 个"
        ),
        "worth_unit": "多一个值 {price:,.2f} {currency}",
        "worth_money": "多 1 {currency} 值 {price:,.3f} {currency}",
        "worth_nothing": "单独放宽一点没有价值",
        "kept_out_by": "在现有计划之外再加上它,会违反",
        "named": "计划",
        "extra_profit": "与不促销相比的利润",
        "difference": "与 {base} 相比",
        "changes": "新增、取消、改变",
        "most": "规划值;上界",
        "gap": "差距",
        "at_most_note": (
            "“规划值”是模型自身对目标的预期,“上界”是同样约束下任何计划都不能超过的值,“差距”是这两者之差;左侧利润为全部促销同时模拟所得,并扣除挑选造成的高估。"
            "区间为 80%(在模型成立的前提下);"
            "差额按每种可能情形逐一相减,两个计划共有的不确定性相互抵消。"
        ),
        "same_plan": "计划相同。",
        "changes_of": "{name} 的不同之处",
        "change_added": "{week}  新增  {name}:{now}",
        "change_dropped": "{week}  取消  {name}:{was}",
        "change_changed": "{week}  改变  {name}:{was} -> {now}",
        "more_changes": "……另有 {n} 处;用 --json 查看全部",
        "if_earns_more": "若 {name},计划多赚 {value}(80% 区间 {low} 至 {high})。",
        "if_earns_less": "若 {name},计划少赚 {value}(80% 区间 {low} 至 {high})。",
        "if_unsure": "若 {name},尚不能确定计划是否多赚:{value}(80% 区间 {low} 至 {high})。",
        "if_same": "若 {name},计划所赚相同。",
        "frontier_of": "{of}与{against}的取舍(在方案的约束之内)",
        "frontier_bound": "另一项不减时的上界",
        "no_bound": "未证明",
        "profit_expected": "模型预期的利润",
        "profit_promised": "承诺的利润",
        "frontier_note": (
            "其中没有一个计划在两方面都不如另一个。均与不促销相比,为模型按促销逐对相加的期望值,证明针对的也是它。"
            "承诺的利润为全部促销同时模拟所得,并扣除挑选造成的高估(以利润最高的计划为准,其余按比例)。"
        ),
        "frontier_one": "同一个计划对两者都最好,无需取舍。",
        "replanned": "{weeks} 各周保持已批准的安排。",
        "replanned_none": "没有锁定的周。",
        "replan_difference": (
            "与沿用已批准的计划相比(按目前所知,并扣除挑选造成的高估):{value}(80% 区间 {low} 至 {high})。"
        ),
        "replan_same": "其余没有变化。",
        "replan_counts": "与已批准的计划相比,新增 {added} 个促销,取消 {dropped} 个,改变 {changed} 个。",
        "gone": "已批准但商品不再列入计划:{sku},{week} 当周,{offer}。",
    },
}

PLAN_WORDS: dict[str, dict[str, str]] = {language: WORDS[language] | own for language, own in _OWN.items()}
