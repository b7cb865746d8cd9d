"""Words of the screen about the live loop, English and Chinese."""

from __future__ import annotations

LIVE_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "one": "1. Learn and plan",
        "learned": "From sales up to {known_until} only: {n_products} products, and a plan of {n_planned} "
        "promotions for the weeks from {first}, around price cuts that were announced already.",
        "costs": "{n} products have no cost in the data; {share:.0%} of the usual price is assumed.",
        "two": "2. Campaigns: drafted, submitted, approved by a second person, scheduled",
        "campaign": "campaign",
        "product": "product",
        "what": "what it is",
        "week": "week from",
        "units": "units planned",
        "sold": "units sold",
        "given": "given away",
        "margin": "margin",
        "state": "state",
        "announced": "announced",
        "own_idea": "the plan's own idea",
        "typo": "mistyped: {typed} % off for {meant} %",
        "ended": "ended in time",
        "rolled_back": "rolled back",
        "live": "live",
        "paused": "paused",
        "scheduled": "scheduled",
        "three": "3. Orders come in",
        "replayed": "{n_orders:,} orders of the past were lived again in {seconds:.0f} s, hour by hour; "
        "{n_sold:,} held goods on a campaign and passed the till (cart held, order committed), the others are "
        "told as they were paid.",
        "money": "The till asked {charged} {currency} for them, their events say {told}; the past paid {paid}.",
        "refused": "{n_refused} refused by the till, {n_dead} events that could not be read.",
        "four": "4. What does harm stops by itself",
        "stopped": "{campaign} at {at}: {why}",
        "speed": "It was rolled back {shop_seconds:.0f} s after the order by the shop's clock (a service looks "
        "every second); taking the order in, looking and acting took {work:.0f} ms.",
        "harm": "Orders that had got it by then: {n}, with {given} {currency} given away and a margin of "
        "{margin}. Everybody after that paid the regular price. The next stop would have been its budget at the "
        "till, {budget}.",
        "checks": "Nobody had told the checks what the goods cost; had they known, they would have refused it "
        "before approval ({codes}).",
        "nothing": "Nothing had to be stopped.",
        "alerts": "Alerts, for people to look at:",
        "five": "5. Review",
        "planned": "planned profit",
        "extra": "extra units",
        "profit": "earned",
        "naive": "before and after",
        "verdict": "next time",
        "again": "again",
        "smaller": "smaller: {depth:.0%}",
        "stop": "stop",
        "test": "test with a hold-out",
        "reviewed": "What the announced price cuts earned beyond what would have been earned without them ("
        "{currency})",
        "ranges": "Planned before with what was known then (80 % range), earned as seen from the end (90 % "
        "range). The plan had to keep what was announced, also where it expected a loss. Pull-forward is partly "
        "expected: the weeks after are not all over.",
        "no_review": "No review of {names}: nobody lived with these prices, so the past does not hold the answer.",
        "audit": "Audit log: {n} entries, chain whole.",
        "audit_broken": "Audit log: {n} entries, TAMPERED WITH.",
        "six": "6. What the next plan learns",
        "beliefs": "What the offer adds to a usual week's units, per cent (80 % range)",
        "offer": "offer",
        "before": "believed before",
        "after": "with these weeks",
        "unknown": "not known",
        "next": "The next plan, for the weeks from {first}: {n} promotions, {profit} {currency} beyond no "
        "promotion (80 % range).",
        "honest": "What is real, and what is not",
        "real": "Real: the orders, when they came, and what shoppers of the announced price cuts did, for they "
        "lived with them. Real parts: till and ledger over SQLite, campaigns, events, watch, audit, review.",
        "assumed": "Not real: shoppers do not answer to prices that they never saw, because the past is "
        "replayed. Those of the mistyped campaign and of the plan's own idea buy what they bought anyway. Of the "
        "weeks to come, which price cuts were announced is read from the past itself, as a shop's calendar. The "
        "mistyped one is on a product that was not promoted then.",
        "doors": "Through the doors in Python, by a clock that the replay sets: a running service goes by the "
        "database's own clock, which cannot be in {year}.",
        "took": "Took: learn and plan {learn_and_plan:.0f} s, replay {replay:.0f} s, review and learn again "
        "{review_and_learn:.0f} s.",
        "credit": "Data: {credit}",
    },
    "zh": {
        "one": "1. 学习与计划",
        "learned": "只用截至 {known_until} 的销售：{n_products} 个商品，为 {first} 起的几周制定了含 {n_planned} "
        "个促销的计划，已公布的降价保持不变。",
        "costs": "{n} 个商品没有成本数据，假设为平时价格的 {share:.0%}。",
        "two": "2. 活动：起草、提交、由第二人批准、排期",
        "campaign": "活动",
        "product": "商品",
        "what": "来源",
        "week": "起始周",
        "units": "计划销量",
        "sold": "实际销量",
        "given": "优惠额",
        "margin": "毛利",
        "state": "状态",
        "announced": "已公布",
        "own_idea": "计划自己提出",
        "typo": "输错：本想减 {meant}%，输成减 {typed}%",
        "ended": "按时结束",
        "rolled_back": "已回滚",
        "live": "进行中",
        "paused": "已暂停",
        "scheduled": "已排期",
        "three": "3. 订单进来",
        "replayed": "过去的 {n_orders:,} 笔订单在 {seconds:.0f} 秒内按小时重放；其中 {n_sold:,} 笔含活动商品，经"
        "过收银台（锁定购物车、提交订单），其余按当时所付金额上报。",
        "money": "收银台对它们收取 {charged} {currency}，事件中为 {told}；当时实付 {paid}。",
        "refused": "收银台拒绝 {n_refused} 笔，无法读取的事件 {n_dead} 个。",
        "four": "4. 有害的活动自动停止",
        "stopped": "{campaign}，{at}：{why}",
        "speed": "按店铺时钟，订单后 {shop_seconds:.0f} 秒即回滚（服务每秒检查一次）；接收订单、检查和处理共用 "
        "{work:.0f} 毫秒。",
        "harm": "此前有 {n} 笔订单享受了它：优惠 {given} {currency}，毛利 {margin}。之后的顾客都付原价。若无护栏"
        "，下一道防线是收银台上的预算 {budget}。",
        "checks": "检查规则不知道商品成本；若知道，批准前就会拒绝（{codes}）。",
        "nothing": "没有需要停止的活动。",
        "alerts": "供人查看的警报：",
        "five": "5. 复盘",
        "planned": "计划利润",
        "extra": "增量销量",
        "profit": "实际多赚",
        "naive": "前后对比法",
        "verdict": "下次",
        "again": "再做",
        "smaller": "减小力度：{depth:.0%}",
        "stop": "停止",
        "test": "留对照组再试",
        "reviewed": "已公布的降价比不做促销多赚了多少（{currency}）",
        "ranges": "计划利润用当时已知的数据（80% 区间），实际多赚是事后所见（90% 区间）。已公布的降价计划必须保"
        "留，即使预计亏损。提前购买部分为预期值：之后几周尚未全部结束。",
        "no_review": "{names} 没有复盘：没有人经历过这些价格，过去的数据里没有答案。",
        "audit": "审计日志：{n} 条，链条完整。",
        "audit_broken": "审计日志：{n} 条，已被篡改。",
        "six": "6. 下一个计划学到了什么",
        "beliefs": "该优惠使平常一周的销量增加多少（%，80% 区间）",
        "offer": "优惠",
        "before": "之前认为",
        "after": "加入这几周后",
        "unknown": "未知",
        "next": "下一个计划（{first} 起）：{n} 个促销，比不做促销多赚 {profit} {currency}（80% 区间）。",
        "honest": "什么是真的，什么不是",
        "real": "真的：订单、下单时间，以及顾客对已公布降价的反应，因为他们确实经历过。真实的部件：SQLite 上的收"
        "银台与账本、活动、事件、监控、审计、复盘。",
        "assumed": "不真的：过去是重放的，顾客不会对从未见过的价格作出反应。输错的活动和计划自己提出的活动，顾客"
        "只买他们本来就买的。之后几周公布了哪些降价，取自过去的数据本身，如同店铺的促销日历。输错的活动用在当时没"
        "有促销的商品上。",
        "doors": "通过 Python 接口、按重放的时钟运行：运行中的服务按数据库自己的时钟，不可能回到 {year} 年。",
        "took": "用时：学习与计划 {learn_and_plan:.0f} 秒，重放 {replay:.0f} 秒，复盘与再学习 "
        "{review_and_learn:.0f} 秒。",
        "credit": "数据：{credit}",
    },
}
