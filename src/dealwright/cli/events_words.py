"""Words of the screens about events, English and Chinese."""

from __future__ import annotations

import re

EVENT_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "sent": "sent",
        "accepted": "accepted",
        "corrected": "corrected a closed minute",
        "duplicates": "had before",
        "quarantined": "dead letters",
        "no_dead": "No dead letter waits.",
        "number": "number",
        "event": "event",
        "why": "what is wrong",
        "replayed": "{n} taken, {m} still dead.",
        "dropped": "{n} dropped.",
        "look": "See why with: dealwright events dead",
        "sales_read": "events read",
        "sales_orders": "orders",
        "sales_returns": "returns",
        "sales_cancellations": "cancellations",
        "sales_known": "known before",
        "sales_waiting": "wait for their order",
        "sales_other": "about no order",
        "lines_accepted": "lines now in sales",
        "lines_quarantined": "lines in quarantine",
        "lines_withdrawn": "lines superseded",
    },
    "zh": {
        "sent": "收到",
        "accepted": "接受",
        "corrected": "修正了已关闭的分钟",
        "duplicates": "重复",
        "quarantined": "死信",
        "no_dead": "没有等待处理的死信。",
        "number": "编号",
        "event": "事件",
        "why": "问题",
        "replayed": "已接收 {n} 条，仍有 {m} 条死信。",
        "dropped": "已放弃 {n} 条。",
        "look": "查看原因：dealwright events dead",
        "sales_read": "已读事件",
        "sales_orders": "订单",
        "sales_returns": "退货",
        "sales_cancellations": "取消",
        "sales_known": "此前已有",
        "sales_waiting": "等待其订单",
        "sales_other": "与订单无关",
        "lines_accepted": "新入销售表的行",
        "lines_quarantined": "隔离的行",
        "lines_withdrawn": "被取代的行",
    },
}

_PROBLEMS_ZH: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(english), chinese)
    for english, chinese in (
        (r"(\S+) is missing; send it", r"缺少 \1；请补上"),
        (r"at is ([\d,]+) s ahead of our clock; .*", r"at 比本机时钟快 \1 秒；请校准发送方的时钟后重试"),
        (r"(\S+) says no zone; .*", r"\1 没有时区；请写成 '2024-05-01T12:00:00+02:00'"),
        (r"(\S+) is a whole number from (-?\d+) to (\d+); given (.*)", r"\1 应为 \2 到 \3 的整数；实为 \4"),
        (r"(\S+) is a list of (\d+) to (\d+); given (.*)", r"\1 应为含 \2 到 \3 项的列表；实为 \4"),
        (r"(\S+) is an ISO 4217 code like 'EUR'; given (.*)", r"\1 应为 ISO 4217 货币代码，如 'EUR'；实为 \2"),
        (r"no kind of event is called (.+?)(; did you mean .*|\. Allowed.*|; .*)?", r"没有名为 \1 的事件类型\2"),
        (
            r"body\.campaign_id: no campaign is called (.+?)[;.].*",
            r"没有名为 \1 的活动；请先建立活动再重试，或更正名称",
        ),
        (
            r"body\.campaign_id: campaign (.+) was never scheduled; .*",
            r"活动 \1 从未排期；请先排期再重试",
        ),
        (
            r"at is (\d+) days behind the newest event; events are remembered for (\d+) days, .*",
            r"at 比最新事件早 \1 天；事件只记 \2 天，无法判断是否已计入；请改为导入历史销售",
        ),
        (r"source (.+) is this till's own, .*", r"来源 \1 属于本收银台，其订单会自动计入；请使用别的来源名"),
        (
            r"body\.currency: campaign (.+) counts in (\w+); given (\w+); .*",
            r"活动 \1 以 \2 计；实为 \3；请换算订单金额",
        ),
        (
            r"source (.+) sent another event as (.+) before; .*",
            r"来源 \1 已用 \2 发送过另一事件；每个事件须有自己的编号",
        ),
        (r"(\S+) holds personal data, .*", r"\1 含个人数据，事件不需要；请去掉"),
        (r"body\.customer is written like .*", r"body.customer 像邮箱或电话；请发送化名，或设置化名密钥"),
        (r"this is not JSON: (.*); send one JSON object", r"不是 JSON：\1；请发送一个 JSON 对象"),
    )
)


def told_problem(problem: str, *, language: str) -> str:
    """What is wrong with an event, in the language where its words are known; as it stands otherwise.

    >>> told_problem("source is missing; send it", language="zh")
    '缺少 source；请补上'
    """
    for english, chinese in _PROBLEMS_ZH if language == "zh" else ():
        if found := english.fullmatch(problem):
            return found.expand(chinese)
    return problem
