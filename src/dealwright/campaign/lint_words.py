"""What remarks on promotions say and advise, English and Chinese."""

from __future__ import annotations

from typing import Literal

Severity = Literal["error", "warning", "hint"]

SEVERITIES: dict[str, Severity] = {
    "id_twice": "error",
    "ends_before_start": "error",
    "never_open": "error",
    "is_over": "warning",
    "gives_everything": "error",
    "gives_nothing": "error",
    "free_without_minimum": "error",
    "free_with_code": "warning",
    "free_at_threshold": "error",
    "free_at_threshold_limited": "warning",
    "deep_without_budget": "warning",
    "funded_without_budget": "warning",
    "budget_below_discount": "warning",
    "limit_allows_nothing": "error",
    "items_contradict": "error",
    "conditions_contradict": "error",
    "threshold_out_of_reach": "warning",
    "tier_twice": "error",
    "tiers_not_ascending": "warning",
    "tier_worth_less": "warning",
    "tier_below_minimum": "warning",
    "code_clash": "error",
    "code_limit_without_code": "warning",
    "group_of_one": "hint",
    "group_mixes_currencies": "warning",
    "shadowed": "warning",
}

SENTENCES: dict[str, dict[str, tuple[str, str]]] = {
    "en": {
        "id_twice": ("the id {id!r} is there twice", "give each promotion its own id"),
        "ends_before_start": (
            "it ends ({end}) before or when it starts ({start}), so it never applies",
            "set an end after the start; an end date includes that day",
        ),
        "never_open": (
            "between {start} and {end} its weekdays and hours never come, so it never applies",
            "widen the weekdays, the hours or the dates",
        ),
        "is_over": ("it ended on {end}", "retire it, or set another end"),
        "gives_everything": (
            "it gives goods away entirely, with no minimum and no limit",
            "check the percentage or price; if it is meant, set a minimum, a limit or a budget",
        ),
        "gives_nothing": ("it gives nothing: {what}", "set what it gives, or leave the promotion out"),
        "free_without_minimum": (
            "an order of up to {amount} is free, again and again, because there is no minimum and no limit",
            "add a minimum spend, a limit per customer or a budget",
        ),
        "free_with_code": (
            "who enters the code gets an order of up to {amount} free, as often as it is entered",
            "if the code can spread, add a minimum spend, a limit per customer or a budget",
        ),
        "free_at_threshold": (
            "who spends {threshold} gets {amount} off and pays nothing, and no limit stops it",
            "check the two amounts; if they are meant, set a limit or a budget",
        ),
        "free_at_threshold_limited": (
            "who spends {threshold} gets {amount} off and pays nothing",
            "check the two amounts",
        ),
        "deep_without_budget": (
            "it gives {percent}% off with neither a budget nor a limit",
            "set limits.budget_minor, limits.total or limits.units",
        ),
        "funded_without_budget": (
            "the platform pays {percent}% of a discount that has no budget",
            "set limits.budget_minor",
        ),
        "budget_below_discount": (
            "the budget of {budget} is less than the {amount} that one use costs",
            "raise limits.budget_minor, or lower the discount",
        ),
        "limit_allows_nothing": (
            "limits.{name} is {limit}, so it never applies",
            "raise the limit, or leave it out",
        ),
        "items_contradict": ("no goods match its items: {what}", "take one of the two out"),
        "conditions_contradict": ("no cart meets all its conditions: {what}", "take one of the two out"),
        "threshold_out_of_reach": (
            "hardly any cart reaches {threshold}",
            "check the number of zeros; amounts are in minor units",
        ),
        "tier_twice": ("two tiers begin at {threshold}", "take one of them out"),
        "tiers_not_ascending": (
            "the tier from {threshold} stands after a higher one",
            "write tiers from the lowest to the highest",
        ),
        "tier_worth_less": (
            "from {threshold} on it gives less ({less}) than the tier before ({more})",
            "make higher tiers worth more, or take this one out",
        ),
        "tier_below_minimum": (
            "the tier from {threshold} decides nothing: {minimum} must be spent anyway",
            "take the tier or the minimum spend out",
        ),
        "code_clash": (
            "the code {code!r} is also the code of {other}, at the same time",
            "give each promotion its own code; capitals make no difference",
        ),
        "code_limit_without_code": (
            "limits.per_code is set, but no code is needed",
            "set code or batch, or use limits.total",
        ),
        "group_of_one": (
            "it is alone in the exclusive group {group!r}",
            "check the spelling of the group's name, or leave it out",
        ),
        "group_mixes_currencies": (
            "the exclusive group {group!r} mixes {currencies}, which never meet in one cart",
            "make one group per currency",
        ),
        "shadowed": (
            "it never applies: {other} holds whenever this one does, excludes it and gives at least as much",
            "end one where the other begins, or let both apply",
        ),
    },
    "zh": {
        "id_twice": ("编号 {id!r} 重复", "每个活动用自己的编号"),
        "ends_before_start": (
            "结束({end})不晚于开始({start}),活动永远不会生效",
            "把结束改到开始之后;结束日期包含当天",
        ),
        "never_open": ("{start} 至 {end} 之间没有符合的星期和时段,永远不会生效", "放宽星期、时段或日期"),
        "is_over": ("已于 {end} 结束", "下线,或改结束时间"),
        "gives_everything": (
            "商品全额赠送,没有门槛也没有限制",
            "检查折扣或价格;若确实如此,请设门槛、次数或预算",
        ),
        "gives_nothing": ("没有任何优惠:{what}", "填写优惠,或去掉该活动"),
        "free_without_minimum": (
            "不超过 {amount} 的订单可反复免单:没有门槛也没有限制",
            "设置最低消费、每人次数或预算",
        ),
        "free_with_code": (
            "输入券码即可免单(订单不超过 {amount}),且不限次数",
            "若券码可能外传,请设置最低消费、每人限用次数或预算",
        ),
        "free_at_threshold": (
            "满 {threshold} 减 {amount},等于免单,且没有限制",
            "检查两个金额;若确实如此,请设次数或预算",
        ),
        "free_at_threshold_limited": ("满 {threshold} 减 {amount},等于免单", "检查两个金额"),
        "deep_without_budget": (
            "优惠 {percent}%,既没有预算也没有次数限制",
            "设置 limits.budget_minor、limits.total 或 limits.units",
        ),
        "funded_without_budget": ("平台承担 {percent}% 的优惠,但没有预算", "设置 limits.budget_minor"),
        "budget_below_discount": ("预算 {budget} 少于一次优惠 {amount}", "提高预算或降低优惠"),
        "limit_allows_nothing": ("limits.{name} 为 {limit},永远不会生效", "提高限制,或去掉"),
        "items_contradict": ("没有商品符合:{what}", "去掉其中一项"),
        "conditions_contradict": ("没有购物车能同时满足:{what}", "去掉其中一项"),
        "threshold_out_of_reach": ("几乎没有购物车能达到 {threshold}", "检查零的个数;金额以最小货币单位计"),
        "tier_twice": ("有两档都从 {threshold} 开始", "去掉其中一档"),
        "tiers_not_ascending": ("{threshold} 一档写在更高的一档之后", "按从低到高书写"),
        "tier_worth_less": ("{threshold} 起的优惠({less})少于前一档({more})", "让高档优惠更多,或去掉这一档"),
        "tier_below_minimum": ("{threshold} 一档不起作用:反正要满 {minimum}", "去掉这一档或最低消费"),
        "code_clash": ("口令 {code!r} 同时也属于 {other}", "每个活动用自己的口令;大小写不作区分"),
        "code_limit_without_code": ("设了 limits.per_code,但不需要口令", "设置 code 或 batch,或改用 limits.total"),
        "group_of_one": ("互斥组 {group!r} 只有它一个", "检查组名的拼写,或去掉"),
        "group_mixes_currencies": ("互斥组 {group!r} 混用 {currencies},它们不会同车", "每种货币一组"),
        "shadowed": ("永远不会生效:{other} 同时有效、与它互斥且优惠不少于它", "错开两者的时间,或允许同享"),
    },
}
"""By code: the sentence, which follows the promotion's name, and the remedy."""
