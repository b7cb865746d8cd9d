"""A campaign in one plain sentence, English or Chinese."""

from __future__ import annotations

from dealwright.campaign.campaign import Campaign, Objective
from dealwright.campaign.decimals import decimal_text
from dealwright.campaign.promotion import Language
from dealwright.campaign.schedule import Schedule
from dealwright.core.money import Money

_AIMS: dict[Language, dict[Objective, str]] = {
    "en": {
        "profit": "to earn more",
        "revenue": "to sell for more",
        "units": "to sell more units",
        "clear_stock": "to clear stock",
        "new_customers": "to win customers",
    },
    "zh": {
        "profit": "提升利润",
        "revenue": "提升销售额",
        "units": "提升销量",
        "clear_stock": "清理库存",
        "new_customers": "获取新客",
    },
}
_PARTS: dict[Language, dict[str, str]] = {
    "en": {
        "promotions": "{n} promotions {aim}",
        "promotion": "one promotion {aim}",
        "from": "from {start}",
        "until": "until {end}",
        "to": "to the end of {end}",
        "zone": "({zone})",
        "budget": "meant to give {money} away",
        "ceiling": "at most {money}",
        "holdout": "{percent}% of the customers do not get it",
        "contingency": "with a contingency",
    },
    "zh": {
        "promotions": "{n} 项优惠,目标{aim}",
        "promotion": "1 项优惠,目标{aim}",
        "from": "自 {start} 起",
        "until": "至 {end} 前",
        "to": "至 {end} 当天结束",
        "zone": "({zone})",
        "budget": "预算 {money}",
        "ceiling": "上限 {money}",
        "holdout": "{percent}% 顾客作为对照不参加",
        "contingency": "有应急方案",
    },
}


def describe_campaign(campaign: Campaign, language: Language = "en") -> str:
    """What the campaign is, when it holds and what it may cost."""
    words = _PARTS[language]
    n = len(campaign.promotions)
    key = "promotion" if n == 1 else "promotions"
    parts = [words[key].format(n=n, aim=_AIMS[language][campaign.objective])]
    parts += _span(campaign.schedule, language)
    for name in ("budget", "ceiling"):
        amount = getattr(campaign, f"{name}_minor")
        if amount is not None:
            parts.append(words[name].format(money=Money(amount, campaign.currency)))
    if campaign.holdout_share:
        parts.append(words["holdout"].format(percent=decimal_text(campaign.holdout_share * 100)))
    if campaign.contingency:
        parts.append(words["contingency"])
    told = (", " if language == "en" else ",").join(parts)
    name = campaign.name or campaign.id
    return f"{name}: {told}." if language == "en" else f"{name}:{told}。"


def _span(schedule: Schedule, language: Language) -> list[str]:
    words = _PARTS[language]
    start = schedule.start_said or (schedule.start.isoformat() if schedule.start else "")
    end = schedule.end_said or (schedule.end.isoformat() if schedule.end else "")
    parts = [words["from"].format(start=start.replace("T", " "))] if start else []
    if end:
        parts.append(words["until" if "T" in end else "to"].format(end=end.replace("T", " ")))
    if parts:
        parts[-1] += f"{' ' if language == 'en' else ''}{words['zone'].format(zone=schedule.zone)}"
    return parts
