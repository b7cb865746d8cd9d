"""Words of the screens about events, English and Chinese."""

from __future__ import annotations

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
    },
}
