"""What remarks on campaigns say and advise, English and Chinese."""

from __future__ import annotations

from dealwright.campaign.lint_words import Severity

CAMPAIGN_SEVERITIES: dict[str, Severity] = {
    "no_end": "error",
    "campaign_ends_before_start": "error",
    "campaign_is_over": "error",
    "starts_in_the_past": "error",
    "hours_overlap": "error",
    "promotion_outside": "error",
    "overlaps_itself": "error",
    "no_budget": "error",
    "ceiling_below_budget": "error",
    "ceiling_not_held": "error",
    "ceiling_not_held_before": "error",
    "budgets_above_ceiling": "error",
    "nothing_to_switch_to": "error",
    "plan_has_gaps": "warning",
    "no_stock": "error",
    "some_out_of_stock": "warning",
    "below_floor": "error",
    "promotion_taken": "error",
    "shares_goods": "warning",
}

CAMPAIGN_SENTENCES: dict[str, dict[str, tuple[str, str]]] = {
    "en": {
        "no_end": ("it has no end", "set schedule.end"),
        "campaign_ends_before_start": (
            "it ends ({end}) before or when it starts ({start})",
            "set an end after the start; an end date includes that day",
        ),
        "campaign_is_over": ("it ended on {end}", "set another end"),
        "starts_in_the_past": ("it starts in the past ({start}; it is {now})", "set a later start"),
        "hours_overlap": ("its hours {one} and {other} overlap", "make one span of the two"),
        "promotion_outside": (
            "it holds at times when the campaign does not",
            "leave its schedule out, or keep it inside the campaign's",
        ),
        "overlaps_itself": (
            "it gives the same as {other} at the same time",
            "take one of the two out, or let one end where the other begins",
        ),
        "no_budget": ("it has no budget", "set budget_minor or ceiling_minor"),
        "ceiling_below_budget": (
            "its ceiling {ceiling} is below its budget {budget}",
            "raise the ceiling or lower the budget",
        ),
        "ceiling_not_held": (
            "nothing keeps it below the campaign's ceiling of {ceiling}",
            "give it limits.budget_minor; the till never exceeds that",
        ),
        "budgets_above_ceiling": (
            "the budgets of its promotions, its contingency and versions before add up to {total}, "
            "more than its ceiling of {ceiling}",
            "lower their limits.budget_minor, or raise the ceiling",
        ),
        "ceiling_not_held_before": (
            "a version before gave it without a budget, so it may have given more than the ceiling of {ceiling}",
            "leave ceiling_minor out, or end the campaign and draft a new one",
        ),
        "nothing_to_switch_to": (
            "its guardrail {guardrail} would switch to the contingency, and there is none",
            "give it a contingency, or choose the action pause or roll_back",
        ),
        "plan_has_gaps": (
            "its plan says nothing of {day}, perhaps of later days either: the budget's burn is not watched then",
            "give expected for every day, or leave it out",
        ),
        "no_stock": ("nothing it is for is in stock ({skus})", "load stock, or take the promotion out"),
        "some_out_of_stock": ("{skus} are out of stock", "load stock, or take them out of its items"),
        "below_floor": ("it brings {skus} below the lowest price allowed", "lower the discount"),
        "promotion_taken": (
            "its id is taken by the campaign or promotion in force {other}",
            "choose another id; every promotion belongs to one campaign",
        ),
        "shares_goods": (
            "{other} promotes {skus} at the same time",
            "let one end where the other begins, or check what both give together",
        ),
    },
    "zh": {
        "no_end": ("没有结束时间", "设置 schedule.end"),
        "campaign_ends_before_start": ("结束({end})不晚于开始({start})", "把结束改到开始之后;结束日期包含当天"),
        "campaign_is_over": ("已于 {end} 结束", "改结束时间"),
        "starts_in_the_past": ("开始时间已过({start};现在 {now})", "改为更晚的开始时间"),
        "hours_overlap": ("时段 {one} 与 {other} 重叠", "合并为一个时段"),
        "promotion_outside": ("在活动时间之外也生效", "去掉它自己的时间,或放在活动时间之内"),
        "overlaps_itself": ("与 {other} 同时给出相同优惠", "去掉其中一个,或错开时间"),
        "no_budget": ("没有预算", "设置 budget_minor 或 ceiling_minor"),
        "ceiling_below_budget": ("上限 {ceiling} 低于预算 {budget}", "提高上限或降低预算"),
        "ceiling_not_held": ("没有限制使其不超过活动上限 {ceiling}", "设置 limits.budget_minor,收银不会超出"),
        "budgets_above_ceiling": (
            "各项优惠、应急方案与以往版本的预算之和 {total} 超过上限 {ceiling}",
            "降低各项 limits.budget_minor,或提高上限",
        ),
        "ceiling_not_held_before": (
            "以往版本没有预算限制,可能已超过上限 {ceiling}",
            "去掉 ceiling_minor,或结束该活动后新建",
        ),
        "nothing_to_switch_to": (
            "护栏 {guardrail} 要切换到应急方案,但没有应急方案",
            "设置 contingency,或改用 pause 或 roll_back",
        ),
        "plan_has_gaps": (
            "计划没有包含 {day},其后或也有缺口:届时不监控预算消耗",
            "为每一天设置 expected,或全部去掉",
        ),
        "no_stock": ("所涉商品全部无货({skus})", "补货,或去掉该项"),
        "some_out_of_stock": ("{skus} 无货", "补货,或从商品范围去掉"),
        "below_floor": ("使 {skus} 低于最低允许价", "降低优惠"),
        "promotion_taken": ("编号已被其他活动占用 {other}", "换一个编号;每项优惠只属于一个活动"),
        "shares_goods": ("{other} 同时促销 {skus}", "错开时间,或核对两者叠加的结果"),
    },
}
"""By code: the sentence, which follows the campaign's or the promotion's name, and the remedy."""
