"""Sentences and remedies of findings, English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping

from dealwright.campaign.promotion import Language

Said = Mapping[str, tuple[str, str]]

_EN: Said = {
    "base_was_paid": ("{base} was paid in the {days} days before (lowest {lowest})", ""),
    "base_above_paid": (
        "it is shown against {base}, but {lowest} was paid on {until}",
        "show at most {lowest}, or say what the compared price means",
    ),
    "never_sold": (
        "nobody is known to have paid for it before, so nothing proves the price {base} it is shown against",
        "show it without a compared price, or import the sales",
    ),
    "not_raised": ("its list price was not raised in the {days} days before", ""),
    "raised_before": (
        "its list price was {lowest} until {until} and was raised to {base} before the cut",
        "count the cut from {lowest}, or record why the price was raised",
    ),
    "raised_for_a_reason": ("its list price was raised from {lowest} to {base}, for a recorded reason", ""),
    "list_price_unknown": (
        "its list price of the {days} days before is not recorded",
        "import the table 'prices'",
    ),
    "prior_kept": ("{price} is {real}% below {lowest}, the lowest price of the {days} days before", ""),
    "prior_short": (
        "{price} is {real}% below {lowest}, the lowest price known, but only {known} of {days} days are known",
        "import older prices, or check that the product is new",
    ),
    "prior_unknown": (
        "no price of the {days} days before is known, so the prior price cannot be shown",
        "import the table 'prices' or sales of these days",
    ),
    "no_reduction": (
        "{price} is no reduction: {lowest} was offered in the {days} days before (until {until})",
        "announce no reduction, go below {lowest}, or start on {from_day} or later",
    ),
    "base_above_prior": (
        "it shows {shown}% off {base}; from {lowest}, the lowest price of the {days} days before, it is {real}%",
        "show {lowest} as the prior price and {real}%, or start on {from_day} or later",
    ),
    "exempt": ("the rule does not concern {kind} goods", ""),
    "same_for_all": ("everybody gets it", ""),
    "named_customers": (
        "it is for customers who are named one by one",
        "give it as a voucher that they see and may decline, or to a group with a public rule",
    ),
    "by_chance": (
        "chance decides who gets it, so equal customers pay different prices for a while",
        "say publicly that offers are tried out, and keep the test short",
    ),
    "public_condition": ("it asks what everybody can see: {condition}", ""),
    "public_segment": ("the group {segment} has a public rule or a voucher that is seen", ""),
    "unpublished_segment": (
        "it is for the group {segment}, whose rule is not known to be public",
        "publish who belongs to it and list it under public_segments, or give it as a voucher",
    ),
    "forbidden_input": (
        "it depends on the group {segment}, made by {word}: prices may not differ by that",
        "take the condition out, or make the group by a public rule",
    ),
    "personal": ("it is a personal offer", "tell the shopper so, and offer a way to decline"),
    "not_personal": ("it does not depend on who the shopper is", ""),
    "terms_shown": ("its conditions and period can be shown, and are if their hash is echoed", ""),
    "period_missing": ("it has no start or no end that could be shown", "give its schedule a start and an end"),
    "other_terms_shown": (
        "the front end shows other terms than those that hold",
        "show the terms of this version, and echo their hash",
    ),
    "claim_true": ("“{claim}” is true: {fact}", ""),
    "claim_false": ("“{claim}” is not true: it is {fact}", "take the claim out, or write what is true"),
    "claim_unproven": ("nothing known proves “{claim}”", "take the claim out, or import what proves it"),
    "prizes_kept": ("its prizes are within the law and as announced", ""),
    "prize_too_dear": ("a prize is above the allowed {most} minor units: {prizes}", "choose a smaller prize"),
    "prize_odds_wrong": (
        "numbers or chances of its prizes do not fit together: all chances come to {total}",
        "give every prize a number of at least 1 and a chance; all together at most 1",
    ),
    "prize_made_worse": (
        "after the announcement these prizes become worse or go: {prizes}",
        "keep what was announced; only better terms may come",
    ),
    "above_floor": ("with all that may come together {quantity} cost {net}, not below {floor} each", ""),
    "below_floor_with_reason": ("{quantity} cost {net}, below {floor} each, for the reason {reason}", ""),
    "below_floor": (
        "with {promotions} together {quantity} cost {net}, below {floor} each",
        "exclude one of them, cut less, or give a reason: {reasons}",
    ),
    "no_profile": (
        "no profile of price law is known for this shop, so nothing was checked",
        "set jurisdiction in dealwright.toml",
    ),
    "prices_unread": (
        "prices and sales could not be read, so price law was not checked: {why}",
        "try again when the workspace is free",
    ),
}
_ZH: Said = {
    "base_was_paid": ("此前 {days} 天内确有按 {base} 成交(最低 {lowest})", ""),
    "base_above_paid": (
        "划线价 {base},但 {until} 曾以 {lowest} 成交",
        "划线价不高于 {lowest},或注明被比较价格的含义",
    ),
    "never_sold": ("未见此前成交记录,无法证明划线价 {base}", "不展示划线价,或导入销售记录"),
    "not_raised": ("此前 {days} 天内标价未上调", ""),
    "raised_before": (
        "{until} 前标价为 {lowest},降价前提到 {base}",
        "以 {lowest} 为基准计算折扣,或记录提价理由",
    ),
    "raised_for_a_reason": ("标价由 {lowest} 提到 {base},有记录在案的理由", ""),
    "list_price_unknown": ("此前 {days} 天的标价没有记录", "导入 prices 表"),
    "prior_kept": ("{price} 比此前 {days} 天最低价 {lowest} 低 {real}%", ""),
    "prior_short": (
        "{price} 比已知最低价 {lowest} 低 {real}%,但 {days} 天中仅知 {known} 天",
        "导入更早的价格,或确认为新品",
    ),
    "prior_unknown": ("此前 {days} 天的价格未知,无法展示先前价格", "导入 prices 表或这些天的销售"),
    "no_reduction": (
        "{price} 不构成降价:此前 {days} 天内曾以 {lowest} 销售(至 {until})",
        "不宣传降价,或低于 {lowest},或 {from_day} 及以后开始",
    ),
    "base_above_prior": (
        "宣称比 {base} 低 {shown}%;以此前 {days} 天最低价 {lowest} 计仅 {real}%",
        "展示先前价格 {lowest} 和 {real}%,或 {from_day} 及以后开始",
    ),
    "exempt": ("此规则不适用于 {kind} 商品", ""),
    "same_for_all": ("人人可享", ""),
    "named_customers": ("仅限逐一指定的顾客", "改为顾客可见可拒的券,或改为有公开规则的人群"),
    "by_chance": ("随机决定谁可享受,同等顾客一段时间内价格不同", "公开说明正在试验,并缩短试验"),
    "public_condition": ("条件人人可见:{condition}", ""),
    "public_segment": ("人群 {segment} 有公开规则或可见的券", ""),
    "unpublished_segment": (
        "仅限人群 {segment},其划分规则未知是否公开",
        "公布划分规则并列入 public_segments,或改为发券",
    ),
    "forbidden_input": ("取决于按 {word} 划分的人群 {segment}:不得据此差别定价", "去掉该条件,或按公开规则划分人群"),
    "personal": ("属于个性化优惠", "告知顾客,并提供拒绝方式"),
    "not_personal": ("与顾客身份无关", ""),
    "terms_shown": ("条件与期限可展示,回传哈希即证明已展示", ""),
    "period_missing": ("没有可展示的开始或结束时间", "为活动时间设定开始和结束"),
    "other_terms_shown": ("前端展示的条款与生效条款不同", "展示此版本条款并回传其哈希"),
    "claim_true": ("“{claim}”属实:{fact}", ""),
    "claim_false": ("“{claim}”不实:应为 {fact}", "删去该说法,或写明事实"),
    "claim_unproven": ("没有数据能证明“{claim}”", "删去该说法,或导入能证明的数据"),
    "prizes_kept": ("奖品合法且与公布一致", ""),
    "prize_too_dear": ("奖品超过允许的 {most}(最小货币单位):{prizes}", "选择较小的奖品"),
    "prize_odds_wrong": ("奖品数量或概率不合:总概率为 {total}", "每种奖品数量至少 1 且有概率,总和不超过 1"),
    "prize_made_worse": ("公布后以下奖品变差或取消:{prizes}", "保持已公布条款,只可作有利于消费者的变更"),
    "above_floor": ("全部叠加后 {quantity} 件 {net},不低于每件 {floor}", ""),
    "below_floor_with_reason": ("{quantity} 件 {net},低于每件 {floor},理由:{reason}", ""),
    "below_floor": (
        "{promotions} 叠加后 {quantity} 件 {net},低于每件 {floor}",
        "排除其一、减小力度,或说明理由:{reasons}",
    ),
    "no_profile": ("没有适用于本店的价格法规配置,未作检查", "在 dealwright.toml 中设定 jurisdiction"),
    "prices_unread": ("无法读取价格与销售,未检查价格法规:{why}", "待工作区空闲后重试"),
}
FINDING_WORDS: Mapping[Language, Said] = {"en": _EN, "zh": _ZH}
